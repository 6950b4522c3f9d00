import { KeepwordError } from "./error.ts";
import { followEvents, type FollowOptions } from "./feed.ts";
import { request, type CallOptions, type ClientOptions, type Operation } from "./request.ts";
import { operations, type Event, type Operations } from "./schema.ts";
import { follow, type ServerEvent, type StreamOptions } from "./stream.ts";

export * from "./schema.ts";
export { isEvent, type EventOf, type EventType } from "./feed.ts";
export { verifyWebhook, type ReceivedWebhook, type WebhookEvent } from "./webhook.ts";
export {
  KeepwordError,
  type CallOptions,
  type ClientOptions,
  type FollowOptions,
  type ServerEvent,
  type StreamOptions,
};

export type OperationId = keyof Operations;
export type InputOf<Id extends OperationId> = Operations[Id]["input"];
export type ResultOf<Id extends OperationId> = Operations[Id]["result"];

type Kind<Id extends OperationId> = Operations[Id]["kind"];
type OfKind<K> = { [Id in OperationId]: Kind<Id> extends K ? Id : never }[OperationId];
type CallableId = OfKind<"json" | "upload" | "download">;
type StreamId = OfKind<"stream">;
type PagedId = {
  [Id in OperationId]: ResultOf<Id> extends { data: unknown[]; nextCursor: string | null; lastPosition?: never }
    ? Id
    : never;
}[OperationId];
type ItemOf<Id extends OperationId> = ResultOf<Id> extends { data: (infer Item)[] } ? Item : never;

type Arguments<Input, Options> = object extends Input
  ? [input?: Input | undefined, options?: Options]
  : [input: Input, options?: Options];

type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;
type NounOf<Id> = Id extends `${infer Noun}.${string}` ? Noun : never;
type Method<Id extends OperationId> =
  Kind<Id> extends "stream"
    ? (...args: Arguments<InputOf<Id>, StreamOptions>) => AsyncGenerator<ServerEvent>
    : (...args: Arguments<InputOf<Id>, CallOptions>) => Promise<ResultOf<Id>>;

type Grouped = {
  readonly [Noun in NounOf<OperationId> as Exclude<Camel<Noun>, keyof Verbs>]: {
    readonly [Id in OperationId as Id extends `${Noun}.${infer Verb}` ? Camel<Verb> : never]: Method<Id>;
  };
};

interface Verbs {
  /** Any operation by its id. Path, query and body fields are given together. */
  call<Id extends CallableId>(id: Id, ...args: Arguments<InputOf<Id>, CallOptions>): Promise<ResultOf<Id>>;
  /** Every item of a list, page after page. */
  paginate<Id extends PagedId>(id: Id, ...args: Arguments<InputOf<Id>, CallOptions>): AsyncGenerator<ItemOf<Id>>;
  /** Follows the event log from a position on, over restarts of both sides, until the signal aborts. */
  followEvents(options?: FollowOptions): AsyncGenerator<Event>;
  /** Follows an event stream, over broken connections, until the signal aborts. */
  stream<Id extends StreamId>(id: Id, ...args: Arguments<InputOf<Id>, StreamOptions>): AsyncGenerator<ServerEvent>;
}

export type Keepword = Verbs & Grouped;

/**
 * A client for one Keepword server: `kw.message.send({ conversationId, type: "text", text })`, `kw.conversation.list()`.
 * Every failure is a KeepwordError. A POST with an effect outside carries an Idempotency-Key, so a lost answer is asked for
 * again and never done twice.
 */
export function createKeepword(options: ClientOptions): Keepword {
  type Fields = Record<string, unknown>;
  const table = operations as Readonly<Record<string, Operation>>;
  const find = (id: string): Operation => {
    const operation = table[id];
    if (operation === undefined) throw new TypeError(`there is no operation ${id}`);
    return operation;
  };
  const call = async (id: string, input?: Fields, options_?: CallOptions): Promise<unknown> => {
    const operation = find(id);
    const read = operation.kind === "download" ? async (response: Response) => response : readResult;
    return request<unknown>(options, operation, input, options_, read);
  };
  const stream = (id: string, input: Fields = {}, options_?: StreamOptions): AsyncGenerator<ServerEvent> =>
    follow(options, find(id), input, options_);
  const paginate = async function* (id: string, input: Fields = {}, options_?: CallOptions): AsyncGenerator<unknown> {
    let cursor = input["cursor"];
    do {
      const page = (await call(id, { ...input, cursor }, options_)) as { data: unknown[]; nextCursor: string | null };
      yield* page.data;
      cursor = page.nextCursor ?? undefined;
      if (cursor !== undefined && !find(id).query.includes("cursor")) throw new TypeError(`${id} has no cursor`);
    } while (cursor !== undefined);
  };

  const groups: Record<string, Record<string, unknown>> = {};
  for (const [id, operation] of Object.entries(table)) {
    const [noun = "", verb = ""] = id.split(".").map(camel);
    const run = operation.kind === "stream" ? stream : call;
    (groups[noun] ??= {})[verb] = (input?: Fields, options_?: CallOptions) => run(id, input, options_);
  }
  const followLog = (following?: FollowOptions): AsyncGenerator<Event> =>
    followEvents((input, options_) => call("event.list", input, options_), following);
  return { ...groups, call, paginate, stream, followEvents: followLog } as unknown as Keepword;
}

function camel(text: string): string {
  return text.replace(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase());
}

async function readResult(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    // a proxy's own page, most likely
    throw new KeepwordError(
      { code: "unexpected_answer", title: "The answer is not JSON", status: response.status },
      { cause },
    );
  }
}
