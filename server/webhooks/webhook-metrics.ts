import type { App } from "../platform/context.ts";
import type { Metrics } from "../platform/metrics.ts";

const MAX_AGE_MS = 1_000;

/** How late webhooks are, for `/metrics`: endpoints that answer, apart from those that have only failed lately. */
export function addWebhookMetrics(app: Pick<App, "db" | "clock">, metrics: Pick<Metrics, "gauge">): void {
  let read: Promise<{ is_failing: boolean; endpoints: number; oldest_due_at: Date | null }[]> | undefined;
  let readAt = 0;
  // both gauges are collected together: one query for them
  const lag = () => {
    if (!read || performance.now() - readAt > MAX_AGE_MS) {
      readAt = performance.now();
      read = app.db.tx({ workspaceIds: [] }, (tx) =>
        tx.named("webhook.lag", "select * from kw.webhook_lag($1)", [app.clock.now()]),
      );
    }
    return read;
  };
  const label = (isFailing: boolean) => ({ receiver: isFailing ? ("failing" as const) : ("answering" as const) });
  metrics.gauge(
    "keepword_webhook_oldest_pending_seconds",
    "How long the oldest delivery that is due has been waiting, by how its receiver fares.",
    async (gauge) => {
      const rows = await lag();
      for (const isFailing of [false, true]) {
        const due = rows.find((row) => row.is_failing === isFailing)?.oldest_due_at;
        gauge.set(label(isFailing), due ? Math.max(0, (app.clock.ms() - due.getTime()) / 1000) : 0);
      }
    },
    ["receiver"],
  );
  metrics.gauge(
    "keepword_webhook_endpoints",
    "Webhook endpoints that are switched on, by how their receivers fare.",
    async (gauge) => {
      const rows = await lag();
      for (const isFailing of [false, true])
        gauge.set(label(isFailing), rows.find((row) => row.is_failing === isFailing)?.endpoints ?? 0);
    },
    ["receiver"],
  );
}
