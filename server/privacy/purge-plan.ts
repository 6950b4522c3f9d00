// What the last day of a workspace deletes, derived from the declarations: every row of it in every table, by so many a call.
import type { PgTable } from "../platform/drizzle.ts";
import { describe, retentionsOf } from "../platform/table.ts";

/**
 * `kw.purge_workspace(p_workspace, p_now, p_limit)`: at most `p_limit` rows of each table, with how many of which. Nothing unless the last day of
 * the workspace is over and no hold keeps it, whoever calls. Later tables refer to earlier ones, so it goes backwards.
 */
export function purgeStatement(tables: readonly PgTable[]): string {
  const names = tables
    .map(describe)
    .filter(({ privacy }) => privacy.scope === "workspace" && privacy.legal?.outlives !== "workspace")
    .toReversed();
  // what people were told of it outside: of no use to them without it
  const told = tables
    .map(describe)
    .filter(({ columns }) => "aboutWorkspace" in columns)
    .map(
      ({
        name,
      }) => `delete from ${name} where ctid = any (array(select ctid from ${name} where about_workspace = p_workspace limit p_limit));
      get diagnostics gone = row_count; name := '${name}'; if gone > 0 then return next; end if;`,
    );
  const steps = names.map(({ name }) => {
    // a row's place is unique within one partition only
    const which =
      name === "event"
        ? "position in (select position from event where workspace_id = p_workspace limit p_limit)"
        : `ctid = any (array(select ctid from ${name} where workspace_id = p_workspace limit p_limit))`;
    return `delete from ${name} where workspace_id = p_workspace and ${which};
      get diagnostics gone = row_count; name := '${name}'; if gone > 0 then return next; end if;`;
  });
  return `create or replace function kw.purge_workspace(p_workspace text, p_now timestamptz, p_limit int) returns table (name text, gone bigint)
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    #variable_conflict use_column
    begin
      if p_workspace not in (select kw.workspaces_to_purge(p_now)) then return; end if;
      ${[...told, ...steps].join("\n      ")}
    end $$`;
}

/** `kw.forget_workspaces(p_now)`: the id and the times of a deleted workspace are kept as long as its table says, and then go too. */
export function forgetStatement(tables: readonly PgTable[]): string {
  const steps = tables.map(describe).flatMap(({ name, privacy }) =>
    retentionsOf(privacy).flatMap(({ by, days, from }) => {
      if (by !== "closure" || typeof days !== "number") return [];
      const column = from.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [`delete from ${name} where ${column} < p_now - make_interval(days => ${days})`];
    }),
  );
  return `create or replace function kw.forget_workspaces(p_now timestamptz) returns void
    language sql volatile security definer set search_path = public, pg_temp as $$ ${steps.join("; ")} $$`;
}
