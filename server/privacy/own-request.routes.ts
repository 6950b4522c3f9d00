// What members ask about themselves. Their profile is corrected in the settings; leaving is a matter of the workspace.
import { z } from "zod";
import { personOf } from "../identity/people.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { bundleGone, downloadBundle } from "./export-subject.ts";
import { openSubjectRequest, readRequest, tooManyComplaints } from "./subject-request.ts";
import { listRequests, requestReceipt, requestStarted, viewStarted } from "./view-request.ts";

export const ownRequestRoutes = [
  route({
    id: "own_request.create",
    method: "POST",
    path: "/v1/me/subject-requests",
    summary: "Ask for a copy of what is held about yourself, or complain",
    permission: "workspace:read",
    whileClosing: true,
    status: 202,
    body: z.object({
      type: z.enum(["access", "portability", "complaint"]),
      text: z.string().trim().max(4000).optional().describe("Of a complaint: what it is about."),
    }),
    returns: requestStarted,
    problems: [tooManyComplaints],
    run: async (ctx, { body: { type, text } }) => {
      const { personId } = personOf(ctx);
      const detail = text === undefined ? undefined : { text };
      return viewStarted(await openSubjectRequest(ctx, { type, personId, detail, source: "member" }));
    },
  }),
  route({
    id: "own_request.list",
    method: "GET",
    path: "/v1/me/subject-requests",
    summary: "List what you asked about yourself",
    permission: "workspace:read",
    query: pageQuery,
    returns: pageOf(requestReceipt),
    run: (ctx, { query }) => listRequests(ctx, { ...query, personId: personOf(ctx).personId }),
  }),
  route({
    id: "own_request.copy",
    kind: "download",
    method: "GET",
    path: "/v1/me/subject-requests/:id/copy",
    summary: "Download the copy of what is held about yourself",
    permission: "workspace:read",
    params: z.object({ id: z.string().max(64) }),
    problems: [notFound, bundleGone],
    run: async (ctx, { params: { id } }) => {
      const { workspaceId } = ctx;
      const row = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => readRequest({ tx, workspaceId }, id));
      if (row.personId !== personOf(ctx).personId) throw notFound();
      return downloadBundle(ctx, workspaceId, id);
    },
  }),
];
