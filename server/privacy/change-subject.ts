// Requests that change what is kept or done: rectify, restrict, object, withdraw.
import { consentPurposes } from "../contacts/consent-rules.ts";
import { takeContact } from "../contacts/contact.ts";
import { correctIdentities } from "../contacts/correct-identities.ts";
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import { forgetSeenProfile } from "../contacts/write-contacts.ts";
import { systemCtx, type Ctx } from "../platform/context.ts";
import { dropBundle } from "./export-subject.ts";
import type { Step, StepResult, StepRun } from "./request-steps.ts";
import { restrictSubject } from "./restrict-subject.ts";
import { openDetail, replaceDetail, type RequestDetail } from "./subject-request.ts";

/** What a person may object to; each is stopped where none is named. */
const purposes = consentPurposes;

const within = <T>({ app, request }: StepRun, run: (ctx: Ctx) => Promise<T>): Promise<T> =>
  app.db.tx({ workspaceIds: [request.workspaceId] }, (tx) => run(systemCtx(app, tx, request.workspaceId, request.id)));

/**
 * The old value is overwritten where it stood, with its index; lists, previews and the search show and find the new one only. Whoever
 * follows the workspace's events hears of it by the contact's id, as GDPR Art. 19 asks. What could not be taken is tried again, alone, until
 * it can be, or somebody says that it was answered.
 */
async function rectify(run: StepRun): Promise<StepResult> {
  const [contactId] = run.ids;
  const { name, attributes, identities, untaken } = openDetail(run.app, run.request);
  if (contactId === undefined || (name ?? attributes ?? identities) === undefined) return 0;
  const rest = Object.entries(attributes ?? {}).filter(([one]) => untaken === undefined || Object.hasOwn(untaken, one));
  const patch = {
    ...(name === undefined || untaken ? {} : { name }),
    ...(attributes === undefined ? {} : { attributes: Object.fromEntries(rest) }),
  };
  const left = await within(run, async (ctx) => {
    if (identities && !untaken) await correctIdentities(ctx, run.ids, identities);
    const refused = await takeContact(ctx, contactId, patch, untaken ? "rest" : "correction");
    const isLeft = Object.keys(refused).length > 0;
    await replaceDetail(ctx, run.request, (said) => ({ ...said, untaken: isLeft ? refused : undefined }));
    forgetSeenProfile(contactId);
    return isLeft;
  });
  return left ? "waiting" : 1;
}

/** What holds the old value beside the rows: copies that were made for the person, and what this and earlier corrections said. */
async function dropOldCopies(run: StepRun): Promise<number> {
  const { app, request, ids } = run;
  const { workspaceId } = request;
  const scope = { workspaceIds: [workspaceId] };
  const bundles = await app.db.tx(scope, (tx) =>
    tx.query<{ id: string }>(
      "select id from subject_request where workspace_id = $1 and contact_id = any ($2::text[]) and bundle_blob is not null",
      [workspaceId, ids],
    ),
  );
  for (const { id } of bundles) await dropBundle(app, workspaceId, id);
  const said = await app.db.tx(scope, (tx) =>
    tx.query(
      `update subject_request set detail = null where workspace_id = $1 and contact_id = any ($2::text[]) and type = 'rectify'
         and id <> $3 and state in ('done', 'refused') and detail is not null returning id`,
      [workspaceId, ids, request.id],
    ),
  );
  await within(run, (ctx) => replaceDetail(ctx, request, withoutOld));
  return bundles.length + said.length;
}

const withoutOld = ({ identities, ...detail }: RequestDetail): RequestDetail => ({
  ...detail,
  ...(identities ? { identities: identities.map((one) => ({ ...one, from: "•••" })) } : {}),
});

const restriction = ({ request, ids }: StepRun, isRestricted: boolean) => ({
  requestId: request.id,
  ids,
  isRestricted,
});

async function restrict(run: StepRun): Promise<number> {
  const { isLifted } = openDetail(run.app, run.request);
  return within(run, (ctx) => restrictSubject(ctx, restriction(run, isLifted !== true)));
}

/** Through the ledger of consents, in the person's own name: nobody of the team can take it back. The id makes a repeat harmless. */
async function withdraw(run: StepRun): Promise<number> {
  const { app, request } = run;
  const [contactId] = run.ids;
  if (contactId === undefined) return 0;
  const detail = openDetail(app, request);
  const { workspaceId, id, type, receivedAt } = request;
  const channelId = detail.channelId ?? null;
  return within(run, async (ctx) => {
    const items = (detail.purpose === undefined ? purposes : [detail.purpose]).map((purpose, at) => ({
      ...{ workspaceId, contactId, channelId, purpose, occurredAt: receivedAt },
      ...{ id: `cns_${id.slice(4, -1)}${at}`, method: "contact_page" },
      action: type === "object" ? "objected" : "withdrawn",
    }));
    const made = await recordConsents(ctx.tx, items, ctx.clock.now());
    await ctx.emit(
      ctx.tx,
      consentChanged,
      made.map(({ purpose, action }) => ({ workspaceId, payload: { contactId, purpose, action } })),
    );
    return made.length;
  });
}

/** Who objects to more than marketing is left alone altogether until somebody has looked at it: sends to them stop, and nobody works with the data. */
async function restrictObjector(run: StepRun): Promise<number> {
  if (openDetail(run.app, run.request).purpose === "marketing") return 0;
  return within(run, (ctx) => restrictSubject(ctx, restriction(run, true)));
}

export const rectifySteps: readonly Step[] = [
  { name: "rectify", run: rectify },
  { name: "old_copies", run: dropOldCopies },
];
export const restrictSteps: readonly Step[] = [{ name: "restrict", run: restrict }];
export const withdrawSteps: readonly Step[] = [{ name: "withdraw", run: withdraw }];
export const objectSteps: readonly Step[] = [...withdrawSteps, { name: "restrict", run: restrictObjector }];
