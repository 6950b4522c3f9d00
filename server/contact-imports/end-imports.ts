// The end of imports, and with it of their files: the key goes in the transaction that ends them, the bytes right after.
import type { App } from "../platform/context.ts";
import type { OpenCtx } from "../platform/route.ts";
import { findImport, viewImport, type ContactImportView, type Outcome } from "./contact-import.ts";

type EndApp = Pick<App, "db" | "blobs" | "clock">;

/**
 * Ends imports of a workspace that have not ended: one, or all of them. Waits for the step that one of them is in; none follows.
 * What was imported stays. @returns how many ended
 */
export async function endImports(app: EndApp, workspaceId: string, outcome: Outcome, id?: string): Promise<number> {
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query(
      `update contact_import set state = 'ended', outcome = $2, ended_at = $3, details = null, blob_key = null
       where workspace_id = $1 and state <> 'ended' and ($4::text is null or id = $4) returning id`,
      [workspaceId, outcome, app.clock.now(), id ?? null],
    ),
  );
  await removeEndedFiles(app, workspaceId);
  return rows.length;
}

/** The bytes first, while the row still says where they are: a crash in between leaves it to the next call. */
export async function removeEndedFiles(app: EndApp, workspaceId: string): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const rows = await app.db.tx(scope, (tx) =>
    // plan: contact_import_open
    tx.query<{ id: string; name: string }>(
      `select id, blob_name as name from contact_import where workspace_id = $1 and state = 'ended' and blob_name is not null`,
      [workspaceId],
    ),
  );
  if (rows.length === 0) return;
  await app.blobs.remove(rows.map(({ name }) => name));
  await app.db.tx(scope, (tx) =>
    tx.query(
      `update contact_import set blob_name = null, file_removed_at = $3 where workspace_id = $1 and id = any ($2::text[])`,
      [workspaceId, rows.map(({ id }) => id), app.clock.now()],
    ),
  );
}

/** Ends one by the wish of its people; one that has ended stays as it ended. @throws not_found */
export async function cancelImport(ctx: OpenCtx, id: string): Promise<ContactImportView> {
  const { workspaceId } = ctx;
  const read = () => ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => findImport({ tx, workspaceId }, id));
  await read();
  await endImports(ctx, workspaceId, "canceled", id);
  return viewImport(ctx, await read());
}

/** So that with a sweep each quarter of an hour nothing lies for longer than a day. */
const HOURS = 23;

/** Ends what nobody started and what never came to its end, and removes files that a crash left. */
export async function sweepImports(app: EndApp): Promise<void> {
  const before = new Date(app.clock.ms() - HOURS * 3_600_000);
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.workspaces_with_due_imports($1) w", [before]),
  );
  for (const { id: workspaceId } of workspaces) {
    const due = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ id: string; state: string }>(
        `select id, state from contact_import where workspace_id = $1 and state <> 'ended' and coalesce(started_at, created_at) < $2`,
        [workspaceId, before],
      ),
    );
    for (const { id, state } of due) await endImports(app, workspaceId, state === "running" ? "stalled" : "unused", id);
    await removeEndedFiles(app, workspaceId);
  }
}
