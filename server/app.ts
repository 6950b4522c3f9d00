// The one file that knows everything: what the server is made of, in the order in which it opens.
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { auditReactions } from "./audit/audit.ts";
import { auditRoutes } from "./audit/audit.routes.ts";
import { openChannelDirectory } from "./channels/channel-directory.ts";
import { createHealthRecorder } from "./channels/channel-health.ts";
import { channelRoutes } from "./channels/channels.routes.ts";
import { consentRoutes } from "./contacts/consent.routes.ts";
import { contactAttributeRoutes } from "./contacts/contact-attribute.routes.ts";
import { contactRoutes } from "./contacts/contact.routes.ts";
import { contactImportRoutes } from "./contact-imports/contact-import.routes.ts";
import { conversationRoutes } from "./conversations/conversation.routes.ts";
import { labelRoutes } from "./conversations/label.routes.ts";
import { savedReplyRoutes } from "./conversations/saved-reply.routes.ts";
import { noteRoutes } from "./conversations/note.routes.ts";
import { savedViewRoutes } from "./conversations/saved-view.routes.ts";
import { graphRoutes } from "./graph/graph.routes.ts";
import { createAuthenticate, createAuthentication } from "./identity/authentication.ts";
import type { InboundHandlers } from "./inbound/apply-batch.ts";
import { registerHooks } from "./inbound/hooks.ts";
import { inboundEventRoutes } from "./inbound/inbound-events.routes.ts";
import { createIntake } from "./inbound/intake.ts";
import { contactLinkRoutes } from "./privacy/contact-link.routes.ts";
import { refusalReactions } from "./privacy/note-refusals.ts";
import { policyReactions } from "./privacy/publish-policy.jobs.ts";
import { publishPolicy } from "./privacy/publish-policy.ts";
import { publicPageExtra } from "./privacy/serve-choice.ts";
import { createVisits } from "./privacy/visits.ts";
import { incidentRoutes } from "./privacy/incident.routes.ts";
import { policyRoutes } from "./privacy/policy.routes.ts";
import { readMeasures } from "./privacy/measures.ts";
import { serveContactPage } from "./privacy/serve-contact-page.ts";
import { hearWords } from "./privacy/hear-words.ts";
import { consentAskRoutes } from "./privacy/consent-ask.routes.ts";
import { enqueueMediaFetches } from "./media/enqueue-media.ts";
import { alertSettingsRoutes } from "./identity/alert-settings.routes.ts";
import { agreementRoutes } from "./identity/agreements.routes.ts";
import { accessReviewRoutes } from "./identity/access-review.routes.ts";
import { apiKeyRoutes } from "./identity/api-keys.routes.ts";
import { featureRoutes } from "./identity/features.routes.ts";
import { noteKeyInClear } from "./identity/leaked-keys.ts";
import { peopleRoutes } from "./identity/people.routes.ts";
import { workspaceRoutes } from "./identity/workspaces.routes.ts";
import { mediaRoutes } from "./media/media.routes.ts";
import { contentReactions } from "./messages/content.jobs.ts";
import { contentRoutes } from "./messages/content.routes.ts";
import { messageRoutes } from "./messages/message.routes.ts";
import { measureSweep } from "./messages/sweep-contents.ts";
import { failureReactions } from "./messages/follow-failures.ts";
import { noteAgreements } from "./notifications/announce-agreements.ts";
import { noteVersion } from "./notifications/announce-version.ts";
import { notificationRoutes } from "./notifications/notification.routes.ts";
import { notificationReactions } from "./notifications/notify-events.ts";
import { outboundReactions } from "./outbound/claim.ts";
import { strandedReactions } from "./outbound/fail-stranded.ts";
import { outboxRoutes } from "./outbound/outbox.routes.ts";
import { createSignalSender } from "./outbound/signals.ts";
import { startDrain, type Drain } from "./outbound/drain.ts";
import { announceServer } from "./platform/running-server.ts";
import { systemClock, type Clock } from "./platform/clock.ts";
import { baseUrl, missingIdentity, type Config } from "./platform/config.ts";
import type { App } from "./platform/context.ts";
import { hmac } from "./platform/crypto.ts";
import { indexLookupsOnly, openDatabase } from "./platform/db.ts";
import { createEmit, type Emit, type Reaction } from "./platform/event.ts";
import { openFoundation, type FoundationOptions, type Migration } from "./platform/foundation.ts";
import { buildHttp } from "./platform/http.ts";
import type { TakeRate } from "./platform/http-admit.ts";
import { createIdempotency } from "./platform/idempotency.ts";
import { createEnqueue } from "./platform/job.ts";
import { startJobs } from "./platform/jobs.ts";
import { isHostAmong, type ProcessorDeclaration } from "./platform/store.ts";
import { unloggedNames } from "./platform/table.ts";
import { createMetrics } from "./platform/metrics.ts";
import { createRateLimiter, type RateLimiter } from "./platform/rate-limit.ts";
import type { Route } from "./platform/route.ts";
import { servePrivacyPages } from "./privacy/serve-pages.ts";
import { openFeatureGate, type FeatureGate } from "./privacy/feature-gate.ts";
import { refuseStaleDatabase } from "./privacy/ledger.ts";
import { closureRoutes } from "./privacy/closure.routes.ts";
import { retentionRoutes } from "./privacy/retention.routes.ts";
import { openPolicyGate, type PolicyGate } from "./privacy/policy-gate.ts";
import { compileRegistry, type Registry } from "./privacy/registry.ts";
import { registerProblems } from "./privacy/transfers.ts";
import { measureSweeps } from "./privacy/sweep.ts";
import { requestDesk } from "./privacy/desk.ts";
import { registerMetaCallbacks } from "./privacy/meta-callbacks.ts";
import { compileSubjectGraph } from "./privacy/subject-graph.ts";
import { ownRequestRoutes } from "./privacy/own-request.routes.ts";
import { subjectRequestRoutes } from "./privacy/subject-request.routes.ts";
import { eventRoutes } from "./realtime/event.routes.ts";
import { openEventPartitions } from "./realtime/event-partitions.ts";
import { openRealtime } from "./realtime/realtime.ts";
import type { Providers } from "./providers/provider.ts";
import { whatsappCloud } from "./providers/whatsapp-cloud/whatsapp-cloud.ts";
import { whatsappLinked } from "./providers/whatsapp-linked/whatsapp-linked.ts";
import { startIndexer } from "./search/indexer.ts";
import { searchRoutes } from "./search/search.routes.ts";
import {
  allFeatures,
  allJobs,
  allProcessors,
  allStores,
  allEvents,
  allTables,
  declaredJobs,
  derivedStatements,
} from "./schema.ts";
import { sessionReactions } from "./sessions/forget-channel.ts";
import { startSessionHost } from "./sessions/host.ts";
import { sessionRoutes } from "./sessions/session.routes.ts";
import { superviseSessions } from "./sessions/supervise.ts";
import { incidentReactions } from "./uptime/incident.ts";
import { addUptimeMetrics } from "./uptime/uptime-metrics.ts";
import { uptimeRoutes } from "./uptime/uptime.routes.ts";
import { templateReactions } from "./templates/template.jobs.ts";
import { applyTemplateChanges } from "./templates/write-templates.ts";
import { templateRoutes } from "./templates/template.routes.ts";
import { deliveryRoutes } from "./webhooks/delivery.routes.ts";
import { startDeliverer } from "./webhooks/deliver.ts";
import { createFollower } from "./webhooks/fill.ts";
import { addWebhookMetrics } from "./webhooks/webhook-metrics.ts";
import { webhookRoutes } from "./webhooks/webhook.routes.ts";

