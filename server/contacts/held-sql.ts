/**
 * SQL for `from`: the holds (alias `h`) that bind at the time `at` in a workspace, both SQL expressions: those on all of it, and those on people
 * of whom `isTheirs` says so, given the SQL of their id, or on somebody who was merged into them.
 */
export const holdsSql = (workspace: string, at: string, isTheirs: (id: string) => string): string =>
  `legal_hold h where h.workspace_id = ${workspace} and h.released_at is null and h.until > ${at}
      and (h.subject_id = ${workspace} or ${isTheirs("h.subject_id")} or exists (select 1 from contact hc
        where hc.workspace_id = h.workspace_id and hc.id = h.subject_id and (${isTheirs("hc.merged_into")})))`;

/**
 * SQL that says whether a row of alias `row` must not be deleted at the time `at` (an SQL expression). Stands inside the deleting statement,
 * so that a hold that was just placed counts.
 */
export function heldSql(row: string, at: string, contactColumns: readonly string[]): string {
  const isTheirs = (id: string): string => contactColumns.map((column) => `${id} = ${row}.${column}`).join(" or ");
  const isOnPeople = contactColumns.length > 0 ? isTheirs : () => "false";
  return `exists (select 1 from ${holdsSql(`${row}.workspace_id`, at, isOnPeople)})`;
}
