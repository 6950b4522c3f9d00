import type { App } from "../platform/context.ts";
import { FencedOut, linkSubject } from "./session-store.ts";
import type { Lease } from "./lease.ts";

/** Destroys the credentials of a pairing: their key first, so that copies of the rows are unreadable at once. @throws FencedOut */
export async function wipeSession(app: Pick<App, "db" | "keyring">, lease: Lease, generation: number): Promise<void> {
  const { workspaceId, channelId, owner, fence } = lease;
  const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const mine = await tx.named<{ n: number }>(
      "session.mine",
      `select 1 as n from session_lease where workspace_id = $1 and channel_id = $2 and owner = $3 and fence = $4 for share`,
      [workspaceId, channelId, owner, fence],
    );
    if (mine.length === 0) return [];
    for (const table of ["session_key", "decrypt_journal"])
      await tx.query(`delete from ${table} where workspace_id = $1 and channel_id = $2`, [workspaceId, channelId]);
    return mine;
  });
  if (!row) throw new FencedOut("another process owns the session");
  app.keyring.destroy(linkSubject(channelId, generation));
}
