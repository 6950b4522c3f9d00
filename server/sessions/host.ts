// The process that runs sessions: takes those that nobody owns, keeps its leases, and hands them over when it ends.
import { setTimeout } from "node:timers/promises";
import { CHANNEL_CHANGED_TOPIC } from "../channels/channel-directory.ts";
import { askForMedia, MEDIA_ASK_TOPIC } from "../media/ask-for-media.ts";
import type { App } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { acquireLeases, freshAfter, releaseLease, RENEW_MS, renewLeases, type Lease } from "./lease.ts";
import { markConnecting } from "./mark-connecting.ts";
import { runSession, type RunningSession } from "./run-session.ts";
import { SESSION_WORK_TOPIC } from "./session-events.ts";

const LOOK_MS = 2_000;
/** Handshakes under way at a time, and the time between two of them: 300 sessions come back within a minute, and the network sees no burst. */
const OPENING = 12;
const SPREAD_MS = 75;
/** A phone that was off may be on again, and nobody says so. */
const ASK_EVERY_MS = 900_000;
/** Leases taken in one transaction. */
const TAKEN_AT_ONCE = 50;

declare module "../platform/context.ts" {
  interface App {
    /** the sessions of this process; only where they run */
    sessions?: SessionHost;
  }
}

export interface SessionHost extends AsyncDisposable {
  /** Whether this process has the channel's connection, and it stands. */
  isSending(channelId: string): boolean;
  /** Looks for sessions without an owner, and for commands, now. */
  look(): Promise<void>;
  readonly count: number;
}

interface Work {
  workspace_id: string;
  channel_id: string;
  owner: string | null;
  is_free: boolean;
  command_no: number;
}

