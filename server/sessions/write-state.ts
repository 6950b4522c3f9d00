// What happened to a session, written one after the other in the order in which it happened.
import type { App } from "../platform/context.ts";
import type { Lease } from "./lease.ts";
import { patchRow, type SessionPatch } from "./session-row.ts";
import { FencedOut } from "./session-store.ts";

const RETRY_MS = 500;
/** At the end of the process: what is not written then is found out again by the next owner. */
const LAST_TRIES = 6;

export interface StateWriter {
  /** Resolves when it is committed, or this owner has nothing more to say. Never rejects. */
  readonly write: (patch: SessionPatch) => Promise<void>;
  /** Resolves when everything so far is. */
  readonly written: () => Promise<void>;
}

/** A database that is away is waited for: a pairing that is forgotten here goes on at the network, and nobody connects it. */
export function createStateWriter(
  app: Pick<App, "db" | "clock" | "emit" | "bus" | "log">,
  lease: Lease,
  owner: { isLost(): boolean; isStopping(): boolean; lose(): void },
): StateWriter {
  let writing: Promise<void> = Promise.resolve();

  async function persist(patch: SessionPatch): Promise<void> {
    for (let lastTries = 0; !owner.isLost();) {
      try {
        return await patchRow(app, lease, patch);
      } catch (error) {
        if (error instanceof FencedOut) return owner.lose();
        app.log.warn({ err: error, channelId: lease.channelId }, "a session's state is not written yet");
        if (owner.isStopping() && ++lastTries >= LAST_TRIES) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  return {
    write: (patch) => (writing = writing.then(() => persist(patch))),
    written: () => writing,
  };
}
