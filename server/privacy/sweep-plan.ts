// The statements that delete what is older than its table keeps, derived from the declarations: one owner function a sweep, so that a role
// without the right to delete anything can call it, and nothing but what is due can go.
import type { PgTable } from "../platform/drizzle.ts";
import { getTableColumns } from "../platform/drizzle.ts";
import { heldSql } from "../contacts/held-sql.ts";
import {
  describe,
  handlingOf,
  retentionsOf,
  type Retention,
  type RetentionDays,
  type TableDeclaration,
} from "../platform/table.ts";

export interface Sweep {
  /** The table's name, with a number where it has several: the function is `kw.sweep_<name>`. */
  name: string;
  table: TableDeclaration;
  retention: Retention;
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Everything that a derived statement sweeps, in the order of the tables. */
export function sweepsOf(tables: readonly TableDeclaration[]): Sweep[] {
  return tables.flatMap((table) => {
    const ages = retentionsOf(table.privacy);
    return ages.flatMap((retention, index) =>
      retention.by === undefined
        ? [{ name: `${table.name}${index === 0 ? "" : `_${index + 1}`}`, table, retention }]
        : [],
    );
  });
}

/** Functions and the indexes that they walk, as idempotent SQL for the migrator. */
export function sweepStatements(tables: readonly PgTable[]): string[] {
  const declared = tables.map(describe);
  const byName = new Map(declared.map((table) => [table.name, table]));
  return [
    // a table that is swept no longer has no function any more
    `do $$ declare f regprocedure; begin
       for f in select p.oid from pg_proc p where p.pronamespace = 'kw'::regnamespace and p.proname like 'sweep\\_%' loop
         execute format('drop function %s', f); end loop; end $$`,
    ...sweepsOf(declared).flatMap((sweep) => [ageIndex(sweep), sweepFunction(sweep, byName)]),
    ...declared.filter(({ name }) => name === "contact").map(silentContacts),
  ];
}

/** Made only where no index begins with what the sweep walks. */
function ageIndex({ name, table, retention: { from, days, where } }: Sweep): string {
  const keys = [...(typeof days === "number" ? [] : ["workspace_id"]), snake(from)];
  const covers = keys.map(
    (key, i) => `(select attname from pg_attribute where attrelid = i.indrelid and attnum = i.indkey[${i}]) = '${key}'`,
  );
  const part = where === undefined ? "" : ` where ${where.replaceAll(/\bt\./g, "")}`;
  return `do $$ begin if not exists (select 1 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and i.indrelid = '${table.name}'::regclass
      and ${where === undefined ? "i.indpred is null" : "i.indpred is not null"} and ${covers.join(" and ")}) then
      create index if not exists ${name}_sweep on ${table.name} (${keys.join(", ")})${part}; end if; end $$`;
}

/**
 * `kw.sweep_<name>(p_now, p_limit, p_sooner)` handles at most `p_limit` rows, oldest first, and returns how many; `p_sooner` days before their
 * declared limit, while a longer one was only announced. Plan: the age index from its beginning,
 * rows found again by ctid. Rows that somebody else holds locked wait for the next time.
 */
function sweepFunction(sweep: Sweep, byName: ReadonlyMap<string, TableDeclaration>): string {
  const { name, table, retention } = sweep;
  return `create function kw.sweep_${name}(p_now timestamptz, p_limit int, p_sooner int) returns bigint
    language sql volatile security definer set search_path = public, pg_temp as $$
    with ${ending(table, retention, dueRows(sweep), byName)}
    select count(*) from gone $$`;
}

function dueRows({ table, retention }: Sweep): string {
  const { from, days, where } = retention;
  const column = `t.${snake(from)}`;
  const more = [where, isCleared(table, retention), mayGo(table)]
    .flatMap((part) => (part === undefined ? [] : [` and (${part})`]))
    .join("");
  const locked = "for update of t skip locked";
  const isDay = getTableColumns(table.table)[from]?.getSQLType() === "date";
  const at = (kept: string): string => (isDay ? `((p_now - ${kept}) at time zone 'UTC')::date` : `p_now - ${kept}`);
  if (typeof days === "number")
    return `select t.ctid from ${table.name} t where ${column} < ${at(`make_interval(days => ${days} - p_sooner)`)}${more} order by ${column} limit p_limit ${locked}`;
  const kept = `make_interval(days => ${daysSql(days, "w.id", " - p_sooner")})`;
  return `select d.ctid from workspace w cross join lateral (select t.ctid from ${table.name} t where t.workspace_id = w.id
      and ${column} < ${at(kept)}${more} order by ${column} limit p_limit ${locked}) d limit p_limit`;
}

function ending(
  table: TableDeclaration,
  retention: Retention,
  due: string,
  byName: ReadonlyMap<string, TableDeclaration>,
): string {
  const { then, into, from } = retention;
  const these = `t.ctid = any (array(${due}))`;
  if (then === "clear")
    return `gone as (update ${table.name} t set ${clearedColumns(table)
      .map((column) => `${column} = null`)
      .join(", ")} where ${these} returning 1)`;
  const target = into === undefined ? undefined : byName.get(into);
  if (!target) return `gone as (delete from ${table.name} t where ${these} returning 1)`;
  const keys = Object.keys(target.columns).filter((key) => key !== "count");
  const values = keys.map((key) =>
    key === "day" ? `(t.${snake(from)} at time zone 'UTC')::date as day` : `t.${snake(key)}`,
  );
  const names = keys.map(snake).join(", ");
  return `gone as (delete from ${table.name} t where ${these} returning ${values.join(", ")}),
    figures as (select ${names}, count(*) as n from gone group by ${names}),
    counted as (insert into ${target.name} as c (${names}, count) select ${names}, n from figures f
      where ${isOfEnough(table, retention, target, keys.map(snake))}
      on conflict (${names}) do update set count = c.count + excluded.count)`;
}

/**
 * Whether enough people are behind a count: it was made already, or they are found among the rows as they were before this statement. Plan:
 * the target's key, then `message_counted_days` for one day of one channel.
 */
function isOfEnough(
  table: TableDeclaration,
  { from, where, atLeast = 1 }: Retention,
  target: TableDeclaration,
  names: readonly string[],
): string {
  const who = table.privacy.subjects?.find(({ kind, as }) => kind === "contact" && as === "about")?.column;
  if (who === undefined) throw new Error(`${table.name} is counted, but about nobody`);
  const of = (alias: string, some: readonly string[]) =>
    some.map((name) => `${alias}.${name} = f.${name}`).join(" and ");
  const others = names.filter((name) => name !== "day");
  const bound = (days: number): string => `(f.day + ${days})::timestamp at time zone 'UTC'`;
  return `exists (select 1 from ${target.name} d where ${of("d", names)})
        or (select count(distinct t.${snake(who)}) from ${table.name} t where ${of("t", others)}
          and t.${snake(from)} >= ${bound(0)} and t.${snake(from)} < ${bound(1)}${where === undefined ? "" : ` and ${where}`}) >= ${atLeast}`;
}

/**
 * `kw.sweepable_contacts`: with whom nobody has spoken for as long as the workspace keeps contacts, at most `p_limit` of all workspaces or the
 * one that is named. What somebody said in a group, and a consent that was given or taken back, is speaking too; opening
 * a conversation without writing in it is not. Restricted people stay: their data may be wanted for a claim.
 * Plan: contact_recent from its end, then for each candidate a probe of conversation_contact_channel, message_sender (contact_merged for the
 * aliases: messages keep who wrote them when contacts merge) and consent_event_contact.
 */
function silentContacts({ privacy }: TableDeclaration): string {
  const [days] = retentionsOf(privacy).map((retention) => retention.days);
  const kept = `make_interval(days => ${daysSql(days ?? 3650, "w.id")})`;
  return `create or replace function kw.sweepable_contacts(p_now timestamptz, p_limit int, p_workspace text, p_contact text)
    returns table (workspace_id text, id text) language sql stable security definer set search_path = public, pg_temp as $$
    select w.id, c.id from workspace w cross join lateral (select t.id from contact t
      where t.workspace_id = w.id and (p_contact is null or t.id = p_contact) and t.merged_into is null and t.restricted_at is null
        and t.updated_at < p_now - ${kept} and not exists (select 1 from conversation v
          where v.workspace_id = t.workspace_id and v.contact_id = t.id and v.last_message_id is not null
            and v.last_message_at >= p_now - ${kept})
        and not exists (select 1 from message m where m.workspace_id = t.workspace_id and m.sort_at >= p_now - ${kept}
          and m.sender_contact_id = any (array(select a.id from contact a
            where a.workspace_id = t.workspace_id and (a.id = t.id or a.merged_into = t.id))))
        and not exists (select 1 from consent_event e
          where e.workspace_id = t.workspace_id and e.contact_id = t.id and e.occurred_at >= p_now - ${kept})
        and not ${heldSql("t", "p_now", ["id"])}
      order by t.updated_at limit p_limit) c where p_workspace is null or w.id = p_workspace limit p_limit $$`;
}

const daysSql = (days: RetentionDays, workspace: string, less = ""): string =>
  typeof days === "number"
    ? String(days)
    : `least(${days.max}${less}, coalesce((select s.${days.setting} from retention_setting s where s.workspace_id = ${workspace}), ${days.default ?? days.max}))`;

/** What `clear` empties: what says something of a person, and may be empty. */
export function clearedColumns({ table, columns }: TableDeclaration): string[] {
  const live = getTableColumns(table);
  return Object.entries(columns)
    .filter(([key, column]) => ["shred", "null"].includes(handlingOf(column).erase) && live[key]?.notNull === false)
    .map(([key]) => snake(key));
}

const isCleared = (table: TableDeclaration, { then }: Retention): string | undefined =>
  then === "clear"
    ? clearedColumns(table)
        .map((column) => `t.${column} is not null`)
        .join(" or ")
    : undefined;

/** Holds keep what is about somebody, or written by them; technical rows go as ever. */
function mayGo({ privacy, name }: TableDeclaration): string | undefined {
  if (privacy.scope !== "workspace" || !privacy.subjects || name === "legal_hold") return undefined;
  const contacts = privacy.subjects.filter(({ kind }) => kind === "contact").map(({ column }) => snake(column));
  return `not ${heldSql("t", "p_now", contacts)}`;
}
