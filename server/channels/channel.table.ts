import { integer, jsonb, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** One connected number or page. */
export const channelTable = table(
  "channel",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    origin: ["team"],
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "until-removed",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    provider: column("system", text().notNull()),
    name: column("organization.name", text().notNull()),
    status: column("system", text().notNull()),
    contentMode: column("system", text().notNull()),
    readReceipts: column("system", text().notNull().default("on_reply")),
    // the business's own ids at the provider; no person's
    settings: column("organization.unique_id", jsonb().$type<Record<string, unknown>>().notNull()),
    secrets: column("credential.secret", bytea()),
    routeKey: column("organization.unique_id", text()),
    accountKey: column("organization.unique_id", text()),
    verifiedAt: column("system", at()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
    deletedAt: column("system", at()),
  },
);

/** What is known about how a channel fares. Written every few seconds, never per webhook. */
export const channelHealthTable = table(
  "channel_health",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-parent",
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    checkedAt: column("system", at()),
    checkState: column("system", text().notNull()),
    checkCode: column("system", text()),
    lastWebhookAt: column("system", at()),
    lastInboundAt: column("system", at()),
    lastSentAt: column("system", at()),
    lastErrorAt: column("system", at()),
    lastErrorCode: column("system", text()),
    lagMs: column("system", integer()),
    details: column("organization.unique_id", jsonb().$type<Record<string, unknown>>().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);

/** Since when a channel keeps what was said for how long; what is stored follows from its history (see `rulesOf`). */
export const contentPeriodTable = table(
  "content_period",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-parent",
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    since: column("system", at().notNull()),
    mode: column("system", text().notNull()),
  },
);
