import { boolean, integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });
const count = () => column("system", integer().notNull());

/**
 * An import of people from a CSV file: its state and counts. The file is in the blob store until the import ends; the rows that were not taken
 * whole are sealed anew then, and stay there until a day after the start.
 */
export const contactImportTable = table(
  "contact_import",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["team"],
    subjects: [
      { kind: "member", column: "createdBy", as: "authored" },
      { kind: "member", column: "startedBy", as: "authored" },
    ],
    retention: { from: "createdAt", days: 90, then: "delete" },
    // a copy of the file in a backup would outlive it by a month
    backup: "left-out",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    state: column("system", text().notNull()),
    outcome: column("system", text()),
    createdBy: column("system", text()),
    // the ground, and who vouched for it
    basis: column("system", text()),
    purposes: column("system", text().array()),
    startedBy: column("system", text()),
    encoding: column("system", text()),
    delimiter: column("system", text()),
    columnCount: count(),
    rowCount: count(),
    takenCount: count(),
    newCount: count(),
    changedCount: count(),
    unchangedCount: count(),
    repeatedCount: count(),
    refusedCount: count(),
    leftOutCount: count(),
    // the file's name, which column is what, who vouches; gone with the file
    details: column("user.content", bytea()),
    blobName: column("system", text()),
    blobKey: column("credential.secret", bytea()),
    refusedBlob: column("system", text()),
    refusedKey: column("credential.secret", bytea()),
    createdAt: column("system", at().notNull()),
    checkedAt: column("system", at()),
    startedAt: column("system", at()),
    endedAt: column("system", at()),
    fileRemovedAt: column("system", at()),
  },
);

/** A row of the file that was not taken, or a value of one that was left out: its number, its column and a code. */
export const contactImportRefusalTable = table(
  "contact_import_refusal",
  { scope: "workspace", purpose: "inbox", role: "processor", retention: "with-parent", backup: "left-out" },
  {
    workspaceId: column("system", text().notNull()),
    importId: column("system", text().notNull()),
    fileRow: column("system", integer().notNull()),
    // null: it is about the whole row
    fileColumn: column("system", integer()),
    code: column("system", text().notNull()),
    isLeftOut: column("system", boolean().notNull()),
  },
);
