// What people ask about their own data: opening a request, its states and its clock. What a request does is in advance-request.ts.
import { z } from "zod";
import { actedBy } from "../identity/identity-events.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed, type DataKey } from "../platform/keyring.ts";
import { notFound, problem } from "../platform/problem.ts";
import { seal, tryOpenText, type Aad } from "../platform/seal.ts";
import { assertAddressesFree, identityCorrection } from "../contacts/correct-identities.ts";
import { findSubject, wholeContact } from "./find-subject.ts";
import { dueDate } from "../identity/jurisdictions.ts";
import { tellExport } from "./tell-export.ts";

/** Runs a request; the job itself is in subject-request.jobs.ts. */
export const advanceSubjectRequest = {
  name: "subject_request.advance",
  payload: z.object({ workspaceId: z.string(), requestId: z.string() }),
};

export const requestTypes = [
  ...(["access", "portability", "rectify", "erase"] as const),
  ...(["restrict", "object", "withdraw", "complaint"] as const),
] as const;
export type RequestType = (typeof requestTypes)[number];

export const requestStates = [
  ...(["received", "identity_pending", "accepted"] as const),
  ...(["refused", "running", "partially_held", "done"] as const),
] as const;
export type RequestState = (typeof requestStates)[number];

/** Why a request may be refused: closed words, shown to the person in their language. */
export const refusalReasons = [
  "not_the_person",
  "manifestly_unfounded",
  "excessive",
  "legal_duty",
  "others_rights",
  "not_a_minor",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const requestDetail = z.object({
  name: z.string().trim().min(1).max(256).optional().describe("rectify: the right name."),
  attributes: z
    .record(z.string().min(1).max(60), z.string().max(1000))
    .optional()
    .describe(
      "rectify: the right attributes; they replace all, those of special categories only where they are named.",
    ),
  identities: z
    .array(identityCorrection)
    .min(1)
    .max(10)
    .optional()
    .describe("rectify: a wrong phone number or user name, and the right one."),
  purpose: z.string().max(60).optional().describe("object, withdraw: which purpose; all of them when left out."),
  channelId: z.string().max(64).optional().describe("object, withdraw: on which channel; everywhere when left out."),
  isLifted: z.boolean().optional().describe("restrict: true ends the restriction."),
  text: z.string().trim().max(4000).optional().describe("What the person says, a complaint for one."),
});
/** With what became of it. */
export const storedDetail = requestDetail.extend({
  untaken: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "rectify: the attributes that could not be corrected, with the code of the reason. They are tried again until they can be, or the request is answered.",
    ),
});
export type RequestDetail = z.output<typeof storedDetail>;

export const requestNotOpen = problem({
  code: "subject_request.not_open",
  status: 409,
  title: "The request is not waiting for this: it runs, was refused, or is done.",
  fix: "Read the request: its `state` and `steps` say where it is.",
});

/** More open complaints of one person say nothing new. */
const MAX_OPEN_COMPLAINTS = 5;

export const tooManyComplaints = problem({
  code: "subject_request.too_many_complaints",
  status: 409,
  title: `${MAX_OPEN_COMPLAINTS} complaints of this person wait for an answer already.`,
  fix: "Answer those that are open first.",
});

export interface NewRequest {
  type: RequestType;
  contactId?: string | undefined;
  /** a person who signs in, about themselves */
  personId?: string | undefined;
  /** a phone number or user id as the person tells it; leads to a contact or to nobody, and the answer is the same */
  identity?: string | undefined;
  source: "api" | "owner" | "contact_page" | "meta" | "member" | "minor_report" | "mail";
  /** It is no wish of the person: it waits as `received`, and runs by itself from `runsAt` on. */
  proposal?: { runsAt: Date; dueAt: Date } | undefined;
  detail?: RequestDetail | undefined;
  /** Whoever asks proved who they are. Default: true, but for `contact_page`. Without it the request waits for `confirmIdentity`. */
  isIdentityProved?: boolean | undefined;
  /** which law's clock counts; the strictest by default */
  jurisdiction?: string | undefined;
  /** blind index of a code under which its state is looked up without a login */
  codeIndex?: Buffer | undefined;
  /** by mail: blind index of the sender's address, by which floods are counted */
  senderIndex?: Buffer | undefined;
}

