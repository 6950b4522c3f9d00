// Read marks and typing. They may be lost without harm: no outbox, no retry, and errors are only counted.
import { LRUCache } from "lru-cache";
import { linkOf, type LiveChannel } from "../channels/channel-directory.ts";
import { findAddresses } from "../contacts/find-contacts.ts";
import { openProviderMessageId } from "../messages/provider-message-id.ts";
import type { App } from "../platform/context.ts";
import type { Metrics } from "../platform/metrics.ts";
import { createRateLimiter } from "../platform/rate-limit.ts";
import { within } from "../platform/time-limit.ts";
import { strongestAddress, type Address } from "../providers/address.ts";
import type { OutboundSignal } from "../providers/outbound-message.ts";

declare module "../platform/context.ts" {
  interface App {
    signals: SignalSender;
  }
}

type Kind = OutboundSignal["kind"];

interface SignalRef {
  workspaceId: string;
  conversationId: string;
  channelId: string;
  /** which message of theirs; the newest, when left out */
  theirMessageId?: string;
}

export interface SignalSender extends AsyncDisposable {
  /** To whom the conversation is with, about a message of theirs. Never waits, never throws. */
  send(kind: Kind, ref: SignalRef): void;
  /** Resolves when everything asked for so far is sent or given up. */
  idle(): Promise<void>;
}

const LINGER_MS = 100;
const CALL_TIMEOUT_MS = 10_000;
const PARALLEL = 8;
/** A broadcast that people answer at once must not become a queue of its own. */
const MAX_WAITING = 2_000;
/** WhatsApp shows typing for up to 25 s. */
const TYPING_RATE = { capacity: 1, perSecond: 1 / 20 };
/** WhatsApp takes marks for messages of the last 30 days. */
const MAX_AGE_MS = 29 * 86_400_000;

/**
 * Whether the channel's settings and its provider allow a signal. Reading is shown when the team opens (`on_open`) or when it
 * answers (`on_reply`, and `on_open` too). Typing shows reading as well, so a channel that never tells does not show it either.
 */
export function maySignal(
  app: Pick<App, "channels" | "providers">,
  channelId: string,
  kind: Kind,
  occasion: "open" | "reply",
): boolean {
  const channel = app.channels.peek(channelId);
  const signals = channel && app.providers[channel.provider]?.can.signals.value;
  if (!channel || !signals?.includes(kind) || channel.readReceipts === "never") return false;
  return kind === "typing" || occasion === "reply" || channel.readReceipts === "on_open";
}

const NEWEST = `select c.id as conversation_id, x.m as asked, c.workspace_id, c.channel_id, c.contact_id, m.sender_contact_id, m.id,
    m.content, m.provider_message_id
  from unnest($1::text[], $2::text[], $4::text[]) as x (w, c, m) join conversation c on c.workspace_id = x.w and c.id = x.c
  cross join lateral (select id, content, provider_message_id, sender_contact_id from message m
    where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'inbound' and m.sort_at <= c.last_inbound_at
      and (x.m is null or m.id = x.m)
    order by m.sort_at desc, m.id desc limit 1) m
  where c.last_inbound_at > $3`;

interface Newest {
  conversation_id: string;
  asked: string | null;
  workspace_id: string;
  channel_id: string;
  id: string;
  content: Buffer | null;
  provider_message_id: Buffer | null;
  contact_id: string;
  sender_contact_id: string | null;
}

const keyOf = (conversationId: string, asked: string | null | undefined): string => `${conversationId}/${asked ?? ""}`;

type SignalApp = Pick<
  App,
  "db" | "bus" | "clock" | "keyring" | "channels" | "providers" | "fetch" | "log" | "sendsHere"
>;

/** A signal for a channel whose connection another process has: `kind/workspace/conversation/channel/message`. */
const SIGNAL_TOPIC = "signal";

declare module "../platform/context.ts" {
  interface App {
    /** Whether this process can send for a channel: that of a linked phone only where its connection is. */
    sendsHere: (channel: Pick<LiveChannel, "id" | "provider">) => boolean;
  }
}

