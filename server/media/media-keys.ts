// Every blob has a key of its own. The attachment's row holds it, sealed: to the contact for what was received or sent, to the workspace
// for an upload that was not sent yet. Destroying the contact's key makes the blob noise.
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import type { App } from "../platform/context.ts";
import type { DataKey } from "../platform/keyring.ts";
import { open, seal, tryOpen } from "../platform/seal.ts";

const place = (workspaceId: string, attachmentId: string) => ({
  table: "attachment",
  column: "blob_key",
  row: attachmentId,
  workspace: workspaceId,
});

/** A new blob key and its sealed form for the row. */
export function newBlobKey(
  sealer: DataKey,
  workspaceId: string,
  attachmentId: string,
): { key: KeyObject; sealed: Buffer } {
  const bytes = randomBytes(32);
  return { key: createSecretKey(bytes), sealed: seal(sealer, place(workspaceId, attachmentId), bytes) };
}

/** Throws KeyDestroyed when the content was erased. */
export function openBlobKey(
  keyring: App["keyring"],
  workspaceId: string,
  attachmentId: string,
  sealed: Buffer,
): KeyObject {
  return createSecretKey(open(keyring, place(workspaceId, attachmentId), sealed));
}

/** Moves a value of an upload from the workspace's key to the contact's. Null when it was destroyed meanwhile. */
export function reseal(
  keyring: App["keyring"],
  sealer: DataKey,
  where: { workspaceId: string; attachmentId: string; column: "blob_key" | "details" },
  sealed: Buffer | null,
): Buffer | null {
  if (!sealed) return null;
  const aad = { ...place(where.workspaceId, where.attachmentId), column: where.column };
  const plain = tryOpen(keyring, aad, sealed);
  return plain && seal(sealer, aad, plain);
}