export const routes: readonly Route[] = [
  ...[...peopleRoutes, ...workspaceRoutes, ...apiKeyRoutes, ...accessReviewRoutes, ...auditRoutes],
  ...[...conversationRoutes, ...labelRoutes, ...noteRoutes, ...savedViewRoutes, ...savedReplyRoutes, ...contactRoutes],
  ...contactAttributeRoutes,
  ...contactImportRoutes,
  ...[...consentRoutes, ...consentAskRoutes, ...contactLinkRoutes],
  ...[...incidentRoutes, ...policyRoutes, ...agreementRoutes],
  ...[...messageRoutes, ...outboxRoutes, ...mediaRoutes, ...templateRoutes],
  ...[...eventRoutes, ...searchRoutes],
  ...[...channelRoutes, ...sessionRoutes, ...contentRoutes, ...inboundEventRoutes],
  ...graphRoutes,
  ...[...subjectRequestRoutes, ...ownRequestRoutes],
  ...[...webhookRoutes, ...deliveryRoutes],
  ...[...uptimeRoutes, ...alertSettingsRoutes],
  ...[...retentionRoutes, ...closureRoutes, ...featureRoutes],
  ...notificationRoutes,
];

export const providers: Providers = { whatsapp_cloud: whatsappCloud, whatsapp_linked: whatsappLinked };

