import { bigint, boolean, integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });
const about = [{ kind: "workspace", column: "workspaceId", as: "about" }] as const;

/** Where a workspace wants its events, how they are signed, and how the receiver fares. */
export const webhookEndpointTable = table(
  "webhook_endpoint",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    origin: ["team"],
    subjects: about,
    retention: "until-removed",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    secrets: column("credential.secret", bytea().notNull()),
    urlIndex: column("index.blind", bytea().notNull()),
    description: column("organization.name", text().notNull()),
    eventTypes: column("system", text().array().notNull()),
    typePatterns: column("system", text().array().notNull()),
    channelIds: column("system", text().array()),
    isOrdered: column("system", boolean().notNull()),
    style: column("system", text().notNull()),
    status: column("system", text().notNull()),
    disabledAt: column("system", at()),
    disabledReason: column("system", text()),
    failingSince: column("system", at()),
    lastFailureAt: column("system", at()),
    failureCount: column("system", integer().notNull()),
    pausedUntil: column("system", at()),
    lastSuccessAt: column("system", at()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);

/** One event for one endpoint: ids and times. What is delivered is rendered at each attempt and kept nowhere. */
export const deliveryTable = table(
  "delivery",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    via: [{ table: "event", on: { position: "position", eventAt: "createdAt" } }],
    erase: "keep",
    legal: { outlives: "person", rule: "Tell those who received data that it was erased", statute: "GDPR Art. 19" },
    isDiagnostic: true,
    retention: { from: "eventAt", days: 30, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    endpointId: column("system", text().notNull()),
    eventId: column("system", text().notNull()),
    eventType: column("system", text().notNull()),
    position: column("system", bigint({ mode: "number" }).notNull()),
    eventAt: column("system", at().notNull()),
    orderKey: column("system", text()),
    state: column("system", text().notNull()),
    dueAt: column("system", at().notNull()),
    leasedUntil: column("system", at()),
    attempts: column("system", integer().notNull()),
    finishedAt: column("system", at()),
    lastStatus: column("system", integer()),
    lastOutcome: column("system", text()),
  },
);

/** What became of each call. A receiver's answer may repeat what it was sent, so it is sealed. */
export const deliveryAttemptTable = table(
  "delivery_attempt",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    subjects: about,
    via: [{ table: "delivery", on: { deliveryId: "id" } }],
    erase: "clear",
    legal: { outlives: "person", rule: "Tell those who received data that it was erased", statute: "GDPR Art. 19" },
    isDiagnostic: true,
    retention: { from: "startedAt", days: 30, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    deliveryId: column("system", text().notNull()),
    startedAt: column("system", at().notNull()),
    durationMs: column("system", integer().notNull()),
    outcome: column("system", text().notNull()),
    fault: column("system", text()),
    status: column("system", integer()),
    // what a receiver answered is the receiver's; it may repeat what it was told, which an erase therefore finds and a copy holds anyway
    answer: column("user.content", bytea(), { export: "omit" }),
  },
);
