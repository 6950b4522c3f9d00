// Closing a workspace, and changing one's mind.
import { z } from "zod";
import {
  assertOwner,
  beginClosing,
  confirmIdentity,
  isClosingAlready,
  notClosing,
  reopenWorkspace,
} from "../identity/close-workspace.ts";
import { wrongPassword } from "../identity/people.ts";
import { erasePerson, hasMemberships } from "./erase-person.ts";
import { getWorkspace } from "../identity/workspaces.ts";
import { txRetry } from "../platform/db.ts";
import { forbidden, validationFailed } from "../platform/problem.ts";
import { route } from "../platform/route.ts";

const byId = z.object({ id: z.string().max(64) });

export const closureRoutes = [
  route({
    id: "workspace.close",
    method: "POST",
    path: "/v1/workspaces/:id/close",
    summary: "Close the workspace",
    description:
      "Only an owner, with the password again. Sends stop and keys end at once; for 30 days it can be read, exported and reopened; then its key is destroyed and everything in it deleted.",
    permission: "workspace:manage",
    isOpen: true,
    params: byId,
    body: z.object({
      name: z.string().max(80).describe("The workspace's name, as a proof that this one is meant."),
      password: z.string().max(128).optional(),
    }),
    returns: z.object({ purgeAt: z.iso.datetime().describe("When everything is deleted.") }),
    problems: [forbidden, wrongPassword, isClosingAlready],
    run: async (ctx, { params, body }) => {
      assertOwner(ctx);
      await ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, async (tx) => {
        const { name } = await getWorkspace({ ...ctx, tx }, params.id);
        if (name.trim() !== body.name.trim())
          throw validationFailed({ issues: [{ path: "body.name", message: "is not the name of this workspace" }] });
      });
      if (ctx.actor.kind === "member") await confirmIdentity(ctx, ctx.actor.personId, body.password);
      const purgeAt = await txRetry(ctx.db, { workspaceIds: [ctx.workspaceId] }, (tx) =>
        beginClosing(ctx, tx, { workspaceId: ctx.workspaceId, reason: "owner", actor: ctx.actor }),
      );
      return { purgeAt: purgeAt.toISOString() };
    },
  }),
  route({
    id: "workspace.reopen",
    method: "POST",
    path: "/v1/workspaces/:id/reopen",
    summary: "Reopen a closing workspace",
    description: "Channels and webhooks go on; keys and invitations have to be made anew.",
    permission: "workspace:manage",
    whileClosing: true,
    params: byId,
    problems: [forbidden, notClosing],
    run: async (ctx, { params }) => {
      assertOwner(ctx);
      await getWorkspace(ctx, params.id);
      await reopenWorkspace(ctx, ctx.tx, ctx.workspaceId, ctx.actor);
    },
  }),
  route({
    id: "me.erase",
    method: "POST",
    path: "/v1/me/erase",
    summary: "Erase your account",
    description:
      "For people who belong to no workspace any more. What they wrote stays with its workspace, by a former member.",
    permission: "signed_in",
    isOpen: true,
    body: z.object({ password: z.string().max(128).optional() }),
    problems: [hasMemberships, wrongPassword],
    run: (ctx, { body }) => erasePerson(ctx, body.password),
  }),
];
