// Rules that every declared table must keep, so that what is derived from the declarations is right.
import { getTableColumns } from "../platform/drizzle.ts";
import { handlingOf, retentionsOf, type TableDeclaration } from "../platform/table.ts";

/** Security events: a year, which the CNIL names as the most. What a workspace chooses itself: ten. */
const securityDays = 366;
const chosenDays = 3650;
/** What helps to find a fault helps while it is fresh. */
export const diagnosticDays = 30;
/** That somebody's data was held back, and why, is proof for longer than the hold. */
const longerKept: Readonly<Record<string, number>> = { legal_hold: 1095, erasure_ledger: 3650 };

/** Hashes of a chain tell nothing of what they cover: it is sealed. */
const chained = /^(hash|head|.+Hash)$/;

/** A count of fewer people is about them. */
const smallest = 10;

/** Counts are of nobody: no column that holds or names anybody, no way to anybody. */
const leadsToSomebody = ({ name, privacy, columns }: TableDeclaration): string[] => [
  ...Object.entries(columns).flatMap(([key, { category }]) =>
    category !== "system" || /(contact|member|person|sender|author|recipient|conversation|message|identity)/i.test(key)
      ? [`${name}.${key} may lead to somebody`]
      : [],
  ),
  ...(privacy.subjects || privacy.via ? [`${name} leads to somebody`] : []),
];

/** What a declaration says against itself, as sentences; none is right. */
export function declarationProblems(tables: readonly TableDeclaration[]): string[] {
  return tables.flatMap(({ name, table, privacy, columns }) => {
    const types = getTableColumns(table);
    const ofColumns = Object.entries(columns).flatMap(([key, column]) => {
      const type = types[key]?.getSQLType() ?? "";
      const { protect, log } = handlingOf(column);
      const isBytes = type.startsWith("bytea");
      const said: string[] = [];
      if (protect === "sealed" && !isBytes) said.push(`${name}.${key} is to be sealed, but is ${type}`);
      if (protect === "plain" && isBytes && !chained.test(key)) said.push(`${name}.${key} holds bytes of no category`);
      if (protect === "blind-index" && !isBytes && !type.startsWith("bigint[]"))
        said.push(`${name}.${key} is no blind index`);
      if (column.category !== "system" && log === "allow") said.push(`${name}.${key} may be logged`);
      return said;
    });
    const said = [...ofColumns];
    const { retention, scope, subjects = [] } = privacy;
    if (Object.values(columns).some((column) => handlingOf(column).export === "include") && !privacy.origin?.length)
      said.push(`${name} does not say where it comes from`);
    for (const limit of typeof retention === "object" ? [retention].flat() : []) {
      if (!(limit.from in columns)) said.push(`${name} is kept from ${limit.from}, which it does not have`);
      const days = typeof limit.days === "number" ? limit.days : limit.days.max;
      const longest = longerKept[name] ?? (privacy.purpose === "security" ? securityDays : chosenDays);
      if (!(days >= 0 && days <= longest)) said.push(`${name} is kept for ${days} days`);
      if (limit.then === "aggregate" && !((limit.atLeast ?? 0) >= smallest))
        said.push(`${name} is counted where fewer than ${smallest} people are behind a count`);
      for (const target of tables.filter((one) => one.name === limit.into)) said.push(...leadsToSomebody(target));
    }
    const longestOf = retentionsOf(privacy).map(({ days }) => (typeof days === "number" ? days : days.max));
    if (privacy.isDiagnostic && !(Math.max(...longestOf, longestOf.length === 0 ? Infinity : 0) <= diagnosticDays))
      said.push(`${name} is diagnostics, and kept for longer than ${diagnosticDays} days`);
    if (privacy.legal !== undefined && retentionsOf(privacy).length === 0)
      said.push(`${name} outlives a ${privacy.legal.outlives} without a day on which it goes`);
    if (privacy.erase === "keep" && privacy.legal === undefined)
      said.push(`${name} stays after an erase, and no rule says so`);
    for (const { column } of subjects)
      if (!((column.split(".")[0] ?? "") in columns))
        said.push(`${name} leads to somebody by ${column}, which it does not have`);
    if (scope === "workspace" && !((privacy.workspaceColumn ?? "workspaceId") in columns))
      said.push(`${name} has no column for its workspace`);
    if (scope !== "workspace" && "workspaceId" in columns) said.push(`${name} is of workspaces`);
    return said;
  });
}
