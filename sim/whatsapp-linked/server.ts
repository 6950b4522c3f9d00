import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { EventEmitter } from "node:events";
import { acceptConnection } from "./connection.ts";
import type { Control } from "./control.ts";
import { createControl } from "./control.ts";
import { registerControl } from "./control-routes.ts";
import { startMediaServer } from "./media-server.ts";
import { createNoiseAuthority } from "./noise.ts";
import { registerPhonePage } from "./phone-page.ts";
import { seededRandom } from "./random.ts";
import type { SimOptions, SimState } from "./state.ts";

export type { SimMessage, SimOptions } from "./state.ts";
export { silenceLibrary } from "./signal.ts";

/** What a client must trust to talk to this server instead of WhatsApp's; also at `GET {url}/trust`. */
export interface Trust {
  /** Base64 of the 32 bytes that a client pins as root of the Noise certificates (`WA_CERT_DETAILS.PUBLIC_KEY`). */
  noiseRootPublicKey: string;
  webSocketUrl: string;
  /** `host:port` of the media server. Files without a URL are asked of `mmg.whatsapp.net`: lead that name here. */
  mediaHost: string;
  /** PEM of the authority of the media server's certificate. */
  mediaCa: string;
}

/** A running simulator: where it is, whom to trust, and every control operation as a function. */
export type WhatsAppLinkedSim = Control &
  AsyncDisposable & { url: string; port: number; webSocketUrl: string; trust: Trust };

/**
 * Starts a simulated WhatsApp multi-device server on loopback: Noise and Signal for real, QR and code pairing, messages both ways,
 * groups, receipts, retries, media, history, and phones that a control API moves. See sim/README.md.
 */
export async function startWhatsappLinked(options: SimOptions = {}): Promise<WhatsAppLinkedSim> {
  const host = options.host ?? "127.0.0.1";
  const state = await createState(options, host);
  const app = fastify({ bodyLimit: 110 * 1024 * 1024, forceCloseConnections: true });
  const control = createControl(state);
  const trustOf = (): Trust => ({
    noiseRootPublicKey: state.authority.root.toString("base64"),
    webSocketUrl: state.webSocketUrl,
    mediaHost: state.media.host,
    mediaCa: state.media.ca,
  });
  app.get("/trust", trustOf);
  registerControl(app, state, control);
  registerPhonePage(app);
  acceptSockets(app, state);
  state.url = (await app.listen({ port: options.port ?? 0, host })).replace("0.0.0.0", "127.0.0.1");
  state.webSocketUrl = `${state.url.replace("http", "ws")}/ws/chat`;
  return {
    ...control,
    url: state.url,
    port: Number(new URL(state.url).port),
    webSocketUrl: state.webSocketUrl,
    trust: trustOf(),
    [Symbol.asyncDispose]: async () => {
      state.closing.abort();
      for (const timer of state.timers) clearTimeout(timer);
      for (const connection of state.connections) connection.destroy();
      for (const { party } of state.users.values()) party.repository.close?.();
      await Promise.all([app.close(), state.media[Symbol.asyncDispose]()]);
    },
  };
}

function acceptSockets(app: FastifyInstance, state: SimState): void {
  app.server.on("upgrade", (request, line) => {
    if (request.url?.startsWith("/ws/chat")) acceptConnection(state, request, line);
    else line.destroy();
  });
}

async function createState(options: SimOptions, host: string): Promise<SimState> {
  const random = seededRandom(options.seed);
  const bus: SimState["bus"] = new EventEmitter();
  bus.setMaxListeners(0);
  return {
    options: { ...options },
    url: "",
    webSocketUrl: "",
    random,
    authority: createNoiseAuthority(random),
    media: await startMediaServer(random, host),
    users: new Map(),
    usersByLid: new Map(),
    groups: new Map(),
    connections: new Set(),
    messages: [],
    messageById: new Map(),
    arrivals: [],
    answers: [],
    refusals: [],
    unknown: [],
    faults: [],
    refuseLogins: [],
    retriesToAsk: new Map(),
    retryCounts: new Map(),
    timers: new Set(),
    queues: new Map(),
    bus,
    closing: new AbortController(),
  };
}