export function startSessionHost(app: App): SessionHost {
  const owner = newId("own");
  const running = new Map<string, RunningSession>();
  /** the newest command that each session was woken for */
  const woken = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const asking = new Map<string, { isWanted: boolean; ended: Promise<void> }>();
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let opening = 0;
  let startAt = 0;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  // nothing is taken before others can see that its owner lives; where that fails, the bus shows it with its next connection
  const shown = app.bus
    .show(owner)
    .catch((error: unknown) => app.log.warn({ err: error }, "the owner of sessions is not shown yet"));

  async function turn(): Promise<() => void> {
    if (opening >= OPENING) await new Promise<void>((resolve) => waiting.push(resolve));
    else opening += 1;
    // one after the other also where turns are free; who only ends its session waits for nothing
    const now = performance.now();
    startAt = Math.max(now, startAt + SPREAD_MS);
    await setTimeout(startAt - now, undefined, { signal: stopping.signal }).catch(() => undefined);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      const next = waiting.shift();
      // a turn that is handed on stays under way
      if (next) next();
      else opening -= 1;
    };
  }

  function run(lease: Lease, commandNo: number): void {
    const { channelId } = lease;
    woken.set(channelId, commandNo);
    const session = runSession(app, lease, {
      turn,
      onSending() {
        app.drain?.wake();
        ask(lease);
      },
    });
    running.set(channelId, session);
    void session.ended.then(async () => {
      running.delete(channelId);
      await releaseLease(app, lease).catch((error: unknown) =>
        app.log.warn({ err: error, channelId }, "a lease stays"),
      );
      // a command that came while it ended
      if (!isStopping()) void look();
    });
  }

  const isSending = (channelId: string): boolean => running.get(channelId)?.isSending() === true;

  /**
   * Files that the network does not keep are asked for where the connection is. One round at a time for each phone: what comes during it,
   * however often, is one more.
   */
  function ask({ workspaceId, channelId }: Pick<Lease, "workspaceId" | "channelId">): void {
    const stands = (): boolean => !isStopping() && isSending(channelId);
    const underWay = asking.get(channelId);
    if (underWay) underWay.isWanted = true;
    if (underWay || !stands()) return;
    const round = { isWanted: true, ended: Promise.resolve() };
    asking.set(channelId, round);
    round.ended = (async () => {
      try {
        while (round.isWanted && stands()) {
          round.isWanted = false;
          await askForMedia(app, { workspaceId, channelId }, { stands, signal: stopping.signal });
        }
      } finally {
        asking.delete(channelId);
      }
    })().catch((error: unknown) => app.log.warn({ err: error, channelId }, "files could not be asked for"));
  }

  const askAll = (): void => running.forEach(({ lease }) => ask(lease));

  /** A removed channel has only its keys left, and a command to destroy them. */
  async function isOurs({ channel_id: channelId }: Work): Promise<boolean> {
    const channel = await app.channels.find(channelId);
    return !channel || app.providers[channel.provider]?.receive.mode === "session";
  }

  async function lookOnce(): Promise<void> {
    const now = app.clock.now();
    const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.named<Work>("session.work", "select * from kw.session_work($1, $2)", [now, freshAfter(now)]),
    );
    const free: Work[] = [];
    for (const work of rows) {
      const mine = running.get(work.channel_id);
      if (!mine && (work.is_free || work.owner === owner) && (await isOurs(work))) free.push(work);
      else if (mine && work.command_no > (woken.get(work.channel_id) ?? 0)) {
        woken.set(work.channel_id, work.command_no);
        mine.wake();
      }
    }
    const gone = [...new Set(free.flatMap((work) => (work.is_free && work.owner !== null ? [work.owner] : [])))];
    while (free.length > 0 && !isStopping()) {
      const some = free.splice(0, TAKEN_AT_ONCE);
      const wanted = some.map((work) => ({ workspaceId: work.workspace_id, channelId: work.channel_id }));
      const leases = await acquireLeases(app, owner, wanted, gone);
      await markConnecting(app, leases).catch((error: unknown) =>
        app.log.warn({ err: error }, "sessions that were taken over are not marked as connecting"),
      );
      const won = new Map(leases.map((lease) => [lease.channelId, lease]));
      if (isStopping()) return;
      // in the order of the work: who spoke last comes first
      for (const work of some) {
        const lease = won.get(work.channel_id);
        if (lease) run(lease, work.command_no);
      }
    }
  }

  function look(): Promise<void> {
    lookAgain = true;
    looking ??= (async () => {
      await shown;
      while (lookAgain && !isStopping()) {
        lookAgain = false;
        await lookOnce();
      }
    })()
      .catch((error: unknown) => app.log.error({ err: error }, "sessions could not be looked for"))
      .finally(() => (looking = undefined));
    return looking;
  }

  async function renew(): Promise<void> {
    const sessions = [...running.values()];
    const kept = await renewLeases(
      app,
      sessions.map((session) => session.lease),
    );
    for (const session of sessions) if (!kept.has(session.lease.channelId)) session.lose();
  }

  const soon = (): void => void look();
  const timers = [
    setInterval(soon, LOOK_MS),
    setInterval(askAll, ASK_EVERY_MS),
    setInterval(
      () => void renew().catch((error: unknown) => app.log.error({ err: error }, "leases are not renewed")),
      RENEW_MS,
    ),
  ];
  const stops = [
    app.bus.subscribe(SESSION_WORK_TOPIC, soon),
    app.bus.subscribe(CHANNEL_CHANGED_TOPIC, soon),
    app.bus.subscribe(MEDIA_ASK_TOPIC, (payload) => {
      const [workspaceId = "", channelId = ""] = payload.split("/");
      ask({ workspaceId, channelId });
    }),
    app.bus.onGap(() => {
      soon();
      askAll();
    }),
  ];
  void look();

  return {
    isSending,
    look,
    get count() {
      return running.size;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      timers.forEach(clearInterval);
      stops.forEach((stop) => stop());
      waiting.splice(0).forEach((go) => go());
      await looking;
      await Promise.all(
        [...running.values()].map(async (session) => {
          await session.stop();
          await releaseLease(app, session.lease).catch(() => undefined);
        }),
      );
      await Promise.all([...asking.values()].map((round) => round.ended));
    },
  };
}
