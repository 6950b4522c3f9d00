import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { openProof, sealProof } from "./consent-chain.ts";
import { recordConsents, type NewConsent } from "./record-consents.ts";
import { mergeConversations } from "../conversations/merge-conversations.ts";

/**
 * Two contacts turned out to be one person: everything of `from` becomes `into`'s. The merged row stays as a pointer. Its key is
 * linked, not moved: what was sealed opens as before, and an erase of `into` destroys both.
 */
export async function mergeContacts(
  app: Pick<App, "keyring" | "clock">,
  tx: Tx,
  workspaceId: string,
  from: string,
  into: string,
): Promise<void> {
  // The keyring has transactions of its own. Linked first: if ours fails, the redelivery merges again; the other way round an
  // erase could miss a key.
  app.keyring.link(`contact:${from}`, `contact:${into}`);
  const values = [workspaceId, from, into];
  await tx.query("update contact_identity set contact_id = $3 where workspace_id = $1 and contact_id = $2", values);
  await tx.query(
    "update contact set merged_into = $3, updated_at = $4 where workspace_id = $1 and (id = $2 or merged_into = $2)",
    [...values, app.clock.now()],
  );
  await copyConsents(app, tx, workspaceId, from, into);
  await mergeConversations(tx, { workspaceId, from, into, now: app.clock.now() });
}

interface CopiedRow extends Omit<NewConsent, "contactId" | "workspaceId"> {
  proof: Buffer | null;
}

/** The ledger is never changed: what the one said counts for both, so a stop survives the merge. */
async function copyConsents(
  app: Pick<App, "keyring" | "clock">,
  tx: Tx,
  workspaceId: string,
  from: string,
  into: string,
): Promise<void> {
  const rows = await tx.query<CopiedRow>(
    `select id, channel_id as "channelId", purpose, action, method, occurred_at as "occurredAt", text_version as "textVersion",
       expires_at as "expiresAt", proof from consent_event where workspace_id = $1 and contact_id = $2 order by position`,
    [workspaceId, from],
  );
  const copies = rows.map((row) => {
    const entry = { ...row, workspaceId, id: newId("cns"), contactId: into };
    const proof = openProof(app.keyring, workspaceId, row.id, row.proof);
    return { ...entry, proof: proof && sealProof(app.keyring, entry, proof) };
  });
  await recordConsents(tx, copies, app.clock.now());
}
