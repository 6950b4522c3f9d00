// How the rows of each table lead to a person, compiled from the declarations: what an export reads and an erase deletes, children first.
import type { PgTable } from "../platform/drizzle.ts";
import { describe, handlingOf, type TableDeclaration } from "../platform/table.ts";

type SubjectKind = "contact" | "person" | "member" | "workspace";

/** The rows of one table that are about a person, or that they wrote among others' rows. */
export interface SubjectRows {
  table: string;
  as: "about" | "authored";
  erase: "delete" | "clear" | "by-step" | "keep";
  /** SQL for rows of the alias `t`: $1 the workspace, $2 the ids of the person */
  where: string;
  /** the sealed and otherwise personal columns, which `clear` sets to null */
  personal: string[];
  /** has `content_destroyed_at` */
  isDated: boolean;
}

export interface SubjectGraph {
  /** in the order of deletion: rows that are found by others come before those */
  contact: readonly SubjectRows[];
  /** those scoped to workspaces lead to a person by their membership */
  member: readonly SubjectRows[];
  person: readonly SubjectRows[];
  /** tables with personal columns from which nobody is reached: an erase could not find those rows */
  unreachable: string[];
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

export function compileSubjectGraph(tables: readonly PgTable[]): SubjectGraph {
  const all = new Map(tables.map(describe).map((declared) => [declared.name, declared]));
  const graph = {
    contact: rowsOf("contact", all),
    member: rowsOf("member", all),
    person: rowsOf("person", all),
  };
  const reached = new Set([...graph.contact, ...graph.member, ...graph.person].map(({ table }) => table));
  const unreachable = [...all.values()].filter(
    ({ name, columns, privacy }) =>
      Object.values(columns).some(({ category }) => category.startsWith("user.") || category === "index.blind") &&
      !reached.has(name) &&
      !privacy.subjects?.some(({ kind }) => kind === "workspace"),
  );
  return { ...graph, unreachable: unreachable.map(({ name }) => name) };
}

function rowsOf(kind: SubjectKind, all: ReadonlyMap<string, TableDeclaration>): SubjectRows[] {
  const found: SubjectRows[] = [];
  const done = new Set<string>();
  const visit = (declared: TableDeclaration): void => {
    if (done.has(declared.name)) return;
    done.add(declared.name);
    // whoever leads here by this table's rows must be gone before them
    for (const other of all.values()) if (other.privacy.via?.some((via) => via.table === declared.name)) visit(other);
    for (const as of ["about", "authored"] as const)
      for (const where of conditions(kind, as, declared, all, "t")) found.push({ ...shapeOf(declared), as, where });
  };
  for (const declared of all.values()) visit(declared);
  // the row that is the person goes last: it leads to those who were merged into it
  const isSelf = ({ table }: SubjectRows): boolean =>
    all.get(table)?.privacy.subjects?.some((subject) => subject.kind === kind && subject.column === "id") === true;
  return [...found.filter((rows) => !isSelf(rows)), ...found.filter(isSelf)];
}

const shapeOf = ({ name, columns, privacy }: TableDeclaration) => ({
  table: name,
  erase: privacy.erase ?? ("delete" as const),
  personal: Object.entries(columns)
    .filter(([, column]) => handlingOf(column).erase !== "with-row" || column.category === "index.blind")
    .map(([key]) => snake(key)),
  isDated: "contentDestroyedAt" in columns,
});

/** One condition for each way that leads to the person; each is a statement of its own, so that each finds its index. */
function conditions(
  kind: SubjectKind,
  as: "about" | "authored",
  { privacy }: TableDeclaration,
  all: ReadonlyMap<string, TableDeclaration>,
  alias: string,
): string[] {
  const by = as === "about" ? (privacy.via ?? []) : [];
  const ways = by.flatMap((via) => {
    const parent = all.get(via.table);
    if (!parent) throw new Error(`no table ${via.table} to go by`);
    const inner = `${alias}${alias.at(-1)}`;
    return conditions(kind, "about", parent, all, inner).map((where) => {
      const here = Object.keys(via.on).map((key) => `${alias}.${snake(key)}`);
      const there = Object.values(via.on).map((key) => `${inner}.${snake(key)}`);
      const rows = `select ${there.join(", ")} from ${via.table} ${inner} where ${inner}.${placeOf(parent)} = $1 and ${where}`;
      return via.isArray ? `${here[0]} && array(${rows})` : `(${here.join(", ")}) in (${rows})`;
    });
  });
  const replaced = ways.length === 0 ? [] : by.map((via) => via.insteadOf);
  const own = (privacy.subjects ?? []).filter(
    (subject) => subject.kind === kind && subject.as === as && !replaced.includes(subject.column),
  );
  return [...own.map(({ column }) => `${columnOf(alias, column)} = any ($2::text[])`), ...ways];
}

const placeOf = ({ privacy }: TableDeclaration): string => snake(privacy.workspaceColumn ?? "workspaceId");

function columnOf(alias: string, column: string): string {
  const [name = "", field] = column.split(".");
  return field === undefined ? `${alias}.${snake(name)}` : `${alias}.${snake(name)} ->> '${field}'`;
}
