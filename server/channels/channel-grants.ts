import type { Actor } from "../platform/context.ts";

/** The channels an actor may see; null means all. Agents and keys may be limited to some. */
export function channelGrants(actor: Actor): readonly string[] | null {
  return actor.kind === "member" || actor.kind === "api_key" ? actor.channelIds : null;
}
