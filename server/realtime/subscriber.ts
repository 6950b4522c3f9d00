import type { Actor } from "../platform/context.ts";
import { mayKnow, mayReadBody, onlyFor } from "./event-access.ts";
import type { Frame } from "./stream-frames.ts";

/** What a client may have waiting in memory; one that is slower than this reads the log again instead. */
const maxQueuedLetters = 256 * 1024;

interface Piece {
  text: string;
  upTo: number;
}

/** One client of a workspace's stream. The room pushes, the client's own loop pulls. */
export interface Subscriber {
  readonly actor: Actor;
  /** listeners with the same rights get the same text */
  readonly audience: string;
  /** the client has everything up to here, or may not see it */
  at: number;
  /** Pieces come from here on. While `isBehind`, what lies between `at` and this is read from the log. */
  liveFrom: number;
  isBehind: boolean;
  /** why the stream is over: access lost, or changed so that the client must read everything again */
  ended: "revoked" | "changed" | undefined;
  readonly queued: () => number;
  push(piece: Piece): void;
  /** All that waits, as one text; undefined when nothing does. */
  take(): Piece | undefined;
  end(reason: "revoked" | "changed"): void;
  /** The log has been skipped up to here: nothing of it is in memory. */
  skipTo(position: number): void;
  /** Resolves when there is something to do. */
  changed(): Promise<void>;
  nudge(): void;
}

function audienceOf(actor: Actor): string {
  if (actor.kind === "member") return JSON.stringify([actor.role, actor.channelIds]);
  if (actor.kind === "api_key") return JSON.stringify([actor.scopes, actor.channelIds]);
  return actor.kind;
}

export function createSubscriber(actor: Actor, at: number): Subscriber {
  let pieces: Piece[] = [];
  let letters = 0;
  let waiting = Promise.withResolvers<void>();
  const nudge = (): void => waiting.resolve();
  const clear = (): void => {
    pieces = [];
    letters = 0;
  };
  const subscriber: Subscriber = {
    actor,
    audience: audienceOf(actor),
    at,
    liveFrom: at,
    isBehind: false,
    ended: undefined,
    queued: () => letters,
    push(piece) {
      if (letters > 0 && letters + piece.text.length > maxQueuedLetters) return subscriber.skipTo(piece.upTo);
      pieces.push(piece);
      letters += piece.text.length;
      nudge();
    },
    take() {
      const last = pieces.at(-1);
      if (!last) return undefined;
      const text = pieces.length === 1 ? last.text : pieces.map((piece) => piece.text).join("");
      clear();
      subscriber.at = last.upTo;
      return { text, upTo: last.upTo };
    },
    end(reason) {
      subscriber.ended ??= reason;
      clear();
      nudge();
    },
    skipTo(position) {
      clear();
      subscriber.liveFrom = position;
      subscriber.isBehind = true;
      nudge();
    },
    async changed() {
      await waiting.promise;
      waiting = Promise.withResolvers();
    },
    nudge,
  };
  return subscriber;
}

/** The text of a batch for one audience; `memberId` for the members who have frames of their own in it. */
export function textFor(frames: readonly Frame[], actor: Actor): string {
  let text = "";
  for (const { event, text: frame } of frames)
    if (mayKnow(actor, event) && mayReadBody(actor, event.type)) text += frame;
  return text;
}

/** Members for whom a batch holds something that nobody else may see. */
export function membersNamedIn(frames: readonly Frame[]): ReadonlySet<string> {
  const members = new Set<string>();
  for (const { event } of frames) {
    const memberId = onlyFor(event);
    if (memberId !== undefined) members.add(memberId);
  }
  return members;
}
