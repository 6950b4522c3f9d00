// One connection of a linked device. Everything that imports the library is reached from here, and here only by `open`.
import {
  Browsers,
  isJidBroadcast,
  isJidNewsletter,
  jidNormalizedUser,
  makeWASocket,
  proto,
  type BaileysEventMap,
  type BinaryNode,
  type GroupMetadata,
  type WAMessage,
} from "baileys";
import { LRUCache } from "lru-cache";

import type { InboundEvent } from "../inbound-event.ts";
import type { LiveSession, SessionEnd, SessionOptions, SessionPorts } from "../provider.ts";
import { composeMessage } from "./compose.ts";
import { notConnected } from "./faults.ts";
import { bareJid } from "./jids.ts";
import { createJournal, isForLibrary, placeOf, readEntry } from "./journal.ts";
import { openKeyStore } from "./key-store.ts";
import { hangUpSoon, removeDevice, takeInOrder } from "./library-socket.ts";
import { putLive } from "./live.ts";
import { withRoot } from "./noise-root.ts";
import { otherNameIn } from "./other-name.ts";
import { readHistory } from "./read-history.ts";
import { readMessage } from "./read-message.ts";
import { readAck, readReceipt } from "./read-receipt.ts";
import { createLiveSocket } from "./send.ts";
import { endOf } from "./session-end.ts";
import type { LinkedLink } from "./settings.ts";
import { readNetwork } from "./trust.ts";

