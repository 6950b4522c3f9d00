import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import type { PollRef, Session } from "../providers/provider.ts";
import { emitInto } from "./emit-into.ts";
import { findPoll } from "./find-poll.ts";
import type { Lease } from "./lease.ts";
import { createSessionStore, FencedOut } from "./session-store.ts";
import { wipeSession } from "./wipe-session.ts";

/**
 * Destroys the keys of a pairing. What they decrypted and is not stored yet is stored first: it was acknowledged, and nobody sends it
 * again. Without a provider (its channel was removed) nothing can be stored, nor is wanted. @throws FencedOut
 */
export async function destroyLink(
  app: App,
  lease: Lease,
  generation: number,
  link: { provider: Session<unknown, unknown> | undefined; isOver: () => boolean },
): Promise<void> {
  if (link.provider && generation > 0) {
    const { channelId } = lease;
    try {
      const store = createSessionStore(app, lease, generation);
      try {
        const poll = (ref: PollRef) => findPoll(app, lease, ref);
        await link.provider.tellLeft({ store, poll, emit: emitInto(app, channelId, link.isOver) });
      } finally {
        await store.close();
      }
    } catch (error) {
      if (error instanceof FencedOut || link.isOver()) throw error;
      // destroyed before: nothing of it opens again
      if (!(error instanceof KeyDestroyed))
        app.log.error(
          { err: error, channelId },
          "a session's journal could not be read before its keys were destroyed",
        );
    }
  }
  await wipeSession(app, lease, generation);
}
