// Somebody is a child: nothing more is done with their data, and their erasure is proposed. It runs by itself unless somebody says that it is not so.
import { markMinors } from "../contacts/restrict-contacts.ts";
import type { Ctx } from "../platform/context.ts";
import { wholeContact } from "./find-subject.ts";
import { restrictSubject } from "./restrict-subject.ts";
import { openSubjectRequest, type NewRequest, type RequestRow } from "./subject-request.ts";

const HOUR_MS = 3_600_000;
/** Gone by then. */
const MINOR_HOURS = 72;
/** Time to say that it is not so; the rest is for the erasure itself. */
const OBJECTION_HOURS = 48;

type MinorCtx = Parameters<typeof openSubjectRequest>[0] & Pick<Ctx, "emit" | "config">;

/** Repeating it gives the same request. @throws not_found */
export async function reportMinor(ctx: MinorCtx, contactId: string): Promise<RequestRow> {
  const now = ctx.clock.ms();
  const proposal: NewRequest["proposal"] = {
    runsAt: new Date(now + OBJECTION_HOURS * HOUR_MS),
    dueAt: new Date(now + MINOR_HOURS * HOUR_MS),
  };
  const request = await openSubjectRequest(ctx, { type: "erase", contactId, source: "minor_report", proposal });
  const ids = await wholeContact(ctx, request.contactId ?? contactId);
  // one instant for both: a restriction of the same time came with the mark
  const at = new Date(now);
  const still = { ...ctx, clock: { now: () => at, ms: () => now } };
  await markMinors(still, ids, true);
  await restrictSubject(still, { requestId: request.id, ids, isRestricted: true });
  return request;
}

/** It was not so: the mark goes, and the restriction that came with it. Refused for another reason, they stay a child. */
export async function takeBackMinor(ctx: MinorCtx, request: RequestRow): Promise<void> {
  if (request.source !== "minor_report" || request.refusal !== "not_a_minor" || request.contactId === null) return;
  const ids = await wholeContact(ctx, request.contactId);
  const free = await markMinors(ctx, ids, false);
  await restrictSubject(ctx, { requestId: request.id, ids: free, isRestricted: false });
}
