// What the last day of a workspace deletes, derived from the declarations: every row of it in every table, by so many a call.
import type { PgTable } from "../platform/drizzle.ts";
import { describe } from "../platform/table.ts";

/** The ledger says what must stay forgotten, and the workspace's own row what its id once was. */
const kept = ["erasure_ledger", "workspace"];

/**
 * `kw.purge_workspace(p_workspace, p_now, p_limit)`: at most `p_limit` rows of each table, with how many of which. Nothing unless the last day of
 * the workspace is over and no hold keeps it, whoever calls. Later tables refer to earlier ones, so it goes backwards.
 */
export function purgeStatement(tables: readonly PgTable[]): string {
  const names = tables
    .map(describe)
    .filter(({ name, privacy }) => privacy.scope === "workspace" && !kept.includes(name))
    .toReversed();
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
      ${steps.join("\n      ")}
    end $$`;
}
