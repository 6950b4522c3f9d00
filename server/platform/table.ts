// Tables: columns and their privacy in one declaration. Read by Drizzle, row-level security, grants, the drift test, the data map,
// and later by sweeps, export and erase.
import { customType, getTableConfig, pgTable, type PgColumnBuilderBase, type PgTable } from "./drizzle.ts";

/** What a column holds: Fideslang keys, and ours. The category implies the handling (see HANDLING). */
export type Category =
  | "system"
  | "organization.name"
  | "organization.unique_id"
  | "user.content"
  | "user.name"
  | "user.contact.email"
  | "user.contact.phone_number"
  | "user.unique_id"
  | "user.device"
  | "user.behavior"
  | "user.special"
  | "credential.verifier"
  | "credential.secret"
  | "index.blind"
  | "financial.invoice";

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

export interface Handling {
  protect: "plain" | "sealed" | "hash" | "blind-index";
  export: "include" | "omit";
  erase: "with-row" | "shred" | "null" | "keep-legal";
  log: "allow" | "never";
}

export const HANDLING = {
  system: { protect: "plain", export: "omit", erase: "with-row", log: "allow" },
  "organization.name": { protect: "plain", export: "include", erase: "with-row", log: "never" },
  "organization.unique_id": { protect: "plain", export: "omit", erase: "with-row", log: "never" },
  "user.content": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "user.name": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "user.contact.email": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "user.contact.phone_number": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "user.unique_id": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "user.device": { protect: "plain", export: "include", erase: "null", log: "never" },
  "user.behavior": { protect: "plain", export: "include", erase: "null", log: "never" },
  // GDPR Art. 9 and 10
  "user.special": { protect: "sealed", export: "include", erase: "shred", log: "never" },
  "credential.verifier": { protect: "hash", export: "omit", erase: "with-row", log: "never" },
  "credential.secret": { protect: "sealed", export: "omit", erase: "shred", log: "never" },
  "index.blind": { protect: "blind-index", export: "omit", erase: "with-row", log: "never" },
  "financial.invoice": { protect: "plain", export: "include", erase: "keep-legal", log: "never" },
} as const satisfies Record<Category, Handling>;

export interface Column<B extends PgColumnBuilderBase = PgColumnBuilderBase> {
  category: Category;
  builder: B;
  deviation: Partial<Handling>;
  /** What it may be opened for, where the function that opens it asks. */
  readFor?: readonly string[];
  /** What it holds besides, in workspaces that turned that on. */
  ifEnabled?: Category;
}

/** One column: its category first, then its type. Only deviations from the category's handling are written out. */
export function column<B extends PgColumnBuilderBase>(
  category: Category,
  builder: B,
  { readFor, ifEnabled, ...deviation }: Partial<Handling> & Pick<Column, "readFor" | "ifEnabled"> = {},
): Column<B> {
  return { category, builder, deviation, ...(readFor && { readFor }), ...(ifEnabled && { ifEnabled }) };
}

/** How long: by number, or by a setting of the workspace between `min` and `max`; `default` where nobody chose. */
export type RetentionDays = number | { setting: string; min?: number; default?: number; max: number };

export type Retention = {
  /** The column that the days count from; a row without a value there does not age. */
  from: string;
  days: RetentionDays;
  /** `clear`: the sealed columns go, the row stays · `aggregate`: only counts without a subject stay, in the table `into` */
  then: "delete" | "clear" | "aggregate";
  into?: string;
  /** `aggregate`: a count that stands for fewer people is not made: it would be about them */
  atLeast?: number;
  /** Only rows of which this SQL says so (alias `t`): what is settled, resolved, empty. */
  where?: string;
  /**
   * Who does it, where one statement cannot: `content_modes` (each channel's own), `partitions` (whole days are dropped), `contacts` (with all
   * that is known of the person, the key first), `closure` (what is left of a workspace that was deleted). Without it the statement is derived.
   */
  by?: "content_modes" | "partitions" | "contacts" | "closure";
};

/** Whose words or doing a row's content is: `person` the person it is about · `team` who works here, or their programs · `provider` the network. */
export type Origin = "person" | "team" | "provider";
export const waysOut = ["network", "program"] as const;
export type WayOut = (typeof waysOut)[number];

/** `on`: columns here → columns there. */
export interface Via {
  table: string;
  on: Readonly<Record<string, string>>;
  /** the column here is an array: any of its values */
  isArray?: true;
  /** a subject column here that says the same, but has no index */
  insteadOf?: string;
}

export interface TablePrivacy {
  /** workspace: has a workspace column and a row policy · person: people and their logins · installation: neither */
  scope: "workspace" | "person" | "installation";
  /** the column that holds the workspace's id; `workspaceId` unless said otherwise */
  workspaceColumn?: string;
  purpose: "deliver" | "inbox" | "security" | "insight" | "billing" | "account";
  role: "controller" | "processor";
  /** the ways by which it reaches somebody outside: the network that carries it, programs that are told by webhook. None: only whoever keeps it for us */
  leaves?: readonly WayOut[];
  /** where it comes from; needed where a copy shows a column */
  origin?: readonly Origin[];
  /** which column leads to whom (`payload.contactId`: a field of a JSON column); `about` the person or `authored` by them */
  subjects?: readonly {
    kind: "contact" | "member" | "person" | "workspace";
    column: string;
    as: "about" | "authored";
  }[];
  /** Rows that name nobody themselves: the row of another table that they belong to. An erase and an export follow it. */
  via?: readonly Via[];
  /**
   * What an erase of the person does with rows about them. `delete` (default) · `clear`: the personal columns go, the row stays ·
   * `by-step`: a step of its own, because rows are not all of it (blobs) or cannot be found by SQL · `keep`: ids only, for as long as
   * the retention says
   */
  erase?: "delete" | "clear" | "by-step" | "keep";
  /**
   * Rows here outlive the person or the workspace that they name, in ids and times only. Without it nothing does. How long, and from which
   * column, is the retention.
   */
  legal?: { outlives: "person" | "workspace"; rule: string; statute: string };
  /** Several where parts of a row go at different times. */
  retention: Retention | readonly Retention[] | "with-parent" | "with-workspace" | "until-removed";
  /** Tells how the product fared, and what went wrong: gone after `diagnosticDays` at the latest. */
  isDiagnostic?: true;
  /** what the app role may do; default all four */
  grants?: readonly ("select" | "insert" | "update" | "delete")[];
  /**
   * `rebuilt`: left out of backups and made anew by a restore, so that no index of an erased person's words lies in them · `left-out`: what lives
   * for hours, and its blobs, which a backup would keep for a month
   */
  backup?: "included" | "rebuilt" | "left-out";
  /** `enabled` only where FORCE is known to cost too much; the reason is written beside it */
  rowSecurity?: "forced" | "enabled";
}

