// Takes a person's copy in: the other half of portability. An archive is a stranger's claim, so every byte of it is checked before a row is written.
import { createHash, createSecretKey, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { z } from "zod";
import type { LiveChannel } from "../channels/channel-directory.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { BlobError, randomBlobName } from "../platform/blob.ts";
import { notFound, payloadTooLarge, problem, validationFailed } from "../platform/problem.ts";
import type { OpenCtx, UploadPart } from "../platform/route.ts";
import { exportData, manifest } from "./export-format.ts";
import { bytesOf, entriesOf, ZipBroken, type Archive, type ZipEntry } from "./unzip.ts";
import { writeCopy, type OpenCopy } from "./write-copy.ts";

export const MAX_COPY_BYTES = 2 * 1024 * 1024 * 1024;
/** The JSON is held whole, several times over while it is read: 25,000 messages are about 10 MB. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

export const copyTampered = problem({
  code: "copy.tampered",
  status: 422,
  title: "The archive is not as it was made: a file was changed, added, removed or cut. Nothing was taken in.",
  fix: "Download the copy again, and import it as it is.",
});

export const importRunning = problem({
  code: "copy.import_running",
  status: 409,
  title: "A copy is being imported in this workspace already.",
  fix: "Wait until it ends, then import this one.",
});

/** Longer than an upload may take and its writing needs; one whose process died keeps the place for so long. */
const LEASE_MS = 15 * 60_000;

export const importedCopy = z
  .object({ contactId: z.string(), messages: z.int(), files: z.int() })
  .meta({ id: "ImportedCopy" });

/**
 * Imports the archive of a multipart upload into a channel, given in a field `channelId` before it. The same archive twice changes
 * nothing the second time. One at a time in a workspace: the archive's JSON is held whole.
 * @throws not_found · copy.tampered · copy.of_nobody · copy.import_running · validation_failed · payload_too_large
 */
export async function importCopy(
  ctx: OpenCtx,
  parts: AsyncIterable<UploadPart>,
): Promise<z.output<typeof importedCopy>> {
  let channel: LiveChannel | undefined;
  for await (const part of parts) {
    if (part.kind === "field") {
      if (part.name === "channelId") channel = await findChannel(ctx, part.value);
      continue;
    }
    const found = channel;
    if (!found) throw validationFailed({ issues: [{ path: "body.channelId", message: "comes before the file" }] });
    return await alone(ctx, async () => taken(ctx, found, part.bytes));
  }
  throw validationFailed({ issues: [{ path: "body.file", message: "is missing" }] });
}

async function alone<R>(ctx: OpenCtx, run: () => Promise<R>): Promise<R> {
  const { workspaceId } = ctx;
  const scope = { workspaceIds: [workspaceId] };
  const startedAt = ctx.clock.now();
  const begun = await ctx.db.tx(scope, (tx) =>
    tx.query(
      `insert into copy_import as i (workspace_id, started_at, ends_at) values ($1, $2, $3)
       on conflict (workspace_id) do update set started_at = excluded.started_at, ends_at = excluded.ends_at where i.ends_at <= $2
       returning 1`,
      [workspaceId, startedAt, new Date(startedAt.getTime() + LEASE_MS)],
    ),
  );
  if (begun.length === 0) throw importRunning();
  try {
    return await run();
  } finally {
    await ctx.db.tx(scope, (tx) =>
      tx.query("delete from copy_import where workspace_id = $1 and started_at = $2", [workspaceId, startedAt]),
    );
  }
}

async function findChannel(ctx: OpenCtx, id: string): Promise<LiveChannel> {
  const channel = await ctx.channels.find(id);
  const grants = channelGrants(ctx.actor);
  if (channel?.workspaceId !== ctx.workspaceId || (grants && !grants.includes(id))) throw notFound();
  return channel;
}

/** The archive waits sealed, under a key that only this call has: a crash leaves noise. */
async function taken(ctx: OpenCtx, channel: LiveChannel, upload: Readable): Promise<z.output<typeof importedCopy>> {
  const key = createSecretKey(randomBytes(32));
  const name = randomBlobName();
  try {
    const { bytes } = await ctx.blobs.put(name, Readable.from(limited(upload)), key);
    const archive: Archive = {
      bytes,
      read: async (start, end) =>
        start === end ? Readable.from([]) : (await ctx.blobs.get(name, key, { start, end: end - 1 })).stream,
    };
    return await writeCopy(ctx, channel, await openCopy(archive));
  } catch (error) {
    if (error instanceof ZipBroken || (error instanceof BlobError && error.kind === "range")) throw copyTampered();
    throw error;
  } finally {
    await ctx.blobs.remove([name]).catch(() => {});
  }
}

async function* limited(source: Readable): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_COPY_BYTES) throw payloadTooLarge({ maxBytes: MAX_COPY_BYTES });
    yield chunk as Buffer;
  }
}

/** Every file must be in the manifest with its digest, and nothing else may be in the archive. */
export async function openCopy(archive: Archive): Promise<OpenCopy> {
  const entries = await entriesOf(archive);
  const listed = manifest.safeParse(await jsonOf(archive, entries.get("manifest.json")));
  if (!listed.success) throw copyTampered();
  const { files } = listed.data;
  if (files.length !== entries.size - 1 || new Set(files.map(({ name }) => name)).size !== files.length)
    throw copyTampered();
  for (const { name, sha256, bytes } of files) {
    const entry = entries.get(name);
    if (!entry || entry.bytes !== bytes) throw copyTampered();
    const hash = createHash("sha256");
    for await (const chunk of bytesOf(archive, entry)) hash.update(chunk);
    if (hash.digest("hex") !== sha256) throw copyTampered();
  }
  const data = exportData.safeParse(await jsonOf(archive, entries.get("data.json")));
  if (!data.success) throw copyTampered();
  return {
    data: data.data,
    file: (name) => {
      const entry = entries.get(name);
      return entry && bytesOf(archive, entry);
    },
  };
}

async function jsonOf(archive: Archive, entry: ZipEntry | undefined): Promise<unknown> {
  if (!entry || entry.bytes > MAX_JSON_BYTES) throw copyTampered();
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(archive, entry)) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw copyTampered();
  }
}
