// Deleting by the declarations: rows of a workspace or of a person, children first, with their blobs.
import type { PgTable } from "../platform/drizzle.ts";
import type pg from "pg";
import type { App } from "../platform/context.ts";
import { describe } from "../platform/table.ts";
import { blobColumns, byDependency, snake } from "./backup-plan.ts";
import { compileSubjectGraph } from "./subject-graph.ts";

export interface Doomed {
  table: string;
  /** of the alias `t` */
  where: string;
  values: unknown[];
  /** Only these columns go, the row stays. */
  clears?: readonly string[];
}

/** All rows of a workspace, but its own and those of the ledger. */
export async function rowsOfWorkspace(
  client: pg.ClientBase,
  tables: readonly PgTable[],
  workspaceId: string,
): Promise<Doomed[]> {
  const columns = new Map(
    tables
      .map(describe)
      .filter(({ name, privacy }) => privacy.scope === "workspace" && name !== "workspace" && name !== "erasure_ledger")
      .map(({ name, privacy }) => [name, snake(privacy.workspaceColumn ?? "workspaceId")]),
  );
  const order = await byDependency(client, tables);
  return order.toReversed().flatMap((table) => {
    const column = columns.get(table);
    return column === undefined ? [] : [{ table, where: `t.${column} = $1`, values: [workspaceId] }];
  });
}

/** What an erasure of these contacts deletes or clears; the requests of their subjects stay, they hold ids and times only. */
export function rowsOfContacts(
  tables: readonly PgTable[],
  workspaceId: string,
  contactIds: readonly string[],
): Doomed[] {
  return compileSubjectGraph(tables)
    .contact.filter(({ table, erase }) => erase !== "keep" && table !== "subject_request")
    .map(({ table, where, as, erase, personal }) => ({
      table,
      where: `t.workspace_id = $1 and ${where}`,
      values: [workspaceId, contactIds],
      ...(as === "authored" || erase === "clear" ? { clears: personal } : {}),
    }));
}

/** All or nothing. Blobs go first: cut short, their rows still name them. */
export async function deleteRows(
  app: Pick<App, "blobs">,
  client: pg.ClientBase,
  tables: readonly PgTable[],
  doomed: readonly Doomed[],
): Promise<void> {
  await client.query("begin");
  try {
    for (const { table, where, values } of doomed)
      for (const { column } of blobColumns(tables).filter((one) => one.table === table)) {
        const text = `select t.${column} as name from ${table} t where ${where} and t.${column} is not null`;
        const { rows } = await client.query<{ name: string }>(text, values);
        await app.blobs.remove(rows.map(({ name }) => name));
      }
    for (const { table, where, values, clears } of doomed) {
      if (clears?.length === 0) continue;
      const what = clears
        ? `update ${table} t set ${clears.map((column) => `${column} = null`).join(", ")}`
        : `delete from ${table} t`;
      await client.query(`${what} where ${where}`, values);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
