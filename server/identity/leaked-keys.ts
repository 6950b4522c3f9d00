// A key that was sent over plain http: whoever listened on the way has it.
import type { App } from "../platform/context.ts";
import { callerOfKey } from "./authentication.ts";
import { apiKeyChanged } from "./identity-events.ts";

/** One alarm a day for a key is enough. */
const againMs = 86_400_000;

/** Marks the key, writes the trail and alerts who manages the workspace; what is no key of ours is nothing. */
export async function noteKeyInClear(
  app: Pick<App, "db" | "clock" | "emit" | "authentication">,
  authorization: string,
): Promise<void> {
  const caller = await callerOfKey(app, /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? "");
  if (caller?.actor.kind !== "api_key") return;
  const { workspaceId, actor } = caller;
  const now = app.clock.now();
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const marked = await tx.query(
      `update api_key set leaked_at = $3 where workspace_id = $1 and id = $2 and (leaked_at is null or leaked_at <= $4)
       returning id`,
      [workspaceId, actor.apiKeyId, now, new Date(now.getTime() - againMs)],
    );
    if (marked.length === 0) return;
    const by = { kind: "system", id: null } as const;
    await app.emit(tx, apiKeyChanged, [{ workspaceId, payload: { apiKeyId: actor.apiKeyId, action: "leaked", by } }]);
  });
}
