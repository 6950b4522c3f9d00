// Somebody who began what takes longer than a request, as they stand now.
import type { Actor, Ctx, Role } from "../platform/context.ts";

/** With the role or scopes of this moment; undefined once the member is removed, or the key is revoked or has run out. */
export async function rereadActor(
  { tx, workspaceId, clock }: Pick<Ctx, "tx" | "workspaceId" | "clock">,
  actor: Actor,
): Promise<Actor | undefined> {
  if (actor.kind === "member") {
    const [row] = await tx.query<{ role: Role; channelIds: string[] | null }>(
      `select role, channel_ids as "channelIds" from member where workspace_id = $1 and id = $2 and removed_at is null`,
      [workspaceId, actor.memberId],
    );
    return row && { ...actor, ...row };
  }
  if (actor.kind === "api_key") {
    const [row] = await tx.query<{ scopes: string[]; channelIds: string[] | null }>(
      `select scopes, channel_ids as "channelIds" from api_key
       where workspace_id = $1 and id = $2 and revoked_at is null and (expires_at is null or expires_at > $3)`,
      [workspaceId, actor.apiKeyId, clock.now()],
    );
    return row && { ...actor, ...row };
  }
  return undefined;
}