/** What each event sets in motion, inside the emitting transaction. */
const reactions = (app: Pick<App, "clock" | "config" | "bus" | "enqueue" | "emit" | "keyring">): Reaction[] => [
  ...auditReactions(app),
  ...outboundReactions(app),
  ...strandedReactions(app),
  ...refusalReactions(app),
  ...failureReactions(app),
  ...contentReactions(app),
  ...templateReactions(app),
  ...sessionReactions(app),
  ...incidentReactions(app),
  ...notificationReactions(app),
  ...policyReactions(app),
];

/** Parts with a path and rules of their own: provider hooks on raw bytes. */
const mounts = (app: App): ((fastify: FastifyInstance) => void)[] => [
  (fastify) => registerHooks(fastify, app, app.intake),
  (fastify) => registerMetaCallbacks(fastify, app),
  (fastify) => serveContactPage(fastify, app, requestDesk),
  (fastify) => servePrivacyPages(fastify, app),
];

/** What other folders do in the transaction that applies inbound events. */
const inboundHandlers = (app: Pick<App, "clock" | "emit" | "enqueue" | "keyring">): InboundHandlers => ({
  wordsHeard: (tx, items) => hearWords(app, tx, items),
  templatesChanged: (tx, units) => applyTemplateChanges(app, tx, units),
  attachmentsPending: enqueueMediaFetches,
});

/** What runs beside requests and jobs, from `start` to the end; closed in the opposite order. */
const loops = (app: App): (() => Promise<AsyncDisposable>)[] => [() => openEventPartitions(app)];

declare module "./platform/context.ts" {
  interface App {
    /** sends what waits; only in processes with the role `worker` */
    drain?: Drain;
  }
}

export interface AppOptions extends FoundationOptions {
  /** Folder of the built web app; the default is where the build puts it. */
  webRoot?: string | undefined;
  /** Takes scheduled runs and jobs, if the process has the role; default true. */
  hasJobs?: boolean | undefined;
  /** Opens a restored database before its erasures were repeated; only for repeating them. */
  isReplaying?: boolean | undefined;
  /** Where linked phones are connected: by a child process (default), or here, where the roles are only `sessions` or a test says so. */
  sessions?: "child" | "here" | undefined;
}

export interface RunningApp extends App, AsyncDisposable {
  http: FastifyInstance;
  /** As the tables' owner: for backups and restores. Holds a password. */
  ownerUrl: string;
  /** Starts jobs and loops and listens. Returns the address for links. */
  start(): Promise<string>;
}

/** What the database must look like for this version. */
export const migration = (): Migration => ({
  dir: path.join(import.meta.dirname, "migrations"),
  derived: derivedStatements(),
  jobs: declaredJobs(),
});

const ownRegistry = (): Registry =>
  compileRegistry({
    tables: allTables,
    stores: allStores,
    processors: allProcessors,
    features: allFeatures,
    providers,
  });

