import type { Tx } from "../platform/db.ts";
import type { DataKey } from "../platform/keyring.ts";
import { seal, type Aad } from "../platform/seal.ts";

/** The `actorId` of our own reactions: a channel has one per message, whoever of the team gave it. */
export const OWN_REACTION = "self";

export type ReactionKind = "emoji" | "vote";

export interface NewReaction {
  workspaceId: string;
  channelId: string;
  targetIndex: Buffer;
  /** the contact's id, or `OWN_REACTION` */
  actorId: string;
  contactId: string;
  kind: ReactionKind;
  /** an emoji, or the options of a vote as JSON; empty or null: taken back */
  value: string | null;
  key: DataKey;
  place: Aad;
  occurredAt: Date;
}

/** Keeps the newest reaction and the newest vote of each actor to each message; one item of a kind per actor and message. */
export async function writeReactions(tx: Tx, items: readonly NewReaction[]): Promise<void> {
  if (items.length === 0) return;
  await tx.named(
    "reaction.write",
    `insert into reaction (workspace_id, channel_id, target_index, actor_id, contact_id, emoji, occurred_at, kind)
     select w, ch, t, a, c, e, o, k from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::bytea[],
       $7::timestamptz[], $8::text[]) as x (w, ch, t, a, c, e, o, k) order by w, ch, t, a, k
     on conflict (workspace_id, channel_id, target_index, actor_id, kind) do update
       set emoji = excluded.emoji, occurred_at = excluded.occurred_at where reaction.occurred_at <= excluded.occurred_at`,
    [
      items.map((item) => item.workspaceId),
      items.map((item) => item.channelId),
      items.map((item) => item.targetIndex),
      items.map((item) => item.actorId),
      items.map((item) => item.contactId),
      items.map((item) => (item.value ? seal(item.key, item.place, item.value) : null)),
      items.map((item) => item.occurredAt),
      items.map((item) => item.kind),
    ],
  );
}
