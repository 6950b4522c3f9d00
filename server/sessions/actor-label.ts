import type { Actor } from "../platform/context.ts";

/** Who did it, as an id of ours. */
export function actorLabel(actor: Actor): string {
  if (actor.kind === "member") return actor.memberId;
  return actor.kind === "api_key" ? actor.apiKeyId : actor.kind;
}
