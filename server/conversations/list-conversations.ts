import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { searchConversationIds } from "../contacts/search-contacts.ts";
import {
  conversationColumns,
  conversationJoins,
  viewConversation,
  type ConversationRow,
  type ConversationView,
  type ViewFrame,
} from "./conversation-view.ts";

export interface ConversationFilter {
  status?: ConversationView["status"] | undefined;
  channelId?: string | undefined;
  /** a member's id, `me` or `none` */
  assignee?: string | undefined;
  label?: string | undefined;
  /** words of a name, or a whole phone number */
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

export function viewFrame(ctx: Ctx): ViewFrame {
  return {
    keyring: ctx.keyring,
    workspaceId: ctx.workspaceId,
    nowMs: ctx.clock.ms(),
    windowHoursOf: (channelId) => {
      const provider = ctx.channels.peek(channelId)?.provider;
      return provider ? (ctx.providers[provider]?.can.serviceWindowHours.value ?? null) : null;
    },
  };
}

export const memberOf = (ctx: Ctx): string | null => (ctx.actor.kind === "member" ? ctx.actor.memberId : null);

/**
 * One page of conversations, latest activity first. The statement is put together from the filters that are set, so that each
 * combination has a plan of its own and walks one index: conversation_status, _assignee, _channel or _all, or the label's list
 * (measured with 500,000 conversations: 53 buffers for the page, 690–1,130 with a label).
 */
export async function listConversations(
  ctx: Ctx,
  filter: ConversationFilter,
): Promise<{ data: ConversationView[]; nextCursor: string | null }> {
  const after = decodeCursor(cursorKey, filter.cursor);
  const values: unknown[] = [ctx.workspaceId, memberOf(ctx)];
  const where = ["v.workspace_id = $1"];
  const shape: string[] = [];
  const add = (name: string, sql: (n: string) => string, value: unknown): void => {
    values.push(value);
    where.push(sql(`$${values.length}`));
    shape.push(name);
  };

  if (filter.status) add("status", (n) => `v.status = ${n}`, filter.status);
  if (filter.channelId) add("channel", (n) => `v.channel_id = ${n}`, filter.channelId);
  if (filter.assignee === "none") {
    where.push("v.assignee_id is null");
    shape.push("unassigned");
  } else if (filter.assignee === "me") {
    add("assignee", (n) => `v.assignee_id = ${n}`, memberOf(ctx));
  } else if (filter.assignee) add("assignee", (n) => `v.assignee_id = ${n}`, filter.assignee);
  const grants = channelGrants(ctx.actor);
  if (grants) add("grants", (n) => `v.channel_id = any (${n}::text[])`, grants);
  if (filter.q) add("ids", (n) => `v.id = any (${n}::text[])`, await searchConversationIds(ctx, filter.q));

  let from = "conversation v";
  let at = "v.last_message_at";
  let id = "v.id";
  if (filter.label) {
    from = "conversation_label k join conversation v on v.workspace_id = k.workspace_id and v.id = k.conversation_id";
    at = "k.last_message_at";
    id = "k.conversation_id";
    where.push("k.workspace_id = $1");
    add("label", (n) => `k.label_id = ${n}`, filter.label);
  }
  if (after) {
    values.push(after[0], after[1]);
    where.push(`(${at}, ${id}) < ($${values.length - 1}::timestamptz, $${values.length})`);
    shape.push("after");
  }
  values.push(filter.limit + 1);
  const text = `select ${conversationColumns} from
    (select v.* from ${from} where ${where.join(" and ")} order by ${at} desc, ${id} desc limit $${values.length}) v
    ${conversationJoins} order by v.last_message_at desc, v.id desc`;
  const rows = await ctx.tx.named<ConversationRow>(`conversation.list.${shape.join(".")}`, text, values);

  const page = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? page.at(-1) : undefined;
  await ctx.channels.ensure([...new Set(page.map((row) => row.channel_id))]);
  const frame = viewFrame(ctx);
  return {
    data: page.map((row) => viewConversation(frame, row)),
    nextCursor: last ? encodeCursor([last.last_message_at.toISOString(), last.id]) : null,
  };
}

/** Several conversations by id, in no particular order; those outside the actor's grants are left out. */
export async function readConversations(ctx: Ctx, ids: readonly string[]): Promise<ConversationView[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.tx.named<ConversationRow>(
    "conversation.read",
    `select ${conversationColumns} from conversation v ${conversationJoins}
     where v.workspace_id = $1 and v.id = any ($3::text[]) and ($4::text[] is null or v.channel_id = any ($4))`,
    [ctx.workspaceId, memberOf(ctx), ids, channelGrants(ctx.actor)],
  );
  await ctx.channels.ensure([...new Set(rows.map((row) => row.channel_id))]);
  const frame = viewFrame(ctx);
  return rows.map((row) => viewConversation(frame, row));
}

/** @throws not_found */
export async function readConversation(ctx: Ctx, id: string): Promise<ConversationView> {
  const [view] = await readConversations(ctx, [id]);
  if (!view) throw notFound();
  return view;
}
