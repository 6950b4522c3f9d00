import { assertAttributes } from "../contacts/contact.ts";
import { attributeProblems } from "../contacts/judge-attributes.ts";
import { z } from "zod";
import { addressTaken } from "../contacts/correct-identities.ts";
import type { Ctx } from "../platform/context.ts";
import { forbidden, notFound, validationFailed } from "../platform/problem.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { route, type JsonCtx } from "../platform/route.ts";
import {
  confirmIdentity,
  openSubjectRequest,
  readRequest,
  refuseRequest,
  refusalReasons,
  requestDetail,
  requestNotOpen,
  requestTypes,
  tooManyComplaints,
} from "./subject-request.ts";
import { answerRequest } from "./answer-request.ts";
import { assertWholePerson } from "./assert-whole-person.ts";
import { findSubject } from "./find-subject.ts";
import { bundleGone, downloadBundle } from "./export-subject.ts";
import { copyTampered, importCopy, importedCopy, importRunning, MAX_COPY_BYTES } from "./import-copy.ts";
import { copyOfNobody } from "./write-copy.ts";
import { reportMinor, takeBackMinor } from "./report-minor.ts";
import { getRequest, listRequests, requestReceipt, requestStarted, viewRequest, viewStarted } from "./view-request.ts";

const params = z.object({ id: z.string().max(64) });

const newRequest = z.object({
  type: z.enum(requestTypes),
  contactId: z.string().max(64).optional(),
  identity: z
    .string()
    .trim()
    .min(3)
    .max(200)
    .optional()
    .describe("A phone number or user id, where the contact's id is not known. Someone unknown gets the same answer."),
  detail: requestDetail.optional(),
  isIdentityProved: z
    .boolean()
    .default(true)
    .describe("false: the request waits until someone confirms that it comes from the person."),
  jurisdiction: z
    .string()
    .max(20)
    .optional()
    .describe("`eu`, `uk`, `us-ca`, `my`, `br`; the strictest clock without it."),
});

const source = (ctx: JsonCtx): "owner" | "api" => (ctx.actor.kind === "member" ? "owner" : "api");

const assertRequest = async (ctx: Ctx, id: string): Promise<void> =>
  assertWholePerson(ctx, (await readRequest(ctx, id)).contactId);

