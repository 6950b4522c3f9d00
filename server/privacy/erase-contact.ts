// The end of a person's data. The key goes first: from then on what is left is noise, and nothing can be sealed for them again. What is
// found by rows (blobs, tokens, raw events) goes before the rows themselves.
import { setTimeout as sleep } from "node:timers/promises";
import { contactErased } from "../contacts/contact-events.ts";
import { restrictContacts } from "../contacts/restrict-contacts.ts";
import type { App } from "../platform/context.ts";
import { txRetry } from "../platform/db.ts";
import { removeFilesOf } from "../media/remove-files-of.ts";
import { cancelSendsTo } from "../outbound/cancel-sends-to.ts";
import { lockSearch } from "../search/search-lock.ts";
import { forgetInJournal } from "../sessions/forget-in-journal.ts";
import { holdsFor } from "./holds.ts";
import { appendToLedger } from "./ledger.ts";
import { countDeleted, writeReceipt, type Step, type StepResult, type StepRun } from "./request-steps.ts";
import { dropBundle } from "./export-subject.ts";
import type { SubjectGraph, SubjectRows } from "./subject-graph.ts";
import type { Receipt } from "./subject-request.table.ts";

const PAGE = 500;
const DAY_MS = 86_400_000;

const scopeOf = ({ request }: StepRun) => ({ workspaceIds: [request.workspaceId] });
const values = ({ request, ids }: StepRun): [string, string[]] => [request.workspaceId, ids];

/** Sends end at once, and nobody works with the data any more. */
async function restrict(run: StepRun): Promise<number> {
  const { app, request } = run;
  const done = await app.db.tx(scopeOf(run), (tx) =>
    restrictContacts({ ...app, tx, workspaceId: request.workspaceId }, run.ids, true),
  );
  return done.length;
}

/**
 * What must be kept is kept whole, restricted, until the hold ends: then the request goes on by itself. Asked before the ledger is
 * written, which a restore would obey.
 */
async function checkHolds({ app, request, ids }: StepRun): Promise<StepResult> {
  const { workspaceId, id } = request;
  if (ids.length === 0) return 0;
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const [hold] = await holdsFor(tx, workspaceId, ids, app.clock.now());
    const retained = hold && [{ what: "everything", why: hold.reason, until: hold.until.toISOString() }];
    await tx.query("update subject_request set receipt = $3::jsonb where workspace_id = $1 and id = $2", [
      ...[workspaceId, id, retained ? JSON.stringify({ deleted: [], retained }) : null],
    ]);
    if (!hold) return 0;
    await cancelSendsTo(tx, workspaceId, ids);
    return "held";
  });
}

/** Before the key: a backup that is put back later is told of it. The ids follow from the request, so that a repeat adds nothing. */
async function noteInLedger({ app, request, ids }: StepRun): Promise<number> {
  const { workspaceId, id: requestId } = request;
  const at = app.clock.now().toISOString();
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    for (const subjectId of ids) {
      const id = `${requestId}/${subjectId}`;
      const keyIds = [`contact:${subjectId}`];
      await appendToLedger(app, tx, { id, kind: "contact_erased", workspaceId, subjectId, keyIds, requestId, at });
    }
  });
  return ids.length;
}

/** Every key of theirs, those of merged contacts too. Sealing for them throws from here on, in every process. */
async function destroyKeys({ app, ids }: StepRun): Promise<number> {
  if (ids.length === 0) return 0;
  return app.keyring.destroy(ids.map((id) => `contact:${id}`)).subjects.length;
}

async function cancelSends(run: StepRun): Promise<number> {
  return run.app.db.tx(scopeOf(run), async (tx) => {
    const count = await cancelSendsTo(tx, run.request.workspaceId, run.ids);
    await countDeleted(tx, run.request, "queued_sends", count);
    return count;
  });
}

const removeBlobs = (run: StepRun): Promise<number> =>
  removeFilesOf(run.app, { workspaceId: run.request.workspaceId, contactIds: run.ids }, (tx, count) =>
    countDeleted(tx, run.request, "attachment", count),
  );