const nothing = (): void => undefined;
/** The library logs what it decrypts. */
const silent = {
  level: "silent",
  child: () => silent,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

// the first QR lives a minute, later ones 20 s (Baileys 7.0.0-rc14, makeSocket); a code about three minutes
const qrMs = { first: 60_000, next: 20_000 };
const codeMs = 160_000;
const seenEveryMs = 5_000;
/** Messages that are not stored yet. Beyond, memory is no queue: the journal is, and the next connection reads it. */
const maxPending = 2_000;
const groupMs = 300_000;
const GROUPS = "groups";
/** Messages whose statuses may be faster than the record of their sending. */
const maxSent = 1_000;

export async function openSession(
  link: LinkedLink,
  ports: SessionPorts,
  options: SessionOptions,
): Promise<LiveSession> {
  const { store, report } = ports;
  const ended = Promise.withResolvers<SessionEnd>();
  const network = await readNetwork(link, AbortSignal.timeout(10_000));
  const left = await store.leftEntries();
  const keys = await openKeyStore(store, options.entry.method !== "stored", () =>
    stop({ kind: "lost", code: "storage" }),
  );
  const groups = new LRUCache<string, GroupMetadata>({ max: 500, ttl: groupMs });
  const { creds } = keys;
  // a crash between the end of its keys and the word of it
  if (options.entry.method === "stored" && !creds.me) return noSession({ kind: "logged_out", code: "keys_gone" });
  const agents = [link.agentFor(network.socketRoute), link.agentFor(network.mediaRoute)] as const;

  let isOpen = false;
  let isOver = false;
  let leaving: Promise<void> | undefined;
  let pending = 0;
  let lastSeen = 0;
  /** messages told from the journal, which the library hands over once more; each with the moment when it is stored */
  const told = new LRUCache<string, Promise<void>>({ max: 5_000 });

  /** of messages that this connection sent: the network's id → ours, which their statuses carry */
  const sent = new LRUCache<string, string>({ max: maxSent });

  const otherName = otherNameIn(keys);

  const ownJids = (): string[] => [creds.me?.id, creds.me?.lid].flatMap((own) => (own ? [jidNormalizedUser(own)] : []));
  const poll = (providerMessageId: string) =>
    ports.poll({ providerMessageId, callbackData: sent.get(providerMessageId) });
  const messagePorts = { otherName, own: ownJids, poll };

  // one after the other, so that what was said first is stored first; the storing itself overlaps
  let turn: Promise<void> = Promise.resolve();
  function tell(read: () => Promise<readonly InboundEvent[]>, stored: () => void): void {
    pending += 1;
    if (pending > maxPending) stop({ kind: "lost", code: "backlog" });
    turn = turn.then(async () => {
      const events = await read();
      void Promise.all(events.map((event) => ports.emit(event)))
        .then(stored, nothing)
        .finally(() => (pending -= 1));
    });
    // what could not be read or stored stays in the journal
    turn = turn.catch(() => void (pending -= 1));
  }
  const tellMessage = (message: WAMessage, stored: () => void): void =>
    tell(async () => {
      const event = await readMessage(message, messagePorts);
      return event ? [event] : [];
    }, stored);

  const me = (): { id: string; lid?: string | undefined } => creds.me ?? { id: "" };
  const journal = createJournal(store, me, left, ({ hash, entry }) => {
    const message = readEntry(entry, me());
    if (isForLibrary(message)) return;
    const kept = Promise.withResolvers<void>();
    told.set(placeOf(message.key), kept.promise);
    tellMessage(message, () => {
      journal.drop(hash);
      kept.resolve();
    });
  });

  const sock = withRoot(network.noiseRoot, () =>
    makeWASocket({
      ...{ waWebSocketUrl: network.webSocketUrl, agent: agents[0], fetchAgent: agents[1], logger: silent },
      auth: { creds, keys },
      browser: Browsers.ubuntu("Chrome"),
      makeSignalRepository: journal.makeSignalRepository,
      // a write that fails ends the session: what the library would try again is not what is stored
      transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 1 },
      // else the owner's phone stops ringing
      markOnlineOnConnect: false,
      emitOwnEvents: false,
      keepAliveIntervalMs: 25_000,
      syncFullHistory: options.historyDays > 30,
      shouldSyncHistoryMessage: ({ syncType }) =>
        syncType !== proto.HistorySync.HistorySyncType.FULL || options.historyDays > 30,
      shouldIgnoreJid: (jid) => Boolean(isJidBroadcast(jid) || isJidNewsletter(jid)),
      cachedGroupMetadata: async (jid) => groups.get(jid),
      getMessage: async ({ id }) => recalled(id ?? ""),
    }),
  );

  hangUpSoon(sock.ws);
  takeInOrder(sock.ws);

  const isOwn = (jid: string): boolean => ownJids().includes(jidNormalizedUser(jid));

  const receiptPorts = { isOwn, otherName, now: () => link.clock.now(), callbackOf: (id: string) => sent.get(id) };

  async function recalled(id: string): Promise<proto.IMessage | undefined> {
    const message = await ports.recall(id).catch(() => undefined);
    const refer = (target: string) => ({ id: target });
    return message && composeMessage(message, refer, () => Promise.reject(notConnected())).catch(() => undefined);
  }

  function onConnection(update: BaileysEventMap["connection.update"]): void {
    const { qr, connection, isNewLogin, reachoutTimeLock: lock } = update;
    if (qr !== undefined) void offer(qr).catch(() => stop({ kind: "lost", code: "pairing" }));
    if (isNewLogin) {
      keys.touchCreds();
      report({ kind: "paired" });
    }
    if (lock?.isActive) report({ kind: "restricted", until: lock.timeEnforcementEnds ?? null, code: "time_lock" });
    else if (lock) report({ kind: "unrestricted" });
    if (connection === "open") {
      isOpen = true;
      void listGroups().catch(nothing);
      const phone = creds.me && /^(\d+)[:@]/.exec(creds.me.id)?.[1];
      const name = creds.me?.verifiedName ?? creds.me?.name;
      report({ kind: "connected", ...(phone ? { phone: `+${phone}` } : {}), ...(name ? { displayName: name } : {}) });
    }
    if (connection === "close") {
      const end = endOf(update, creds.account !== undefined);
      stop(leaving && end.kind === "logged_out" ? { ...end, code: "asked" } : end);
    }
  }

  /** Once a pairing; afterwards the network tells what changes. The library tells each group as one that was updated. */
  async function listGroups(): Promise<void> {
    if ((await store.get(GROUPS, [GROUPS])).size > 0) return;
    await sock.groupFetchAllParticipating();
    await store.commit([{ kind: GROUPS, id: GROUPS, value: Buffer.from("listed") }]);
  }

  function onCap(cap: BaileysEventMap["message-capping.update"]): void {
    const { total_quota: total = 0, used_quota: used = 0, cycle_end_timestamp: end } = cap;
    const until = end && /^\d{9,11}$/.test(end) ? new Date(Number(end) * 1000) : null;
    if (total > 0 && used >= total) report({ kind: "restricted", until, code: "new_chat_cap" });
    else report({ kind: "unrestricted" });
  }

  let offers = 0;
  async function offer(qr: string): Promise<void> {
    const first = offers++ === 0;
    const { entry } = options;
    const until = (ms: number) => new Date(link.clock.now().getTime() + ms);
    if (entry.method !== "code") report({ kind: "pairing", qr, expiresAt: until(first ? qrMs.first : qrMs.next) });
    else if (first) {
      const pairingCode = await sock.requestPairingCode(entry.phoneNumber);
      report({ kind: "pairing", pairingCode, expiresAt: until(codeMs) });
    }
  }

  sock.ev.process((events) => {
    if (events["creds.update"] && creds.account) keys.touchCreds();
    if (events["connection.update"]) onConnection(events["connection.update"]);
    for (const message of events["messages.upsert"]?.messages ?? []) {
      const place = placeOf(message.key);
      const done = (): void => journal.done(place);
      const kept = told.get(place);
      if (kept) void kept.then(done);
      else tellMessage(message, done);
    }
    const cap = events["message-capping.update"];
    if (cap) onCap(cap);
    const chunk = events["messaging-history.set"];
    if (chunk && options.historyDays > 0)
      tell(async () => {
        const past = await readHistory(chunk, options.historyDays, link.clock.now(), messagePorts);
        return past ? [past] : [];
      }, nothing);
    for (const { id, subject } of [...(events["groups.upsert"] ?? []), ...(events["groups.update"] ?? [])])
      if (id && subject) tell(async () => [groupNamed(id, subject, link.clock.now())], nothing);
    if (events["groups.update"]) groups.clear();
  });
  sock.ws.on("frame", () => {
    const now = Date.now();
    if (now - lastSeen < seenEveryMs) return;
    lastSeen = now;
    report({ kind: "seen" });
  });
  sock.ws.on("CB:message", (node: BinaryNode) => journal.see(node));
  sock.ws.on("CB:receipt", (node: BinaryNode) => tell(() => readReceipt(node, receiptPorts), nothing));
  sock.ws.on("CB:ack,class:message", (node: BinaryNode) =>
    tell(async () => {
      const status = await readAck(node, receiptPorts);
      if (status?.faults?.some(({ sentence }) => sentence === "new_chats_closed"))
        void sock.fetchAccountReachoutTimelock().catch(nothing);
      return status ? [status] : [];
    }, nothing),
  );

  const dropLive = putLive(
    link.channelId,
    createLiveSocket({
      sock,
      isOpen: () => isOpen,
      mediaAgent: agents[1],
      knownLid: otherName,
      onSend: (id, callbackData) => void sent.set(id, callbackData),
    }),
  );

  // before anything can come over the new line, and after what `stop` needs: a long journal ends the session as any backlog does
  if (creds.me)
    for (const { hash, entry } of left) {
      const message = readEntry(entry, creds.me);
      // the network brings it once more, and only from here can it be opened again
      const stored = isForLibrary(message) ? nothing : () => journal.drop(hash);
      tellMessage(message, stored);
    }

  function stop(end: SessionEnd): void {
    if (isOver) return;
    isOver = true;
    isOpen = false;
    dropLive();
    sock?.ws.close().catch(nothing);
    void keys.saved().finally(() => {
      agents.forEach((agent) => agent.destroy());
      ended.resolve(end);
    });
  }

  async function leave(): Promise<void> {
    const isRemoved = isOpen && (await removeDevice(sock, creds.me?.id));
    stop({ kind: "logged_out", code: isRemoved ? "asked" : "asked_unconfirmed" });
  }

  return {
    ended: ended.promise,
    logOut: () => (leaving ??= leave()),
    async close() {
      await sock.end(undefined);
      stop({ kind: "lost", code: "closed" });
      await ended.promise;
    },
  };
}

const noSession = (end: SessionEnd): LiveSession => ({
  ended: Promise.resolve(end),
  logOut: async () => undefined,
  close: async () => undefined,
});

function groupNamed(jid: string, subject: string, now: Date): InboundEvent {
  const group = { kind: "group", value: bareJid(jid).split("@")[0] ?? "" } as const;
  return {
    ...{
      type: "contact_changed",
      change: "address_book",
      previous: [],
      current: [group],
      profileName: subject.slice(0, 255),
    },
    ...{ dedupeKey: `group/${group.value}/${now.getTime()}`, occurredAt: now },
  };
}
