import { channelGrants } from "../channels/channel-grants.ts";
import type { SendingState } from "../identity/sending-stop.ts";
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

/** What a send needs to know of where it goes, in one statement: conversations by id or place, and what stops the workspace. */
export interface SendPlaces {
  state: SendingState;
  byId: ReadonlyMap<string, ConversationRef>;
  /** by `conversationKey(…)` */
  byPlace: ReadonlyMap<string, ConversationRef>;
}

/** Conversations that are named by their id are those the actor may see; a channel is looked at by whoever names one. */
export async function findSendPlaces(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "actor">,
  ids: readonly string[],
  pairs: readonly { channelId: string; contactId: string }[],
): Promise<SendPlaces> {
  const { workspaceId } = ctx;
  // Plan: one row of workspace, conversation by its primary key, and by its channel and contact.
  const rows = await ctx.tx.named<Omit<Row, "id"> & { id: string | null; is_suspended: boolean; due: Date | null }>(
    "conversation.send_places",
    `select w.suspended_at is not null as is_suspended, w.agreements_due_at as due, c.* from workspace w left join lateral (
       select id, channel_id, contact_id, status, last_inbound_at from conversation
       where workspace_id = $1 and id = any ($2::text[]) and ($3::text[] is null or channel_id = any ($3))
       union all
       select c.id, c.channel_id, c.contact_id, c.status, c.last_inbound_at from unnest($4::text[], $5::text[]) as x (ch, ct)
       join conversation c on c.workspace_id = $1 and c.channel_id = x.ch and c.contact_id = x.ct
     ) c on true where w.id = $1`,
    [
      ...[workspaceId, ids, channelGrants(ctx.actor)],
      ...[pairs.map(({ channelId }) => channelId), pairs.map(({ contactId }) => contactId)],
    ],
  );
  const found = rows.flatMap(({ id, ...row }) => (id === null ? [] : [refOf({ id, ...row })]));
  return {
    // a workspace that is gone sends nothing
    state: { isSuspended: rows[0]?.is_suspended ?? true, agreementsDueAt: rows[0]?.due ?? null },
    byId: new Map(found.map((ref) => [ref.id, ref])),
    byPlace: new Map(found.map((ref) => [conversationKey({ ...ref, workspaceId }), ref])),
  };
}
