import { z } from "zod";
import { forbidden } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { agreementDocuments } from "./agreement-text.ts";
import { acceptAgreements, agreementChanged, agreementVersion, agreementView, listAgreements } from "./agreements.ts";

const list = z.object({ data: z.array(agreementView) });

export const agreementRoutes = [
  route({
    id: "agreement.list",
    method: "GET",
    path: "/v1/agreements",
    summary: "The terms and the agreement on data processing, and who accepted them",
    permission: "workspace:read",
    returns: list,
    run: async (ctx) => ({ data: await listAgreements(ctx) }),
  }),
  route({
    id: "agreement.accept",
    method: "POST",
    path: "/v1/agreements/accept",
    summary: "Accept a version of an agreement for the workspace",
    description: "A contract of the workspace, by an owner. It is no consent to anything: those are recorded apart.",
    permission: "workspace:manage",
    body: z.object({ document: z.enum(agreementDocuments), version: z.string().max(64) }),
    returns: list,
    problems: [forbidden, agreementChanged],
    run: async (ctx, { body }) => {
      const { actor, workspaceId } = ctx;
      if (actor.kind !== "member" || actor.role !== "owner") throw forbidden({ permission: "owner" });
      if (body.version !== agreementVersion(body.document)) throw agreementChanged();
      await acceptAgreements(ctx, ctx.tx, { workspaceId, memberId: actor.memberId, documents: [body.document] });
      return { data: await listAgreements(ctx) };
    },
  }),
];
