// A person's copy of their data: one sealed archive, made by streaming, kept seven days.
import { Readable } from "node:stream";
import { openBlobKey } from "../media/media-keys.ts";
import { BlobError, randomBlobName } from "../platform/blob.ts";
import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { problem } from "../platform/problem.ts";
import type { Download } from "../platform/route.ts";
import { describeFields, describeKept, recipientsOf } from "./describe-kept.ts";
import { csvOf, htmlOf, jsonOf, type ExportFrame } from "./export-files.ts";
import { EXPORT_FORMAT, exportSchema } from "./export-format.ts";
import { mediaPath, readHead, readMessages, type Whose } from "./read-export.ts";
import { PERSON_FORMAT, readPerson } from "./read-person.ts";
import type { Step, StepRun } from "./request-steps.ts";
import { newBundleKey, openBundleKey } from "./bundle-key.ts";
import { programsOf } from "./programs-of.ts";
import { spoolMessages, type MessageSpool } from "./spool-messages.ts";
import { readRequest } from "./subject-request.ts";
import { zipOf, type ZipFile } from "./zip.ts";

export const BUNDLE_DAYS = 7;
const DAY_MS = 86_400_000;
const PAGE = 200;

export const bundleGone = problem({
  code: "subject_request.no_copy",
  status: 409,
  title: "There is no copy to download: it is not made yet, its seven days are over, or the person was erased.",
  fix: "Open a request of type `access` to have one made.",
});

/** Nothing is left when it fails (a full disk): the half-written blob is removed, and the next attempt begins anew. */
async function makeBundle(run: StepRun): Promise<number> {
  const { app, request, ids } = run;
  const { workspaceId, id } = request;
  if (request.bundleBlob !== null) return 1;
  const { key, sealed } = newBundleKey(app.keyring, request);
  const name = randomBlobName();
  let files = 0;
  try {
    const count = (packed: number): void => void (files = packed);
    if (request.personId === null) {
      const whose = { workspaceId, ids };
      await using spool = await spoolMessages(readMessages(app, whose));
      await app.blobs.put(name, Readable.from(bundle(app, whose, spool, count)), key);
    } else await app.blobs.put(name, Readable.from(personBundle(app, workspaceId, request.personId, count)), key);
  } catch (error) {
    await app.blobs.remove([name]).catch(() => {});
    throw error;
  }
  const expiresAt = new Date(app.clock.ms() + BUNDLE_DAYS * DAY_MS);
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query(
      `update subject_request set bundle_blob = $3, bundle_key = $4, bundle_expires_at = $5
       where workspace_id = $1 and id = $2 and bundle_blob is null returning id`,
      [workspaceId, id, name, sealed, expiresAt],
    ),
  );
  // another process made one meanwhile
  if (rows.length === 0) await app.blobs.remove([name]);
  return files;
}

async function* bundle(
  app: App,
  whose: Whose,
  { messages }: MessageSpool,
  onCount: (files: number) => void,
): AsyncGenerator<Buffer> {
  const { tables } = app.registry;
  const head = await readHead(app, whose);
  const carriers = head.conversations.map(({ provider }) => provider);
  const recipients = [
    ...recipientsOf("contact", app.registry.processorsOn(app.config), carriers),
    ...(await programsOf(app, whose.workspaceId)),
  ];
  const frame: ExportFrame = {
    ...{ head, recipients, exportedAt: app.clock.now().toISOString() },
    purposes: describeKept(app.subjectGraph.contact, tables),
    fields: describeFields(app.subjectGraph.contact, tables, recipients),
  };
  async function* files(): AsyncGenerator<ZipFile> {
    yield { name: "data.json", bytes: jsonOf(frame, messages) };
    yield { name: "schema.json", bytes: textOf(JSON.stringify(exportSchema(), null, 2)) };
    yield { name: "messages.csv", bytes: csvOf(messages) };
    yield { name: "index.html", bytes: htmlOf(frame, messages) };
    yield* mediaOf(app, whose);
  }
  yield* zipOf(files(), (packed) => {
    onCount(packed.length);
    return { name: "manifest.json", bytes: textOf(JSON.stringify({ format: EXPORT_FORMAT, files: packed }, null, 1)) };
  });
}

