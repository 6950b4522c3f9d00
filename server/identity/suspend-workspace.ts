// The operator stops a workspace's sending. What comes in is stored as ever; what waits goes on when it is resumed.
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { problem } from "../platform/problem.ts";
import { actedBy, workspaceChanged } from "./identity-events.ts";

/** Closed words: the trail holds no free text. */
export const suspensionReasons = ["spam", "complaints", "unlawful", "takeover", "other"] as const;
export type SuspensionReason = (typeof suspensionReasons)[number];

/** False when it is suspended already. */
export async function suspendWorkspace(
  app: Pick<App, "clock" | "emit">,
  tx: Tx,
  { workspaceId, reason }: { workspaceId: string; reason: SuspensionReason },
): Promise<boolean> {
  const changed = await tx.query(
    "update workspace set suspended_at = $2, suspended_reason = $3 where id = $1 and suspended_at is null returning id",
    [workspaceId, app.clock.now(), reason],
  );
  if (changed.length > 0) await tell(app, tx, workspaceId, "suspended");
  return changed.length > 0;
}

/** False when it is not suspended. */
export async function resumeWorkspace(app: Pick<App, "clock" | "emit">, tx: Tx, workspaceId: string): Promise<boolean> {
  const changed = await tx.query(
    "update workspace set suspended_at = null, suspended_reason = null where id = $1 and suspended_at is not null returning id",
    [workspaceId],
  );
  if (changed.length > 0) await tell(app, tx, workspaceId, "resumed");
  return changed.length > 0;
}

async function tell(app: Pick<App, "emit">, tx: Tx, workspaceId: string, action: "suspended" | "resumed") {
  const payload = { workspaceId, action, by: actedBy({ kind: "system" }) };
  await app.emit(tx, workspaceChanged, [{ workspaceId, payload }]);
}

export const workspaceSuspended = problem({
  code: "workspace.suspended",
  status: 403,
  title: "The operator of this server has stopped this workspace's sending.",
  fix: "Ask the operator why, and what has to change; messages that wait stay where they are.",
});