export interface RequestRow {
  workspaceId: string;
  id: string;
  type: RequestType;
  state: RequestState;
  source: string;
  subjectKind: "contact" | "person";
  contactId: string | null;
  personId: string | null;
  identity: Buffer | null;
  detail: Buffer | null;
  refusal: string | null;
  steps: { step: string; at: string; count: number }[];
  counts: Record<string, number>;
  receipt: unknown;
  bundleBlob: string | null;
  bundleKey: Buffer | null;
  bundleExpiresAt: Date | null;
  createdBy: string | null;
  receivedAt: Date;
  dueAt: Date;
  decidedAt: Date | null;
  finishedAt: Date | null;
}

export const requestColumns = `workspace_id as "workspaceId", id, type, state, source, subject_kind as "subjectKind",
  contact_id as "contactId", person_id as "personId", identity, detail, refusal, steps, counts, receipt, bundle_blob as "bundleBlob",
  bundle_key as "bundleKey", bundle_expires_at as "bundleExpiresAt", created_by as "createdBy", received_at as "receivedAt",
  due_at as "dueAt", decided_at as "decidedAt", finished_at as "finishedAt"`;

type RequestCtx = Pick<Ctx, "tx" | "workspaceId" | "keyring" | "clock" | "enqueue"> & Partial<Pick<Ctx, "actor">>;

const place = (workspaceId: string, id: string, column: "identity" | "detail" | "bundle_key"): Aad => ({
  ...{ table: "subject_request", column, row: id, workspace: workspaceId },
});
export const requestPlace = place;

/**
 * Opens a request, or gives back the one of the same kind that is open for this person. A contact that was merged stands for the one
 * it was merged into. @throws not_found for a `contactId` that is not of this workspace (an unknown `identity` is no error) ·
 * subject_request.too_many_complaints · contact.address_taken
 */
export async function openSubjectRequest(ctx: RequestCtx, input: NewRequest): Promise<RequestRow> {
  const { workspaceId, tx } = ctx;
  const contactId = await findSubject(ctx, input);
  const personId = input.personId ?? null;
  const subjectKind = personId === null ? "contact" : "person";
  const known = contactId ?? personId;
  if (input.type === "complaint" && known !== null) await assertFewComplaints(ctx, known);
  const { identities } = input.detail ?? {};
  if (contactId !== null && identities) await assertAddressesFree(ctx, await wholeContact(ctx, contactId), identities);
  if (known !== null && input.codeIndex === undefined) {
    const [open] = await tx.query<RequestRow>(
      `select ${requestColumns} from subject_request where workspace_id = $1 and type = $2 and coalesce(contact_id, person_id) = $3
         and state not in ('done', 'refused') and (runs_at is not null) = $4 order by received_at limit 1 for update`,
      [workspaceId, input.type, known, input.proposal !== undefined],
    );
    // what was said the second time may differ: only what needs no words is the same request
    if (open && open.detail === null && input.detail === undefined) return open;
  }
  const now = ctx.clock.now();
  const id = newId("srq", ctx.clock.ms());
  const key = sealingKey(ctx, contactId);
  const isProved = input.isIdentityProved ?? input.source !== "contact_page";
  const { proposal } = input;
  const state: RequestState = proposal ? "received" : isProved ? "accepted" : "identity_pending";
  const isRunning = state === "accepted";
  const [row] = await tx.query<RequestRow>(
    `insert into subject_request (workspace_id, id, type, state, source, subject_kind, contact_id, person_id, identity, detail,
       code_index, created_by, received_at, due_at, decided_at, runs_at, sender_index, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $13) returning ${requestColumns}`,
    [
      ...[workspaceId, id, input.type, state, input.source, subjectKind, contactId, personId],
      contactId === null && input.identity !== undefined
        ? seal(key, place(workspaceId, id, "identity"), input.identity)
        : null,
      input.detail === undefined ? null : seal(key, place(workspaceId, id, "detail"), JSON.stringify(input.detail)),
      ...[input.codeIndex ?? null, ctx.actor ? actedBy(ctx.actor).id : null],
      ...[now, proposal?.dueAt ?? dueDate(input.type, now, input.jurisdiction), isRunning ? now : null],
      ...[proposal?.runsAt ?? null, input.senderIndex ?? null],
    ],
  );
  if (!row) throw new Error("the request was not written");
  if (isRunning) {
    await ctx.enqueue(tx, advanceSubjectRequest, { workspaceId, requestId: id });
    await tellExport(ctx, row);
  }
  return row;
}