/** A batch that is being indexed may have opened what was said before the key went: it is waited for, and no later one can. */
async function forgetTokens(run: StepRun): Promise<number> {
  return run.app.db.tx(scopeOf(run), async (tx) => {
    await lockSearch(tx);
    const [row] = await tx.query<{ n: number }>(
      `select kw.forget_conversations(array(select id from conversation where workspace_id = $1 and contact_id = any ($2::text[])))::int as n`,
      values(run),
    );
    // what they said in groups stands in the group's conversation
    await tx.query(
      "select kw.unindex_messages(array(select id from message where workspace_id = $1 and sender_contact_id = any ($2::text[])))",
      values(run),
    );
    await tx.query("select kw.unindex_contacts($1)", [run.ids]);
    const count = row?.n ?? 0;
    await countDeleted(tx, run.request, "search_entries", count);
    return count;
  });
}

/** Copies that were made on the way: bundles of earlier requests, and messages between their decryption and their row. */
async function removeCopies(run: StepRun): Promise<number> {
  const { app, request } = run;
  if (run.ids.length === 0) return 0;
  const bundles = await app.db.tx(scopeOf(run), (tx) =>
    tx.query<{ id: string }>(
      `select id from subject_request where workspace_id = $1 and contact_id = any ($2::text[]) and bundle_blob is not null`,
      values(run),
    ),
  );
  for (const { id } of bundles) await dropBundle(app, request.workspaceId, id);
  const words = await app.db.tx(scopeOf(run), (tx) =>
    tx.query(
      `update subject_request set detail = null, identity = null
       where workspace_id = $1 and contact_id = any ($2::text[]) and id <> $3 and (detail is not null or identity is not null) returning id`,
      [...values(run), request.id],
    ),
  );
  const addresses = await app.db.tx(scopeOf(run), (tx) =>
    tx.query<{ address_index: Buffer }>(
      "select address_index from contact_identity where workspace_id = $1 and contact_id = any ($2::text[])",
      values(run),
    ),
  );
  const indexes = addresses.map((row) => row.address_index);
  const journal = await forgetInJournal(app, request.workspaceId, indexes);
  await app.db.tx(scopeOf(run), async (tx) => {
    await countDeleted(tx, request, "bundles", bundles.length);
    await countDeleted(tx, request, "journal_entries", journal);
  });
  return bundles.length + words.length + journal;
}

/** Everything that the graph finds, children first, page by page. */
async function deleteRows(run: StepRun): Promise<number> {
  let total = 0;
  if (run.ids.length === 0) return 0;
  for (const rows of run.app.subjectGraph.contact) total += await removeRows(run, rows);
  return total;
}

async function removeRows(run: StepRun, rows: SubjectRows): Promise<number> {
  const isCleared = rows.as === "authored" || rows.erase === "clear";
  if (rows.erase === "keep" || (rows.erase === "by-step" && !isCleared)) return 0;
  const statement = isCleared ? clearing(rows) : deleting(rows);
  let total = 0;
  for (;;) {
    const count = await txRetry(run.app.db, scopeOf(run), async (tx) => {
      const page = await tx.query(statement, [
        ...values(run),
        ...(isCleared && rows.isDated ? [run.app.clock.now()] : []),
      ]);
      await countDeleted(tx, run.request, rows.table, page.length);
      return page.length;
    });
    total += count;
    if (count === 0) return total;
  }
}

const deleting = ({ table, where }: SubjectRows): string =>
  `delete from ${table} where ctid = any (array(
     select t.ctid from ${table} t where t.workspace_id = $1 and ${where} limit ${PAGE})) returning 1`;

const clearing = ({ table, where, personal, isDated }: SubjectRows): string =>
  `update ${table} set ${personal.map((name) => `${name} = null`).join(", ")}${isDated ? ", content_destroyed_at = $3" : ""}
   where ctid = any (array(select t.ctid from ${table} t where t.workspace_id = $1 and ${where}
     and (${personal.map((name) => `t.${name} is not null`).join(" or ")}) limit ${PAGE})) returning 1`;

