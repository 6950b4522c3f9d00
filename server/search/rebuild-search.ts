import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { indexContacts, indexMessages } from "./index-batch.ts";
import { maxBatch, moveCursors } from "./index-log.ts";
import { lockSearch } from "./search-lock.ts";

/**
 * Makes the search of a workspace anew from what its tables hold: after a restore, or when words are cut in another way. Search
 * goes on meanwhile. It may be stopped and run again at any time.
 */
export async function rebuildSearch(app: App, workspaceId: string): Promise<{ messages: number; contacts: number }> {
  const scope = { workspaceIds: [workspaceId] };
  const [start] = await app.db.tx(scope, (tx) =>
    tx.query<{ position: number }>("select position from event_counter where workspace_id = $1", [workspaceId]),
  );
  const each = async (table: "message" | "contact", index: typeof indexMessages): Promise<number> => {
    let count = 0;
    for (let after = "", isMore = true; isMore;) {
      const ids = await app.db.tx(scope, async (tx) => {
        await lockSearch(tx);
        const page = await idsAfter(tx, table, workspaceId, after);
        await index(
          app,
          tx,
          page.map((id) => ({ workspaceId, id })),
        );
        return page;
      });
      count += ids.length;
      after = ids.at(-1) ?? after;
      isMore = ids.length === maxBatch;
    }
    return count;
  };
  const messages = await each("message", indexMessages);
  const contacts = await each("contact", indexContacts);
  await app.db.tx(scope, async (tx) => {
    await tx.query("select kw.prune_search()");
    await moveCursors(tx, [workspaceId], [start?.position ?? 0]);
  });
  return { messages, contacts };
}

async function idsAfter(tx: Tx, table: "message" | "contact", workspaceId: string, after: string): Promise<string[]> {
  const rows = await tx.named<{ id: string }>(
    `search.${table}_ids`,
    `select id from ${table} where workspace_id = $1 and id > $2 order by id limit $3`,
    [workspaceId, after, maxBatch],
  );
  return rows.map((row) => row.id);
}
