import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { acknowledgeNotice, readNotice } from "./policy-notice.ts";

export const policyRoutes = [
  route({
    id: "policy_notice.get",
    method: "GET",
    path: "/v1/policy-notice",
    summary: "The change of the privacy policy that is ahead, if it was not read yet",
    permission: "signed_in",
    isInternal: true,
    returns: z.object({
      notice: z
        .object({ version: z.int(), effectiveAt: z.iso.datetime(), changes: z.array(z.string()) })
        .nullable()
        .describe("null: nothing is ahead, or this person said that they read it."),
    }),
    run: async (ctx) => ({ notice: await readNotice(ctx) }),
  }),
  route({
    id: "policy_notice.acknowledge",
    method: "POST",
    path: "/v1/policy-notice/acknowledge",
    summary: "Say that the announced change was read",
    description: "Reading is no consent to anything: it is noted apart from consents.",
    permission: "signed_in",
    isInternal: true,
    body: z.object({ version: z.int().min(1).max(1_000_000) }),
    problems: [notFound],
    run: (ctx, { body }) => acknowledgeNotice(ctx, body.version),
  }),
];
