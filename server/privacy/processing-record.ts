// The record of processing (GDPR Art. 30), as data: one entry for each purpose in each role. Its second paragraph, what is done on behalf of
// workspaces, is the annex to the contract with them as well.
import type { ProcessorDeclaration } from "../platform/store.ts";
import { handlingOf, retentionsOf, type TableDeclaration, type TablePrivacy } from "../platform/table.ts";
import { purposes, type Basis, type Purpose } from "./purposes.ts";

export interface Activity {
  purpose: Purpose;
  role: TablePrivacy["role"];
  sentence: string;
  use: string;
  basis: Basis;
  tables: string[];
  people: string[];
  categories: string[];
  recipients: string[];
  kept: string[];
}

/** Nobody's standing recipient: each time two people approve it, in a log (legal-disclosure.ts). */
export const authorities = "authorities, each time by the log of legal disclosures";

export function activitiesOf(
  role: TablePrivacy["role"],
  declared: {
    tables: readonly TableDeclaration[];
    processors: readonly Pick<ProcessorDeclaration, "name" | "purpose">[];
  },
): Activity[] {
  return Object.entries(purposes).flatMap(([key, { sentence, use, basis }]) => {
    const purpose = key as Purpose;
    const tables = declared.tables.filter(({ privacy }) => privacy.purpose === purpose && privacy.role === role);
    if (tables.length === 0) return [];
    return [
      {
        ...{ purpose, role, sentence, use, basis },
        tables: tables.map(({ name }) => name),
        people: distinct(tables.flatMap(({ privacy }) => (privacy.subjects ?? []).map(({ kind }) => kind))),
        categories: distinct(tables.flatMap(personalCategories)),
        recipients: [
          ...declared.processors.filter((one) => one.purpose === purpose).map(({ name }) => name),
          authorities,
        ],
        kept: tables.flatMap(keptFor),
      },
    ];
  });
}

const distinct = (words: readonly string[]): string[] => [...new Set(words)];

const personalCategories = ({ columns }: TableDeclaration): string[] =>
  Object.values(columns).flatMap((column) => [
    ...(handlingOf(column).log === "never" ? [column.category] : []),
    ...(column.ifEnabled === undefined ? [] : [`${column.ifEnabled} where a workspace turned it on`]),
  ]);

function keptFor({ name, privacy }: TableDeclaration): string[] {
  const { retention } = privacy;
  if (typeof retention === "string") return [`${name} ${retention.replaceAll("-", " ")}`];
  return retentionsOf(privacy).map(({ days }) =>
    typeof days === "number" ? `${name} ${days} days` : `${name} \`${days.setting}\`, at most ${days.max} days`,
  );
}

export interface Outliving {
  table: string;
  outlives: "person" | "workspace";
  rule: string;
  statute: string;
  years: number;
  from: string;
}

/** What stays when a person is erased or a workspace deleted: by which rule, how long, and from when that counts. */
export function outlivingTables(tables: readonly TableDeclaration[]): Outliving[] {
  return tables.flatMap(({ name, privacy }) =>
    retentionsOf(privacy).flatMap(({ days, from }) =>
      privacy.legal === undefined || typeof days !== "number"
        ? []
        : [{ table: name, ...privacy.legal, years: Math.round((days / 365) * 100) / 100, from }],
    ),
  );
}
