import multipart from "@fastify/multipart";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { EventEmitter } from "node:events";
import { Agent } from "undici";
import { registerControl } from "./control-routes.ts";
import type { Control } from "./control.ts";
import { createControl } from "./control.ts";
import { GraphError } from "./graph-errors.ts";
import { registerGraph, sendGraphError } from "./graph-routes.ts";
import { indexPhones, seedPeople } from "./people.ts";
import { registerPhonePage } from "./phone-page.ts";
import { makePhoneNumber } from "./phone-numbers.ts";
import type { SimOptions, SimState } from "./state.ts";
import { newNumericId } from "./state.ts";
import { seedTemplates } from "./template-seeds.ts";
import { defaultRules } from "./webhooks.ts";

export type { SimMessage, SimOptions } from "./state.ts";
export type { Says, Said } from "./inbound.ts";
export type { Delivery } from "./webhooks.ts";

/** A running simulator: where it is, what to sign and connect with, and every control operation as a function. */
export type WhatsAppCloudSim = Control &
  AsyncDisposable & {
    url: string;
    port: number;
    appId: string;
    appSecret: string;
    verifyToken: string;
    accessToken: string;
    phoneNumberId: string;
    displayPhoneNumber: string;
    wabaId: string;
  };

/**
 * Starts a simulated WhatsApp Cloud API on loopback: Graph endpoints under any `/vNN.N/`, signed webhooks out, a control
 * API under `/control` and the same operations as functions, and a phone to write from at `/`. See sim/README.md.
 */
export async function startWhatsAppCloudSim(options: SimOptions = {}): Promise<WhatsAppCloudSim> {
  const state = createState(options);
  const app = fastify({ bodyLimit: 110 * 1024 * 1024, forceCloseConnections: true });
  await app.register(multipart, { limits: { fileSize: 101 * 1024 * 1024 } });
  answerLikeGraph(app);
  const control = createControl(state);
  registerControl(app, state, control);
  registerPhonePage(app);
  registerGraph(app, state);
  state.baseUrl = (await app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" })).replace(
    "0.0.0.0",
    "127.0.0.1",
  );
  return {
    ...control,
    url: state.baseUrl,
    port: Number(new URL(state.baseUrl).port),
    appId: state.appId,
    appSecret: state.appSecret,
    verifyToken: state.verifyToken,
    accessToken: [...state.accessTokens][0] ?? "",
    phoneNumberId: state.primary.id,
    displayPhoneNumber: state.primary.displayPhoneNumber,
    wabaId: state.wabaId,
    [Symbol.asyncDispose]: async () => {
      state.closing.abort();
      await app.close();
      await state.agent.destroy();
    },
  };
}

function createState(options: SimOptions): SimState {
  const primary = makePhoneNumber({
    id: options.phoneNumberId ?? "106540352242922",
    ...(options.displayPhoneNumber === undefined ? {} : { displayPhoneNumber: options.displayPhoneNumber }),
  });
  const people = seedPeople();
  const bus: SimState["bus"] = new EventEmitter();
  bus.setMaxListeners(0);
  return {
    options: { ...options },
    baseUrl: "",
    appId: options.appId ?? newNumericId(),
    appSecret: options.appSecret ?? "sim-app-secret",
    verifyToken: options.verifyToken ?? "sim-verify-token",
    wabaId: options.wabaId ?? "102290129340398",
    accessTokens: new Set([options.accessToken ?? "sim-access-token"]),
    phoneNumbers: new Map([[primary.id, primary]]),
    primary,
    people,
    peopleByPhone: indexPhones(people.values()),
    media: new Map(),
    uploads: new Map(),
    templates: seedTemplates(),
    messages: [],
    messageById: new Map(),
    typing: [],
    deliveries: [],
    held: null,
    pendingWork: new Set(),
    rules: { ...defaultRules, ...options.delivery },
    faults: [],
    recipientErrors: new Map(),
    throughput: options.throughput ?? 80,
    pairLimit: options.pairLimit ?? true,
    enforceWindow: options.enforceWindow ?? false,
    autoStatuses: options.autoStatuses ?? true,
    clockOffsetMs: 0,
    webhookUrl: options.webhookUrl ?? null,
    wabaOverrideUrl: null,
    subscribed: true,
    buckets: new Map(),
    bus,
    closing: new AbortController(),
    agent: new Agent({ connections: 64, keepAliveTimeout: 10_000 }),
  };
}

/** Unknown paths and unreadable bodies get Graph's envelope too; form bodies are as good as JSON. */
function answerLikeGraph(app: FastifyInstance): void {
  const parseForm = (_: unknown, body: string | Buffer, done: (error: Error | null, value: unknown) => void) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, parseForm);
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) => {
    try {
      done(null, body === "" ? {} : JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error("The request body is not valid JSON"), { statusCode: 400 }), undefined);
    }
  });
  app.setNotFoundHandler((request, reply) =>
    sendGraphError(new GraphError(2500, { message: `Unknown path components: ${request.url.split("?")[0]}` }), reply),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
    if (isTheirs) return sendGraphError(new GraphError(100, { message: `(#100) ${error.message}` }), reply);
    return sendGraphError(new GraphError(131000, { details: error.message }), reply);
  });
}
