import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { problem, validationFailed } from "../platform/problem.ts";
import { conversationUpdated } from "./conversation-events.ts";
import { conversationStatuses, isBegun, type ConversationView } from "./conversation-view.ts";
import { findConversation, findConversations, memberOf, type ConversationRef } from "./find-conversation.ts";
import { readConversation, readConversations } from "./list-conversations.ts";
import { mentionedIn, seeMentions } from "./note-mention.ts";

export const assigneeUnknown = problem({
  code: "conversation.assignee_unknown",
  status: 409,
  title: "That member is not in this workspace, or may not see this channel.",
  fix: "List the members and pick one who has access to the channel.",
});

export const labelUnknown = problem({
  code: "conversation.label_unknown",
  status: 409,
  title: "One of the labels does not exist.",
  fix: "List the labels; one may have been removed.",
});

export const conversationPatch = z.object({
  status: z.enum(conversationStatuses).optional(),
  snoozedUntil: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe("With status `snoozed`; null: until they reply."),
  assigneeId: z.string().nullable().optional().describe("A member's id, `me`, or null."),
  addLabels: z.array(z.string()).max(50).optional(),
  removeLabels: z.array(z.string()).max(50).optional(),
});
export type ConversationPatch = z.output<typeof conversationPatch>;

type Changed = "status" | "assignee" | "labels" | "snooze";

export const conversationsPatch = conversationPatch.extend({
  ids: z.array(z.string().max(64)).min(1).max(100),
  isRead: z.boolean().optional().describe("For the asking member: all read, or the latest message unread."),
});

/** @throws not_found · conversation.assignee_unknown · conversation.label_unknown · validation_failed */
export async function updateConversation(ctx: Ctx, id: string, patch: ConversationPatch): Promise<ConversationView> {
  await change(ctx, await findConversation(ctx, id), patch);
  return readConversation(ctx, id);
}

/**
 * The same change to many, all of it or nothing. Those that are gone meanwhile, or not the caller's to see, are left out of the answer.
 * @throws conversation.assignee_unknown · conversation.label_unknown · validation_failed
 */
export async function updateConversations(
  ctx: Ctx,
  { ids, isRead, ...patch }: z.output<typeof conversationsPatch>,
): Promise<ConversationView[]> {
  // in one order, so that two of them cannot deadlock
  const found = [...(await findConversations(ctx, ids)).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const conversation of found) {
    await change(ctx, conversation, patch);
    if (isRead !== undefined) await setRead(ctx, conversation, isRead ? 0 : 1);
  }
  return readConversations(
    ctx,
    found.map(({ id }) => id),
  );
}

async function change(ctx: Ctx, conversation: ConversationRef, patch: ConversationPatch): Promise<void> {
  const { id } = conversation;
  const changed: Changed[] = [];
  const { tx, workspaceId } = ctx;

  const snooze = wantedStatus(ctx, conversation.status, patch);
  if (snooze) {
    const rows = await tx.named<{ was: string }>(
      "conversation.status",
      `update conversation c set status = $3, snoozed_until = $4, updated_at = $5
       from (select status, snoozed_until from conversation where workspace_id = $1 and id = $2 for update) o
       where c.workspace_id = $1 and c.id = $2 and (o.status, o.snoozed_until) is distinct from ($3, $4::timestamptz)
       returning o.status as was`,
      [workspaceId, id, snooze.status, snooze.until, ctx.clock.now()],
    );
    for (const { was } of rows) {
      if (was !== snooze.status) changed.push("status");
      if (was === "snoozed" || snooze.status === "snoozed") changed.push("snooze");
    }
  }
  if (patch.assigneeId !== undefined) {
    const assignee = patch.assigneeId === "me" ? memberOf(ctx) : patch.assigneeId;
    if (patch.assigneeId === "me" && assignee === null) throw assigneeUnknown({ detail: "An API key is no member." });
    // one statement checks and writes, so that a member removed meanwhile cannot be assigned
    const [row] = await tx.named<{ is_changed: boolean }>(
      "conversation.assign",
      `update conversation c set assignee_id = $3, updated_at = case when o.assignee_id is distinct from $3 then $5 else c.updated_at end
       from (select assignee_id from conversation where workspace_id = $1 and id = $2 for update) o
       where c.workspace_id = $1 and c.id = $2
         and ($3::text is null or exists (select 1 from member m where m.workspace_id = $1 and m.id = $3 and m.removed_at is null
           and (m.channel_ids is null or $4 = any (m.channel_ids))))
       returning o.assignee_id is distinct from $3 as is_changed`,
      [workspaceId, id, assignee, conversation.channelId, ctx.clock.now()],
    );
    if (!row) throw assigneeUnknown();
    if (row.is_changed) changed.push("assignee");
  }
  if (await changeLabels(ctx, id, patch)) changed.push("labels");
  if (changed.length > 0) {
    await ctx.emit(tx, conversationUpdated, [
      { workspaceId, channelId: conversation.channelId, conversationId: id, payload: { conversationId: id, changed } },
    ]);
  }
}

