import type { Actor, Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";

export interface ConversationRef {
  id: string;
  channelId: string;
  contactId: string;
  status: string;
  lastInboundAt: Date | null;
}

/** The channels an actor may see; null means all. Agents and keys may be limited to some. */
export function channelGrants(actor: Actor): readonly string[] | null {
  return actor.kind === "member" || actor.kind === "api_key" ? actor.channelIds : null;
}

/** One conversation the actor may see. @throws not_found also for one on a channel outside the actor's grants */
export async function findConversation(ctx: Ctx, id: string): Promise<ConversationRef> {
  const [row] = await ctx.tx.named<{
    id: string;
    channel_id: string;
    contact_id: string;
    status: string;
    last_inbound_at: Date | null;
  }>(
    "conversation.find",
    `select id, channel_id, contact_id, status, last_inbound_at from conversation
     where workspace_id = $1 and id = $2 and ($3::text[] is null or channel_id = any ($3))`,
    [ctx.workspaceId, id, channelGrants(ctx.actor)],
  );
  if (!row) throw notFound();
  return {
    id: row.id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    status: row.status,
    lastInboundAt: row.last_inbound_at,
  };
}
