// Every copy has a key of its own, sealed to the person: an erase makes copies noise at once.
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { KeyDestroyed, type Keyring } from "../platform/keyring.ts";
import { open, seal } from "../platform/seal.ts";
import { requestPlace, type RequestRow } from "./subject-request.ts";

/** Throws KeyDestroyed when the person was erased meanwhile. */
export function newBundleKey(
  keyring: Keyring,
  { workspaceId, id, contactId, personId }: RequestRow,
): { key: KeyObject; sealed: Buffer } {
  const whole = `workspace:${workspaceId}`;
  const wish =
    personId !== null
      ? { subject: `person:${personId}`, parent: null }
      : contactId !== null
        ? { subject: `contact:${contactId}`, parent: whole }
        : { subject: whole, parent: null };
  const sealer = keyring.ensure([wish]).get(wish.subject);
  if (!sealer) throw new KeyDestroyed([wish.subject]);
  const bytes = randomBytes(32);
  return { key: createSecretKey(bytes), sealed: seal(sealer, requestPlace(workspaceId, id, "bundle_key"), bytes) };
}

/** Throws KeyDestroyed when the person was erased. */
export function openBundleKey(keyring: Keyring, row: RequestRow): KeyObject {
  if (!row.bundleKey) throw new KeyDestroyed([]);
  return createSecretKey(open(keyring, requestPlace(row.workspaceId, row.id, "bundle_key"), row.bundleKey));
}