export function createSignalSender(app: SignalApp, metrics: Pick<Metrics, "counter">): SignalSender {
  const counter = metrics.counter("keepword_signals_total", "Read marks and typing, by what became of them.", [
    "kind",
    "outcome",
  ]);
  const typing = createRateLimiter({ clock: app.clock });
  /** the newest message marked read, by conversation */
  const marked = new LRUCache<string, string>({ max: 50_000 });
  let waiting = new Map<string, { kind: Kind; ref: SignalRef }>();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** Whose conversation it is and who spoke, for networks that ask; others need the message's id only. */
  async function whom(row: Newest): Promise<{ to?: Address; author?: Address }> {
    const ids = [row.contact_id, row.sender_contact_id];
    const ctx = { workspaceId: row.workspace_id, keyring: app.keyring };
    const found = await app.db.tx({ workspaceIds: [row.workspace_id] }, (tx) => findAddresses({ ...ctx, tx }, ids));
    const best = (id: string | null) => strongestAddress(found.get(id ?? ""));
    const [to, author] = [best(row.contact_id), best(row.sender_contact_id)];
    return { ...(to ? { to } : {}), ...(author ? { author } : {}) };
  }

  async function call(kind: Kind, row: Newest): Promise<void> {
    const channel = app.channels.peek(row.channel_id);
    const provider = channel && app.providers[channel.provider];
    if (!channel || !provider || (kind === "read" && marked.get(row.conversation_id) === row.id)) return;
    const providerMessageId = openProviderMessageId(app.keyring, row.workspace_id, row);
    if (providerMessageId === undefined) return;
    // Meta's typing marks as read too; a phone's does not
    if (kind === "read" || provider.receive.mode === "hook") marked.set(row.conversation_id, row.id);
    try {
      const about = provider.receive.mode === "session" ? await whom(row) : {};
      const signal = { kind, providerMessageId, ...about };
      await within(CALL_TIMEOUT_MS, (limit) => provider.sendSignal(linkOf(app, channel), signal, limit));
      counter.inc({ kind, outcome: "sent" });
    } catch {
      marked.delete(row.conversation_id);
      counter.inc({ kind, outcome: "failed" });
    }
  }

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting.values()];
      waiting = new Map();
      const refs = [...new Map(batch.map(({ ref }) => [keyOf(ref.conversationId, ref.theirMessageId), ref])).values()];
      const rows = await app.db.tx({ workspaceIds: [...new Set(refs.map((ref) => ref.workspaceId))] }, (tx) =>
        tx.named<Newest>("signal.newest", NEWEST, [
          refs.map((ref) => ref.workspaceId),
          refs.map((ref) => ref.conversationId),
          new Date(app.clock.ms() - MAX_AGE_MS),
          refs.map((ref) => ref.theirMessageId ?? null),
        ]),
      );
      const byId = new Map(rows.map((row) => [keyOf(row.conversation_id, row.asked), row]));
      const calls = batch.flatMap(({ kind, ref }) => {
        const row = byId.get(keyOf(ref.conversationId, ref.theirMessageId));
        return row ? [{ kind, row }] : [];
      });
      for (let at = 0; at < calls.length; at += PARALLEL)
        await Promise.all(calls.slice(at, at + PARALLEL).map(({ kind, row }) => call(kind, row)));
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running ??= run()
      .catch((error: unknown) => app.log.warn({ err: error }, "signals were not sent"))
      .finally(() => (running = undefined));
    return running;
  }

  async function idle(): Promise<void> {
    while (waiting.size > 0 || running) await flush();
  }

  const stop = app.bus.subscribe(SIGNAL_TOPIC, (text) => {
    const [kind, workspaceId = "", conversationId = "", channelId = "", asked] = text.split("/");
    const channel = app.channels.peek(channelId);
    if (channel && app.providers[channel.provider]?.receive.mode === "session" && app.sendsHere(channel))
      accept(kind === "typing" ? "typing" : "read", {
        ...{ workspaceId, conversationId, channelId },
        ...(asked ? { theirMessageId: asked } : {}),
      });
  });

  function accept(kind: Kind, ref: SignalRef): void {
    if (waiting.size >= MAX_WAITING) return counter.inc({ kind, outcome: "dropped" });
    if (kind === "typing" && !typing.take(ref.conversationId, TYPING_RATE).allowed) return;
    waiting.set(`${kind}/${keyOf(ref.conversationId, ref.theirMessageId)}`, { kind, ref });
    timer ??= setTimeout(() => void flush(), LINGER_MS).unref();
  }

  return {
    send(kind, ref) {
      const channel = app.channels.peek(ref.channelId);
      if (channel && !app.sendsHere(channel)) {
        const { workspaceId, conversationId, channelId, theirMessageId = "" } = ref;
        const parts = [kind, workspaceId, conversationId, channelId, theirMessageId];
        return app.bus.publish(null, SIGNAL_TOPIC, parts.join("/"));
      }
      accept(kind, ref);
    },
    idle,
    [Symbol.asyncDispose]: async () => {
      stop();
      waiting.clear();
      await flush();
    },
  };
}