/** Undefined when the patch says nothing about it. A time alone means a snooze. */
function wantedStatus(
  ctx: Ctx,
  now: string,
  patch: ConversationPatch,
): { status: string; until: Date | null } | undefined {
  if (patch.status === undefined && patch.snoozedUntil === undefined) return undefined;
  const status = patch.status ?? (patch.snoozedUntil ? "snoozed" : now);
  const until = patch.snoozedUntil ? new Date(patch.snoozedUntil) : null;
  const wrong = (message: string) => validationFailed({ issues: [{ path: "body.snoozedUntil", message }] });
  if (patch.snoozedUntil !== undefined && status !== "snoozed") throw wrong("goes with status snoozed only");
  if (until && until.getTime() <= ctx.clock.ms()) throw wrong("is over already");
  return { status, until };
}

async function changeLabels(ctx: Ctx, id: string, patch: ConversationPatch): Promise<boolean> {
  const add = [...new Set(patch.addLabels)];
  const { tx, workspaceId } = ctx;
  let count = 0;
  if (add.length > 0) {
    // locked, so that a label removed meanwhile is unknown and no broken reference
    const known = await tx.named(
      "label.lock",
      "select id from label where workspace_id = $1 and id = any ($2::text[]) order by id for key share",
      [workspaceId, add],
    );
    if (known.length < add.length) throw labelUnknown();
    const rows = await tx.named(
      "conversation.label",
      `insert into conversation_label (workspace_id, label_id, conversation_id)
       select $1, l, $2 from unnest($3::text[]) as l on conflict do nothing returning label_id`,
      [workspaceId, id, add],
    );
    count += rows.length;
  }
  if (patch.removeLabels?.length) {
    const rows = await tx.named(
      "conversation.unlabel",
      `delete from conversation_label where workspace_id = $1 and conversation_id = $2 and label_id = any ($3::text[])
       returning label_id`,
      [workspaceId, id, patch.removeLabels],
    );
    count += rows.length;
  }
  return count > 0;
}

/**
 * Sets how far the asking member has read. `unread` counts back from the newest inbound message: 0 means all read.
 * An API key has no reading state, so nothing happens for one. @throws not_found
 */
export async function markRead(ctx: Ctx, id: string, unread: number): Promise<ConversationView> {
  await setRead(ctx, await findConversation(ctx, id), unread);
  return readConversation(ctx, id);
}

async function setRead(ctx: Ctx, { id, channelId }: ConversationRef, unread: number): Promise<void> {
  const memberId = memberOf(ctx);
  if (memberId) {
    const hasSeen = unread === 0 && (await seeMentions(ctx, id));
    const rows = await ctx.tx.named(
      "conversation.read_mark",
      `insert into member_read (workspace_id, member_id, conversation_id, read_count, read_at)
       select $1, $2, id, greatest(inbound_count - $4, 0), $5 from conversation where workspace_id = $1 and id = $3
       on conflict (workspace_id, member_id, conversation_id) do update set read_count = excluded.read_count, read_at = excluded.read_at
       where member_read.read_count is distinct from excluded.read_count returning 1 as done`,
      [ctx.workspaceId, memberId, id, unread, ctx.clock.now()],
    );
    if (rows.length > 0 || hasSeen) {
      await ctx.emit(ctx.tx, conversationUpdated, [
        {
          ...{ workspaceId: ctx.workspaceId, channelId, conversationId: id },
          payload: { conversationId: id, changed: ["read"], memberId },
        },
      ]);
    }
  }
}

export interface ConversationCounts {
  mine: number;
  unassigned: number;
  all: number;
  /** of whatever status: with a note that mentions the asker, who has not looked since */
  mentioned: number;
}

/** Figures for the rail: open conversations that are the asker's, nobody's, and all. */
export async function countConversations(ctx: Ctx): Promise<ConversationCounts> {
  const [row] = await ctx.tx.named<{ mine: number; unassigned: number; all: number }>(
    "conversation.counts",
    `select count(*) filter (where assignee_id = $2)::int as mine, count(*) filter (where assignee_id is null)::int as unassigned,
       count(*)::int as "all" from conversation v
     where workspace_id = $1 and status = 'open' and ($3::text[] is null or channel_id = any ($3)) and ${isBegun}`,
    [ctx.workspaceId, memberOf(ctx), channelGrants(ctx.actor)],
  );
  return { ...(row ?? { mine: 0, unassigned: 0, all: 0 }), mentioned: (await mentionedIn(ctx)).length };
}
