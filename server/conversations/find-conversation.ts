import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import { conversationKey } from "./touch-conversations.ts";

export interface ConversationRef {
  id: string;
  channelId: string;
  contactId: string;
  status: string;
  lastInboundAt: Date | null;
}

/** The asking member's id; null for an API key. */
export const memberOf = (ctx: Pick<Ctx, "actor">): string | null =>
  ctx.actor.kind === "member" ? ctx.actor.memberId : null;

interface Row {
  id: string;
  channel_id: string;
  contact_id: string;
  status: string;
  last_inbound_at: Date | null;
}

const refOf = (row: Row): ConversationRef => ({
  id: row.id,
  channelId: row.channel_id,
  contactId: row.contact_id,
  status: row.status,
  lastInboundAt: row.last_inbound_at,
});

/** Conversations the actor may see, by id; those on a channel outside the actor's grants are left out. */
export async function findConversations(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "actor">,
  ids: readonly string[],
): Promise<Map<string, ConversationRef>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.named<Row>(
    "conversation.find",
    `select id, channel_id, contact_id, status, last_inbound_at from conversation
     where workspace_id = $1 and id = any ($2::text[]) and ($3::text[] is null or channel_id = any ($3))`,
    [ctx.workspaceId, ids, channelGrants(ctx.actor)],
  );
  return new Map(rows.map((row) => [row.id, refOf(row)]));
}

/** One conversation the actor may see. @throws not_found also for one on a channel outside the actor's grants */
export async function findConversation(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "actor">,
  id: string,
): Promise<ConversationRef> {
  const found = (await findConversations(ctx, [id])).get(id);
  if (!found) throw notFound();
  return found;
}

/** The conversations of contacts on channels; keys are `conversationKey(…)`. */
export async function findConversationsOfContacts(
  ctx: Ctx,
  pairs: readonly { channelId: string; contactId: string }[],
): Promise<Map<string, ConversationRef>> {
  if (pairs.length === 0) return new Map();
  const rows = await ctx.tx.named<Row>(
    "conversation.find_of_contacts",
    `select c.id, c.channel_id, c.contact_id, c.status, c.last_inbound_at from unnest($2::text[], $3::text[]) as x (ch, ct)
     join conversation c on c.workspace_id = $1 and c.channel_id = x.ch and c.contact_id = x.ct`,
    [ctx.workspaceId, pairs.map((pair) => pair.channelId), pairs.map((pair) => pair.contactId)],
  );
  return new Map(
    rows.map((row) => {
      const found = refOf(row);
      return [conversationKey({ ...found, workspaceId: ctx.workspaceId }), found];
    }),
  );
}
