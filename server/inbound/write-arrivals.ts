import { forgetSeenProfiles } from "../contacts/write-contacts.ts";
import { DatabaseLost, isConnectionLoss, needsRetry, sqlState } from "../platform/db-errors.ts";
import { txRetry } from "../platform/db.ts";
import type { App } from "../platform/context.ts";
import { KeyringUnusable } from "../platform/keyring.ts";
import { applyBatch, type ApplyApp, type InboundHandlers } from "./apply-batch.ts";
import type { Unit } from "./batch.ts";
import { forgetSeenRecipients } from "./collect-batch.ts";
import { keepEvents, type KeptEvent } from "./inbound-events.ts";

export type WriteApp = ApplyApp & Pick<App, "db" | "log">;

/** A part that could not be applied and was kept instead. */
export interface Poisoned {
  unit: Unit;
  errorCode: string;
}

/**
 * Commits everything, or throws when nothing can be committed now (then the provider must send it again). One bad part does not
 * take its neighbours down: the batch is halved until the part is alone, and that part is kept, visible and replayable.
 */
export async function writeArrivals(
  app: WriteApp,
  units: readonly Unit[],
  kept: readonly KeptEvent[],
  handlers: InboundHandlers,
): Promise<Poisoned[]> {
  const poisoned: Poisoned[] = [];
  const write = (some: readonly Unit[], keep: readonly KeptEvent[]): Promise<void> =>
    txRetry(app.db, { workspaceIds: workspacesOf(some, keep) }, async (tx) => {
      try {
        await applyBatch(app, tx, some, handlers);
        await keepEvents(app, tx, keep);
      } catch (error) {
        forgetSeen();
        throw error;
      }
    });
  const halve = async (some: readonly Unit[], keep: readonly KeptEvent[]): Promise<void> => {
    try {
      await write(some, keep);
    } catch (error) {
      forgetSeen();
      if (isPassing(error) || some.length + keep.length === 0) throw error;
      if (some.length > 0 && keep.length > 0) {
        await halve(some, []);
        await halve([], keep);
        return;
      }
      if (some.length === 1 && some[0]) {
        await keepPoison(some[0], error);
        return;
      }
      // a part that can be neither applied nor kept: let the provider try again
      if (some.length === 0 && keep.length === 1) throw error;
      const middle = Math.ceil(Math.max(some.length, keep.length) / 2);
      await halve(some.slice(0, middle), keep.slice(0, middle));
      await halve(some.slice(middle), keep.slice(middle));
    }
  };
  const keepPoison = async (unit: Unit, error: unknown): Promise<void> => {
    const errorCode = codeOf(error);
    app.log.error({ err: error, channelId: unit.channel.id, event: unit.event.type, errorCode }, "inbound part kept");
    const { channel, event, receivedAt } = unit;
    const item: KeptEvent = {
      ...{ channel, kind: "poison", name: event.type, errorCode, part: { form: "event", event } },
      ...{ dedupeKey: event.dedupeKey, occurredAt: event.occurredAt, receivedAt },
    };
    await txRetry(app.db, { workspaceIds: [channel.workspaceId] }, (tx) => keepEvents(app, tx, [item]));
    poisoned.push({ unit, errorCode });
  };
  await halve(units, kept);
  return poisoned;
}

/** The short cuts of a batch that was rolled back would hide a new name or alias until they expire. */
function forgetSeen(): void {
  forgetSeenProfiles();
  forgetSeenRecipients();
}

function workspacesOf(units: readonly Unit[], kept: readonly KeptEvent[]): string[] {
  const ids = new Set<string>();
  for (const { channel } of units) ids.add(channel.workspaceId);
  for (const { channel } of kept) ids.add(channel.workspaceId);
  return [...ids];
}

/** Nothing is wrong with the data: the same batch may succeed later. */
function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseLost || error instanceof KeyringUnusable) return true;
  if (isConnectionLoss(error) || needsRetry(error)) return true;
  const state = sqlState(error) ?? "";
  // lock and statement timeouts; no space, memory or connections; read-only after a failover
  return (
    state === "55P03" || state === "57014" || state.startsWith("53") || state === "25006" || state.startsWith("58")
  );
}

/** SQLSTATE, or the kind of the bug: never its text, which may quote content. */
export function codeOf(error: unknown): string {
  return sqlState(error) ?? (error instanceof Error ? error.name : "unknown");
}
