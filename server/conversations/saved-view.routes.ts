import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { forbidden, notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { conversationStatuses } from "./conversation-view.ts";
import { memberOf } from "./list-conversations.ts";

const filter = z.object({
  status: z.enum(conversationStatuses).optional(),
  channelId: z.string().max(40).optional(),
  assignee: z.string().max(40).optional(),
  label: z.string().max(40).optional(),
});
const body = z.object({ name: z.string().trim().min(1).max(60), filter, isShared: z.boolean().default(false) });
const view = body.extend({ id: z.string(), isMine: z.boolean() }).meta({ id: "SavedView" });
type SavedView = z.output<typeof view>;

const ownMember = (ctx: Ctx): string => {
  const memberId = memberOf(ctx);
  if (!memberId) throw forbidden({ detail: "Saved views belong to people; an API key has none." });
  return memberId;
};

export const savedViewRoutes = [
  route({
    id: "saved_view.list",
    method: "GET",
    path: "/v1/saved-views",
    summary: "List your saved views and those shared with you",
    permission: "conversation:read",
    returns: z.object({ data: z.array(view), nextCursor: z.null() }),
    run: async (ctx) => {
      const data = await ctx.tx.query<SavedView>(
        `select id, name, filter, is_shared as "isShared", member_id = $2 as "isMine" from saved_view
         where workspace_id = $1 and (member_id = $2 or is_shared) order by name, id`,
        [ctx.workspaceId, ownMember(ctx)],
      );
      return { data, nextCursor: null };
    },
  }),
  route({
    id: "saved_view.create",
    method: "POST",
    path: "/v1/saved-views",
    summary: "Save a view",
    permission: "conversation:read",
    status: 201,
    body,
    returns: view,
    run: async (ctx, input) => {
      const id = newId("viw", ctx.clock.ms());
      await ctx.tx.query(
        `insert into saved_view (workspace_id, id, member_id, name, filter, is_shared, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          ctx.workspaceId,
          id,
          ownMember(ctx),
          input.body.name,
          JSON.stringify(input.body.filter),
          input.body.isShared,
          ctx.clock.now(),
        ],
      );
      return { id, isMine: true, ...input.body };
    },
  }),
  route({
    id: "saved_view.remove",
    method: "DELETE",
    path: "/v1/saved-views/:id",
    summary: "Remove a saved view of yours",
    permission: "conversation:read",
    params: z.object({ id: z.string() }),
    problems: [notFound],
    run: async (ctx, { params: { id } }) => {
      const rows = await ctx.tx.query(
        "delete from saved_view where workspace_id = $1 and id = $2 and member_id = $3 returning id",
        [ctx.workspaceId, id, ownMember(ctx)],
      );
      if (rows.length === 0) throw notFound();
    },
  }),
];