/** What the register of processors lacks. It keeps the server from starting, and no command from its work: a backup is needed then too. */
export const registerLacks = (config: Config, clock: Clock = systemClock): string[] =>
  registerProblems(ownRegistry(), config, clock.now().toISOString().slice(0, 10));

/** Opens everything and serves nothing yet. Disposing drains requests, then closes in the opposite order of opening. */
export async function createApp(config: Config, options: AppOptions = {}): Promise<RunningApp> {
  await using stack = new AsyncDisposableStack();
  const registry = ownRegistry();
  let gate: PolicyGate | undefined;
  let features: FeatureGate | undefined;
  const isOpen = (one: ProcessorDeclaration): boolean => [gate, features].every((each) => each?.isOpen(one) ?? true);
  const { foundation, ownerUrl } = await openFoundation(stack, config, migration(), {
    ...options,
    unlogged: unloggedNames(allTables),
    isHostAllowed: (host) => isHostAmong(host, registry.hostsFor(config, isOpen)),
  });
  const { bus, clock, keyring, log } = foundation;
  if (options.isReplaying !== true) await refuseStaleDatabase(foundation);
  const policyGate = (gate = await openPolicyGate(foundation));
  const featureGate = (features = stack.use(await openFeatureGate(foundation, registry)));
  const authentication = stack.use(createAuthentication({ bus }));
  const enqueue = createEnqueue();
  const emit: Emit = createEmit({
    ...{ bus, clock },
    // a reaction may emit in its turn
    reactions: reactions({ clock, config, bus, enqueue, keyring, emit: (...args) => emit(...args) }),
    follow: createFollower({ bus }),
  });
  const app = {
    ...foundation,
    registry,
    policyGate,
    featureGate,
    authentication,
    emit,
    enqueue,
    providers,
    subjectGraph: compileSubjectGraph(allTables),
    channels: stack.use(await openChannelDirectory({ ...foundation, providers })),
    inboundHandlers: inboundHandlers({ clock, emit, enqueue, keyring }),
  } as App; // parts below complete it
  app.sendsHere = ({ id, provider }) =>
    providers[provider]?.receive.mode !== "session" || app.sessions?.isSending(id) === true;
  app.visits = stack.use(createVisits(app));
  app.realtime = stack.use(
    openRealtime(
      app,
      allEvents.map(({ type }) => type),
    ),
  );
  app.health = stack.use(createHealthRecorder(app));
  // connections of its own: no slow request holds up what arrives, and its statements have plans of their own
  const batchDb = await openDatabase({
    url: ownerUrl,
    max: 3,
    settings: indexLookupsOnly,
    onError: (error) => log.error(error),
  });
  // nobody waits for an answer where only phones are connected: fewer, fatter transactions, and a status mostly comes after the record of
  // its send, so that neither waits for the other's rows
  const lingerMs = config.roles.every((role) => role === "sessions") ? 30 : 2;
  const intakeOptions = { handlers: app.inboundHandlers, health: app.health, lingerMs };
  app.intake = stack.use(createIntake({ ...app, db: stack.use(batchDb) }, intakeOptions));

  const metrics = createMetrics({ process: true });
  addUptimeMetrics(app, metrics);
  app.signals = stack.use(createSignalSender(app, metrics));
  measureSweep(app, metrics);
  measureSweeps(app, metrics);
  addWebhookMetrics(app, metrics);

  // a worker answers only for its health and metrics
  const isWeb = config.roles.includes("web");
  const http = buildHttp({
    app,
    routes: isWeb ? routes : [],
    authenticate: createAuthenticate(app),
    takeRate: takeRate(createRateLimiter({ clock })),
    keyInClear: (authorization) => noteKeyInClear(app, authorization),
    idempotency: createIdempotency({
      clock,
      hash: (workspaceId, text) => hmac(keyring.indexKey(workspaceId || "installation", "idempotency"), text),
    }),
    metrics,
    ...(isWeb ? webRootOf(options) : {}),
    pageExtra: (request) => publicPageExtra(app, request),
    ready: async () => void (await app.db.pool.query("select 1")),
    mount: isWeb ? mounts(app) : [],
  });

  const parts = stack.move();
  async function start(): Promise<string> {
    const isWorker = config.roles.includes("worker") && options.hasJobs !== false;
    for (const open of loops(app)) parts.use(await open());
    if (isWeb) await announcePolicy(app);
    if (isWeb || config.roles.includes("worker")) await noteAgreements(app);
    if (config.roles.includes("worker")) {
      app.deliverer = parts.use(startDeliverer(app, { metrics }));
      app.indexer = parts.use(startIndexer(app));
    }
    startSending(parts, app, options, ownerUrl);
    if (isWorker) await noteVersion(app);
    if (isWorker) parts.use(await startWorker(app, ownerUrl));
    parts.defer(() => http.close());
    await http.listen({ host: config.host, port: config.port });
    const { port } = http.server.address() as AddressInfo;
    // links that the product writes name the port that was really taken
    Object.assign(config, { port });
    if (isWeb) announce(parts, config, log);
    log.info({ port }, "listening");
    return baseUrl(config);
  }

  return Object.assign(app, { http, ownerUrl, start, [Symbol.asyncDispose]: () => parts.disposeAsync() });
}

