import { integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** A program's way in: one workspace, some permissions. The key itself is shown once; here is its SHA-256. */
export const apiKey = table(
  "api_key",
  {
    scope: "workspace",
    purpose: "security",
    role: "processor",
    origin: ["team"],
    subjects: [{ kind: "member", column: "createdBy", as: "authored" }],
    retention: "with-workspace",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    publicId: column("system", text().notNull()),
    secretHash: column("credential.verifier", bytea().notNull()),
    name: column("organization.name", text().notNull()),
    scopes: column("system", text().array().notNull()),
    channelIds: column("system", text().array()),
    ratePerSecond: column("system", integer().notNull()),
    burst: column("system", integer().notNull()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at()),
    lastUsedAt: column("system", at()),
    revokedAt: column("system", at()),
    leakedAt: column("system", at()),
    rotatedAt: column("system", at()),
  },
);
