import type { ImportAttestation } from "../contacts/attest-import.ts";
import { actedBy } from "../identity/identity-events.ts";
import { rereadActor } from "../identity/reread-actor.ts";
import { systemCtx, type App, type Ctx } from "../platform/context.ts";
import { txRetry } from "../platform/db.ts";
import { restAfter } from "../platform/rest.ts";
import { isAllowed, type JsonCtx } from "../platform/route.ts";
import {
  findOpenImport,
  importColumns,
  importNotChecked,
  importNotReady,
  isGone,
  lockImport,
  openDetails,
  runContactImport,
  sealDetails,
  viewImport,
  type ContactImportView,
  type ImportRow,
} from "./contact-import.ts";
import { endImports, removeEndedFiles } from "./end-imports.ts";
import { endDone } from "./keep-refused.ts";
import {
  batchesOf,
  countValues,
  keepRefusals,
  readingOf,
  take,
  type Batch,
  type HowToTake,
  type Plan,
} from "./take-batch.ts";

/** Lets a job do what the check said. @throws not_found · contact_import.not_checked · contact_import.not_ready */
export async function startImport(
  ctx: JsonCtx,
  id: string,
  attestation: ImportAttestation,
): Promise<ContactImportView> {
  const { tx, workspaceId } = ctx;
  // a check that ends this moment is either what is started, or refused
  await lockImport(ctx, id);
  const row = await findOpenImport(ctx, id);
  const details = openDetails(ctx, row);
  if (row.state !== "ready" || !details) throw importNotReady();
  if (row.checkedAt === null) throw importNotChecked();
  const [started] = await tx.query<ImportRow>(
    `update contact_import set state = 'running', details = $3, started_at = $4, basis = $5, purposes = $6, started_by = $7, new_count = 0, changed_count = 0, unchanged_count = 0,
       repeated_count = 0, refused_count = 0, left_out_count = 0
     where workspace_id = $1 and id = $2 and state = 'ready' returning ${importColumns}`,
    [
      ...[workspaceId, id, sealDetails(ctx, id, { ...details, attestation, actor: ctx.actor }), ctx.clock.now()],
      ...[attestation.basis, attestation.purposes, actedBy(ctx.actor).id],
    ],
  );
  if (!started) throw importNotReady();
  await tx.query("delete from contact_import_refusal where workspace_id = $1 and import_id = $2", [workspaceId, id]);
  await ctx.enqueue(tx, runContactImport, { workspaceId, importId: id });
  return viewImport(ctx, started);
}

/** From the first row that was not taken yet, so that a killed process loses at most the batch it was in, which then was not written either. */
export async function runImport(
  app: App,
  { workspaceId, importId }: { workspaceId: string; importId: string },
): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const [row] = await app.db.tx(scope, (tx) =>
    tx.query<ImportRow>(`select ${importColumns} from contact_import where workspace_id = $1 and id = $2`, [
      ...[workspaceId, importId],
    ]),
  );
  const details = row && openDetails({ ...app, workspaceId }, row);
  // a file that the store did not let go of when the import ended
  if (row?.state !== "running") return removeEndedFiles(app, workspaceId);
  if (!details?.mapping || !details.attestation || !details.actor)
    return void (await endImports(app, workspaceId, "unreadable", importId));
  const { mapping, special, attestation, actor, overwriteNames = false } = details;
  const reading = await app.db.tx(scope, (tx) => readingOf({ tx, workspaceId }, details));
  const plan: Plan = { workspaceId, row, mapping, reading, ...(special && { special }) };
  const how = { isDryRun: false, overwriteNames, attestation };
  let at = 0;
  try {
    for await (const batch of batchesOf(app, plan)) {
      const from = at;
      at += batch.rows.length;
      if (at <= row.taken) continue;
      const startedAt = performance.now();
      const outcome = await txRetry(app.db, scope, (tx) =>
        takeOnce({ ...systemCtx(app, tx, workspaceId, importId), actor }, plan, batch, from, how),
      );
      if (outcome === "ended") return;
      if (outcome !== "taken") return void (await endImports(app, workspaceId, outcome, importId));
      await restAfter(startedAt);
    }
    await endDone(app, plan);
  } catch (error) {
    if (!isGone(error)) throw error;
    await endImports(app, workspaceId, "unreadable", importId);
  }
}

/**
 * `ended`: meanwhile, or somebody else took the batch. The row is locked: an erase that ends imports waits for it. Whoever started it acts
 * with the rights they have now: a batch may come hours after the start.
 */
async function takeOnce(
  ctx: Ctx,
  plan: Plan,
  batch: Batch,
  from: number,
  how: HowToTake,
): Promise<"taken" | "ended" | "workspace_closing" | "not_permitted"> {
  const { tx, workspaceId } = ctx;
  const { id } = plan.row;
  const [locked] = await tx.query<{ isClosing: boolean }>(
    `select exists (select 1 from workspace w where w.id = $1 and w.closing_at is not null) as "isClosing" from contact_import
     where workspace_id = $1 and id = $2 and state = 'running' and taken_count = $3 for update`,
    [workspaceId, id, from],
  );
  if (!locked) return "ended";
  if (locked.isClosing) return "workspace_closing";
  const actor = await rereadActor(ctx, ctx.actor);
  if (!actor || !isAllowed(actor, "contact:import")) return "not_permitted";
  const { counts, refusals } = await take({ ...ctx, actor }, batch, plan, how);
  await keepRefusals(tx, workspaceId, id, refusals);
  await tx.query(
    `update contact_import set taken_count = taken_count + $3, new_count = new_count + $4, changed_count = changed_count + $5,
       unchanged_count = unchanged_count + $6, repeated_count = repeated_count + $7, refused_count = refused_count + $8,
       left_out_count = left_out_count + $9
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, batch.rows.length, ...countValues(counts)],
  );
  return "taken";
}
