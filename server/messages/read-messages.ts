import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { findConversation } from "../conversations/find-conversation.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor, newest } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import type { MessageView } from "./message-view.ts";
import { messageColumns, statusSteps, viewMessage, type MessageDetail, type MessageRow } from "./view-message.ts";

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);
const keyOf = (row: MessageRow): string => encodeCursor([row.sort_at.toISOString(), row.id]);

export interface MessagePage {
  data: MessageView[];
  /** older messages */
  nextCursor: string | null;
  /** newer messages; null at the newest */
  previousCursor: string | null;
}

const select = (compare: "<" | ">" | "<=", order: "asc" | "desc"): string =>
  `select ${messageColumns} from message m where m.workspace_id = $1 and m.conversation_id = $2 and m.type not in ('reaction', 'edit', 'delete')
   and (m.sort_at, m.id) ${compare} ($3::timestamptz, $4::text) order by m.sort_at ${order}, m.id ${order} limit $5`;
// message_thread serves all three: 50 rows, about 220 buffers with attachments and reactions
const OLDER = select("<", "desc");
const NEWER = select(">", "asc");
const UP_TO = select("<=", "desc");

/**
 * A page of a thread, newest first. `cursor` goes on towards older messages, `newerThan` towards newer ones, `around` shows a
 * message with what stands on both sides of it (to jump to a search result or a quote). @throws not_found
 */
export async function listMessages(
  ctx: Ctx,
  conversationId: string,
  query: { cursor?: string | undefined; newerThan?: string | undefined; around?: string | undefined; limit: number },
): Promise<MessagePage> {
  await findConversation(ctx, conversationId);
  const page = (name: string, text: string, from: readonly [string | Date, string], limit: number) =>
    ctx.tx.named<MessageRow>(name, text, [ctx.workspaceId, conversationId, ...from, limit]);

  let rows: MessageRow[];
  let hasOlder: boolean;
  let hasNewer: boolean;
  if (query.around !== undefined) {
    const [at] = await ctx.tx.named<{ sort_at: Date }>(
      "message.place",
      "select sort_at from message where workspace_id = $1 and conversation_id = $2 and id = $3",
      [ctx.workspaceId, conversationId, query.around],
    );
    if (!at) throw notFound();
    // the older half begins with the message itself
    const olderHalf = Math.ceil(query.limit / 2);
    const newerHalf = query.limit - olderHalf;
    const [older, newer] = await Promise.all([
      page("message.up_to", UP_TO, [at.sort_at, query.around], olderHalf + 1),
      page("message.newer", NEWER, [at.sort_at, query.around], newerHalf + 1),
    ]);
    hasOlder = older.length > olderHalf;
    hasNewer = newer.length > newerHalf;
    rows = [...newer.slice(0, newerHalf).toReversed(), ...older.slice(0, olderHalf)];
  } else if (query.newerThan !== undefined) {
    const newer = await page("message.newer", NEWER, decodeCursor(cursorKey, query.newerThan), query.limit + 1);
    hasNewer = newer.length > query.limit;
    hasOlder = true;
    rows = newer.slice(0, query.limit).toReversed();
  } else {
    const older = await page("message.older", OLDER, decodeCursor(cursorKey, query.cursor) ?? newest, query.limit + 1);
    hasOlder = older.length > query.limit;
    hasNewer = query.cursor !== undefined;
    rows = older.slice(0, query.limit);
  }
  const first = rows.at(0);
  const last = rows.at(-1);
  return {
    data: rows.map((row) => viewMessage(ctx.keyring, "inbox", ctx.workspaceId, row)),
    nextCursor: hasOlder && last ? keyOf(last) : null,
    previousCursor: hasNewer && first ? keyOf(first) : null,
  };
}

/** Messages by id, in no particular order; those outside the actor's grants are left out. For the stream, search and webhooks. */
export async function readMessages(ctx: Ctx, ids: readonly string[]): Promise<MessageView[]> {
  return (await readRows(ctx, ids)).map((row) => viewMessage(ctx.keyring, "inbox", ctx.workspaceId, row));
}

function readRows(ctx: Ctx, ids: readonly string[]): Promise<MessageRow[]> {
  return ctx.tx.named<MessageRow>(
    "message.read",
    `select ${messageColumns} from message m where m.workspace_id = $1 and m.id = any ($2::text[])
     and ($3::text[] is null or m.channel_id = any ($3))`,
    [ctx.workspaceId, ids, channelGrants(ctx.actor)],
  );
}

/** One message with the times of its statuses. @throws not_found */
export async function readMessage(ctx: Ctx, id: string): Promise<MessageDetail> {
  const found = (await readMessageDetails(ctx, [id])).get(id);
  if (!found) throw notFound();
  return found;
}

/** Several of them, by id. */
export async function readMessageDetails(ctx: Ctx, ids: readonly string[]): Promise<Map<string, MessageDetail>> {
  if (ids.length === 0) return new Map();
  const rows = await readRows(ctx, ids);
  return new Map(
    rows.map((row) => [
      row.id,
      { ...viewMessage(ctx.keyring, "inbox", ctx.workspaceId, row), statuses: statusSteps(row) },
    ]),
  );
}
