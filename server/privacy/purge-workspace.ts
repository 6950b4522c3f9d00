// The last day of a workspace: the ledger, the key, the files, every row. What is left is a certificate of counts.
import { markClosed } from "../identity/close-workspace.ts";
import { openPerson } from "../identity/people.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { blobColumns } from "./backup-plan.ts";
import { appendToLedger, destroyWorkspaceKey } from "./ledger.ts";
import { countKinds, type ReceiptKind } from "./receipt-kinds.ts";

type PurgeApp = Pick<App, "db" | "clock" | "keyring" | "config" | "blobs" | "mail" | "log" | "registry">;
const ROWS = 2_000;
const FILES = 200;

export interface Certificate {
  id: string;
  reason: string;
  closingAt: Date;
  purgedAt: Date;
  rowCounts: Record<string, number>;
  fileCount: number;
}

/** Purges every workspace whose days are over. One that fails keeps no other from it; throws at the end, so that the job comes again. */
export async function purgeDue(app: PurgeApp): Promise<void> {
  const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.workspaces_to_purge($1) w", [app.clock.now()]),
  );
  let failures = 0;
  for (const { id } of due)
    await purgeWorkspace(app, id).catch((error: unknown) => {
      failures++;
      app.log.error({ err: error, workspaceId: id }, "a closed workspace was not purged");
    });
  await app.db.tx({ workspaceIds: [] }, (tx) => tx.query("select kw.forget_workspaces($1)", [app.clock.now()]));
  if (failures > 0) throw new Error(`${failures} closed workspaces were not purged`);
}

/** Every step may be repeated: a crash goes on where it was with the next run. */
async function purgeWorkspace(app: PurgeApp, workspaceId: string): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const now = app.clock.now();
  const owners = await app.db.tx(scope, async (tx) => {
    // a hold is placed under the same lock: one that came after the list was read is seen here, later ones are refused
    await tx.query("select 1 from workspace where id = $1 for no key update", [workspaceId]);
    if (!(await isDue(tx, workspaceId, now))) return undefined;
    await appendToLedger(app, tx, {
      ...{ id: `closed_${workspaceId}`, kind: "workspace_closed", workspaceId, subjectId: workspaceId },
      ...{ keyIds: [`workspace:${workspaceId}`], at: now.toISOString() },
    });
    // their addresses are under keys of their own; who they were is known until the rows go
    const rows = await tx.query<{ id: string; email: Buffer; name: Buffer | null }>(
      `select p.id, p.email, p.name from member m join person p on p.id = m.person_id
       where m.workspace_id = $1 and m.role = 'owner' and m.removed_at is null`,
      [workspaceId],
    );
    return rows.map((row) => openPerson(app, row).email);
  });
  if (owners === undefined) return;
  destroyWorkspaceKey(app, workspaceId);
  const { rowCounts, fileCount } = await emptyWorkspace(app, workspaceId, now);
  const certificate = await app.db.tx(scope, async (tx) => {
    const [row] = await tx.query<{ closing_at: Date; closing_reason: string }>(
      "select closing_at, closing_reason from workspace where id = $1 and closed_at is null for update",
      [workspaceId],
    );
    if (!row) return undefined;
    // deletes nothing of what is held: then it is not gone, and nobody may be told so
    if (!(await isDue(tx, workspaceId, now))) throw new Error("a hold stopped the purge half way");
    await tx.query(
      `insert into workspace_closure (id, reason, closing_at, purged_at, row_counts, file_count) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing`,
      [workspaceId, row.closing_reason, row.closing_at, now, JSON.stringify(rowCounts), fileCount],
    );
    await markClosed(tx, workspaceId, now);
    return {
      id: workspaceId,
      reason: row.closing_reason,
      closingAt: row.closing_at,
      purgedAt: now,
      rowCounts,
      fileCount,
    };
  });
  if (certificate) await mailCertificate(app, owners, certificate);
}

async function isDue(tx: Tx, workspaceId: string, now: Date): Promise<boolean> {
  const rows = await tx.query("select 1 from kw.workspaces_to_purge($1) w where w = $2", [now, workspaceId]);
  return rows.length > 0;
}

/** Files and rows of a workspace whose last day is over and that no hold keeps. What stays is its own row, and the ledger. */
export async function emptyWorkspace(
  app: Pick<App, "db" | "blobs" | "registry">,
  workspaceId: string,
  now: Date,
): Promise<Pick<Certificate, "rowCounts" | "fileCount">> {
  const scope = { workspaceIds: [workspaceId] };
  let fileCount = 0;
  for (const { table, column } of blobColumns(app.registry.tables))
    fileCount += await removeFiles(app, workspaceId, table, column);
  const rowCounts: Record<string, number> = {};
  for (let isMore = true; isMore;) {
    const gone = await app.db.tx(scope, (tx) =>
      tx.query<{ name: string; gone: string }>("select name, gone from kw.purge_workspace($1, $2, $3)", [
        workspaceId,
        now,
        ROWS,
      ]),
    );
    for (const { name, gone: count } of gone) rowCounts[name] = (rowCounts[name] ?? 0) + Number(count);
    isMore = gone.length > 0;
  }
  return { rowCounts, fileCount };
}

async function removeFiles(
  app: Pick<App, "db" | "blobs">,
  workspaceId: string,
  table: string,
  column: string,
): Promise<number> {
  let count = 0;
  for (let after = ""; ;) {
    const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ id: string; name: string }>(
        `select id, ${column} as name from ${table} where workspace_id = $1 and ${column} is not null and id > $2 order by id limit ${FILES}`,
        [workspaceId, after],
      ),
    );
    const last = rows.at(-1);
    if (!last) return count;
    await app.blobs.remove(rows.map(({ name }) => name));
    count += rows.length;
    after = last.id;
  }
}

const kindWords: Record<ReceiptKind, string> = {
  messages: "Messages, reactions and their statuses",
  conversations: "Conversations",
  files: "What was noted about files",
  notes: "Internal notes",
  person: "Names, numbers and fields of contacts",
  consents: "Consents",
  search: "Entries of the search",
  copies: "Copies, events and deliveries to other programs",
  other: "Members, settings, logs and everything else of the workspace",
};

/** The workspace is gone: a mail that cannot be sent is logged, and the certificate stays where the operator can read it. */
async function mailCertificate(app: PurgeApp, owners: readonly string[], certificate: Certificate): Promise<void> {
  const rows = Object.entries(certificate.rowCounts).map(([what, count]) => ({ what, count }));
  const lines = countKinds(rows).map(({ kind, count }) => `  ${kindWords[kind]}: ${count}`);
  const text = [
    `The workspace ${certificate.id} is deleted. This is its certificate.`,
    `It was closed on ${certificate.closingAt.toISOString()} and deleted on ${certificate.purgedAt.toISOString()}.`,
    "Its key was destroyed first: nothing that was sealed for it can be read again, in backups neither. Backups age out within 30 days.",
    `Deleted: ${certificate.fileCount} files and these entries:\n${lines.join("\n")}`,
    "Kept: that it existed and was deleted, by its id; your own sign-in, which belongs to you.",
  ].join("\n\n");
  for (const to of owners)
    await app.mail
      .send({ template: "workspace_closed", to, subject: "Your workspace is deleted: the certificate", text })
      .catch((error: unknown) =>
        app.log.error({ err: error, workspaceId: certificate.id }, "a certificate was not mailed"),
      );
}
