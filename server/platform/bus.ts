import pg from "pg";
import { startupSettings, type Tx } from "./db.ts";

/**
 * Wake-ups between processes over LISTEN/NOTIFY: "something new under this topic". A hint, not a log: what it announces is in tables, and
 * a reader polls once after `onGap`.
 */
export interface Bus extends AsyncDisposable {
  /**
   * With a transaction: is sent once it has committed, all of its messages in one NOTIFY. Without: is sent at once. A process that dies
   * in between says nothing: readers also look by themselves from time to time.
   * Payloads are ids. Too much for one NOTIFY (8,000 bytes) becomes a gap for every listener.
   */
  publish(tx: Tx | null, topic: string, payload: string): void;
  /** Returns the unsubscriber. A message published by this process arrives too. */
  subscribe(topic: string, fn: (payload: string) => void): () => void;
  /** Messages may have been missed (a lost connection, an oversized NOTIFY): read the tables again. Returns the unsubscriber. */
  onGap(fn: () => void): () => void;
  /**
   * Shows `name` as present for as long as this process lives and its connection stands: `kw.is_present(name)` is false at once after a
   * kill -9, and for a moment where the connection was lost. Resolves when it shows.
   */
  show(name: string): Promise<void>;
}

export interface BusOptions {
  url: string;
  /** Errors that belong to no call: a subscriber that threw, a connection lost. */
  onError?: (error: unknown) => void;
  /** How often the connection is proved alive; a half-open one is silent otherwise. */
  heartbeatMs?: number;
  /** How long it may take to answer before it counts as dead. */
  answerMs?: number;
}

type Message = readonly [topic: string, payload: string];

const channel = "keepword";
// the limit is below 8,000 bytes: https://www.postgresql.org/docs/18/sql-notify.html
const maxBytes = 7_900;
const gap = "gap";
// Shared, so that a connection which replaces a half-open one need not wait for its end. The number is that of kw.is_present (migration 0022)
const SHOW = "select pg_advisory_lock_shared(1802658917, hashtext($1))";

/** Opens the bus on one connection of its own and listens before it returns. */
export async function openBus(options: BusOptions): Promise<Bus> {
  const subscribers = new Map<string, Set<(payload: string) => void>>();
  const gapListeners = new Set<() => void>();
  const pending = new WeakMap<Tx, Message[]>();
  const onError = options.onError ?? (() => {});

  const call = (fn: () => void) => {
    try {
      fn();
    } catch (error) {
      onError(error);
    }
  };
  const announceGap = () => gapListeners.forEach(call);
  const receive = (text: string) => {
    if (text === gap) return announceGap();
    for (const [topic, payload] of JSON.parse(text) as Message[])
      for (const fn of subscribers.get(topic) ?? []) call(() => fn(payload));
  };
  const line = await openLine({ ...options, onError, receive, onReconnected: announceGap });

  // One NOTIFY at a time; what is published meanwhile shares the next. Never inside a transaction: from there to the end of its commit
  // PostgreSQL lets no other notifying transaction commit, so that group commits wait for each other's disk writes.
  let outside: Message[] = [];
  let isSending = false;
  const flush = () => {
    if (isSending || outside.length === 0) return;
    isSending = true;
    const messages = outside;
    outside = [];
    void line.notify(encode(messages)).finally(() => {
      isSending = false;
      flush();
    });
  };
  const publishOutside = (message: Message) => {
    if (outside.push(message) === 1) queueMicrotask(flush);
  };
  const publishInside = (tx: Tx, message: Message) => {
    const known = pending.get(tx);
    if (known) return void known.push(message);
    const messages = [message];
    pending.set(tx, messages);
    tx.afterCommit(() => messages.forEach(publishOutside));
  };
  return {
    publish: (tx, topic, payload) => (tx ? publishInside(tx, [topic, payload]) : publishOutside([topic, payload])),
    subscribe(topic, fn) {
      const own = (payload: string) => fn(payload); // so that one function subscribed twice is two subscriptions
      const set = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, set.add(own));
      return () => void set.delete(own);
    },
    onGap(fn) {
      const own = () => fn();
      gapListeners.add(own);
      return () => void gapListeners.delete(own);
    },
    show: (name) => line.show(name),
    [Symbol.asyncDispose]: () => line.close(),
  };
}

function encode(messages: readonly Message[]): string {
  const text = JSON.stringify([...new Map(messages.map((message) => [message.join("\n"), message])).values()]);
  return Buffer.byteLength(text) <= maxBytes ? text : gap;
}

interface LineOptions extends BusOptions {
  onError: (error: unknown) => void;
  receive: (text: string) => void;
  onReconnected: () => void;
}

interface Line {
  /** Never rejects: what could not be sent is reported, and a lost line means a gap for everyone. */
  notify(text: string): Promise<void>;
  show(name: string): Promise<void>;
  close(): Promise<void>;
}

/** One listening connection that comes back by itself, after 0.1 s, then up to 5 s apart. */
async function openLine(options: LineOptions): Promise<Line> {
  const closing = new AbortController();
  const shown = new Set<string>();
  // what could not be sent is not kept: everyone re-reads after the gap that a reconnection means
  let client = await connect();
  const beat = () => void client.query("select 1").catch(() => {});
  const heartbeat = setInterval(beat, options.heartbeatMs ?? 30_000).unref();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: "keepword-bus",
      keepAlive: true,
      query_timeout: options.answerMs ?? 10_000,
      pipeline: true, // a query that gets no answer in time then ends the connection
      options: startupSettings({ url: options.url, max: 1 }),
    });
    next.on("notification", ({ payload }) => payload && options.receive(payload));
    let over = false;
    const lost = (error?: Error) => {
      if (over || closing.signal.aborted) return;
      over = true;
      if (error) options.onError(error);
      void reconnect();
    };
    next.on("error", lost);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      for (const name of shown) await next.query(SHOW, [name]);
    } catch (error) {
      over = true; // the caller decides
      await next.end().catch(() => {});
      throw error;
    }
    next.on("end", () => lost());
    return next;
  }

  async function reconnect(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      await wait(Math.min(5_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2), closing.signal);
      if (closing.signal.aborted) return;
      try {
        client = await connect();
      } catch (error) {
        options.onError(error);
        continue;
      }
      if (closing.signal.aborted) return void client.end();
      return options.onReconnected();
    }
  }

  return {
    notify: (text) =>
      client.query("select pg_notify($1, $2)", [channel, text]).then(
        () => {},
        (error: unknown) => options.onError(error),
      ),
    async show(name) {
      shown.add(name);
      await client.query(SHOW, [name]);
    },
    async close() {
      closing.abort();
      clearInterval(heartbeat);
      await client.end().catch(() => {});
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