async function assertFewComplaints({ tx, workspaceId }: RequestCtx, subjectId: string): Promise<void> {
  // those who ask at the same time wait for each other
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`complaint/${workspaceId}/${subjectId}`]);
  const open = await tx.query(
    `select 1 from subject_request where workspace_id = $1 and type = 'complaint' and coalesce(contact_id, person_id) = $2
       and state not in ('done', 'refused') limit ${MAX_OPEN_COMPLAINTS}`,
    [workspaceId, subjectId],
  );
  if (open.length === MAX_OPEN_COMPLAINTS) throw tooManyComplaints();
}

/** The contact's key, so that an erase takes the words along; the workspace's where nobody is known, or the contact is erased already. */
function sealingKey(ctx: Pick<Ctx, "keyring" | "workspaceId">, contactId: string | null): DataKey {
  const whole = `workspace:${ctx.workspaceId}`;
  const subject = contactId === null ? whole : `contact:${contactId}`;
  try {
    const key = ctx.keyring.ensure([{ subject, parent: subject === whole ? null : whole }]).get(subject);
    if (key) return key;
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error;
  }
  const key = ctx.keyring.ensure([{ subject: whole, parent: null }]).get(whole);
  if (!key) throw notFound();
  return key;
}

export function openDetail(ctx: Pick<Ctx, "keyring">, row: RequestRow): RequestDetail {
  const text = row.detail && tryOpenText(ctx.keyring, place(row.workspaceId, row.id, "detail"), row.detail);
  return text ? storedDetail.parse(JSON.parse(text)) : {};
}

/** Writes the words of a request anew: without what was wrong in them. */
export async function replaceDetail(
  ctx: RequestCtx,
  row: RequestRow,
  change: (detail: RequestDetail) => RequestDetail,
): Promise<void> {
  if (row.detail === null) return;
  const text = JSON.stringify(change(openDetail(ctx, row)));
  const sealed = seal(sealingKey(ctx, row.contactId), place(row.workspaceId, row.id, "detail"), text);
  await ctx.tx.query("update subject_request set detail = $3 where workspace_id = $1 and id = $2", [
    ...[row.workspaceId, row.id, sealed],
  ]);
}

/** @throws not_found */
export async function readRequest(ctx: Pick<Ctx, "tx" | "workspaceId">, id: string): Promise<RequestRow> {
  const [row] = await ctx.tx.query<RequestRow>(
    `select ${requestColumns} from subject_request where workspace_id = $1 and id = $2`,
    [ctx.workspaceId, id],
  );
  if (!row) throw notFound();
  return row;
}

/** The person proved who they are, by a code over their channel or by whoever knows them: the request runs. @throws not_found · subject_request.not_open */
export async function confirmIdentity(ctx: RequestCtx, id: string): Promise<RequestRow> {
  const now = ctx.clock.now();
  const rows = await ctx.tx.query(
    `update subject_request set state = 'accepted', decided_at = $3, updated_at = $3
     where workspace_id = $1 and id = $2 and state in ('received', 'identity_pending') returning id`,
    [ctx.workspaceId, id, now],
  );
  const row = await readRequest(ctx, id);
  if (rows.length === 0) throw requestNotOpen();
  await ctx.enqueue(ctx.tx, advanceSubjectRequest, { workspaceId: ctx.workspaceId, requestId: id });
  await tellExport(ctx, row);
  return row;
}

/** Ends a request that has not run, with the reason that the person is told. @throws not_found · subject_request.not_open */
export async function refuseRequest(ctx: RequestCtx, id: string, reason: RefusalReason): Promise<RequestRow> {
  // what could not be corrected is all that is left of it
  if (openDetail(ctx, await readRequest(ctx, id)).untaken) throw requestNotOpen();
  const rows = await ctx.tx.query(
    `update subject_request set state = 'refused', refusal = $3, identity = null, decided_at = $4, finished_at = $4, updated_at = $4
     where workspace_id = $1 and id = $2 and state in ('received', 'identity_pending', 'accepted') and steps = '[]' returning id`,
    [ctx.workspaceId, id, reason, ctx.clock.now()],
  );
  const row = await readRequest(ctx, id);
  if (rows.length === 0) throw requestNotOpen();
  return row;
}
