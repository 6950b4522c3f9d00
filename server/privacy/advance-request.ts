// The state machine: runs the steps of a request that are not done yet, each in its own transaction, so that a crash goes on where it was.
import { systemCtx, type App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import { dropBundle, exportSteps } from "./export-subject.ts";
import { eraseSteps } from "./erase-contact.ts";
import { objectSteps, rectifySteps, restrictSteps, withdrawSteps } from "./change-subject.ts";
import { wholeContact } from "./find-subject.ts";
import { lookAgain } from "./look-again.ts";
import { confirmIdentity, readRequest, requestColumns, type RequestRow, type RequestState } from "./subject-request.ts";
import type { Step, StepResult } from "./request-steps.ts";

/** A request that nobody touched for this long while it was to run: its process died. */
const STALLED_MS = 60_000;

export function stepsOf(request: Pick<RequestRow, "type" | "subjectKind">): readonly Step[] {
  switch (request.type) {
    case "erase":
      return eraseSteps;
    case "access":
    case "portability":
      return exportSteps;
    case "rectify":
      return rectifySteps;
    case "restrict":
      return restrictSteps;
    case "object":
      return objectSteps;
    case "withdraw":
      return withdrawSteps;
    case "complaint":
      // a person answers
      return [];
  }
}

/** Runs what is left of a request (`stepsFor`: for tests, which end the process in one of them). Two processes at once do no harm: each step may run twice. */
export async function advanceRequest(
  app: App,
  { workspaceId, requestId }: { workspaceId: string; requestId: string },
  stepsFor: typeof stepsOf = stepsOf,
): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  let request = await app.db.tx(scope, (tx) => readRequest({ tx, workspaceId }, requestId));
  const steps = stepsFor(request);
  if (steps.length === 0 || !["accepted", "running", "partially_held"].includes(request.state)) return;
  request = await lookAgain(app, request);
  const ids = await subjectIds(app, request);
  for (const step of steps) {
    if (request.steps.some((done) => done.step === step.name)) continue;
    const result = await step.run({ app, request, ids });
    const state = stateAfter(result);
    request = await txRetry(app.db, scope, (tx) => noteStep(app, tx, request, step.name, state, result));
    if (typeof result === "string") return;
  }
  await txRetry(app.db, scope, (tx) => finishRequest(app, tx, request));
}

function stateAfter(result: StepResult): RequestState {
  if (result === "held") return "partially_held";
  return result === "waiting" ? "accepted" : "running";
}

/** Who the steps work on, read each time: a merge may have come in between. */
async function subjectIds(app: App, { workspaceId, contactId, personId }: RequestRow): Promise<string[]> {
  if (personId !== null) return [personId];
  if (contactId === null) return [];
  return app.db.tx({ workspaceIds: [workspaceId] }, (tx) => wholeContact({ tx, workspaceId }, contactId));
}

async function noteStep(
  app: App,
  tx: Tx,
  request: RequestRow,
  step: string,
  state: RequestState,
  result: StepResult,
): Promise<RequestRow> {
  const done = typeof result === "string" ? [] : [{ step, at: app.clock.now().toISOString(), count: result }];
  const [row] = await tx.query<RequestRow>(
    `update subject_request set state = $3, updated_at = $4,
       steps = case when steps @> $6::jsonb then steps else steps || $5::jsonb end
     where workspace_id = $1 and id = $2 returning ${requestColumns}`,
    [
      ...[request.workspaceId, request.id, state, app.clock.now()],
      ...[JSON.stringify(done), JSON.stringify([{ step }])],
    ],
  );
  if (!row) throw new Error("the request is gone");
  return row;
}

/** The words of the request go; what remains says that it was answered, and how. */
async function finishRequest(app: App, tx: Tx, request: RequestRow): Promise<void> {
  const isErase = request.type === "erase";
  await tx.query(
    `update subject_request set state = 'done', identity = null, detail = case when $4 then null else detail end,
       finished_at = $3, updated_at = $3 where workspace_id = $1 and id = $2 and state <> 'done'`,
    [request.workspaceId, request.id, app.clock.now(), isErase],
  );
}

/** Proposals that nobody refused in time are accepted, each by its own transaction. */
async function acceptDue(app: App): Promise<void> {
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ workspace_id: string; id: string }>("select * from kw.due_subject_requests($1)", [app.clock.now()]),
  );
  for (const { workspace_id: workspaceId, id: requestId } of rows) {
    try {
      await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
        confirmIdentity(systemCtx(app, tx, workspaceId, requestId), requestId),
      );
      await advanceRequest(app, { workspaceId, requestId });
    } catch (error) {
      // it is found again: as due, or as one that did not go on
      app.log.error({ err: error, requestId }, "a proposed erasure could not begin");
    }
  }
}

/** Takes up what is due, and what stopped: a killed process, a hold that may have ended. */
export async function resumeRequests(app: App): Promise<void> {
  await acceptDue(app);
  const before = new Date(app.clock.ms() - STALLED_MS);
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ workspace_id: string; id: string }>("select * from kw.unfinished_subject_requests($1)", [before]),
  );
  for (const { workspace_id: workspaceId, id: requestId } of rows) {
    try {
      await advanceRequest(app, { workspaceId, requestId });
    } catch (error) {
      app.log.error({ err: error, requestId }, "a request about someone's data could not go on");
      // to the end of the line: one that always fails must not keep the others from their turn
      await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
        tx.query("update subject_request set updated_at = $3 where workspace_id = $1 and id = $2", [
          ...[workspaceId, requestId, app.clock.now()],
        ]),
      );
    }
  }
}

/** Copies live seven days. */
export async function dropExpiredBundles(app: App): Promise<void> {
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ workspace_id: string; id: string }>("select * from kw.expired_bundles($1)", [app.clock.now()]),
  );
  for (const { workspace_id: workspaceId, id } of rows) await dropBundle(app, workspaceId, id);
}
