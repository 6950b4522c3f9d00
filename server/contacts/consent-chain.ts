// The chain of a contact's consents: whoever changes, removes or slips in an entry breaks it from there on.
import { sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import type { Keyring } from "../platform/keyring.ts";
import { seal, tryOpenText, type Aad } from "../platform/seal.ts";

export interface ChainedEntry {
  id: string;
  contactId: string;
  channelId: string | null;
  purpose: string;
  action: string;
  method: string;
  occurredAt: Date;
  createdAt: Date;
  textVersion: string | null;
  expiresAt: Date | null;
  /** SHA-256 of the sealed proof: what can be read is not in the chain, so an erase leaves it whole */
  proofHash: Buffer | null;
}

/** The link of an entry; migration 0010 computes the same for entries that are older than the chain. */
export function linkOf(previous: Buffer | null, e: ChainedEntry): Buffer {
  const fields = [
    ...[e.id, e.contactId, e.channelId ?? "", e.purpose, e.action, e.method],
    ...[e.occurredAt.getTime(), e.createdAt.getTime(), e.textVersion ?? "", e.expiresAt?.getTime() ?? ""],
    e.proofHash?.toString("hex") ?? "",
  ];
  return sha256(Buffer.concat([previous ?? Buffer.alloc(0), Buffer.from(fields.join("\n"))]));
}

/** How the team or the product knows: a message's id, the word, a note. Free text of and about the person, so it is sealed to them. */
export type ConsentProof = Readonly<Record<string, string>>;

const proofPlace = (workspaceId: string, id: string): Aad => ({
  ...{ table: "consent_event", column: "proof", row: id, workspace: workspaceId },
});

/** @throws KeyDestroyed when the person was erased */
export function sealProof(
  keyring: Keyring,
  entry: { workspaceId: string; id: string; contactId: string },
  proof: ConsentProof,
): Buffer {
  const subject = `contact:${entry.contactId}`;
  const key = keyring.ensure([{ subject, parent: `workspace:${entry.workspaceId}` }]).get(subject);
  if (!key) throw new Error("a contact without a key");
  return seal(key, proofPlace(entry.workspaceId, entry.id), JSON.stringify(proof));
}

/** null where there is none, or its key was destroyed. */
export function openProof(
  keyring: Keyring,
  workspaceId: string,
  id: string,
  sealed: Buffer | null,
): ConsentProof | null {
  const text = sealed && tryOpenText(keyring, proofPlace(workspaceId, id), sealed);
  return text === null ? null : (JSON.parse(text) as ConsentProof);
}

/** Whether every entry of a contact stands where it was written, with the bytes it was written with. */
export async function isChainWhole(tx: Tx, workspaceId: string, contactId: string): Promise<boolean> {
  const entries = await tx.named<ChainedEntry & { position: number; hash: Buffer; proof: Buffer | null }>(
    "consent_event.chain",
    `select id, contact_id as "contactId", channel_id as "channelId", purpose, action, method, occurred_at as "occurredAt",
       created_at as "createdAt", text_version as "textVersion", expires_at as "expiresAt", proof_hash as "proofHash", proof,
       position, hash from consent_event where workspace_id = $1 and contact_id = $2 order by position`,
    [workspaceId, contactId],
  );
  const [head] = await tx.named<{ length: number; head: Buffer | null }>(
    "consent_chain.read",
    "select length, head from consent_chain where workspace_id = $1 and contact_id = $2",
    [workspaceId, contactId],
  );
  let previous: Buffer | null = null;
  for (const [at, entry] of entries.entries()) {
    const link = linkOf(previous, entry);
    const hasOwnProof = entry.proof === null || (entry.proofHash?.equals(sha256(entry.proof)) ?? false);
    if (entry.position !== at + 1 || !link.equals(entry.hash) || !hasOwnProof) return false;
    previous = link;
  }
  if ((head?.length ?? 0) !== entries.length) return false;
  return previous === null || head?.head?.equals(previous) === true;
}
