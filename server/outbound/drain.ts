// The loop that empties the outbox: one lane a channel, in order within a conversation, as fast as the provider allows.
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { App } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { claim, OUTBOX_TOPIC, type Claimed } from "./claim.ts";
import { createPace, type Pace } from "./pace.ts";
import { createSendRecorder, type Outcome } from "./record.ts";
import { sendClaimed } from "./send.ts";
import { maySignal } from "./signals.ts";
import { settleLostSends } from "./settle-lost-sends.ts";

const POLL_MS = 1_000;
const SETTLE_MS = 10_000;
/** 1,000 messages/s at 80 ms a call need 85 calls under way; the rest is room for slow ones. */
const MAX_IN_FLIGHT = 256;
const MAX_CLAIM = 200;
// A fast channel's messages are claimed before their turn: a claim takes longer than the 20 ms of tokens that the bucket holds, and what
// overflows is lost for ever. A slow channel needs none of it, and what is claimed when the process is killed may have been sent.
const AHEAD_FROM_PER_SECOND = 200;
const AHEAD_SECONDS = 0.1;
const MAX_AHEAD = 100;
/** What was claimed goes back when the channel may not send for longer than this: after 120 s others take it for lost. */
const MAX_HOLD_MS = 500;

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
  /** which channels this process sends for; default: all */
  serves?: (channel: LiveChannel) => boolean;
  /** the clock of the pace; default: the process's own, which nobody sets */
  nowMs?: () => number;
}

/** Starts sending. One drain a process; several processes share the outbox by row locks. */
export function startDrain(app: App, options: DrainOptions = {}): Drain {
  const owner = newId("own");
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
  const paces = new Map<string, { pace: Pace; perSecond: number; limits: string }>();
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

  const recorder = createSendRecorder(app, (outcomes) => {
    progress++;
    stir();
    const sent = outcomes.filter((outcome) => outcome.kind === "sent").map((outcome) => outcome.claimed);
    app.health.sent(sent);
    sent.forEach(markRead);
    app.health.retried(
      outcomes.flatMap((outcome) =>
        outcome.kind === "retry" ? [{ ...outcome.claimed, errorCode: outcome.errorCode }] : [],
      ),
    );
    // what stood behind them may go; asking the table for all lanes after each commit would cost more than the sending
    const freed = outcomes.filter((outcome) => outcome.kind === "sent" || outcome.kind === "failed");
    new Map(freed.map(({ claimed }) => [claimed.channelId, claimed])).forEach(ask);
  });

  /** Whoever answers has read. A template is no answer, and what is about another message says enough. */
  function markRead(claimed: Claimed): void {
    if (["template", "reaction", "edit", "delete"].includes(claimed.type)) return;
    if (maySignal(app, claimed.channelId, "read", "reply")) app.signals.send("read", claimed);
  }

  function paceOf(channelId: string): { pace: Pace; perSecond: number } | undefined {
    const channel = app.channels.peek(channelId);
    const provider = channel && app.providers[channel.provider];
    if (!provider) return undefined;
    const rates = provider.ratesOf?.(channel.settings) ?? provider.can.rates;
    const perSecond = channel.messagesPerSecond ?? rates.perChannel.value.perSecond;
    const known = paces.get(channelId);
    const { everyMs = 0, burst = 0 } = rates.perRecipient?.value ?? {};
    const limits = `${perSecond}/${everyMs}/${burst}`;
    if (known?.limits === limits) return known;
    const made = { pace: createPace(rates, perSecond, options.nowMs), perSecond, limits };
    paces.set(channelId, made);
    return made;
  }

  function call(claimed: Claimed, pace: Pace | undefined): void {
    const wait = pace?.pairWaitMs(claimed.conversationId) ?? 0;
    if (wait > 0) return void recorder.push({ kind: "put_back", claimed, afterMs: wait });
    pace?.take(1);
    const work = sendClaimed(app, claimed, options, (fault) => {
      if (fault.kind === "retry_later" && fault.scope !== "message" && fault.scope !== "recipient")
        pace?.pause(fault.afterMs ?? 1_000);
    }).then((outcome: Outcome) => {
      calls.delete(work);
      void recorder.push(outcome);
      stir();
    });
    calls.add(work);
  }

  /** Claims and calls side by side until nothing more can go now. */
  async function runLane({ workspaceId, channelId }: Lane): Promise<void> {
    /** claimed, not called yet */
    let held: Claimed[] = [];
    let claiming: Promise<void> | undefined;
    let isDry = false;
    const putBack = (afterMs: number): void => {
      for (const claimed of held) void recorder.push({ kind: "put_back", claimed, afterMs });
      held = [];
    };
    const take = async (limit: number): Promise<void> => {
      askedAgain.delete(channelId);
      try {
        const taken = await claim(app, { workspaceId, channelId }, limit, owner);
        if (taken.length > 0) progress++;
        held.push(...taken);
        isDry = taken.length < limit;
      } catch (error) {
        app.log.error({ err: error, channelId }, "a lane of the outbox stopped");
        isDry = true;
        askedAgain.delete(channelId);
      } finally {
        claiming = undefined;
        stir();
      }
    };
    try {
      await app.channels.ensure([channelId]);
      while (!stopping) {
        const channel = app.channels.peek(channelId);
        // a linked phone that is not connected here: its messages wait where they are
        if (channel && options.serves?.(channel) === false) return;
        const { pace, perSecond = 0 } = paceOf(channelId) ?? {};
        while (held.length > 0 && calls.size < maxInFlight && (pace?.available() ?? 1) >= 1)
          call(held.shift() as Claimed, pace);
        const waitMs = pace?.waitMs() ?? 0;
        if (waitMs > MAX_HOLD_MS) putBack(waitMs);
        if (isDry && askedAgain.has(channelId)) isDry = false;
        if (isDry && !claiming && held.length === 0) return;

        const isFast = perSecond >= AHEAD_FROM_PER_SECOND && waitMs <= MAX_HOLD_MS;
        const ahead = isFast ? Math.floor(Math.min(perSecond * AHEAD_SECONDS, MAX_AHEAD, maxInFlight / 2)) : 0;
        const wanted = ahead + (pace?.available() ?? MAX_CLAIM) - held.length;
        const room = Math.min(maxInFlight - calls.size - held.length, MAX_CLAIM, wanted);
        // half of it at once, so that a claim is worth its transaction
        if (!claiming && !isDry && room >= Math.max(1, ahead / 2)) {
          claiming = take(room);
          continue;
        }
        const waitsForTokens = calls.size < maxInFlight && waitMs > 0 && (held.length > 0 || !claiming);
        await pause(waitsForTokens ? waitMs : POLL_MS);
      }
    } finally {
      await claiming;
      putBack(0);
      lanes.delete(channelId);
    }
  }

  function ask(lane: Lane): void {
    const { channelId } = lane;
    if (stopping) return;
    if (lanes.has(channelId)) {
      askedAgain.add(channelId);
      return stir();
    }
    const run = runLane(lane).catch((error: unknown) =>
      app.log.error({ err: error, channelId }, "a lane of the outbox stopped"),
    );
    lanes.set(channelId, run);
  }

  async function look(): Promise<void> {
    do {
      lookAgain = false;
      const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
        tx.named<{ workspace_id: string; channel_id: string }>("outbox.lanes", "select * from kw.outbox_lanes($1)", [
          app.clock.now(),
        ]),
      );
      for (const { workspace_id: workspaceId, channel_id: channelId } of due) ask({ workspaceId, channelId });
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
