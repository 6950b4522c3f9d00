// Workspaces, their members and invitations.
import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { roleSchema } from "./identity-events.ts";
import {
  acceptInvitation,
  createInvitation,
  invitationNotValid,
  InvitationPreview,
  InvitationView,
  MadeInvitation,
  listInvitations,
  previewInvitation,
  revokeInvitation,
} from "./invitations.ts";
import {
  alreadyMember,
  changeMember,
  channelIdsSchema,
  getMember,
  lastOwner,
  listMembers,
  MemberView,
  removeMember,
} from "./members.ts";
import { describeMe, emailSchema, MeView, personOf } from "./people.ts";
import { signUpClosed } from "./sign-up.ts";
import {
  createWorkspace,
  getWorkspace,
  listWorkspaces,
  renameWorkspace,
  workspaceNameSchema,
  WorkspaceView,
} from "./workspaces.ts";

const byId = z.object({ id: z.string().max(64) });

const listWorkspacesRoute = route({
  id: "workspace.list",
  method: "GET",
  path: "/v1/workspaces",
  summary: "The workspaces you belong to",
  permission: "signed_in",
  returns: pageOf(WorkspaceView),
  run: async (ctx) => ({ data: await listWorkspaces(ctx), nextCursor: null }),
});

const createWorkspaceRoute = route({
  id: "workspace.create",
  method: "POST",
  path: "/v1/workspaces",
  summary: "Make another workspace",
  permission: "signed_in",
  rateLimit: { perMinute: 10 },
  status: 201,
  body: z.object({
    name: workspaceNameSchema,
    acceptsAgreements: z
      .boolean()
      .default(false)
      .describe("Accepts the terms and the agreement on data processing for it; nothing is sent before."),
  }),
  returns: WorkspaceView,
  problems: [signUpClosed],
  run: async (ctx, { body }) => {
    if (ctx.config.signUp === "closed") throw signUpClosed();
    const { workspaceId } = await createWorkspace(ctx, ctx.tx, {
      ...{ name: body.name, ownerId: personOf(ctx).personId },
      acceptedBy: body.acceptsAgreements ? "owner" : null,
    });
    return getWorkspace({ ...ctx, workspaceId }, workspaceId);
  },
});

const getWorkspaceRoute = route({
  id: "workspace.get",
  method: "GET",
  path: "/v1/workspaces/:id",
  summary: "The workspace of this key or session",
  permission: "workspace:read",
  params: byId,
  returns: WorkspaceView,
  problems: [notFound],
  run: (ctx, { params }) => getWorkspace(ctx, params.id),
});

const renameWorkspaceRoute = route({
  id: "workspace.update",
  method: "PATCH",
  path: "/v1/workspaces/:id",
  summary: "Rename the workspace",
  permission: "workspace:manage",
  params: byId,
  body: z.object({ name: workspaceNameSchema }),
  returns: WorkspaceView,
  problems: [notFound],
  run: (ctx, { params, body }) => renameWorkspace(ctx, params.id, body.name),
});

const listMembersRoute = route({
  id: "member.list",
  method: "GET",
  path: "/v1/members",
  summary: "The members, in the order of joining",
  permission: "member:read",
  query: pageQuery,
  returns: pageOf(MemberView),
  run: (ctx, { query }) => listMembers(ctx, query),
});

const getMemberRoute = route({
  id: "member.get",
  method: "GET",
  path: "/v1/members/:id",
  summary: "A member",
  permission: "member:read",
  params: byId,
  returns: MemberView,
  problems: [notFound],
  run: (ctx, { params }) => getMember(ctx, params.id),
});

const changeMemberRoute = route({
  id: "member.update",
  method: "PATCH",
  path: "/v1/members/:id",
  summary: "Change a member's role or channels",
  permission: "member:manage",
  params: byId,
  body: z.object({ role: roleSchema.optional(), channelIds: channelIdsSchema.optional() }).strict(),
  returns: MemberView,
  problems: [notFound, lastOwner],
  run: (ctx, { params, body }) => changeMember(ctx, params.id, body),
});

const removeMemberRoute = route({
  id: "member.delete",
  method: "DELETE",
  path: "/v1/members/:id",
  summary: "Remove a member",
  permission: "member:manage",
  params: byId,
  problems: [notFound, lastOwner],
  run: (ctx, { params }) => removeMember(ctx, params.id),
});

const listInvitationsRoute = route({
  id: "invitation.list",
  method: "GET",
  path: "/v1/invitations",
  summary: "The invitations, newest first",
  permission: "member:manage",
  query: pageQuery,
  returns: pageOf(InvitationView),
  run: (ctx, { query }) => listInvitations(ctx, query),
});

const createInvitationRoute = route({
  id: "invitation.create",
  method: "POST",
  path: "/v1/invitations",
  summary: "Invite someone by a link",
  description: "The link works once, for seven days. It is in this answer only; with `email` it is mailed as well.",
  permission: "member:manage",
  status: 201,
  body: z.object({
    role: roleSchema,
    channelIds: channelIdsSchema.default(null),
    email: emailSchema.nullable().default(null),
  }),
  returns: MadeInvitation,
  run: (ctx, { body }) => createInvitation(ctx, body),
});

const revokeInvitationRoute = route({
  id: "invitation.delete",
  method: "DELETE",
  path: "/v1/invitations/:id",
  summary: "Withdraw an invitation",
  permission: "member:manage",
  params: byId,
  problems: [notFound],
  run: (ctx, { params }) => revokeInvitation(ctx, params.id),
});

const token = z.object({ token: z.string().max(100) });

const previewInvitationRoute = route({
  id: "invitation.preview",
  method: "POST",
  path: "/v1/invitations/preview",
  summary: "What an invitation leads to",
  permission: "public",
  rateLimit: { perMinute: 30 },
  isInternal: true,
  body: token,
  returns: InvitationPreview,
  problems: [invitationNotValid],
  run: (ctx, { body }) => previewInvitation(ctx, ctx.tx, body.token),
});

const acceptInvitationRoute = route({
  id: "invitation.accept",
  method: "POST",
  path: "/v1/invitations/accept",
  summary: "Join the workspace of an invitation",
  description: "For people who have a login. Someone new signs up with `invitationToken`.",
  permission: "signed_in",
  rateLimit: { perMinute: 30 },
  body: token,
  returns: MeView,
  problems: [invitationNotValid, alreadyMember],
  run: async (ctx, { body }) => {
    const { personId } = personOf(ctx);
    await acceptInvitation(ctx, ctx.tx, { token: body.token, personId });
    return describeMe(ctx, ctx.tx, personId);
  },
});

export const workspaceRoutes = [
  ...[listWorkspacesRoute, createWorkspaceRoute, getWorkspaceRoute, renameWorkspaceRoute],
  ...[listMembersRoute, getMemberRoute, changeMemberRoute, removeMemberRoute],
  ...[listInvitationsRoute, createInvitationRoute, revokeInvitationRoute],
  ...[previewInvitationRoute, acceptInvitationRoute],
];
