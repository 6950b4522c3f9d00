import { integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** Someone who signs in. Belongs to the installation: closing a workspace shreds no one's login. */
export const person = table(
  "person",
  {
    scope: "person",
    purpose: "account",
    role: "controller",
    origin: ["person"],
    subjects: [{ kind: "person", column: "id", as: "about" }],
    retention: "until-removed",
  },
  {
    id: column("system", text().notNull()),
    email: column("user.contact.email", bytea().notNull()),
    emailIndex: column("index.blind", bytea().notNull()),
    name: column("user.name", bytea()),
    phone: column("user.contact.phone_number", bytea()),
    passwordHash: column("credential.verifier", text()),
    failedSignIns: column("system", integer().notNull()),
    nextSignInAt: column("system", at()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);

/** One signed-in browser. The token is in its cookie; here is the SHA-256. */
export const login = table(
  "login",
  {
    scope: "person",
    purpose: "security",
    role: "controller",
    origin: ["person"],
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    // where somebody signed in from, until the login ends: 30 days after it began at the latest
    retention: [
      { from: "expiresAt", days: 30, then: "delete" },
      { from: "expiresAt", days: 0, then: "clear" },
    ],
  },
  {
    id: column("system", text().notNull()),
    personId: column("system", text().notNull()),
    tokenHash: column("credential.verifier", bytea().notNull()),
    userAgent: column("user.device", text()),
    // family and system say little enough to stay as long as the row
    browser: column("user.device", text(), { erase: "with-row" }),
    system: column("user.device", text(), { erase: "with-row" }),
    ip: column("user.device", text()),
    createdAt: column("system", at().notNull()),
    lastUsedAt: column("user.behavior", at().notNull()),
    expiresAt: column("system", at().notNull()),
    revokedAt: column("system", at()),
  },
);

/** Who signed in, or tried to with the address of somebody who is known here. */
export const signInTable = table(
  "sign_in",
  {
    scope: "person",
    purpose: "security",
    role: "controller",
    origin: ["person"],
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: [
      { from: "createdAt", days: 365, then: "delete" },
      { from: "createdAt", days: 30, then: "clear" },
    ],
  },
  {
    id: column("system", text().notNull()),
    personId: column("system", text().notNull()),
    method: column("system", text().notNull()),
    result: column("system", text().notNull()),
    ip: column("user.device", text()),
    browser: column("user.device", text(), { erase: "with-row" }),
    system: column("user.device", text(), { erase: "with-row" }),
    createdAt: column("system", at().notNull()),
  },
);

/** A link that works once: to choose a new password, or to sign in without one. */
export const loginLink = table(
  "login_link",
  {
    scope: "person",
    purpose: "security",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: { from: "expiresAt", days: 7, then: "delete" },
  },
  {
    id: column("system", text().notNull()),
    personId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    tokenHash: column("credential.verifier", bytea().notNull()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at().notNull()),
    usedAt: column("system", at()),
  },
);
