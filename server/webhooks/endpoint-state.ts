// Switching endpoints on and off, by people and by what receivers answer.
import type { z } from "zod";
import type { actedBySchema } from "../identity/identity-events.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { followLog } from "../platform/event.ts";
import { webhookDisabledMailJob } from "./webhook.jobs.ts";
import { webhookEndpointDisabled, type disabledReasons } from "./webhook-events.ts";

type By = z.infer<typeof actedBySchema>;
export type DisabledReason = (typeof disabledReasons)[number];

/** The log is followed while somebody wants it. Called after every change of what endpoints there are. */
export async function followForEndpoints(tx: Tx, workspaceId: string): Promise<void> {
  const [row] = await tx.named<{ wanted: boolean }>(
    "webhook.wanted",
    "select exists (select 1 from webhook_endpoint where workspace_id = $1 and status = 'enabled') as wanted",
    [workspaceId],
  );
  await followLog(tx, workspaceId, row?.wanted === true);
}

/** Ends deliveries; what waits is kept, and what happens meanwhile stays in the log. False when it was off already. */
export async function disableEndpoint(
  app: Pick<App, "clock" | "emit" | "enqueue">,
  tx: Tx,
  input: { workspaceId: string; endpointId: string; reason: DisabledReason; by: By },
): Promise<boolean> {
  const { workspaceId, endpointId, reason, by } = input;
  const rows = await tx.named(
    "webhook.disable",
    `update webhook_endpoint set status = 'disabled', disabled_at = $3, disabled_reason = $4
     where workspace_id = $1 and id = $2 and status = 'enabled' returning id`,
    [workspaceId, endpointId, app.clock.now(), reason],
  );
  if (rows.length === 0) return false;
  await app.emit(tx, webhookEndpointDisabled, [
    { workspaceId, payload: { endpointId, action: "disabled", reason, by } },
  ]);
  if (reason !== "by_hand") await app.enqueue(tx, webhookDisabledMailJob, { workspaceId, endpointId });
  await followForEndpoints(tx, workspaceId);
  return true;
}