/** The outbox of channels with hooks is emptied by workers, that of a linked phone where its connection is. */
function startSending(parts: AsyncDisposableStack, app: App, options: AppOptions, ownerUrl: string): void {
  const { roles } = app.config;
  const isWorker = roles.includes("worker");
  const isHost = roles.includes("sessions") && (options.sessions === "here" || roles.length === 1);
  if (isWorker || isHost)
    app.drain = parts.use(
      startDrain(app, {
        serves: (channel) =>
          app.sendsHere(channel) && (isWorker || app.providers[channel.provider]?.receive.mode === "session"),
      }),
    );
  if (isHost) app.sessions = parts.use(startSessionHost(app));
  else if (roles.includes("sessions")) parts.use(superviseSessions(app, ownerUrl));
}

/** The page says what runs here before anybody can use it. */
async function announcePolicy(app: App): Promise<void> {
  const number = await publishPolicy(app);
  await app.policyGate.reload();
  if (number !== undefined) app.log.info({ version: number }, "the privacy policy has a new version");
  const off = (await readMeasures(app)).filter(({ isOn }) => !isOn).map(({ id }) => id);
  if (off.length > 0) app.log.warn({ off }, "security measures that are off; keepword doctor says what turns them on");
  const missing = missingIdentity(app.config);
  if (missing.length > 0)
    app.log.warn({ missing }, "nobody can sign up: the privacy page does not say who answers for the data");
}

/** A folder that cannot be written costs commands the right port in their links, and nothing else. */
function announce(parts: AsyncDisposableStack, config: Config, log: App["log"]): void {
  try {
    parts.use(announceServer(config.dataDir, baseUrl(config)));
  } catch (error) {
    log.warn({ err: error }, "the server's address is not in its data folder");
  }
}

function startWorker(app: App, url: string): Promise<AsyncDisposable> {
  return startJobs({
    url,
    concurrency: 4,
    handlers: Object.fromEntries(
      allJobs.map((job) => [job.name, (payload) => job.run(app, job.payload.parse(payload) as never)]),
    ),
    crontab: allJobs.flatMap(({ name, schedule }) => (schedule === undefined ? [] : [{ name, pattern: schedule }])),
    onFailure: ({ name, attempt, isFinal, error }) =>
      app.log.warn({ job: name, attempt, isFinal, err: error }, "job failed"),
  });
}

function takeRate(limiter: RateLimiter): TakeRate {
  return (key, { perSecond, burst }) => limiter.take(key, { perSecond, capacity: burst }).retryAfterMs;
}

function webRootOf(options: AppOptions): { webRoot?: string } {
  const webRoot = options.webRoot ?? path.join(import.meta.dirname, "../web/dist");
  return fs.existsSync(path.join(webRoot, "index.html")) ? { webRoot } : {};
}
