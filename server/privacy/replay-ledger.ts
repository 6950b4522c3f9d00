// After a restore: what was erased since the backup is erased again, before anyone can read it.
import { randomBytes } from "node:crypto";
import type { PgTable } from "../platform/drizzle.ts";
import type pg from "pg";
import type { App } from "../platform/context.ts";
import { ownerClient } from "../platform/db.ts";
import { rebuildSearch } from "../search/rebuild-search.ts";
import { deleteRows, rowsOfContacts, rowsOfWorkspace } from "./delete-rows.ts";
import type { LedgerEntry } from "./ledger-file.ts";
import { missingErasures, readLedger } from "./ledger.ts";

export interface ReplayInput {
  tables: readonly PgTable[];
  /** As the tables' owner: it sees all workspaces. */
  ownerUrl: string;
}

/**
 * Destroys every key that the ledger names (the keyring's copy may be older), deletes the rows and blobs of entries that the
 * database does not know, and only then notes them as known: cut short, it begins anew. Search is made again at the end.
 */
export async function replayLedger(app: App, input: ReplayInput): Promise<{ repeated: number }> {
  const all = await readLedger(app);
  const missing = await missingErasures(app);
  app.keyring.destroy(all.map(keySubject));
  const client = await ownerClient(input.ownerUrl);
  try {
    for (const entry of missing) {
      await forget(app, client, input.tables, entry);
      await adopt(client, entry);
    }
    const { rows } = await client.query<{ id: string }>("select id from workspace where closed_at is null");
    for (const { id } of rows) await rebuildSearch(app, id);
  } finally {
    await client.end();
  }
  return { repeated: missing.length };
}

/** The keyring's name of what an entry erased. */
export function keySubject({ kind, subjectId }: Pick<LedgerEntry, "kind" | "subjectId">): string {
  if (subjectId.includes(":")) return subjectId;
  const place = {
    contact_erased: "contact",
    member_erased: "person",
    workspace_closed: "workspace",
    key_destroyed: "",
  };
  return `${place[kind]}:${subjectId}`;
}

/** Rows of the erased, and their blobs. */
async function forget(app: App, client: pg.ClientBase, tables: readonly PgTable[], entry: LedgerEntry): Promise<void> {
  const { kind, workspaceId, subjectId } = entry;
  switch (kind) {
    case "contact_erased": {
      const ids = await contactsOf(client, entry);
      return deleteRows(app, client, tables, rowsOfContacts(tables, workspaceId, ids));
    }
    case "workspace_closed":
      await deleteRows(app, client, tables, await rowsOfWorkspace(client, tables, workspaceId));
      await client.query("update workspace set closed_at = coalesce(closed_at, $2) where id = $1", [
        workspaceId,
        entry.at,
      ]);
      return;
    case "member_erased":
      // the row stays: messages and notes name it as their author. Its index must find nobody
      await client.query("delete from login where person_id = $1", [subjectId]);
      await client.query("delete from login_link where person_id = $1", [subjectId]);
      await client.query("update person set email_index = $2, name = null, password_hash = null where id = $1", [
        subjectId,
        randomBytes(16),
      ]);
      return;
    case "key_destroyed":
  }
}

async function contactsOf(client: pg.ClientBase, { workspaceId, subjectId }: LedgerEntry): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    "select id from contact where workspace_id = $1 and (id = $2 or merged_into = $2)",
    [workspaceId, subjectId],
  );
  return [subjectId, ...rows.map(({ id }) => id)];
}

async function adopt(client: pg.ClientBase, entry: LedgerEntry): Promise<void> {
  await client.query(
    `insert into erasure_ledger (workspace_id, id, kind, subject_id, key_ids, request_id, at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [entry.workspaceId, entry.id, entry.kind, entry.subjectId, entry.keyIds, entry.requestId ?? null, entry.at],
  );
}
