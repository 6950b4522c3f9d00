import { createSecretKey } from "node:crypto";
import type { Ctx } from "../platform/context.ts";
import { randomBlobName } from "../platform/blob.ts";
import { newId } from "../platform/ids.ts";
import { seal, tryOpen } from "../platform/seal.ts";
import { attachmentPlace } from "./attachment-places.ts";
import { newBlobKey, workspaceKey } from "./media-keys.ts";

interface Row {
  id: string;
  blob_name: string;
  blob_key: Buffer;
  details: Buffer | null;
}

export interface Copies {
  /** from the originals' ids to the copies'; those that are gone are left out */
  ids: ReadonlyMap<string, string>;
  /** Does what the copies are for. If it fails, the transaction takes their rows back, and this their bytes. */
  keepIf<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Copies of stored files, as uploads that no message uses yet. Each copy has bytes and a key of its own, so that removing one leaves
 * the other. `fileNames` gives copies another name.
 */
export async function copyAttachments(
  ctx: Ctx,
  ids: readonly string[],
  fileNames: ReadonlyMap<string, string> = new Map(),
): Promise<Copies> {
  const copies = new Map<string, string>();
  const blobNames: string[] = [];
  const keepIf: Copies["keepIf"] = async (work) => {
    try {
      return await work();
    } catch (error) {
      await ctx.blobs.remove(blobNames).catch(() => {});
      throw error;
    }
  };
  if (ids.length > 0) await keepIf(() => copyRows(ctx, ids, fileNames, copies, blobNames));
  return { ids: copies, keepIf };
}

async function copyRows(
  ctx: Ctx,
  ids: readonly string[],
  fileNames: ReadonlyMap<string, string>,
  copies: Map<string, string>,
  blobNames: string[],
): Promise<void> {
  const { workspaceId, keyring, tx } = ctx;
  const rows = await tx.named<Row>(
    "attachment.copied",
    `select id, blob_name, blob_key, details from attachment where workspace_id = $1 and id = any ($2::text[]) and state = 'stored'
       and blob_name is not null and blob_key is not null`,
    [workspaceId, ids],
  );
  const sealer = workspaceKey(ctx);
  for (const row of rows) {
    const opened = tryOpen(keyring, attachmentPlace(workspaceId, row.id, "blob_key"), row.blob_key);
    if (!opened) continue;
    const id = newId("att", ctx.clock.ms());
    const { key, sealed } = newBlobKey(sealer, workspaceId, id);
    const blobName = randomBlobName();
    blobNames.push(blobName);
    const { stream } = await ctx.blobs.get(row.blob_name, createSecretKey(opened));
    await ctx.blobs.put(blobName, stream, key);
    const fileName = fileNames.get(row.id)?.slice(0, 240);
    const moved =
      fileName === undefined
        ? row.details && tryOpen(keyring, attachmentPlace(workspaceId, row.id, "details"), row.details)
        : JSON.stringify({ filename: fileName });
    await tx.named(
      "attachment.copy",
      `insert into attachment (workspace_id, id, kind, state, mime_type, bytes, width, height, duration_ms, sha256, details, blob_name,
         blob_key, created_at, stored_at)
       select workspace_id, $3, kind, state, mime_type, bytes, width, height, duration_ms, sha256, $4, $5, $6, $7, $7
       from attachment where workspace_id = $1 and id = $2`,
      [
        ...[workspaceId, row.id, id, moved && seal(sealer, attachmentPlace(workspaceId, id, "details"), moved)],
        ...[blobName, sealed, ctx.clock.now()],
      ],
    );
    copies.set(row.id, id);
  }
}
