import type { AuthenticationCreds, BaileysEventMap, UserFacingSocketConfig, WAMessage, WASocket } from "baileys";
import { Browsers, DisconnectReason, initAuthCreds, makeWASocket, WA_CERT_DETAILS } from "baileys";
import { EventEmitter, once } from "node:events";
import { Agent as HttpsAgent } from "node:https";
import type { Dispatcher } from "undici";
import { Agent, buildConnector, Dispatcher1Wrapper } from "undici";
import type { WhatsAppLinkedSim } from "./server.ts";
import { memoryKeys, silenceLibrary, silentLogger } from "./signal.ts";

/** The real client, with keys in memory; reconnects when the server asks for it after pairing. */
export interface TestClient extends AsyncDisposable {
  /** The current socket. */
  sock: WASocket;
  creds: AuthenticationCreds;
  /** All events so far. */
  messages: { type: string; message: WAMessage }[];
  updates: BaileysEventMap["messages.update"];
  history: BaileysEventMap["messaging-history.set"][];
  events: Partial<BaileysEventMap>[];
  dispatcher: Dispatcher;
  qr: string | undefined;
  /** How the last connection ended. */
  closedWith: number | undefined;
  isOpen: boolean;
  until: <T>(find: (client: TestClient) => T | undefined | false, what: string, timeoutMs?: number) => Promise<T>;
  /** Opens a new socket with the same keys. */
  connect: () => void;
  /** Ends the line without logging out. */
  stop: () => Promise<void>;
}

export type ClientOptions = Partial<UserFacingSocketConfig>;

export function startClient(sim: WhatsAppLinkedSim, options: ClientOptions = {}): TestClient {
  const speakAgain = silenceLibrary();
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(sim.trust.noiseRootPublicKey, "base64");
  const creds = initAuthCreds();
  const keys = memoryKeys();
  const bus = new EventEmitter();
  bus.setMaxListeners(0);
  const dispatcher = mediaAgent(sim);
  const fetchAgent = new HttpsAgent({ ca: sim.trust.mediaCa });

  const client: TestClient = {
    sock: undefined as unknown as WASocket,
    creds,
    messages: [],
    updates: [],
    history: [],
    events: [],
    dispatcher,
    qr: undefined,
    closedWith: undefined,
    isOpen: false,
    until: async (find, what, timeoutMs = 15_000) => {
      const end = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const found = find(client);
        if (found !== undefined && found !== false) return found;
        await once(bus, "event", { signal: end }).catch(() => {
          throw new Error(`waited ${timeoutMs} ms for ${what}`);
        });
      }
    },
    connect: () => {
      client.closedWith = undefined;
      client.sock = makeWASocket({
        auth: { creds, keys },
        waWebSocketUrl: sim.webSocketUrl,
        logger: silentLogger,
        browser: Browsers.ubuntu("Chrome"),
        getMessage: () => Promise.resolve(undefined),
        markOnlineOnConnect: false,
        options: { dispatcher } as never,
        fetchAgent,
        retryRequestDelayMs: 10,
        ...options,
      });
      listen(client.sock);
    },
    stop: async () => {
      await client.sock.end(undefined);
      client.isOpen = false;
    },
    [Symbol.asyncDispose]: async () => {
      await client.stop();
      await dispatcher.destroy();
      fetchAgent.destroy();
      speakAgain();
    },
  };

  function listen(sock: WASocket): void {
    sock.ev.process((events) => {
      if (sock !== client.sock) return;
      client.events.push(events);
      if (events["creds.update"]) Object.assign(creds, events["creds.update"]);
      const upsert = events["messages.upsert"];
      for (const message of upsert?.messages ?? []) client.messages.push({ type: upsert?.type ?? "", message });
      client.updates.push(...(events["messages.update"] ?? []));
      if (events["messaging-history.set"]) client.history.push(events["messaging-history.set"]);
      const update = events["connection.update"];
      if (update?.qr !== undefined) client.qr = update.qr;
      if (update?.connection === "open") client.isOpen = true;
      if (update?.connection === "close") closed(update.lastDisconnect?.error);
      bus.emit("event");
    });
  }

  function closed(error: unknown): void {
    client.isOpen = false;
    const code = (error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode;
    if (code === DisconnectReason.restartRequired) return client.connect();
    client.closedWith = code ?? 0;
  }

  client.connect();
  return client;
}

/** Files without a URL are looked for at mmg.whatsapp.net; every name leads to the simulator here. */
function mediaAgent({ trust }: WhatsAppLinkedSim): Dispatcher {
  const [hostname = "", port = ""] = trust.mediaHost.split(":");
  const connect = buildConnector({ ca: trust.mediaCa });
  const agent = new Agent({ connect: (options, done) => connect({ ...options, hostname, port }, done) });
  // Baileys downloads with Node's own fetch, whose undici 7 cannot drive an agent of undici 8
  return new Dispatcher1Wrapper(agent);
}

/** A client that is linked by QR and open. */
export async function linkedClient(
  sim: WhatsAppLinkedSim,
  phone: string,
  options: ClientOptions = {},
): Promise<TestClient> {
  const client = startClient(sim, options);
  const qr = await client.until((one) => one.qr, "a QR code");
  await sim.scan({ phone, qr });
  await client.until((one) => one.isOpen, "the connection to open");
  await client.until((one) => one.creds.accountSyncCounter > 0, "the first history");
  return client;
}

export function textOf(message: WAMessage): string | undefined {
  return message.message?.conversation ?? message.message?.extendedTextMessage?.text ?? undefined;
}

/** What came in, as texts, in order. */
export function textsOf(client: TestClient): string[] {
  return client.messages.filter(({ message }) => !message.key.fromMe).flatMap(({ message }) => textOf(message) ?? []);
}

/** The highest status of a message that this client sent; early ones come with the message itself. */
export function statusOf(client: TestClient, id: string | null | undefined): number {
  const inUpserts = client.messages.filter(({ message }) => message.key.id === id).map(({ message }) => message.status);
  const inUpdates = client.updates.filter(({ key }) => key.id === id).map(({ update }) => update.status);
  return Math.max(0, ...[...inUpserts, ...inUpdates].map((status) => status ?? 0));
}

/** The code with which the server refused a message; an early refusal comes with the message itself. */
export function refusalOf(client: TestClient, id: string | null | undefined): string | undefined {
  const { message } = client.messages.find((one) => one.message.key.id === id && one.message.status === 0) ?? {};
  const update = client.updates.find(({ key, update: change }) => key.id === id && change.status === 0)?.update;
  return (message?.messageStubParameters ?? update?.messageStubParameters)?.[0];
}
