// Requests that change what is kept or done: rectify, restrict, object, withdraw.
import { updateContact } from "../contacts/contact.ts";
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import { systemCtx, type Ctx } from "../platform/context.ts";
import type { Step, StepRun } from "./request-steps.ts";
import { restrictSubject } from "./restrict-subject.ts";
import { openDetail } from "./subject-request.ts";

/** What a person may object to; each is stopped where none is named. */
const purposes = ["marketing", "utility", "ai_transcription"] as const;

const within = <T>({ app, request }: StepRun, run: (ctx: Ctx) => Promise<T>): Promise<T> =>
  app.db.tx({ workspaceIds: [request.workspaceId] }, (tx) => run(systemCtx(app, tx, request.workspaceId, request.id)));

/** The old value is overwritten where it stood; lists, previews and the search show and find the new one only. */
async function rectify(run: StepRun): Promise<number> {
  const [contactId] = run.ids;
  const { name, attributes } = openDetail(run.app, run.request);
  if (contactId === undefined || (name === undefined && attributes === undefined)) return 0;
  await within(run, (ctx) =>
    updateContact(ctx, contactId, {
      ...(name === undefined ? {} : { name }),
      ...(attributes === undefined ? {} : { attributes }),
    }),
  );
  return 1;
}

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

export const rectifySteps: readonly Step[] = [{ name: "rectify", run: rectify }];
export const restrictSteps: readonly Step[] = [{ name: "restrict", run: restrict }];
export const withdrawSteps: readonly Step[] = [{ name: "withdraw", run: withdraw }];
export const objectSteps: readonly Step[] = [...withdrawSteps, { name: "restrict", run: restrictObjector }];
