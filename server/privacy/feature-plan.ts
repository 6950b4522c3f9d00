// How it is seen in the database which optional features are on, derived from their declarations.
import { getTableColumns } from "../platform/drizzle.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { describe } from "../platform/table.ts";

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Rows that are there while it is on; undefined where the installation's settings say it. */
export function rowsWhileOn({ id, flag }: FeatureDeclaration): string | undefined {
  if (flag.by === "operator") return undefined;
  if (flag.by === "owner") return `select 1 from workspace_feature where feature = '${id}'`;
  const { table, column, off = null } = flag;
  const from = `select 1 from ${describe(table).name}`;
  if (column === undefined) return from;
  if (!(column in getTableColumns(table))) throw new Error(`${id} is seen by ${column}, which its table does not have`);
  // so that an index of the few rows fits
  return `${from} where ${snake(column)} ${off === null ? "is not null" : `<> ${off}`}`;
}

/**
 * `kw.features_used()`: the features that are on in any workspace, and the tables of features that hold anything: what was kept before one
 * was turned off may outlast it by days.
 */
export function featureStatement(features: readonly FeatureDeclaration[]): string {
  const on = features.flatMap((one) => {
    const rows = rowsWhileOn(one);
    return rows === undefined ? [] : [`select '${one.id}' where exists (${rows})`];
  });
  const full = features
    .flatMap(({ tables = [] }) => tables.map((made) => describe(made).name))
    .map((name) => `select '${name}' where exists (select 1 from ${name})`);
  return `create or replace function kw.features_used() returns setof text
    language sql stable security definer set search_path = public, pg_temp as $$ ${[...on, ...full].join(" union all ")} $$`;
}
