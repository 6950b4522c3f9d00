import type { App } from "../platform/context.ts";

export const queues = ["outbox", "webhooks", "media", "search", "jobs"] as const;
export type Queue = (typeof queues)[number];

/** For how long the oldest work that is due has waited, in milliseconds: 0 when nothing waits. */
export async function readQueueLags(app: Pick<App, "db" | "clock">): Promise<Record<Queue, number>> {
  const now = app.clock.now();
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ queue: Queue; oldest_at: Date | null }>("uptime.queue_lags", "select * from kw.queue_lags($1)", [now]),
  );
  const lags = Object.fromEntries(queues.map((queue) => [queue, 0])) as Record<Queue, number>;
  for (const { queue, oldest_at } of rows)
    if (oldest_at !== null) lags[queue] = Math.max(0, now.getTime() - oldest_at.getTime());
  return lags;
}
