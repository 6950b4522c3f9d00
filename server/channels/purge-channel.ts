import type { App } from "../platform/context.ts";
import { secretsSubject } from "./channel-secrets.ts";
import { letGo } from "./let-go.ts";

const pageSize = 500;

/**
 * Deletes what a removed channel holds, page by page, so that a big one locks nothing for long and a crash goes on where it was.
 * Contacts stay: they may be known on other channels.
 */
export async function purgeChannel(
  app: App,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const [row] = await app.db.tx(scope, (tx) =>
    tx.query("select 1 from channel where workspace_id = $1 and id = $2 and status = 'deleting'", [
      workspaceId,
      channelId,
    ]),
  );
  if (!row) return;
  const secrets = secretsSubject(channelId);
  app.keyring.destroy(app.keyring.parts(`channel:${channelId}/`).filter((part) => part !== secrets));
  await deleteBlobs(app, workspaceId, channelId);
  for (const statement of pages) {
    for (;;) {
      const gone = await app.db.tx(scope, (tx) => tx.query(statement, [workspaceId, channelId, pageSize]));
      if (gone.length < pageSize) break;
    }
  }
  // the row and its secrets go last, once the provider was told
  await letGo(app, { workspaceId, channelId });
  app.keyring.destroy(`channel:${channelId}`);
  await app.db.tx(scope, (tx) =>
    tx.query("delete from channel where workspace_id = $1 and id = $2 returning id", [workspaceId, channelId]),
  );
}

const paged = (table: string, key: string): string =>
  `delete from ${table} where workspace_id = $1 and ${key} in
     (select ${key} from ${table} where workspace_id = $1 and channel_id = $2 limit $3) returning 1`;

// a message takes its outbox row and attempts along, a conversation its notes, labels and reading marks
const pages = [
  ...[paged("attachment", "id"), paged("message", "id"), paged("conversation", "id"), paged("inbound_event", "id")],
  ...["reaction", "early_status"].map(
    (table) =>
      `delete from ${table} where ctid in (select ctid from ${table} where workspace_id = $1 and channel_id = $2 limit $3) returning 1`,
  ),
];

async function deleteBlobs(app: App, workspaceId: string, channelId: string): Promise<void> {
  for (;;) {
    const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ id: string; blob_name: string }>(
        `select id, blob_name from attachment where workspace_id = $1 and channel_id = $2 and blob_name is not null limit $3`,
        [workspaceId, channelId, pageSize],
      ),
    );
    if (rows.length === 0) return;
    await app.blobs.remove(rows.map((row) => row.blob_name));
    await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query("delete from attachment where workspace_id = $1 and id = any ($2::text[])", [
        workspaceId,
        rows.map(({ id }) => id),
      ]),
    );
  }
}
