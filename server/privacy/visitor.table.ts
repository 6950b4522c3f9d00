import { bigint, boolean, date, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });
const ofOperator = { scope: "installation", role: "controller" } as const;

/** How often a public page was opened on a day: all there is of analytics by default. */
export const visitCountTable = table(
  "visit_count",
  {
    ...ofOperator,
    purpose: "insight",
    // a small number can be somebody's habit: after three months only those of ten visits and more stay
    retention: [
      { from: "day", days: 396, then: "delete" },
      { from: "day", days: 90, then: "delete", where: "t.visits < 10" },
    ],
    grants: ["select", "insert", "update"],
  },
  {
    day: column("system", date().notNull()),
    page: column("system", text().notNull()),
    visits: column("system", bigint({ mode: "number" }).notNull()),
  },
);

/** Proof of what a browser's visitor agreed to or refused. Its id is random and known to that browser alone. */
export const visitorChoiceTable = table(
  "visitor_choice",
  {
    ...ofOperator,
    purpose: "account",
    retention: { from: "chosenAt", days: 1096, then: "delete" },
    grants: ["select", "insert"],
  },
  {
    id: column("system", text().notNull()),
    action: column("system", text().notNull()),
    asked: column("system", text().notNull()),
    textVersion: column("system", text().notNull()),
    hasSignal: column("system", boolean().notNull()),
    chosenAt: column("system", at().notNull()),
  },
);

/** The words that a choice was asked in, kept once. */
export const visitorChoiceTextTable = table(
  "visitor_choice_text",
  { ...ofOperator, purpose: "account", retention: "until-removed", grants: ["select", "insert"] },
  {
    version: column("system", text().notNull()),
    language: column("system", text().notNull()),
    words: column("system", text().notNull()),
    createdAt: column("system", at().notNull()),
  },
);
