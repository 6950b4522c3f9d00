import { systemCtx, type App } from "../platform/context.ts";
import { readBounds, readLog } from "./event-log.ts";
import { formatFrame, renderFrames, type Frame } from "./stream-frames.ts";
import { membersNamedIn, textFor, type Subscriber } from "./subscriber.ts";

export const pageSize = 500;
/** Beyond this a client refetches sooner than it replays. */
export const maxBehind = 5_000;
/** So many events that a client may not see pass before it is told the position: its reconnect begins there. */
const silentEvents = 1_000;
const retryMs = 1_000;

/** The listeners of one workspace in this process. The log is read and rendered once for all of them. */
export interface Room {
  readonly workspaceId: string;
  readonly subscribers: Set<Subscriber>;
  /** everything up to here was handed to the subscribers */
  position(): number;
  /** Reads what is new; resolves when everything committed before the call is handed over, or the room is closed. */
  wake(): Promise<void>;
  isClosed(): boolean;
  /** Resolves when nothing is being read any more. */
  close(): Promise<void>;
}

/** One write per client costs about 10 µs, whatever is in it: the more listen, the more events share one write. */
function pauseMs(subscribers: number): number {
  return Math.min(50, Math.max(5, subscribers / 20));
}

export async function openRoom(app: App, workspaceId: string): Promise<Room> {
  const scope = { workspaceIds: [workspaceId] };
  const subscribers = new Set<Subscriber>();
  let position = (await app.db.tx(scope, (tx) => readBounds(tx, workspaceId))).latest;
  let isClosed = false;
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let readAt = 0;

  /** True when there was as much as a page holds. */
  async function readPage(): Promise<boolean> {
    const batch = await app.db.tx(scope, async (tx) => {
      const { latest } = await readBounds(tx, workspaceId);
      if (latest - position > maxBehind) return { frames: [], upTo: latest, isSkipped: true };
      const events = await readLog(tx, workspaceId, { after: position, upTo: latest, limit: pageSize });
      const upTo = events.length === pageSize ? (events.at(-1)?.position ?? latest) : latest;
      return {
        frames: await renderFrames(systemCtx(app, tx, workspaceId, "realtime"), events),
        upTo,
        isSkipped: false,
      };
    });
    readAt = performance.now();
    if (batch.isSkipped) for (const subscriber of subscribers) subscriber.skipTo(batch.upTo);
    else hand(batch.frames, batch.upTo);
    position = batch.upTo;
    return batch.frames.length === pageSize;
  }

  function hand(frames: readonly Frame[], upTo: number): void {
    const texts = new Map<string, string>();
    const named = membersNamedIn(frames);
    for (const subscriber of subscribers) {
      const { actor } = subscriber;
      const isNamed = actor.kind === "member" && named.has(actor.memberId);
      const audience = isNamed ? `${subscriber.audience}/${actor.memberId}` : subscriber.audience;
      let text = texts.get(audience);
      if (text === undefined) texts.set(audience, (text = textFor(frames, actor)));
      if (text !== "") subscriber.push({ text, upTo });
      else if (!subscriber.isBehind && subscriber.queued() === 0 && upTo - subscriber.at >= silentEvents)
        subscriber.push({ text: formatFrame(upTo, "position", {}), upTo });
    }
  }

  async function read(): Promise<void> {
    const wait = readAt + pauseMs(subscribers.size) - performance.now();
    if (wait > 0) await pause(wait);
    for (let hasMore = true; hasMore && !isClosed;) {
      try {
        hasMore = await readPage();
      } catch (error) {
        if (isClosed) return;
        app.log.error({ err: error, workspaceId }, "the event log could not be read for the stream");
        await pause(retryMs);
      }
    }
  }

  function wake(): Promise<void> {
    if (isClosed) return Promise.resolve();
    if (reading) return (next ??= reading.then(wake));
    next = undefined;
    reading = read().finally(() => (reading = undefined));
    return reading;
  }

  return {
    workspaceId,
    subscribers,
    position: () => position,
    wake,
    isClosed: () => isClosed,
    close: async () => {
      isClosed = true;
      await reading;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
