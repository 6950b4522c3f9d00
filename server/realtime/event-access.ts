// Who may see which events: channel grants, read marks of one member, and what a role or a key's scopes leave out.
import type { Actor } from "../platform/context.ts";
import { isAllowed, type Permission } from "../platform/route.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import type { LoggedEvent } from "./event-log.ts";

const readPermissions: Readonly<Record<string, Permission>> = {
  message: "message:read",
  attachment: "message:read",
  conversation: "conversation:read",
  note: "conversation:read",
  label: "conversation:read",
  saved_reply: "conversation:read",
  contact: "contact:read",
  contact_attribute: "contact:read",
  consent: "contact:read",
  channel: "channel:read",
  session: "channel:read",
  template: "template:read",
  member: "member:read",
  workspace: "workspace:read",
  feature: "workspace:read",
};

// Even the ids of these are for managers only.
const managerPermissions: Readonly<Record<string, Permission>> = {
  invitation: "member:manage",
  api_key: "api_key:read",
  webhook_endpoint: "webhook:read",
  // says on what ground a workspace keeps such data
  special_category: "workspace:manage",
};

const nounOf = (type: string): string => type.slice(0, type.indexOf("."));

/** The permissions without which an actor would not see all of these types; `*` in them stands for anything. */
export function neededFor(globs: readonly string[]): Permission[] {
  // oxlint-disable-next-line security/detect-non-literal-regexp -- a glob holds letters, _ and one * a part (event.routes.ts, change-endpoint.ts)
  const patterns = globs.map((glob) => new RegExp(`^${glob.replace(/\..*$/, "").replaceAll("*", ".*")}$`));
  const all = Object.entries({ ...readPermissions, ...managerPermissions });
  const isMeant = (noun: string): boolean => patterns.some((pattern) => pattern.test(noun));
  return [...new Set(all.flatMap(([noun, permission]) => (isMeant(noun) ? [permission] : [])))];
}

/** Whether the actor may learn what an event of this type is about, not only that it happened. */
export function mayReadBody(actor: Actor, type: string): boolean {
  const noun = nounOf(type);
  const needed = readPermissions[noun] ?? managerPermissions[noun];
  return needed === undefined || isAllowed(actor, needed);
}

/** The one member whose view an event changed; undefined when it is everyone's. */
export function onlyFor(event: Pick<LoggedEvent, "type" | "payload">): string | undefined {
  const { memberId } = event.payload;
  return event.type === "conversation.updated" && typeof memberId === "string" ? memberId : undefined;
}

/** Whether the actor may know that the event happened. */
export function mayKnow(actor: Actor, event: Pick<LoggedEvent, "type" | "payload" | "channelId">): boolean {
  const grants = channelGrants(actor);
  if (grants && event.channelId !== null && !grants.includes(event.channelId)) return false;
  const only = onlyFor(event);
  if (only !== undefined && !(actor.kind === "member" && actor.memberId === only)) return false;
  const needed = managerPermissions[nounOf(event.type)];
  return needed === undefined || isAllowed(actor, needed);
}
