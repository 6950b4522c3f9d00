// The end of a person's data, step by step as they asked for it. The key goes first: from then on what is left is noise, and nothing can
// be sealed for them again.
import { setTimeout as sleep } from "node:timers/promises";
import { contactErased } from "../contacts/contact-events.ts";
import type { App } from "../platform/context.ts";
import { failSendsTo } from "../outbound/cancel-sends-to.ts";
import {
  cancelSends,
  deleteRows,
  findLeft,
  forgetTokens,
  removeBlobs,
  removeCopies,
  type Forgetting,
} from "./forget-contact.ts";
import { holdsFor } from "./holds.ts";
import { LEDGER_DAYS } from "./erasure-ledger.table.ts";
import { appendToLedger } from "./ledger.ts";
import { endLists } from "./look-again.ts";
import { countDeleted, writeReceipt, type Step, type StepResult, type StepRun } from "./request-steps.ts";
import { restrictSubject } from "./restrict-subject.ts";
import type { Receipt } from "./subject-request.table.ts";

const DAY_MS = 86_400_000;

const scopeOf = ({ request }: StepRun) => ({ workspaceIds: [request.workspaceId] });

const forgetting = ({ app, request, ids }: StepRun): Forgetting => ({
  ...{ app, ids, workspaceId: request.workspaceId, requestId: request.id },
  onGone: (tx, what, count) => countDeleted(tx, request, what, count),
});

/** Sends end at once, and nobody works with the data any more. */
const restrict = ({ app, request, ids }: StepRun): Promise<number> =>
  app.db.tx({ workspaceIds: [request.workspaceId] }, (tx) =>
    restrictSubject(
      { ...app, tx, workspaceId: request.workspaceId },
      { requestId: request.id, ids, isRestricted: true },
    ),
  );

/**
 * What must be kept is kept whole, restricted, until the hold ends: then the request goes on by itself. Asked before the ledger is
 * written, which a restore would obey.
 */
async function checkHolds({ app, request, ids }: StepRun): Promise<StepResult> {
  const { workspaceId, id } = request;
  if (ids.length === 0) return 0;
  const isHeld = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const [hold] = await holdsFor(tx, workspaceId, ids, app.clock.now());
    const retained = hold && [{ what: "everything", why: hold.reason, until: hold.until.toISOString() }];
    await tx.query("update subject_request set receipt = $3::jsonb where workspace_id = $1 and id = $2", [
      ...[workspaceId, id, retained ? JSON.stringify({ deleted: [], retained }) : null],
    ]);
    return hold !== undefined;
  });
  if (!isHeld) return 0;
  await failSendsTo(app, workspaceId, ids);
  return "held";
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
async function destroyKeys({ app, request, ids }: StepRun): Promise<number> {
  if (ids.length === 0) return 0;
  await endLists(app, request);
  return app.keyring.destroy(ids.map((id) => `contact:${id}`)).subjects.length;
}

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
  const one = forgetting(run);
  for (const step of [cancelSends, removeBlobs, forgetTokens, deleteRows]) await step(one);
  const left = await findLeft(one);
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

/** What stays, and until when: no content, no name, no address. */
function retainedBy(run: StepRun): Receipt["retained"] {
  const until = (days: number): string => new Date(run.app.clock.ms() + days * DAY_MS).toISOString();
  return [
    { what: "request", why: "proof_of_erasure", until: until(1095) },
    { what: "ledger_entry", why: "erase_again_after_restore", until: until(LEDGER_DAYS) },
    { what: "event_ids", why: "log_of_ids", until: until(31) },
    { what: "backups", why: "unreadable_without_key", until: until(30) },
  ];
}

export const eraseSteps: readonly Step[] = [
  { name: "restrict", run: restrict },
  { name: "holds", run: checkHolds },
  { name: "ledger", run: noteInLedger },
  { name: "key", run: destroyKeys },
  { name: "sends", run: (run) => cancelSends(forgetting(run)) },
  { name: "blobs", run: (run) => removeBlobs(forgetting(run)) },
  { name: "search", run: (run) => forgetTokens(forgetting(run)) },
  { name: "copies", run: (run) => removeCopies(forgetting(run)) },
  { name: "rows", run: (run) => deleteRows(forgetting(run)) },
  { name: "processors", run: tellProcessors },
  { name: "event", run: announce },
  { name: "scan", run: scan },
  { name: "receipt", run: (run) => writeReceipt(run.app, run.request, run.ids.length === 0 ? [] : retainedBy(run)) },
];
