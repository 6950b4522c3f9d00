import type { Actor, App } from "../platform/context.ts";
import { isAllowed } from "../platform/route.ts";
import { idleMs } from "../identity/authentication.ts";
import type { Room } from "./room.ts";
import type { Subscriber } from "./subscriber.ts";

/** What the stream needs of a role or of a key's scopes. */
export const streamPermission = "conversation:read";

interface Grant {
  id: string;
  /** role of a member, or scopes of a key, with the channels: the same text means the same rights */
  rights: string;
  isAllowed: boolean;
}

type LoginRow = {
  login_id: string;
  member_id: string;
  role: "owner" | "admin" | "agent";
  channel_ids: string[] | null;
};
type KeyRow = { id: string; scopes: string[]; channel_ids: string[] | null };

const rightsOf = (actor: Actor): string =>
  actor.kind === "member"
    ? JSON.stringify([actor.memberId, actor.role, actor.channelIds])
    : actor.kind === "api_key"
      ? JSON.stringify([actor.scopes, actor.channelIds])
      : "";

const idOf = (actor: Actor): string | undefined =>
  actor.kind === "member" ? actor.loginId : actor.kind === "api_key" ? actor.apiKeyId : undefined;

/** Ends the streams of a room whose login, key or membership is over, and of those whose rights became others. */
export async function checkAccess(app: App, room: Room): Promise<void> {
  const { workspaceId } = room;
  // only these were asked about: someone may join meanwhile
  const subscribers: Subscriber[] = [...room.subscribers];
  const logins = new Set<string>();
  const keys = new Set<string>();
  for (const { actor } of subscribers) {
    if (actor.kind === "member") logins.add(actor.loginId);
    if (actor.kind === "api_key") keys.add(actor.apiKeyId);
  }
  const now = app.clock.now();
  const grants = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx): Promise<Grant[]> => {
    const [workspace] = await tx.named(
      "realtime.workspace",
      "select 1 from workspace where id = $1 and closed_at is null",
      [workspaceId],
    );
    if (!workspace) return [];
    const [loginRows, keyRows] = await Promise.all([
      tx.named<LoginRow>(
        "realtime.logins",
        `select l.id as login_id, m.id as member_id, m.role, m.channel_ids from login l
         join member m on m.workspace_id = $1 and m.person_id = l.person_id and m.removed_at is null
         where l.id = any ($2::text[]) and l.revoked_at is null and l.expires_at > $3 and l.last_used_at > $4`,
        [workspaceId, [...logins], now, new Date(now.getTime() - idleMs)],
      ),
      tx.named<KeyRow>(
        "realtime.keys",
        `select id, scopes, channel_ids from api_key
         where workspace_id = $1 and id = any ($2::text[]) and revoked_at is null and (expires_at is null or expires_at > $3)`,
        [workspaceId, [...keys], now],
      ),
    ]);
    const actors: (Actor & ({ kind: "member" } | { kind: "api_key" }))[] = [
      ...loginRows.map((row) => ({
        ...{ kind: "member" as const, personId: "", memberId: row.member_id, loginId: row.login_id },
        ...{ role: row.role, channelIds: row.channel_ids },
      })),
      ...keyRows.map((row) => ({
        ...{ kind: "api_key" as const, apiKeyId: row.id, scopes: row.scopes, channelIds: row.channel_ids },
      })),
    ];
    return actors.map((actor) => ({
      id: idOf(actor) ?? "",
      rights: rightsOf(actor),
      isAllowed: isAllowed(actor, streamPermission),
    }));
  });
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  for (const subscriber of subscribers) {
    const id = idOf(subscriber.actor);
    if (id === undefined) continue;
    const grant = byId.get(id);
    if (!grant?.isAllowed) subscriber.end("revoked");
    else if (grant.rights !== rightsOf(subscriber.actor)) subscriber.end("changed");
  }
}
