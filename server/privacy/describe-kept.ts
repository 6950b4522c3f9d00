import type { ProcessorDeclaration } from "../platform/store.ts";
import { handlingOf, type Category, type Retention, type TableDeclaration, type WayOut } from "../platform/table.ts";
import type { SubjectRows } from "./subject-graph.ts";

/** One field of what is kept about a person, as GDPR Art. 15(1) asks for it. */
export interface KeptField {
  /** `table.column` */
  what: string;
  category: string;
  purpose: string;
  keptFor: string;
  /** whose words or doing it is */
  source: readonly string[];
  /** ids of `recipients` */
  recipients: string[];
}

export interface Recipient {
  id: string;
  name: string;
  does: string;
  country: string;
  /** what of a person they may receive */
  categories: readonly string[];
  /** how it gets there; whoever keeps tables or files for us gets it whole */
  way?: WayOut;
}

/** What is kept about a person, why and for how long, as the declarations say it. */
export function describeKept(
  rows: readonly SubjectRows[],
  tables: readonly TableDeclaration[],
): { what: string; purpose: string; keptFor: string }[] {
  return reached(rows, tables).map(({ name, privacy }) => ({
    what: name,
    purpose: privacy.purpose,
    keptFor: lasting(privacy.retention),
  }));
}

/** The same, field by field: those that a copy holds, each with where it comes from and who outside may receive it. */
export function describeFields(
  rows: readonly SubjectRows[],
  tables: readonly TableDeclaration[],
  recipients: readonly Recipient[],
): KeptField[] {
  return reached(rows, tables).flatMap(({ name, privacy, columns }) =>
    Object.entries(columns)
      .filter(([, column]) => handlingOf(column).export === "include")
      .map(([key, { category }]) => ({
        ...{ what: `${name}.${key}`, category, purpose: privacy.purpose, keptFor: lasting(privacy.retention) },
        source: privacy.origin ?? [],
        recipients: recipients
          .filter(({ categories }) => categories.includes(category))
          .filter(({ way }) => way === undefined || privacy.leaves?.includes(way))
          .map(({ id }) => id),
      })),
  );
}

/** Those outside who may receive something of such a person: carriers only where they carry for them (`providers`). */
export function recipientsOf(
  kind: "contact" | "person",
  processors: readonly ProcessorDeclaration[],
  providers: readonly string[],
): Recipient[] {
  return processors
    .filter(
      ({ subjects, provider }) => subjects.includes(kind) && (provider === undefined || providers.includes(provider)),
    )
    .map(({ id, name, does, country, categories, purpose }) => ({
      id,
      name,
      does,
      country,
      categories: categories.filter(isPersonal),
      ...(purpose === "deliver" ? { way: "network" as const } : {}),
    }));
}

const isPersonal = (category: Category): boolean => category.startsWith("user.");

const reached = (rows: readonly SubjectRows[], tables: readonly TableDeclaration[]): TableDeclaration[] => {
  const names = new Set(rows.map(({ table }) => table));
  return tables.filter(({ name }) => names.has(name));
};

function lasting(retention: TableDeclaration["privacy"]["retention"]): string {
  if (typeof retention === "string") return retention;
  const all = Array.isArray(retention) ? (retention as readonly Retention[]) : [retention as Retention];
  return all
    .map(({ days }) => (typeof days === "number" ? `${days} days` : `as set, at most ${days.max} days`))
    .join(", ");
}
