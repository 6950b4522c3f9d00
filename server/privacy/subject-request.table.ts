import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What a step of a request did, in the order in which the steps ran. */
export interface StoredStep {
  step: string;
  at: string;
  count: number;
}

export interface Receipt {
  deleted: { what: string; count: number }[];
  retained: { what: string; why: string; until: string | null }[];
}

/** What someone asked about their own data. It outlives the answer: that it was answered must be shown, without saying what was there. */
export const subjectRequestTable = table(
  "subject_request",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    origin: ["person", "team"],
    subjects: [
      { kind: "contact", column: "contactId", as: "about" },
      { kind: "person", column: "personId", as: "about" },
      { kind: "member", column: "createdBy", as: "authored" },
    ],
    // the row is the proof of the erasure; what was asked in words goes with the key
    erase: "by-step",
    legal: { outlives: "person", rule: "Show that a request was answered in time", statute: "GDPR Art. 5(2), 12(3)" },
    retention: { from: "finishedAt", days: 1095, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    type: column("system", text().notNull()),
    state: column("system", text().notNull()),
    source: column("system", text().notNull()),
    subjectKind: column("system", text().notNull()),
    contactId: column("system", text()),
    personId: column("system", text()),
    // how they said who they are, where no contact was named; gone when the request ends, so no copy holds it
    identity: column("user.unique_id", bytea(), { export: "omit" }),
    // what they said: a correction, a complaint
    detail: column("user.content", bytea()),
    // a closed word
    refusal: column("system", text()),
    steps: column("system", jsonb().$type<StoredStep[]>().notNull()),
    counts: column("system", jsonb().$type<Record<string, number>>().notNull()),
    receipt: column("system", jsonb().$type<Receipt>()),
    codeIndex: column("index.blind", bytea()),
    senderIndex: column("index.blind", bytea()),
    bundleBlob: column("system", text()),
    bundleKey: column("credential.secret", bytea()),
    bundleExpiresAt: column("system", at()),
    createdBy: column("system", text()),
    receivedAt: column("system", at().notNull()),
    dueAt: column("system", at().notNull()),
    runsAt: column("system", at()),
    decidedAt: column("system", at()),
    finishedAt: column("system", at()),
    updatedAt: column("system", at().notNull()),
  },
);