export interface TableDeclaration {
  name: string;
  table: PgTable;
  privacy: TablePrivacy;
  columns: Record<string, Column>;
}

const declarations = new WeakMap<PgTable, TableDeclaration>();
const snake = (s: string): string => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/**
 * Declares a table. Keys are camelCase here and snake_case in the database. A column without a category does not compile.
 * @returns the Drizzle table; `describe(table)` gives its privacy back
 */
export function table<N extends string, C extends Record<string, Column>>(name: N, privacy: TablePrivacy, columns: C) {
  for (const [key, { builder }] of Object.entries(columns)) {
    // Drizzle sets the name once, and only when it has none
    (builder as unknown as { setName(name: string): void }).setName(snake(key));
  }
  const builders = Object.fromEntries(Object.entries(columns).map(([key, c]) => [key, c.builder])) as {
    [K in keyof C]: C[K]["builder"];
  };
  const made = pgTable(name, builders);
  declarations.set(made, { name, table: made, privacy, columns });
  return made;
}

/** The declaration behind a Drizzle table. */
export function describe(made: PgTable): TableDeclaration {
  const found = declarations.get(made);
  if (!found) throw new Error(`${getTableConfig(made).name} was not made by table()`);
  return found;
}

export interface ExternalTables {
  /** All tables of this schema, or only those listed. */
  schema: string;
  tables: readonly string[] | "all";
  /** Which library, or which part of the platform, makes them. */
  owner: string;
  /** What is in them, and why that is no one's personal data. */
  holds: string;
}

/** Describes tables that a library or the migrator makes, so that no table of the live database is unknown. */
export function external(declaration: ExternalTables): ExternalTables {
  return declaration;
}

/** What ages in a table. */
export function retentionsOf({ retention }: TablePrivacy): readonly Retention[] {
  if (typeof retention === "string") return [];
  return "from" in retention ? [retention] : retention;
}

/** Names of columns, as TypeScript and as SQL spell them, that no log may hold; one that is harmless elsewhere is not told apart. */
export function unloggedNames(tables: readonly PgTable[]): Set<string> {
  return new Set(
    tables.flatMap((made) =>
      Object.entries(describe(made).columns).flatMap(([key, c]) =>
        handlingOf(c).log === "never" ? [key, snake(key)] : [],
      ),
    ),
  );
}

/** How one column is handled: its category's handling with the written deviations. */
export function handlingOf(c: Column): Handling {
  return { ...HANDLING[c.category], ...c.deviation };
}

const ident = (s: string): string => `"${s.replaceAll('"', '""')}"`;

/**
 * Row-level security and grants for the declared tables, as idempotent SQL that the migrator runs after every migration.
 * One policy for all: a row is visible when its workspace is among `kw.workspaces`.
 */
export function derivedStatements(tables: readonly PgTable[], role = "keepword_app"): string[] {
  const out = [
    `grant usage on schema public, kw to ${role}`,
    // a function is everyone's unless said otherwise, and the owner functions see all workspaces
    `revoke execute on all functions in schema kw from public`,
    `grant execute on all functions in schema kw to ${role}`,
    // databases that were made before PostgreSQL 15 let everyone put things into the search path of those functions
    `revoke create on schema public from public, ${role}`,
    `revoke all on all tables in schema public from ${role}`,
  ];
  for (const made of tables) {
    const { name, privacy } = describe(made);
    const grants = privacy.grants ?? ["select", "insert", "update", "delete"];
    if (grants.length > 0) out.push(`grant ${grants.join(", ")} on ${ident(name)} to ${role}`);
    if (privacy.scope !== "workspace") continue;
    const by = ident(snake(privacy.workspaceColumn ?? "workspaceId"));
    // The subselect reads the setting once a statement, not once a row. `|| ''` keeps the condition out of the indexes: there it costs an
    // array per probe and leads the planner from a row's own key to whole workspaces (150 look-ups: 1.1 ms so, 2.0 ms without both).
    const isVisible = `${by} || '' = any ((select kw.workspaces())::text[])`;
    out.push(
      `alter table ${ident(name)} enable row level security`,
      `alter table ${ident(name)} ${privacy.rowSecurity === "enabled" ? "no force" : "force"} row level security`,
      `drop policy if exists workspace_rows on ${ident(name)}`,
      `create policy workspace_rows on ${ident(name)} to ${role} using (${isVisible}) with check (${isVisible})`,
      // FORCE binds the owner too: without a policy of its own, the owner functions of schema kw would see nothing
      `drop policy if exists owner_rows on ${ident(name)}`,
      `create policy owner_rows on ${ident(name)} to current_user using (true) with check (true)`,
    );
  }
  return out;
}
