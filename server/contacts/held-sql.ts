/**
 * SQL that says whether a row of alias `row` must not be deleted at the time `at` (an SQL expression): a hold on its contact, on somebody who
 * was merged into it, or on the whole workspace. Stands inside the deleting statement, so that a hold that was just placed counts.
 */
export function heldSql(row: string, at: string, contactColumns: readonly string[]): string {
  const own = contactColumns.flatMap((column) => [
    `h.subject_id = ${row}.${column}`,
    `exists (select 1 from contact hc where hc.workspace_id = h.workspace_id and hc.id = h.subject_id and hc.merged_into = ${row}.${column})`,
  ]);
  return `exists (select 1 from legal_hold h where h.workspace_id = ${row}.workspace_id and h.released_at is null and h.until > ${at}
      and (${[`h.subject_id = ${row}.workspace_id`, ...own].join(" or ")}))`;
}