export const subjectRequestRoutes = [
  route({
    id: "subject_request.create",
    method: "POST",
    path: "/v1/subject-requests",
    summary: "Open a request of a person about their own data",
    description:
      "access and portability make a copy to download · rectify, restrict, object and withdraw act at once · erase destroys the person's key, then everything about them · complaint waits for an answer.",
    permission: "privacy:manage",
    whileClosing: true,
    status: 202,
    idempotent: async (ctx, id) => viewStarted(await readRequest(ctx, id)),
    body: newRequest,
    returns: requestStarted,
    problems: [forbidden, notFound, tooManyComplaints, addressTaken, ...attributeProblems],
    run: async (ctx, { body }) => {
      if ((body.contactId === undefined) === (body.identity === undefined))
        throw validationFailed({ issues: [{ path: "body", message: "names either `contactId` or `identity`" }] });
      await assertWholePerson(ctx, body.contactId ?? null);
      const subject = body.contactId === undefined ? null : await findSubject(ctx, { ...body, source: source(ctx) });
      if (body.type === "rectify" && subject !== null && body.detail?.attributes)
        await assertAttributes(ctx, subject, body.detail.attributes);
      return viewStarted(await openSubjectRequest(ctx, { ...body, source: source(ctx) }));
    },
  }),
  route({
    id: "subject_request.list",
    method: "GET",
    path: "/v1/subject-requests",
    summary: "List requests, newest first",
    description:
      "Whoever is limited to channels sees those about people who wrote on no other, and those that they opened themselves.",
    permission: "privacy:read",
    query: pageQuery.extend({
      isOpen: z.enum(["true", "false"]).optional().describe("true: those that are not answered yet."),
      contactId: z.string().max(64).optional(),
      finishedAfter: z.iso.datetime().optional().describe("Those that were answered since."),
    }),
    returns: pageOf(requestReceipt),
    run: (ctx, { query }) => listRequests(ctx, { ...query, seenBy: ctx.actor }),
  }),
  route({
    id: "subject_request.get",
    method: "GET",
    path: "/v1/subject-requests/:id",
    summary: "See how far a request is, and its receipt",
    permission: "privacy:read",
    params,
    returns: requestReceipt,
    problems: [notFound],
    run: (ctx, { params: { id } }) => getRequest(ctx, id),
  }),
  route({
    id: "subject_request.confirm_identity",
    method: "POST",
    path: "/v1/subject-requests/:id/confirm-identity",
    summary: "Say that a request comes from the person; it runs then",
    permission: "privacy:manage",
    whileClosing: true,
    params,
    returns: requestReceipt,
    problems: [forbidden, notFound, requestNotOpen],
    run: async (ctx, { params: { id } }) => {
      await assertRequest(ctx, id);
      return viewRequest(ctx, await confirmIdentity(ctx, id));
    },
  }),
  route({
    id: "subject_request.refuse",
    method: "POST",
    path: "/v1/subject-requests/:id/refuse",
    summary: "Refuse a request that has not run, with the reason the person is told",
    permission: "privacy:manage",
    whileClosing: true,
    params,
    body: z.object({ reason: z.enum(refusalReasons) }),
    returns: requestReceipt,
    problems: [forbidden, notFound, requestNotOpen],
    run: async (ctx, { params: { id }, body }) => {
      await assertRequest(ctx, id);
      const refused = await refuseRequest(ctx, id, body.reason);
      await takeBackMinor(ctx, refused);
      return viewRequest(ctx, refused);
    },
  }),
  route({
    id: "subject_request.answer",
    method: "POST",
    path: "/v1/subject-requests/:id/answer",
    summary: "Say that a complaint, or what of a correction could not be taken, was answered",
    permission: "privacy:manage",
    whileClosing: true,
    params,
    returns: requestReceipt,
    problems: [forbidden, notFound, requestNotOpen],
    run: async (ctx, { params: { id } }) => {
      await assertRequest(ctx, id);
      return viewRequest(ctx, await answerRequest(ctx, id));
    },
  }),
  route({
    id: "subject_request.copy",
    kind: "download",
    method: "GET",
    path: "/v1/subject-requests/:id/copy",
    summary: "Download the copy that an access or portability request made",
    description: "A ZIP with data.json and its schema, messages.csv, index.html and the files. It lives seven days.",
    permission: "privacy:manage",
    params,
    problems: [forbidden, notFound, bundleGone],
    run: async (ctx, { params: { id } }) => {
      const { workspaceId } = ctx;
      await ctx.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
        await assertRequest({ ...ctx, tx }, id);
        // a member's own copy is theirs alone: it tells of their other workspaces and devices
        if ((await readRequest({ tx, workspaceId }, id)).personId !== null) throw notFound();
      });
      return downloadBundle(ctx, workspaceId, id);
    },
  }),
  route({
    id: "contact.import_copy",
    kind: "upload",
    method: "POST",
    path: "/v1/contacts/import-copy",
    summary: "Import a person's copy from another Keepword",
    description:
      "multipart/form-data: the field `channelId`, then the archive. The same archive twice changes nothing. One at a time in a workspace.",
    permission: "privacy:manage",
    status: 201,
    maxBytes: MAX_COPY_BYTES,
    returns: importedCopy,
    problems: [notFound, copyTampered, copyOfNobody, importRunning],
    run: (ctx, { body }) => importCopy(ctx, body),
  }),
  route({
    id: "contact.report_minor",
    method: "POST",
    path: "/v1/contacts/:id/minor-report",
    summary: "Report that a contact is a child",
    description:
      "Their data is restricted at once, marketing never reaches them, and their erasure is proposed: it runs within 72 hours unless somebody refuses the request. Only `not_a_minor` undoes the rest; refused for another reason, the mark and the restriction stay.",
    permission: "privacy:manage",
    whileClosing: true,
    status: 202,
    params,
    returns: requestStarted,
    problems: [forbidden, notFound],
    run: async (ctx, { params: { id } }) => {
      await assertWholePerson(ctx, id);
      return viewStarted(await reportMinor(ctx, id));
    },
  }),
  route({
    id: "contact.delete",
    method: "DELETE",
    path: "/v1/contacts/:id",
    summary: "Erase a contact",
    description:
      "Opens an erase request: the key is destroyed first, then everything about the person. Repeating it gives the same request.",
    permission: "privacy:manage",
    whileClosing: true,
    status: 202,
    params,
    returns: requestStarted,
    problems: [forbidden, notFound],
    run: async (ctx, { params: { id } }) => {
      await assertWholePerson(ctx, id);
      return viewStarted(await openSubjectRequest(ctx, { type: "erase", contactId: id, source: source(ctx) }));
    },
  }),
];