/** Those who hold something of the person and take such a call; the carriers of messages keep to their own terms and offer none. */
async function tellProcessors({ app, request, ids }: StepRun): Promise<number> {
  const asked = app.registry.processorsOn(app.config).flatMap(({ erase }) => erase ?? []);
  if (ids.length === 0) return 0;
  for (const erase of asked) await erase(request.workspaceId, ids);
  return asked.length;
}

async function announce(run: StepRun): Promise<number> {
  const { app, request } = run;
  const { contactId } = request;
  if (contactId === null) return 0;
  await app.db.tx(scopeOf(run), (tx) =>
    app.emit(tx, contactErased, [{ workspaceId: request.workspaceId, payload: { contactId } }]),
  );
  return 1;
}

/**
 * Looks again. A transaction that had the key before it went may have written since: once all that were open then have ended, nobody can
 * any more, and what they left is removed. Throws when something stays.
 */
async function scan(run: StepRun): Promise<number> {
  const { app } = run;
  if (run.ids.length === 0) return 0;
  await olderTransactionsEnded(app);
  for (const step of [cancelSends, removeBlobs, forgetTokens, deleteRows]) await step(run);
  const left = await app.db.tx(scopeOf(run), async (tx) => {
    const found: string[] = [];
    for (const rows of app.subjectGraph.contact) {
      if (rows.as === "authored" || rows.erase === "keep" || rows.erase === "clear") continue;
      // the app role may not read them: the step before has removed them by its functions
      if (rows.table.endsWith("_search") || rows.table === "subject_request") continue;
      const [row] = await tx.query(
        `select 1 from ${rows.table} t where t.workspace_id = $1 and ${rows.where} limit 1`,
        values(run),
      );
      if (row) found.push(rows.table);
    }
    return found;
  });
  if (left.length > 0) throw new Error(`an erase left rows in ${left.join(", ")}`);
  return 0;
}

const WAIT_MS = 50;
/** PostgreSQL ends a forgotten transaction after 60 s. */
const MAX_WAIT_MS = 65_000;

async function olderTransactionsEnded(app: Pick<App, "db">): Promise<void> {
  const open = async (): Promise<string[]> => {
    const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query<{ name: string }>("select name from kw.open_transactions() as name"),
    );
    return rows.map(({ name }) => name);
  };
  const end = performance.now() + MAX_WAIT_MS;
  for (let left = await open(); left.length > 0 && performance.now() < end;) {
    await sleep(WAIT_MS);
    const still = new Set(await open());
    left = left.filter((name) => still.has(name));
  }
}

/** What stays, and until when. Nothing of it can be read. */
function retainedBy(run: StepRun): Receipt["retained"] {
  const until = (days: number): string => new Date(run.app.clock.ms() + days * DAY_MS).toISOString();
  return [
    { what: "request", why: "proof_of_erasure", until: until(1095) },
    { what: "ledger_entry", why: "erase_again_after_restore", until: null },
    { what: "event_ids", why: "log_of_ids", until: until(31) },
    { what: "backups", why: "unreadable_without_key", until: until(30) },
  ];
}

export const eraseSteps: readonly Step[] = [
  { name: "restrict", run: restrict },
  { name: "holds", run: checkHolds },
  { name: "ledger", run: noteInLedger },
  { name: "key", run: destroyKeys },
  { name: "sends", run: cancelSends },
  { name: "blobs", run: removeBlobs },
  { name: "search", run: forgetTokens },
  { name: "copies", run: removeCopies },
  { name: "rows", run: deleteRows },
  { name: "processors", run: tellProcessors },
  { name: "event", run: announce },
  { name: "scan", run: scan },
  { name: "receipt", run: (run) => writeReceipt(run.app, run.request, run.ids.length === 0 ? [] : retainedBy(run)) },
];

declare module "../platform/context.ts" {
  interface App {
    /** how rows lead to people, compiled from the tables that app.ts knows */
    subjectGraph: SubjectGraph;
  }
}
