import { text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** A link to a contact's own page. Ids only: it outlives an erase, so that the person can watch it to its receipt. */
export const contactLinkTable = table(
  "contact_link",
  {
    scope: "workspace",
    purpose: "account",
    role: "processor",
    retention: { from: "expiresAt", days: 7, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    tokenHash: column("credential.verifier", bytea().notNull()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at().notNull()),
    revokedAt: column("system", at()),
  },
);

/** A code that the page shows and the person sends. The code itself is derived from the id and stands nowhere. */
export const pageCodeTable = table(
  "page_code",
  {
    scope: "workspace",
    purpose: "security",
    role: "processor",
    retention: { from: "expiresAt", days: 7, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    linkId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    visitorHash: column("credential.verifier", bytea().notNull()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at().notNull()),
    provenAt: column("system", at()),
  },
);
