// Who may see which events: channel grants, read marks of one member, and what a role or a key's scopes leave out.
import type { Actor, Ctx } from "../platform/context.ts";
import { validationFailed } from "../platform/problem.ts";
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

const asRegExp = (glob: string): RegExp =>
  // oxlint-disable-next-line security/detect-non-literal-regexp -- a glob holds letters, _, a dot and one * a part (event.routes.ts, change-endpoint.ts)
  new RegExp(`^${glob.replace(".", "\\.").replaceAll("*", ".*")}$`);

/** A misspelt type would wait for ever for what never comes. `path`: of the list in the request. @throws validation_failed */
export function assertTypes({ realtime }: Pick<Ctx, "realtime">, globs: readonly string[], path: string): void {
  const isNone = (glob: string): boolean => !realtime.eventTypes.some((type) => asRegExp(glob).test(type));
  const issues = globs.flatMap((glob, at) =>
    isNone(glob) ? [{ path: `${path}.${at}`, message: "matches no event; docs/events.md lists all types" }] : [],
  );
  if (issues.length > 0) throw validationFailed({ issues });
}

/** The permissions without which an actor would not see all of these types; `*` in them stands for anything. */
export function neededFor(globs: readonly string[]): Permission[] {
  const patterns = globs.map((glob) => asRegExp(glob.replace(/\..*$/, "")));
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
