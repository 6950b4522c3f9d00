// A request as the API and the owner's queue show it.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { packedIdentities, viewContact, type ContactRow } from "../contacts/contact-view.ts";
import { isContactVisible } from "../contacts/find-contacts.ts";
import { actedBy } from "../identity/identity-events.ts";
import { personPlace, type PersonRow } from "../identity/people.ts";
import type { Actor, Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { tryOpenText } from "../platform/seal.ts";
import { stepsOf } from "./advance-request.ts";
import { isRequestVisible } from "./assert-whole-person.ts";
import { receiptKindOf, receiptKinds } from "./receipt-kinds.ts";
import {
  openDetail,
  requestColumns,
  requestPlace,
  requestStates,
  requestTypes,
  storedDetail,
  type RequestRow,
} from "./subject-request.ts";

/** The answer to opening one: the same for a person who is known here and one who is not. */
export const requestStarted = z
  .object({
    id: z.string(),
    type: z.enum(requestTypes),
    state: z.enum(requestStates),
    receivedAt: z.iso.datetime(),
    dueAt: z.iso.datetime().describe("The law's latest day for the answer."),
  })
  .meta({ id: "SubjectRequestStarted" });

const storedReceipt = z.object({
  deleted: z.array(z.object({ what: z.string().describe("A table, or what is counted besides."), count: z.int() })),
  retained: z.array(
    z.object({
      what: z.string(),
      why: z.string(),
      until: z.iso.datetime().nullable().describe("null: for as long as the installation lives."),
    }),
  ),
});

const receipt = storedReceipt.extend({
  deleted: z.array(
    storedReceipt.shape.deleted.element.extend({ kind: z.enum(receiptKinds).describe("What it is to people.") }),
  ),
});

function viewReceipt(row: RequestRow): z.output<typeof receipt> | null {
  if (!row.receipt) return null;
  const { deleted, retained } = storedReceipt.parse(row.receipt);
  return { deleted: deleted.map((one) => ({ ...one, kind: receiptKindOf(one.what) })), retained };
}

export const requestReceipt = requestStarted
  .extend({
    source: z.string(),
    subject: z.enum(["contact", "person"]),
    contactId: z.string().nullable(),
    subjectName: z
      .string()
      .nullable()
      .describe(
        "Whose request it is: the name, or an address where nobody told one. null after an erase, and for nobody who is known here.",
      ),
    identity: z
      .string()
      .nullable()
      .describe("How they said who they are, where no contact was named. Gone when the request ends."),
    detail: storedDetail.nullable().describe("What they said. Gone after an erase."),
    refusal: z.string().nullable(),
    steps: z.array(
      z.object({
        step: z.string(),
        state: z.enum(["done", "waiting"]),
        at: z.iso.datetime().nullable(),
        count: z.int().nullable(),
      }),
    ),
    receipt: receipt.nullable().describe("What was deleted and what stays, why and until when."),
    bundle: z
      .object({ expiresAt: z.iso.datetime() })
      .nullable()
      .describe("The copy that can be downloaded, until then."),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "SubjectRequest" });
export type RequestView = z.output<typeof requestReceipt>;

export const viewStarted = (row: RequestRow): z.output<typeof requestStarted> => ({
  ...{ id: row.id, type: row.type, state: row.state },
  ...{ receivedAt: row.receivedAt.toISOString(), dueAt: row.dueAt.toISOString() },
});

type ViewCtx = Pick<Ctx, "tx" | "workspaceId" | "keyring">;

export async function viewRequest(ctx: Ctx, row: RequestRow): Promise<RequestView> {
  return viewNamed(ctx, row, await namesOf(ctx, [row], ctx.actor));
}

function viewNamed(ctx: ViewCtx, row: RequestRow, names: ReadonlyMap<string, string>): RequestView {
  const done = new Map(row.steps.map((step) => [step.step, step]));
  const place = requestPlace(row.workspaceId, row.id, "identity");
  return {
    ...viewStarted(row),
    ...{ source: row.source, subject: row.subjectKind, contactId: row.contactId, refusal: row.refusal },
    subjectName: names.get(row.contactId ?? row.personId ?? "") ?? null,
    identity: row.identity && tryOpenText(ctx.keyring, place, row.identity),
    detail: row.detail ? openDetail(ctx, row) : null,
    steps: stepsOf(row).map(({ name }) => {
      const step = done.get(name);
      return { step: name, state: step ? "done" : "waiting", at: step?.at ?? null, count: step?.count ?? null };
    }),
    receipt: viewReceipt(row),
    bundle: row.bundleBlob && row.bundleExpiresAt ? { expiresAt: row.bundleExpiresAt.toISOString() } : null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

interface RequestQuery {
  id?: string | undefined;
  cursor?: string | undefined;
  limit: number;
  isOpen?: string | undefined;
  contactId?: string | undefined;
  finishedAfter?: string | undefined;
  personId?: string | undefined;
  /** Leaves out what this actor's channels do not reach. */
  seenBy?: Actor | undefined;
}

/** @throws not_found, also for one that the actor's channels do not reach */
export async function getRequest(ctx: Ctx, id: string): Promise<RequestView> {
  const [found] = (await listRequests(ctx, { id, limit: 1, seenBy: ctx.actor })).data;
  if (!found) throw notFound();
  return found;
}

export async function listRequests(
  ctx: ViewCtx,
  query: RequestQuery,
): Promise<{ data: RequestView[]; nextCursor: string | null }> {
  const { seenBy } = query;
  const after = decodeCursor(cursorKey, query.cursor);
  const rows = await ctx.tx.query<RequestRow>(
    `select ${requestColumns} from subject_request r where workspace_id = $1
       and ($2::boolean is null or (state not in ('done', 'refused')) = $2)
       and ($3::text is null or contact_id = $3) and ($7::text is null or person_id = $7) and ($4::timestamptz is null or (received_at, id) < ($4, $5))
       and ($8::text is null or id = $8) and ($11::timestamptz is null or finished_at > $11) and ${isRequestVisible("$9", "$10")}
     order by received_at desc, id desc limit $6`,
    [
      ...[ctx.workspaceId, query.isOpen === undefined ? null : query.isOpen === "true", query.contactId ?? null],
      ...[after?.[0] ?? null, after?.[1] ?? null, query.limit + 1, query.personId ?? null],
      ...[query.id ?? null, seenBy ? channelGrants(seenBy) : null, seenBy ? actedBy(seenBy).id : null],
      query.finishedAfter ?? null,
    ],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  const names = await namesOf(ctx, page, seenBy);
  return {
    data: page.map((row) => viewNamed(ctx, row, names)),
    nextCursor: last ? encodeCursor([last.receivedAt.toISOString(), last.id]) : null,
  };
}

/** Of contacts, as far as the actor's channels reach, and of members; by their ids. */
async function namesOf(ctx: ViewCtx, rows: readonly RequestRow[], seenBy?: Actor): Promise<Map<string, string>> {
  const { tx, workspaceId, keyring } = ctx;
  const contactIds = [...new Set(rows.flatMap(({ contactId }) => contactId ?? []))];
  const personIds = [...new Set(rows.flatMap(({ personId }) => personId ?? []))];
  const contacts =
    contactIds.length === 0
      ? []
      : await tx.query<ContactRow & { asked: string }>(
          `select a.id as asked, c.id, c.name, c.is_group as "isGroup", ${packedIdentities} as identities from contact a
           join contact c on c.workspace_id = a.workspace_id and c.id = coalesce(a.merged_into, a.id)
           where a.workspace_id = $1 and a.id = any ($2::text[]) and ${isContactVisible("$3")}`,
          [workspaceId, contactIds, seenBy ? channelGrants(seenBy) : null],
        );
  const people =
    personIds.length === 0
      ? []
      : await tx.query<Pick<PersonRow, "id" | "name">>(
          `select p.id, p.name from person p join member m on m.person_id = p.id
           where m.workspace_id = $1 and p.id = any ($2::text[])`,
          [workspaceId, personIds],
        );
  return new Map([
    ...contacts.flatMap(({ asked, ...row }): [string, string][] => {
      const { name, identities } = viewContact(keyring, workspaceId, row);
      const said = name ?? identities[0]?.value;
      return said === undefined ? [] : [[asked, said]];
    }),
    ...people.flatMap(({ id, name }): [string, string][] => {
      const said = name && tryOpenText(keyring, personPlace(id, "name"), name);
      return said ? [[id, said]] : [];
    }),
  ]);
}
