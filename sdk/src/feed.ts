import { KeepwordError } from "./error.ts";
import { pause } from "./request.ts";
import type { Conversation, Event, EventPayloads, Message, Note } from "./schema.ts";

export type EventType = keyof EventPayloads;

/** What an event speaks of, as it is when the event is read; null when it is gone. Without the permission to read it, absent. */
type Bodies<Type> = Type extends `message.${string}`
  ? { message?: Message | null }
  : Type extends `conversation.${string}`
    ? { conversation?: Conversation | null }
    : Type extends `note.${string}`
      ? { note?: Note | null }
      : unknown;

type DataOf<Type extends EventType> = EventPayloads[Type] extends { data: infer Data }
  ? Data
  : EventPayloads[Type] & Bodies<Type>;

/** An event whose type is known. */
export type EventOf<Type extends EventType> = Omit<Event, "type" | "data"> & { type: Type; data: DataOf<Type> };

/** Narrows an event of the feed or of a webhook: `if (isEvent(event, "message.received")) event.data.messageId`. */
export function isEvent<Given extends { type: string; data: unknown }, const Type extends EventType>(
  event: Given,
  ...types: readonly Type[]
): event is Given & { [One in Type]: { type: One; data: DataOf<One> } }[Type] {
  return (types as readonly string[]).includes(event.type);
}

export interface FollowOptions {
  /** Goes on after this position. Without it: from the oldest event that is kept (31 days). */
  after?: string | undefined;
  /** `message.*,contact.erased`; all when it is left out. */
  types?: string | readonly string[] | undefined;
  /** How long to wait when nothing new is there; default 2 s. */
  pollMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Told after each page, when its events have been taken: everything up to here was looked at. Store it, and give it as `after`
   * next time. With `types` it also moves when nothing matches, so a filtered reader never falls behind what is kept.
   */
  onPosition?: ((position: string) => void | Promise<void>) | undefined;
}

interface Page {
  data: Event[];
  nextCursor: string | null;
  lastPosition: string;
}

/**
 * Follows the event log for ever, in the order of its commits, over restarts of the server: nothing is skipped, and a reader that
 * remembers positions gets nothing twice. Ends when the signal aborts; throws KeepwordError when the server refuses
 * (`event.position_unknown`, 401, 403).
 */
export async function* followEvents(
  list: (input: Record<string, unknown>, options: { signal?: AbortSignal | undefined }) => Promise<unknown>,
  options: FollowOptions = {},
): AsyncGenerator<Event> {
  const { signal, onPosition, pollMs = 2_000 } = options;
  const types = typeof options.types === "object" ? options.types.join(",") : options.types;
  let { after } = options;
  let failures = 0;
  while (signal?.aborted !== true) {
    let page: Page;
    try {
      page = (await list({ after, types, limit: 500 }, { signal })) as Page;
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof KeepwordError) || isRefusal(error)) throw error;
      failures++;
      const backoff = Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
      await pause(error.retryAfterMs ?? backoff, signal).catch(() => {});
      continue;
    }
    failures = 0;
    for (const event of page.data) {
      if (signal?.aborted) return;
      yield event;
    }
    if (page.lastPosition !== after) await onPosition?.(page.lastPosition);
    after = page.lastPosition;
    if (page.nextCursor === null) await pause(pollMs, signal).catch(() => {});
  }
}

/** 408 and 429 heal by themselves, all else below 500 does not. */
export function isRefusal({ status }: KeepwordError): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