async function* personBundle(
  app: App,
  workspaceId: string,
  personId: string,
  onCount: (files: number) => void,
): AsyncGenerator<Buffer> {
  const held = await readPerson(app, workspaceId, personId);
  const { tables } = app.registry;
  const recipients = recipientsOf("person", app.registry.processorsOn(app.config), []);
  const about = { recipients, fields: describeFields(app.subjectGraph.person, tables, recipients) };
  const data = { format: PERSON_FORMAT, exportedAt: app.clock.now().toISOString(), ...about, ...held };
  async function* files(): AsyncGenerator<ZipFile> {
    yield { name: "data.json", bytes: textOf(JSON.stringify(data, null, 2)) };
  }
  yield* zipOf(files(), (packed) => {
    onCount(packed.length);
    return { name: "manifest.json", bytes: textOf(JSON.stringify({ format: PERSON_FORMAT, files: packed }, null, 1)) };
  });
}

async function* textOf(text: string): AsyncGenerator<string> {
  yield text;
}

async function* mediaOf(app: App, { workspaceId, ids }: Whose): AsyncGenerator<ZipFile> {
  for (let after = "", isMore = true; isMore;) {
    const rows: { id: string; mime_type: string | null; blob_name: string; blob_key: Buffer }[] = await app.db.tx(
      { workspaceIds: [workspaceId] },
      (tx) =>
        tx.query(
          `select id, mime_type, blob_name, blob_key from attachment where workspace_id = $1 and state = 'stored' and id > $3
             and blob_name is not null and blob_key is not null and message_id in (
               select m.id from message m where m.workspace_id = $1 and (m.sender_contact_id = any ($2::text[])
                 or m.conversation_id = any (array(select v.id from conversation v where v.workspace_id = $1 and v.contact_id = any ($2::text[])))))
           order by id limit ${PAGE}`,
          [workspaceId, ids, after],
        ),
    );
    for (const row of rows) {
      const bytes = await fileOf(app, workspaceId, row);
      if (bytes) yield { name: mediaPath(row.id, row.mime_type), isStored: true, bytes };
    }
    after = rows.at(-1)?.id ?? after;
    isMore = rows.length === PAGE;
  }
}

/** A file whose bytes or key are gone is left out, as the message says it is. */
async function fileOf(
  app: App,
  workspaceId: string,
  row: { id: string; blob_name: string; blob_key: Buffer },
): Promise<Readable | undefined> {
  try {
    return (await app.blobs.get(row.blob_name, openBlobKey(app.keyring, workspaceId, row.id, row.blob_key))).stream;
  } catch (error) {
    if (error instanceof KeyDestroyed || (error instanceof BlobError && error.kind === "missing")) return undefined;
    throw error;
  }
}

export const exportSteps: readonly Step[] = [{ name: "copy", run: makeBundle }];

/** The archive, for whoever may have it: the caller has checked that. @throws not_found · subject_request.no_copy */
export async function downloadBundle(
  app: Pick<App, "db" | "blobs" | "keyring" | "clock">,
  workspaceId: string,
  requestId: string,
): Promise<Download> {
  const row = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => readRequest({ tx, workspaceId }, requestId));
  const { bundleBlob, bundleExpiresAt } = row;
  if (!bundleBlob || !bundleExpiresAt || bundleExpiresAt.getTime() <= app.clock.ms()) throw bundleGone();
  try {
    const { stream, bytes } = await app.blobs.get(bundleBlob, openBundleKey(app.keyring, row));
    return { contentType: "application/zip", body: stream, bytes, fileName: `data-${requestId}.zip` };
  } catch (error) {
    if (error instanceof KeyDestroyed || (error instanceof BlobError && error.kind === "missing")) throw bundleGone();
    throw error;
  }
}

/** Removes the copy that a request made. Its key goes with the row's column, so that a blob that stayed is noise. */
export async function dropBundle(
  app: Pick<App, "db" | "blobs">,
  workspaceId: string,
  requestId: string,
): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const [row] = await app.db.tx(scope, (tx) =>
    tx.query<{ name: string }>(
      `select bundle_blob as name from subject_request where workspace_id = $1 and id = $2 and bundle_blob is not null`,
      [workspaceId, requestId],
    ),
  );
  if (!row) return;
  await app.blobs.remove([row.name]);
  await app.db.tx(scope, (tx) =>
    tx.query(
      `update subject_request set bundle_blob = null, bundle_key = null, bundle_expires_at = null
       where workspace_id = $1 and id = $2 and bundle_blob = $3`,
      [workspaceId, requestId, row.name],
    ),
  );
}
