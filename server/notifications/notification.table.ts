import { boolean, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What somebody is told. No words: those are made when it is read or sent. */
export const notificationTable = table(
  "notification",
  {
    scope: "person",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: { from: "createdAt", days: 90, then: "delete" },
  },
  {
    id: column("system", text().notNull()),
    personId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    topic: column("system", text().notNull()),
    aboutWorkspace: column("system", text()),
    target: column("system", text()),
    isInApp: column("system", boolean().notNull()),
    wantsMail: column("system", boolean().notNull()),
    createdAt: column("system", at().notNull()),
    mailedAt: column("system", at()),
    readAt: column("system", at()),
  },
);

/** What somebody chose for a kind that may be turned off; without a row it is on. */
export const notificationPreferenceTable = table(
  "notification_preference",
  {
    scope: "person",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: "with-parent",
  },
  {
    personId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    byMail: column("system", boolean().notNull()),
    inApp: column("system", boolean().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);

/** Which versions of the product ran here. */
export const productVersionTable = table(
  "product_version",
  {
    scope: "installation",
    purpose: "account",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert"],
  },
  { version: column("system", text().notNull()), firstRunAt: column("system", at().notNull()) },
);
