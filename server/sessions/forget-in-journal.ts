import type { App } from "../platform/context.ts";
import { blindIndex, tryOpenText } from "../platform/seal.ts";

/**
 * Removes journal entries of messages from or about a person. Whose an entry is stands only inside, so the few there are get opened, and
 * every number in them is compared by its keyed address; `addressIndexes` are those of the person. Returns how many went.
 */
export async function forgetInJournal(
  app: Pick<App, "db" | "keyring">,
  workspaceId: string,
  addressIndexes: readonly Buffer[],
): Promise<number> {
  const scope = { workspaceIds: [workspaceId] };
  const entries = await app.db.tx(scope, (tx) =>
    tx.query<{ channel_id: string; hash: Buffer; entry: Buffer }>(
      "select channel_id, hash, entry from decrypt_journal where workspace_id = $1",
      [workspaceId],
    ),
  );
  if (entries.length === 0 || addressIndexes.length === 0) return 0;
  const theirs = new Set(addressIndexes.map((index) => index.toString("hex")));
  const key = app.keyring.indexKey(workspaceId, "address");
  const isTheirs = (text: string): boolean =>
    [...text.matchAll(/\d{5,20}/g)].some(([digits]) =>
      [blindIndex(key, "phone", `+${digits}`), blindIndex(key, "wa_lid", digits)].some((index) =>
        theirs.has(index.toString("hex")),
      ),
    );
  const hashes = entries.flatMap(({ channel_id: channelId, hash, entry }) => {
    const row = `${channelId}/${hash.toString("hex")}`;
    const text = tryOpenText(
      app.keyring,
      { table: "decrypt_journal", column: "entry", row, workspace: workspaceId },
      entry,
    );
    return text !== null && isTheirs(text) ? [hash] : [];
  });
  const gone = await app.db.tx(scope, (tx) =>
    tx.query("delete from decrypt_journal where workspace_id = $1 and hash = any ($2::bytea[]) returning 1", [
      workspaceId,
      hashes,
    ]),
  );
  return gone.length;
}
