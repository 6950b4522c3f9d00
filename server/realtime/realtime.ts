// The live stream: one room a workspace, opened by its first listener. What a client missed is read from the log.
import { systemCtx, type Actor, type App } from "../platform/context.ts";
import { EVENTS_TOPIC } from "../platform/event.ts";
import type { OpenCtx, StreamEvent } from "../platform/route.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { IDENTITY_TOPIC } from "../identity/authentication.ts";
import { checkAccess } from "./check-access.ts";
import { readBounds, readLog } from "./event-log.ts";
import { maxBehind, openRoom, pageSize, type Room } from "./room.ts";
import { formatFrame, renderFrames } from "./stream-frames.ts";
import { createSubscriber, textFor, type Subscriber } from "./subscriber.ts";

declare module "../platform/context.ts" {
  interface App {
    realtime: Realtime;
  }
}

export interface Realtime extends AsyncDisposable {
  /** A client's stream: `ready`, what it missed after `lastEventId`, then what happens, until the signal aborts or access ends. */
  follow(ctx: Pick<OpenCtx, "workspaceId" | "actor" | "lastEventId" | "signal">): AsyncIterable<StreamEvent>;
  /** Ends the streams of those who lost access; runs by itself every 3 s and when a login, key or membership changes. */
  checkAccess(): Promise<void>;
  load(): { rooms: number; subscribers: number; queuedLetters: number };
  /** Every type that is declared: what can be asked for. */
  readonly eventTypes: readonly string[];
}

// Wake-ups can get lost; nothing is read here when the position did not move.
const pollMs = 15_000;
const accessMs = 3_000;
/** A thousand clients that reconnect at once must leave the database to others. */
const replaysAtOnce = 4;

export function openRealtime(app: App, eventTypes: readonly string[]): Realtime {
  const opening = new Map<string, Promise<Room>>();
  const rooms = new Map<string, Room>();
  const takeTurn = createTurns(replaysAtOnce);

  const wakeAll = (): void => rooms.forEach((room) => void room.wake());
  let checking: Promise<void> | undefined;
  let isStale = false;
  async function checkAll(): Promise<void> {
    do {
      isStale = false;
      for (const room of rooms.values()) await checkAccess(app, room);
    } while (isStale);
  }
  /** A change that is announced during a check may not have been seen by it, so another one follows. */
  function check(): Promise<void> {
    isStale = true;
    return (checking ??= checkAll()
      .catch((error: unknown) => app.log.error({ err: error }, "access of streams could not be checked"))
      .finally(() => (checking = undefined)));
  }

  const stops = [
    app.bus.subscribe(EVENTS_TOPIC, (payload) => payload.split(",").forEach((id) => void rooms.get(id)?.wake())),
    app.bus.subscribe(IDENTITY_TOPIC, () => void check()),
    app.bus.onGap(() => {
      wakeAll();
      void check();
    }),
  ];
  const timers = [setInterval(wakeAll, pollMs).unref(), setInterval(() => void check(), accessMs).unref()];

  async function enter(workspaceId: string): Promise<Room> {
    const known = rooms.get(workspaceId) ?? opening.get(workspaceId);
    if (known) return known;
    const work = openRoom(app, workspaceId).then((room) => {
      rooms.set(workspaceId, room);
      // a wake-up that came between reading the position and here found no room
      void room.wake();
      return room;
    });
    opening.set(workspaceId, work);
    return work.finally(() => opening.delete(workspaceId));
  }

  function leave(room: Room, subscriber: Subscriber): void {
    room.subscribers.delete(subscriber);
    if (room.subscribers.size > 0 || room.isClosed()) return;
    rooms.delete(room.workspaceId);
    void room.close();
  }

  async function* follow(ctx: Parameters<Realtime["follow"]>[0]): AsyncGenerator<StreamEvent> {
    const { workspaceId, actor, signal } = ctx;
    const wanted = positionOf(ctx.lastEventId);
    const { room, subscriber } = await join(workspaceId, actor, wanted);
    const onAbort = (): void => subscriber.nudge();
    signal.addEventListener("abort", onAbort);
    try {
      yield raw(formatFrame(subscriber.at, "ready", { position: room.position() }));
      while (!signal.aborted) {
        if (subscriber.ended === "revoked") return;
        if (subscriber.ended === "changed") return yield resetTo(room.position());
        if (subscriber.isBehind) {
          const text = await replay(subscriber, workspaceId);
          if (text !== "") yield raw(text);
          continue;
        }
        const piece = subscriber.take();
        if (piece) yield raw(piece.text);
        else await subscriber.changed();
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      leave(room, subscriber);
    }
  }

  /** Registers first and replays afterwards: what happens meanwhile waits in the queue, so there is no hole. */
  async function join(workspaceId: string, actor: Actor, wanted: number | undefined) {
    let room = await enter(workspaceId);
    while (room.isClosed()) room = await enter(workspaceId);
    const subscriber = createSubscriber(actor, room.position());
    room.subscribers.add(subscriber);
    if (wanted === undefined) return { room, subscriber };
    // Another process may have been further than this one. What is read here waits in the queue, for nothing.
    if (wanted > room.position()) await room.wake();
    subscriber.at = wanted;
    // a position that is still in the future belongs to another life of this database
    if (wanted !== room.position()) subscriber.skipTo(room.position());
    else subscriber.take();
    return { room, subscriber };
  }

  /** The next page of what a client missed; a `reset` where the log cannot tell, or it would take longer than to start over. */
  async function replay(subscriber: Subscriber, workspaceId: string): Promise<string> {
    const { at, liveFrom, actor } = subscriber;
    const page = await takeTurn(() =>
      app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
        const { oldest } = await readBounds(tx, workspaceId);
        if (at > liveFrom || liveFrom - at > maxBehind || at + 1 < oldest) return undefined;
        const channelIds = channelGrants(actor);
        const events = await readLog(tx, workspaceId, { after: at, upTo: liveFrom, limit: pageSize, channelIds });
        const upTo = events.length === pageSize ? (events.at(-1)?.position ?? liveFrom) : liveFrom;
        return { upTo, frames: await renderFrames(systemCtx(app, tx, workspaceId, "realtime"), events) };
      }),
    );
    subscriber.at = page?.upTo ?? liveFrom;
    // it may have been left behind once more meanwhile
    if (subscriber.at >= subscriber.liveFrom) subscriber.isBehind = false;
    return page ? textFor(page.frames, actor) : (resetTo(liveFrom).frame ?? "");
  }

  return {
    follow,
    checkAccess: check,
    eventTypes,
    load: () => {
      const all = [...rooms.values()].flatMap((room) => [...room.subscribers]);
      return {
        rooms: rooms.size,
        subscribers: all.length,
        queuedLetters: all.reduce((sum, subscriber) => sum + subscriber.queued(), 0),
      };
    },
    async [Symbol.asyncDispose]() {
      timers.forEach(clearInterval);
      stops.forEach((stop) => stop());
      const open = [...rooms.values()];
      rooms.clear();
      await Promise.all([...open.map((room) => room.close()), checking]);
    },
  };
}

const raw = (frame: string): StreamEvent & { frame: string } => ({ data: null, frame });
const resetTo = (position: number): StreamEvent => raw(formatFrame(position, "reset", {}));

/** Not a position: like a client that was never here. */
function positionOf(lastEventId: string | undefined): number | undefined {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
}

/** Runs at most `count` at a time, the others in the order in which they asked. */
function createTurns(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
