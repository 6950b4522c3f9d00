// Every blob has a key of its own. The attachment's row holds it, sealed: to the contact for what was received or sent, to the workspace
// for an upload that was not sent yet. Destroying the contact's key makes the blob noise.
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import type { App } from "../platform/context.ts";
import { KeyDestroyed, type DataKey } from "../platform/keyring.ts";
import { notFound } from "../platform/problem.ts";
import type { OpenCtx } from "../platform/route.ts";
import { open, seal, tryOpen, type Aad } from "../platform/seal.ts";
import { attachmentPlace } from "./attachment-places.ts";

/** The key that seals uploads until they are sent. @throws not_found when the workspace was closed */
export function workspaceKey(ctx: Pick<OpenCtx, "keyring" | "workspaceId">): DataKey {
  const subject = `workspace:${ctx.workspaceId}`;
  try {
    const key = ctx.keyring.ensure([{ subject, parent: null }]).get(subject);
    if (key) return key;
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error;
  }
  throw notFound();
}

/** A new blob key and its sealed form for the row. */
export function newBlobKey(
  sealer: DataKey,
  workspaceId: string,
  attachmentId: string,
): { key: KeyObject; sealed: Buffer } {
  const bytes = randomBytes(32);
  return {
    key: createSecretKey(bytes),
    sealed: seal(sealer, attachmentPlace(workspaceId, attachmentId, "blob_key"), bytes),
  };
}

/** Throws KeyDestroyed when the content was erased. */
export function openBlobKey(
  keyring: App["keyring"],
  workspaceId: string,
  attachmentId: string,
  sealed: Buffer,
): KeyObject {
  return createSecretKey(open(keyring, attachmentPlace(workspaceId, attachmentId, "blob_key"), sealed));
}

/** Moves a value of an upload under another key. Null when it was destroyed meanwhile. */
export function reseal(keyring: App["keyring"], sealer: DataKey, place: Aad, sealed: Buffer | null): Buffer | null {
  const plain = sealed && tryOpen(keyring, place, sealed);
  return plain && seal(sealer, place, plain);
}
