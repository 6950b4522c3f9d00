// Events: what happened, in ids. `emit` appends them to the event log and runs the reactions in the same transaction.
import type { z } from "zod";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Tx } from "./db.ts";
import { newId } from "./ids.ts";

export interface EventDeclaration<T extends string = string, S extends z.ZodType = z.ZodType> {
  /** past tense, dotted: `message.received` */
  type: T;
  /** "Emitted when …" */
  doc: string;
  /** ids, enums, counts and times only: an event outlives the content it speaks of */
  payload: S;
}

/** Declares an event. Read by the event log, the webhooks, the stream, the docs and the SDK. */
export function event<const T extends string, S extends z.ZodType>(declaration: EventDeclaration<T, S>) {
  return declaration;
}

export interface EventItem<P> {
  workspaceId: string;
  payload: P;
  channelId?: string | undefined;
  conversationId?: string | undefined;
}

export interface Reaction<D extends EventDeclaration = EventDeclaration> {
  on: D;
  /** Runs inside the emitting transaction, once for a whole batch. Writes its own tables and enqueues jobs; no network. */
  run: (tx: Tx, items: readonly EventItem<z.infer<D["payload"]>>[]) => Promise<void>;
}

export type Emit = <D extends EventDeclaration>(
  tx: Tx,
  declaration: D,
  items: readonly EventItem<z.infer<D["payload"]>>[],
) => Promise<void>;

/**
 * Told at the end of a transaction how many events it appends in each workspace: they have the last positions of the workspace's counter,
 * which is held until the commit. Sends one statement when it is called, not later: it travels with the append and the commit, and
 * sees what the append wrote. Emits nothing.
 */
export type Follower = (tx: Tx, counts: ReadonlyMap<string, number>, occurredAt: Date) => Promise<void>;

interface Pending {
  workspaceIds: string[];
  ids: string[];
  types: string[];
  channelIds: (string | null)[];
  conversationIds: (string | null)[];
  payloads: string[];
}

/** The topic on which the workspaces with new events are announced, after the commit. */
export const EVENTS_TOPIC = "events";

// The counter rows are locked in workspace order by the last statement before the commit, so the positions of a workspace are in
// commit order (a reader with `after` never skips a late commit) and two batches cannot deadlock.
const APPEND = `with item as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
      with ordinality as x (workspace_id, id, type, channel_id, conversation_id, payload, ord)),
  size as (select workspace_id, count(*) as n from item group by workspace_id),
  bumped as (insert into event_counter as c (workspace_id, position) select workspace_id, n from size order by workspace_id
    on conflict (workspace_id) do update set position = c.position + excluded.position
    returning c.workspace_id, c.position - (select n from size s where s.workspace_id = c.workspace_id) as base)
  insert into event (workspace_id, position, id, type, channel_id, conversation_id, payload, created_at)
  select i.workspace_id, b.base + row_number() over (partition by i.workspace_id order by i.ord), i.id, i.type, i.channel_id,
    i.conversation_id, i.payload, $7 from item i join bumped b using (workspace_id)`;

/**
 * Whether the log's follower finds anything to do in this workspace. Takes the counter's lock until the commit: events that commit later
 * are followed, those that were committed before are in the log for the statements that come next.
 */
export async function followLog(tx: Tx, workspaceId: string, isFollowed: boolean): Promise<void> {
  await tx.named(
    "event.follow",
    `insert into event_counter (workspace_id, is_followed) values ($1, $2)
     on conflict (workspace_id) do update set is_followed = excluded.is_followed`,
    [workspaceId, isFollowed],
  );
}

/** Builds the event log's `emit`. One insert a transaction and one wake-up after it, however many events it emits. */
export function createEmit(deps: {
  bus: Bus;
  clock: Clock;
  reactions: readonly Reaction[];
  follow?: Follower | undefined;
}): Emit {
  const byType = Map.groupBy(deps.reactions, (reaction) => reaction.on.type);
  const pendingOf = new WeakMap<Tx, Pending>();

  const open = (tx: Tx): Pending => {
    const known = pendingOf.get(tx);
    if (known) return known;
    const pending: Pending = {
      workspaceIds: [],
      ids: [],
      types: [],
      channelIds: [],
      conversationIds: [],
      payloads: [],
    };
    pendingOf.set(tx, pending);
    tx.beforeCommit(async () => {
      const p = pending;
      deps.bus.publish(tx, EVENTS_TOPIC, [...new Set(p.workspaceIds)].join(","));
      const occurredAt = deps.clock.now();
      const appended = tx.named("event.append", APPEND, [
        p.workspaceIds,
        p.ids,
        p.types,
        p.channelIds,
        p.conversationIds,
        p.payloads,
        occurredAt,
      ]);
      const counts = new Map<string, number>();
      for (const id of p.workspaceIds) counts.set(id, (counts.get(id) ?? 0) + 1);
      await Promise.all([appended, deps.follow?.(tx, counts, occurredAt)]);
    }, "last");
    return pending;
  };

  return async (tx, declaration, items) => {
    if (items.length === 0) return;
    const pending = open(tx);
    for (const item of items) {
      pending.workspaceIds.push(item.workspaceId);
      pending.ids.push(newId("evt"));
      pending.types.push(declaration.type);
      pending.channelIds.push(item.channelId ?? null);
      pending.conversationIds.push(item.conversationId ?? null);
      pending.payloads.push(JSON.stringify(item.payload));
    }
    for (const reaction of byType.get(declaration.type) ?? []) await reaction.run(tx, items);
  };
}
