import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { restAfter } from "../platform/rest.ts";

const PAGE = 500;

// each by its index: attachment_contact, then the messages of their conversations, then what they sent into groups
const WAYS = [
  "contact_id = any ($2::text[])",
  `message_id in (select m.id from conversation v join message m on m.workspace_id = v.workspace_id and m.conversation_id = v.id
     where v.workspace_id = $1 and v.contact_id = any ($2::text[]))`,
  "message_id in (select id from message where workspace_id = $1 and sender_contact_id = any ($2::text[]))",
];

/**
 * Removes every file of these people: its bytes first, then the row that says where they were. `onRemoved` runs in the transaction that
 * deletes a page of rows. A crash in between leaves a row whose bytes are gone; the next call removes it.
 */
export async function removeFilesOf(
  app: Pick<App, "db" | "blobs">,
  { workspaceId, contactIds }: { workspaceId: string; contactIds: readonly string[] },
  onRemoved: (tx: Tx, count: number) => Promise<void>,
): Promise<number> {
  const scope = { workspaceIds: [workspaceId] };
  let total = 0;
  for (const way of WAYS) {
    for (let isMore = true; isMore;) {
      const startedAt = performance.now();
      const rows = await app.db.tx(scope, (tx) =>
        tx.query<{ id: string; blob_name: string | null }>(
          `select id, blob_name from attachment where workspace_id = $1 and ${way} limit ${PAGE}`,
          [workspaceId, contactIds],
        ),
      );
      await app.blobs.remove(rows.flatMap((row) => row.blob_name ?? []));
      await app.db.tx(scope, async (tx) => {
        const gone = await tx.query(
          "delete from attachment where workspace_id = $1 and id = any ($2::text[]) returning id",
          [workspaceId, rows.map(({ id }) => id)],
        );
        await onRemoved(tx, gone.length);
      });
      total += rows.length;
      isMore = rows.length === PAGE;
      if (isMore) await restAfter(startedAt);
    }
  }
  return total;
}
