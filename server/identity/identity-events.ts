// What happens to workspaces, their people and keys, in ids. The audit trail reacts to all of them.
import { z } from "zod";
import type { Actor } from "../platform/context.ts";
import { event } from "../platform/event.ts";

export const actedBySchema = z
  .object({ kind: z.enum(["member", "api_key", "person", "system"]), id: z.string().nullable() })
  .describe("Who did it.");

export const roleSchema = z.enum(["owner", "admin", "agent"]);

export const workspaceChanged = event({
  type: "workspace.changed",
  doc: "Emitted when a workspace is created, renamed, begins to close, or is reopened, when its agreements are all accepted, when the operator stops or resumes its sending, and when that looks like spam.",
  payload: z.object({
    workspaceId: z.string(),
    action: z.enum([
      ...["created", "renamed", "closing", "reopened", "agreements_accepted"],
      ...["suspended", "resumed", "abuse_suspected"],
    ] as const),
    by: actedBySchema,
  }),
});

export const memberChanged = event({
  type: "member.changed",
  doc: "Emitted when someone joins a workspace, gets another role or other channels, leaves, or changes how they sign in.",
  payload: z.object({
    memberId: z.string(),
    action: z.enum(["joined", "role_changed", "channels_changed", "removed", "password_changed", "email_changed"]),
    role: roleSchema.optional(),
    by: actedBySchema,
  }),
});

export const invitationChanged = event({
  type: "invitation.changed",
  doc: "Emitted when an invitation is made, accepted or revoked.",
  payload: z.object({
    invitationId: z.string(),
    action: z.enum(["created", "accepted", "revoked"]),
    role: roleSchema.optional(),
    by: actedBySchema,
  }),
});

export const apiKeyChanged = event({
  type: "api_key.changed",
  doc: "Emitted when an API key is made, replaced by a new one or revoked, or was sent in clear.",
  payload: z.object({
    apiKeyId: z.string(),
    action: z.enum(["created", "rotated", "leaked", "revoked"]),
    by: actedBySchema,
  }),
});

export const identityEvents = [workspaceChanged, memberChanged, invitationChanged, apiKeyChanged];

/** The acting party as events and audit entries name it. */
export function actedBy(actor: Actor): z.infer<typeof actedBySchema> {
  switch (actor.kind) {
    case "member":
      return { kind: "member", id: actor.memberId };
    case "api_key":
      return { kind: "api_key", id: actor.apiKeyId };
    case "person":
      return { kind: "person", id: actor.personId };
    case "anonymous":
    case "system":
      return { kind: "system", id: null };
  }
}
