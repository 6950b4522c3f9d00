// The loop that empties the outbox: one lane a channel, in order within a conversation, as fast as the provider allows.
import type { App } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { claim, OUTBOX_TOPIC, type Claimed } from "./claim.ts";
import { createPace, type Pace } from "./pace.ts";
import { createRecorder, type Outcome } from "./record.ts";
import { sendClaimed } from "./send.ts";
import { maySignal } from "./signals.ts";
import { settleLostSends } from "./settle-lost-sends.ts";

const POLL_MS = 1_000;
const SETTLE_MS = 10_000;
/** 1,000 messages/s at 80 ms a call need 85 calls under way; the rest is room for slow ones. */
const MAX_IN_FLIGHT = 256;
const MAX_CLAIM = 200;

export interface Drain extends AsyncDisposable {
  /** Looks for due messages now. */
  wake(): void;
  /** Resolves when nothing more can go now and every outcome is committed. For tests and for a calm stop. */
  idle(): Promise<void>;
  /** Settles sends whose outcome was lost (a crash, a broken connection); runs every 10 s by itself. */
  settle(): Promise<void>;
}

interface Lane {
  workspaceId: string;
  channelId: string;
}

export interface DrainOptions {
  /** calls under way at a time */
  maxInFlight?: number;
  /** how long a call may take; one with files has longer */
  callTimeoutMs?: number;
  /** the clock of the pace; default: the process's own, which nobody sets */
  nowMs?: () => number;
}

/** Starts sending. One drain a process; several processes share the outbox by row locks. */
export function startDrain(app: App, options: DrainOptions = {}): Drain {
  const owner = newId("own");
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
  const paces = new Map<string, { pace: Pace; perSecond: number }>();
  const lanes = new Map<string, Promise<void>>();
  /** lanes that were asked for while they were ending */
  const askedAgain = new Set<string>();
  const calls = new Set<Promise<void>>();
  /** claims and commits so far */
  let progress = 0;
  let stopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  // a lane sleeps until a call ends, an outcome is committed (the next head is free) or its tokens are back
  let nudge = Promise.withResolvers<void>();
  const stir = (): void => {
    nudge.resolve();
    nudge = Promise.withResolvers();
  };
  const pause = (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    return Promise.race([slept, nudge.promise]).finally(() => clearTimeout(timer));
  };

  const recorder = createRecorder(app, (outcomes) => {
    progress++;
    stir();
    const sent = outcomes.filter((outcome) => outcome.kind === "sent").map((outcome) => outcome.claimed);
    app.health.sent(sent);
    sent.forEach(markRead);
    if (outcomes.some((outcome) => outcome.kind === "sent" || outcome.kind === "failed")) wake();
  });

  /** Whoever answers has read. A template is no answer, and a reaction says enough. */
  function markRead(claimed: Claimed): void {
    if (claimed.type === "template" || claimed.type === "reaction") return;
    if (maySignal(app, claimed.channelId, "read", "reply")) app.signals.send("read", claimed);
  }

  function paceOf(channelId: string): Pace | undefined {
    const channel = app.channels.peek(channelId);
    const provider = channel && app.providers[channel.provider];
    if (!provider) return undefined;
    const perSecond = channel.messagesPerSecond ?? provider.can.rates.perChannel.value.perSecond;
    const known = paces.get(channelId);
    if (known?.perSecond === perSecond) return known.pace;
    const pace = createPace(provider.can.rates, perSecond, options.nowMs);
    paces.set(channelId, { pace, perSecond });
    return pace;
  }

  function call(claimed: Claimed, pace: Pace | undefined): void {
    const wait = pace?.pairWaitMs(claimed.conversationId) ?? 0;
    if (wait > 0) {
      pace?.take(-1);
      return recorder.push({ kind: "put_back", claimed, afterMs: wait });
    }
    const work = sendClaimed(app, claimed, options, (fault) => {
      if (fault.kind === "retry_later" && fault.scope !== "message" && fault.scope !== "recipient")
        pace?.pause(fault.afterMs ?? 1_000);
    }).then((outcome: Outcome) => {
      calls.delete(work);
      recorder.push(outcome);
      stir();
    });
    calls.add(work);
  }

  async function runLane(lane: Lane): Promise<void> {
    await app.channels.ensure([lane.channelId]);
    while (!stopping) {
      askedAgain.delete(lane.channelId);
      const pace = paceOf(lane.channelId);
      const room = Math.min(maxInFlight - calls.size, MAX_CLAIM, pace?.available() ?? MAX_CLAIM);
      if (room < 1) {
        await pause(calls.size >= maxInFlight ? POLL_MS : Math.max(1, pace?.waitMs() ?? 1));
        continue;
      }
      const taken = await claim(app, lane, room, owner);
      if (taken.length === 0) {
        if (askedAgain.has(lane.channelId)) continue;
        return;
      }
      progress++;
      pace?.take(taken.length);
      for (const claimed of taken) call(claimed, pace);
    }
  }

  async function look(): Promise<void> {
    do {
      lookAgain = false;
      const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
        tx.named<{ workspace_id: string; channel_id: string }>("outbox.lanes", "select * from kw.outbox_lanes($1)", [
          app.clock.now(),
        ]),
      );
      for (const { workspace_id: workspaceId, channel_id: channelId } of due) {
        if (lanes.has(channelId)) askedAgain.add(channelId);
        if (lanes.has(channelId) || stopping) continue;
        const run = runLane({ workspaceId, channelId })
          .catch((error: unknown) => app.log.error({ err: error, channelId }, "a lane of the outbox stopped"))
          .finally(() => lanes.delete(channelId));
        lanes.set(channelId, run);
      }
    } while (lookAgain && !stopping);
  }

  function wake(): void {
    if (stopping) return;
    lookAgain = true;
    looking ??= look()
      .catch((error: unknown) => app.log.error({ err: error }, "the outbox could not be read"))
      .finally(() => (looking = undefined));
  }

  async function idle(): Promise<void> {
    for (let seen = -1; seen !== progress || lanes.size > 0 || calls.size > 0;) {
      seen = progress;
      wake();
      await looking;
      await Promise.all([...lanes.values(), ...calls]);
      await recorder.flushed();
    }
  }

  const settle = (): Promise<void> => settleLostSends(app, owner);
  const timers = [
    setInterval(wake, POLL_MS),
    setInterval(
      () => void settle().catch((error: unknown) => app.log.error({ err: error }, "lost sends are not settled")),
      SETTLE_MS,
    ),
  ];
  const stops = [app.bus.subscribe(OUTBOX_TOPIC, wake), app.bus.onGap(wake)];
  wake();

  return {
    wake,
    idle,
    settle,
    async [Symbol.asyncDispose]() {
      stopping = true;
      timers.forEach(clearInterval);
      stops.forEach((stop) => stop());
      stir();
      await looking;
      await Promise.all([...lanes.values(), ...calls]);
      recorder.stop();
      await recorder.flushed();
    },
  };
}
