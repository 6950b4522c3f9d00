// The end of imports, and with it of their files: the key goes in the transaction that ends them, the bytes right after.
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { OpenCtx } from "../platform/route.ts";
import { findImport, KEPT_MS, viewImport, type ContactImportView, type Outcome } from "./contact-import.ts";

type EndApp = Pick<App, "db" | "blobs" | "clock">;

/**
 * Ends imports of a workspace that have not ended: one, or all of them. Waits for the step that one of them is in; none follows.
 * What was imported stays. Of one that came to its end by itself the refused rows stay too; somebody's erasure takes all that are kept, as
 * the person may be in them. `done` takes the name of the refused rows that were written, and ends none that names others by now.
 * @returns how many files went
 */
export async function endImports(
  app: EndApp,
  workspaceId: string,
  outcome: Outcome,
  id?: string,
  written: string | null = null,
): Promise<number> {
  const ended = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.query(
      `update contact_import set state = 'ended', outcome = $2, ended_at = $3, details = null, blob_key = null,
         refused_key = case when $2 = 'done' then refused_key end
       where workspace_id = $1 and state <> 'ended' and ($4::text is null or id = $4)
         and ($2 <> 'done' or refused_blob is not distinct from $5) returning id`,
      [workspaceId, outcome, app.clock.now(), id ?? null, written],
    );
    return rows.length + (outcome === "person_erased" ? await letGoOfRefused(tx, workspaceId) : 0);
  });
  await removeEndedFiles(app, workspaceId);
  return ended;
}

/** Destroys the key of the rows that are kept of ended imports: of one, of those that began before, or of all. @returns of how many */
async function letGoOfRefused(
  tx: Tx,
  workspaceId: string,
  which: { id?: string; before?: Date } = {},
): Promise<number> {
  const rows = await tx.query(
    `update contact_import set refused_key = null where workspace_id = $1 and state = 'ended' and refused_key is not null
       and ($2::text is null or id = $2) and ($3::timestamptz is null or coalesce(started_at, created_at) < $3) returning id`,
    [workspaceId, which.id ?? null, which.before ?? null],
  );
  return rows.length;
}

/** No writing of a file takes longer. */
const WRITING_MS = 3_600_000;

/**
 * The bytes first, while the row still says where they are: a crash in between leaves it to the next call. Of an import that was ended while its
 * file, or its refused rows, may have been on the way, the name stays for an hour: bytes that come late go with a later call, whether
 * or not their writer lives.
 */
export async function removeEndedFiles(app: EndApp, workspaceId: string): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const rows = await app.db.tx(scope, (tx) =>
    // plan: contact_import_open
    tx.query<{ id: string; names: string[] }>(
      `select id, array_remove(array[blob_name, case when refused_key is null then refused_blob end], null) as names from contact_import
       where workspace_id = $1 and state = 'ended' and (blob_name is not null or (refused_blob is not null and refused_key is null))`,
      [workspaceId],
    ),
  );
  if (rows.length === 0) return;
  const names = rows.flatMap((row) => row.names);
  await app.blobs.remove(names);
  const writtenBefore = new Date(app.clock.ms() - WRITING_MS);
  await app.db.tx(scope, (tx) =>
    tx.query(
      `update contact_import set file_removed_at = case when blob_name is null then file_removed_at else coalesce(file_removed_at, $3) end,
         blob_name = case when encoding is null and ended_at > $5 then blob_name end,
         refused_blob = case when refused_blob = any ($4::text[]) and (outcome = 'done' or ended_at <= $5) then null else refused_blob end
       where workspace_id = $1 and id = any ($2::text[])`,
      [workspaceId, rows.map(({ id }) => id), app.clock.now(), names, writtenBefore],
    ),
  );
}

/** Ends one by the wish of its people; one that has ended stays as it ended, without what was kept of its file. @throws not_found */
export async function cancelImport(ctx: OpenCtx, id: string): Promise<ContactImportView> {
  const { workspaceId } = ctx;
  const scope = { workspaceIds: [workspaceId] };
  const read = () => ctx.db.tx(scope, (tx) => findImport({ tx, workspaceId }, id));
  const { state } = await read();
  if (state === "ended") await ctx.db.tx(scope, (tx) => letGoOfRefused(tx, workspaceId, { id }));
  await endImports(ctx, workspaceId, "canceled", id);
  return viewImport(ctx, await read());
}

/** Ends what nobody started and what never came to its end, lets go of refused rows, and removes files that a crash left. */
export async function sweepImports(app: EndApp): Promise<void> {
  const before = new Date(app.clock.ms() - KEPT_MS);
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
    await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => letGoOfRefused(tx, workspaceId, { before }));
    await removeEndedFiles(app, workspaceId);
  }
}
