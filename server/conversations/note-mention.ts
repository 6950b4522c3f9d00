// Colleagues named in notes, and what of it they have not seen.
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";
import { memberOf } from "./find-conversation.ts";

export const mentionUnknown = problem({
  code: "note.mention_unknown",
  status: 409,
  title: "Somebody who is mentioned is not in this workspace, or may not see this channel.",
  fix: "List the members and mention those who have access to the channel.",
});

/** Names colleagues in a note that was just written; who names themselves has seen it. @throws note.mention_unknown */
export async function addMentions(
  ctx: Ctx,
  note: { id: string; channelId: string },
  memberIds: readonly string[],
): Promise<void> {
  const wanted = [...new Set(memberIds)];
  if (wanted.length === 0) return;
  const rows = await ctx.tx.named(
    "note.mention",
    `insert into note_mention (workspace_id, member_id, note_id, created_at, seen_at)
     select $1, m.id, $3, $5, case when m.id = $6 then $5::timestamptz end from member m
     where m.workspace_id = $1 and m.id = any ($2::text[]) and m.removed_at is null
       and (m.channel_ids is null or $4 = any (m.channel_ids)) returning 1 as done`,
    [ctx.workspaceId, wanted, note.id, note.channelId, ctx.clock.now(), memberOf(ctx)],
  );
  if (rows.length < wanted.length) throw mentionUnknown();
}

/** The asking member has seen the notes of a conversation. Whether that changed anything. */
export async function seeMentions(ctx: Ctx, conversationId: string): Promise<boolean> {
  const rows = await ctx.tx.named(
    "note.see_mentions",
    `update note_mention m set seen_at = $4 from note n where m.workspace_id = $1 and m.member_id = $2 and m.seen_at is null
       and n.workspace_id = $1 and n.id = m.note_id and n.conversation_id = $3 returning 1 as done`,
    [ctx.workspaceId, memberOf(ctx), conversationId, ctx.clock.now()],
  );
  return rows.length > 0;
}

/** Conversations in which the asking member is mentioned and has not looked since; those outside the grants are left out. */
export async function mentionedIn(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.tx.named<{ id: string }>(
    "note.mentioned_in",
    `select distinct c.id from note_mention m join note n on n.workspace_id = m.workspace_id and n.id = m.note_id
       join conversation c on c.workspace_id = n.workspace_id and c.id = n.conversation_id
     where m.workspace_id = $1 and m.member_id = $2 and m.seen_at is null and ($3::text[] is null or c.channel_id = any ($3))`,
    [ctx.workspaceId, memberOf(ctx), channelGrants(ctx.actor)],
  );
  return rows.map(({ id }) => id);
}
