import type { App } from "../platform/context.ts";
import type { InboundEvent } from "../providers/inbound-event.ts";
import { FencedOut } from "./session-store.ts";

const FULL_MS = 50;
const FAILED_MS = 500;

/** Hands events to the same transaction that stores what webhooks bring. Nobody sends them again, so it does not give up. */
export function emitInto(
  app: Pick<App, "channels" | "intake" | "clock">,
  channelId: string,
  isLost: () => boolean,
): (event: InboundEvent) => Promise<void> {
  return async (event) => {
    const receivedAt = app.clock.now();
    for (;;) {
      const channel = app.channels.peek(channelId);
      if (!channel || isLost()) throw new FencedOut("another process owns the session");
      const stored = app.intake.accept({ units: [{ channel, event, receivedAt }], kept: [], bytes: 1_000 });
      try {
        if (stored) return await stored;
      } catch {
        // the intake has logged it
      }
      await new Promise((resolve) => setTimeout(resolve, stored ? FAILED_MS : FULL_MS));
    }
  };
}
