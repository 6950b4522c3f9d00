// How fast a channel may send. Wall-clock time, not the product's clock: it is about the provider's counters, and no row keeps it.
import type { Capabilities } from "../providers/provider.ts";

// A bucket of capacity c and rate r lets c + r through in one second; together these stay at the provider's limit.
const RATE_SHARE = 0.98;
const BURST_SHARE = 0.02;
const MAX_PAIRS = 100_000;

export interface Pace {
  /** How many messages the channel may send now; 0 means wait `waitMs`. */
  available(): number;
  /** Takes turns; a negative count gives back those that were not used. */
  take(count: number): void;
  /** Milliseconds until the next message may go. */
  waitMs(): number;
  /** Milliseconds until this recipient may get another message; 0 takes the turn. */
  pairWaitMs(recipient: string): number;
  /** The provider said "too fast": nothing for so long, and the tokens are gone. */
  pause(ms: number): void;
}

/** A token bucket for the channel and one (as a virtual schedule) for each recipient, both from the provider's capabilities. */
export function createPace(
  rates: Capabilities["rates"],
  perSecond = rates.perChannel.value.perSecond,
  nowMs: () => number = () => performance.now(),
): Pace {
  const rate = (perSecond * RATE_SHARE) / 1000;
  const capacity = Math.max(1, perSecond * BURST_SHARE);
  let tokens = capacity;
  let at = nowMs();
  const refill = (): void => {
    const now = nowMs();
    if (now > at) {
      tokens = Math.min(capacity, tokens + (now - at) * rate);
      at = now;
    }
  };

  const pair = rates.perRecipient?.value;
  /** when the schedule of a recipient is back at rest; who was written to last stands last */
  const restAt = new Map<string, number>();

  return {
    available() {
      refill();
      return Math.floor(tokens);
    },
    take(count) {
      refill();
      tokens -= count;
    },
    waitMs() {
      refill();
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / rate + Math.max(0, at - nowMs()));
    },
    pairWaitMs(recipient) {
      if (!pair) return 0;
      const now = nowMs();
      const rest = Math.max(restAt.get(recipient) ?? now, now);
      const wait = rest + pair.everyMs - (now + pair.burst * pair.everyMs);
      if (wait > 0) return Math.ceil(wait);
      restAt.delete(recipient);
      restAt.set(recipient, rest + pair.everyMs);
      // those at rest, two a message, so that a channel holds the recipients of its last seconds only
      for (const [first, firstRest] of restAt.entries().take(2))
        if (firstRest <= now || restAt.size > MAX_PAIRS) restAt.delete(first);
      return 0;
    },
    pause(ms) {
      tokens = 0;
      at = nowMs() + ms;
    },
  };
}
