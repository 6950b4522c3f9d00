import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { forbidden, notFound } from "../platform/problem.ts";
import { conversationStatuses } from "./conversation-view.ts";
import { memberOf } from "./find-conversation.ts";

const filter = z.object({
  status: z.enum(conversationStatuses).optional(),
  channelId: z.string().max(40).optional(),
  assignee: z.string().max(40).optional(),
  label: z.string().max(40).optional(),
});

export const newSavedView = z.object({
  name: z.string().trim().min(1).max(60),
  filter,
  isShared: z.boolean().default(false),
});
export const savedView = newSavedView.extend({ id: z.string(), isMine: z.boolean() }).meta({ id: "SavedView" });
export type SavedView = z.output<typeof savedView>;

const MAX_VIEWS = 500;

function ownMember(ctx: Ctx): string {
  const memberId = memberOf(ctx);
  if (!memberId) throw forbidden({ detail: "Saved views belong to people; an API key has none." });
  return memberId;
}

/** The asker's own views and those that others share. @throws forbidden for API keys */
export function listSavedViews(ctx: Ctx): Promise<SavedView[]> {
  return ctx.tx.named<SavedView>(
    "saved_view.list",
    `select id, name, filter, is_shared as "isShared", member_id = $2 as "isMine" from saved_view
     where workspace_id = $1 and (member_id = $2 or is_shared) order by name, id limit ${MAX_VIEWS}`,
    [ctx.workspaceId, ownMember(ctx)],
  );
}

/** @throws forbidden for API keys */
export async function createSavedView(ctx: Ctx, input: z.output<typeof newSavedView>): Promise<SavedView> {
  const id = newId("viw", ctx.clock.ms());
  await ctx.tx.named(
    "saved_view.insert",
    `insert into saved_view (workspace_id, id, member_id, name, filter, is_shared, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[ctx.workspaceId, id, ownMember(ctx), input.name, JSON.stringify(input.filter), input.isShared],
      ctx.clock.now(),
    ],
  );
  return { id, isMine: true, ...input };
}

/** Only one's own. @throws not_found · forbidden for API keys */
export async function removeSavedView(ctx: Ctx, id: string): Promise<void> {
  const rows = await ctx.tx.named(
    "saved_view.delete",
    "delete from saved_view where workspace_id = $1 and id = $2 and member_id = $3 returning id",
    [ctx.workspaceId, id, ownMember(ctx)],
  );
  if (rows.length === 0) throw notFound();
}
