import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { indexContacts, indexMessages, type Ref } from "./index-batch.ts";
import { tryLockSearch } from "./search-lock.ts";

export const maxBatch = 500;

const messageTypes = ["received", "imported", "queued", "edited", "deleted"].map((what) => `message.${what}`);
const contactTypes = ["created", "updated", "erased"].map((what) => `contact.${what}`);

interface State {
  workspaceId: string;
  /** how far the search has come; null when it never began */
  position: number | null;
  latest: number;
  /** of the oldest event that is kept */
  oldest: number;
}

interface EventRow {
  workspace_id: string;
  position: number;
  message_id: string | null;
  contact_id: string | null;
}

export interface Indexed {
  /** another process is at it */
  isTaken: boolean;
  /** workspaces with more to index */
  unfinished: string[];
  /** workspaces whose log does not reach back to where the search has come */
  lost: string[];
}

/** Follows the logs of some workspaces by one batch: their messages and contacts go into the search, their cursors move with them. */
export async function indexLog(app: App, workspaceIds: readonly string[]): Promise<Indexed> {
  return app.db.tx({ workspaceIds }, async (tx) => {
    if (!(await tryLockSearch(tx))) return { isTaken: true, unfinished: [], lost: [] };
    const states = (await readStates(tx, workspaceIds)).filter(({ position, latest }) => latest > (position ?? 0));
    const lost = states
      .filter(({ position, oldest }) => (position ?? 0) + 1 < oldest)
      .map((state) => state.workspaceId);
    const ready = states.filter(({ workspaceId }) => !lost.includes(workspaceId));
    if (ready.length === 0) return { isTaken: false, unfinished: [], lost };
    const limit = Math.max(10, Math.floor(maxBatch / ready.length));
    const events = await readEvents(tx, ready, limit);
    const refs = (id: "message_id" | "contact_id"): Ref[] => {
      const items = events.flatMap((row) => (row[id] === null ? [] : [{ workspaceId: row.workspace_id, id: row[id] }]));
      return [...new Map(items.map((item) => [item.id, item])).values()];
    };
    await indexMessages(app, tx, refs("message_id"));
    await indexContacts(app, tx, refs("contact_id"));
    const byWorkspace = Map.groupBy(events, (row) => row.workspace_id);
    const unfinished: string[] = [];
    const positions = ready.map(({ workspaceId, latest }) => {
      const own = byWorkspace.get(workspaceId) ?? [];
      if (own.length < limit) return latest;
      unfinished.push(workspaceId);
      return own.at(-1)?.position ?? latest;
    });
    await moveCursors(
      tx,
      ready.map((state) => state.workspaceId),
      positions,
    );
    return { isTaken: false, unfinished, lost };
  });
}

async function readStates(tx: Tx, workspaceIds: readonly string[]): Promise<State[]> {
  const rows = await tx.named<{ workspace_id: string; position: number | null; latest: number; oldest: number | null }>(
    "search.states",
    `select c.workspace_id, s.position, c.position as latest,
       (select min(e.position) from event e where e.workspace_id = c.workspace_id) as oldest
     from event_counter c left join search_cursor s using (workspace_id) where c.workspace_id = any ($1::text[])`,
    [workspaceIds],
  );
  return rows.map(({ workspace_id: workspaceId, position, latest, oldest }) => ({
    ...{ workspaceId, position, latest },
    oldest: oldest ?? latest + 1,
  }));
}

function readEvents(tx: Tx, states: readonly State[], limit: number): Promise<EventRow[]> {
  return tx.named<EventRow>(
    "search.events",
    `select e.workspace_id, e.position,
       case when e.type like 'message.%' then e.payload ->> 'messageId' end as message_id,
       case when e.type like 'contact.%' then e.payload ->> 'contactId' end as contact_id
     from unnest($1::text[], $2::bigint[], $3::bigint[]) as x (w, after, up_to)
     cross join lateral (select v.workspace_id, v.position, v.type, v.payload from event v
       where v.workspace_id = x.w and v.position > x.after and v.position <= x.up_to and v.type = any ($4::text[])
       order by v.position limit $5) e
     order by e.workspace_id, e.position`,
    [
      states.map((state) => state.workspaceId),
      states.map((state) => state.position ?? 0),
      states.map((state) => state.latest),
      [...messageTypes, ...contactTypes],
      limit,
    ],
  );
}

/** Cursors only go forward. A workspace that was purged meanwhile has no counter any more, and gets none. */
export async function moveCursors(
  tx: Tx,
  workspaceIds: readonly string[],
  positions: readonly number[],
): Promise<void> {
  await tx.named(
    "search.move",
    `insert into search_cursor (workspace_id, position)
       select c.workspace_id, x.position from unnest($1::text[], $2::bigint[]) as x (workspace_id, position)
         join event_counter c using (workspace_id) order by c.workspace_id for key share of c
     on conflict (workspace_id) do update set position = greatest(search_cursor.position, excluded.position)`,
    [workspaceIds, positions],
  );
}
