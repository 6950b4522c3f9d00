import type { Retention, TableDeclaration } from "../platform/table.ts";
import type { SubjectRows } from "./subject-graph.ts";

/** What is kept about a person, why and for how long, as the declarations say it. */
export function describeKept(
  rows: readonly SubjectRows[],
  tables: readonly TableDeclaration[],
): { what: string; purpose: string; keptFor: string }[] {
  const names = new Set(rows.map(({ table }) => table));
  return tables
    .filter(({ name }) => names.has(name))
    .map(({ name, privacy }) => ({ what: name, purpose: privacy.purpose, keptFor: lasting(privacy.retention) }));
}

function lasting(retention: TableDeclaration["privacy"]["retention"]): string {
  if (typeof retention === "string") return retention;
  const all = Array.isArray(retention) ? (retention as readonly Retention[]) : [retention as Retention];
  return all
    .map(({ days }) => (typeof days === "number" ? `${days} days` : `as set, at most ${days.max} days`))
    .join(", ");
}
