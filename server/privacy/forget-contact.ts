// Forgetting a contact whose key is destroyed: what is left is noise, and it goes. What is found by rows (blobs, tokens, raw events) goes
// before the rows themselves. An erase, the end of a contact's days and the replay of a ledger are the same here.
import { removeFilesOf } from "../media/remove-files-of.ts";
import { cancelSendsTo } from "../outbound/cancel-sends-to.ts";
import type { App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import { restAfter } from "../platform/rest.ts";
import { lockSearch } from "../search/search-lock.ts";
import { forgetInJournal } from "../sessions/forget-in-journal.ts";
import { dropBundle } from "./export-subject.ts";
import type { SubjectGraph, SubjectRows } from "./subject-graph.ts";

const PAGE = 500;

export interface Forgetting {
  app: App;
  workspaceId: string;
  /** the contact with all that were merged into it; several contacts at once do no harm */
  ids: string[];
  /** The request that asked for it, whose own words stay until it ends. */
  requestId?: string;
  /** Called in the transaction that deletes, so that it counts right after a crash too. */
  onGone?: (tx: Tx, what: string, count: number) => Promise<void>;
}

const scopeOf = ({ workspaceId }: Forgetting) => ({ workspaceIds: [workspaceId] });
const values = ({ workspaceId, ids }: Forgetting): [string, string[]] => [workspaceId, ids];
const tell = async ({ onGone }: Forgetting, tx: Tx, what: string, count: number): Promise<void> =>
  onGone?.(tx, what, count);

/** All of it. Every step may be repeated: a crash goes on with the next call. */
export async function forgetContact(one: Forgetting): Promise<void> {
  for (const step of [cancelSends, removeBlobs, forgetTokens, removeCopies, deleteRows]) await step(one);
}

export async function cancelSends(one: Forgetting): Promise<number> {
  return one.app.db.tx(scopeOf(one), async (tx) => {
    const count = await cancelSendsTo(tx, one.workspaceId, one.ids);
    await tell(one, tx, "queued_sends", count);
    return count;
  });
}

export const removeBlobs = (one: Forgetting): Promise<number> =>
  removeFilesOf(one.app, { workspaceId: one.workspaceId, contactIds: one.ids }, (tx, count) =>
    tell(one, tx, "attachment", count),
  );

/** A batch that is being indexed may have opened what was said before the key went: it is waited for, and no later one can. */
export async function forgetTokens(one: Forgetting): Promise<number> {
  return one.app.db.tx(scopeOf(one), async (tx) => {
    await lockSearch(tx);
    const [row] = await tx.query<{ n: number }>(
      `select kw.forget_conversations(array(select id from conversation where workspace_id = $1 and contact_id = any ($2::text[])))::int as n`,
      values(one),
    );
    // what they said in groups stands in the group's conversation
    await tx.query(
      "select kw.unindex_messages(array(select id from message where workspace_id = $1 and sender_contact_id = any ($2::text[])))",
      values(one),
    );
    await tx.query("select kw.unindex_contacts($1)", [one.ids]);
    const count = row?.n ?? 0;
    await tell(one, tx, "search_entries", count);
    return count;
  });
}

/** Copies that were made on the way: bundles of earlier requests, and messages between their decryption and their row. */
export async function removeCopies(one: Forgetting): Promise<number> {
  const { app, workspaceId } = one;
  if (one.ids.length === 0) return 0;
  const bundles = await app.db.tx(scopeOf(one), (tx) =>
    tx.query<{ id: string }>(
      `select id from subject_request where workspace_id = $1 and contact_id = any ($2::text[]) and bundle_blob is not null`,
      values(one),
    ),
  );
  for (const { id } of bundles) await dropBundle(app, workspaceId, id);
  const words = await app.db.tx(scopeOf(one), (tx) =>
    tx.query(
      `update subject_request set detail = null, identity = null
       where workspace_id = $1 and contact_id = any ($2::text[]) and id <> $3 and (detail is not null or identity is not null) returning id`,
      [...values(one), one.requestId ?? ""],
    ),
  );
  await closeOpenRequests(one);
  const addresses = await app.db.tx(scopeOf(one), (tx) =>
    tx.query<{ address_index: Buffer }>(
      "select address_index from contact_identity where workspace_id = $1 and contact_id = any ($2::text[])",
      values(one),
    ),
  );
  const indexes = addresses.map((row) => row.address_index);
  const journal = await forgetInJournal(app, workspaceId, indexes);
  await app.db.tx(scopeOf(one), async (tx) => {
    await tell(one, tx, "bundles", bundles.length);
    await tell(one, tx, "journal_entries", journal);
  });
  return bundles.length + words.length + journal;
}

const PROOF_DAYS = 1095;

/** Nobody can answer the erased any more: what they asked ends with a receipt that says so. Other erasures under way end by themselves. */
async function closeOpenRequests(one: Forgetting): Promise<void> {
  const now = one.app.clock.now();
  const until = new Date(now.getTime() + PROOF_DAYS * 86_400_000).toISOString();
  const receipt = { deleted: [], retained: [{ what: "request", why: "person_erased", until }] };
  await one.app.db.tx(scopeOf(one), (tx) =>
    tx.query(
      `update subject_request set state = 'done', finished_at = $4, updated_at = $4, receipt = $5::jsonb
       where workspace_id = $1 and contact_id = any ($2::text[]) and id <> $3
         and (state in ('received', 'identity_pending') or (state not in ('done', 'refused') and type <> 'erase'))`,
      [...values(one), one.requestId ?? "", now, JSON.stringify(receipt)],
    ),
  );
}

/** Everything that the graph finds, children first and the contact last, page by page. */
export async function deleteRows(one: Forgetting): Promise<number> {
  let total = 0;
  if (one.ids.length === 0) return 0;
  for (const rows of one.app.subjectGraph.contact) total += await removeRows(one, rows);
  return total;
}

async function removeRows(one: Forgetting, rows: SubjectRows): Promise<number> {
  const isCleared = rows.as === "authored" || rows.erase === "clear";
  if (rows.erase === "keep" || (rows.erase === "by-step" && !isCleared)) return 0;
  const statement = isCleared ? clearing(rows) : deleting(rows);
  let total = 0;
  for (;;) {
    const startedAt = performance.now();
    const count = await txRetry(one.app.db, scopeOf(one), async (tx) => {
      const page = await tx.query(statement, [
        ...values(one),
        ...(isCleared && rows.isDated ? [one.app.clock.now()] : []),
      ]);
      await tell(one, tx, rows.table, page.length);
      return page.length;
    });
    total += count;
    if (count === 0) return total;
    // who writes meanwhile goes first
    if (count === PAGE) await restAfter(startedAt);
  }
}

const deleting = ({ table, where }: SubjectRows): string =>
  `delete from ${table} where ctid = any (array(
     select t.ctid from ${table} t where t.workspace_id = $1 and ${where} limit ${PAGE})) returning 1`;

const clearing = ({ table, where, personal, isDated }: SubjectRows): string =>
  `update ${table} set ${personal.map((name) => `${name} = null`).join(", ")}${isDated ? ", content_destroyed_at = $3" : ""}
   where ctid = any (array(select t.ctid from ${table} t where t.workspace_id = $1 and ${where}
     and (${personal.map((name) => `t.${name} is not null`).join(" or ")}) limit ${PAGE})) returning 1`;

/** Tables that still hold a row about them. The app role may not read the search: `forgetTokens` has emptied it by its functions. */
export async function findLeft(one: Forgetting): Promise<string[]> {
  return one.app.db.tx(scopeOf(one), async (tx) => {
    const found: string[] = [];
    for (const { table, where, as, erase } of one.app.subjectGraph.contact) {
      if (as === "authored" || erase === "keep" || erase === "clear") continue;
      if (table.endsWith("_search") || table === "subject_request") continue;
      const [row] = await tx.query(
        `select 1 from ${table} t where t.workspace_id = $1 and ${where} limit 1`,
        values(one),
      );
      if (row) found.push(table);
    }
    return found;
  });
}

declare module "../platform/context.ts" {
  interface App {
    /** how rows lead to people, compiled from the tables that app.ts knows */
    subjectGraph: SubjectGraph;
  }
}
