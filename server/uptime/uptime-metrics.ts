import type { App } from "../platform/context.ts";
import { figureWord, type FigureWord, type Metrics } from "../platform/metrics.ts";
import { queues, readQueueLags } from "./queues.ts";

const figures = {
  channels: { metric: "keepword_channels", help: "Channels by status.", label: "status" },
  sessions: { metric: "keepword_sessions", help: "Sessions of linked devices by state.", label: "state" },
  incidents: {
    metric: "keepword_incidents_open",
    help: "Outages that go on, of channels and of services.",
    label: "kind",
  },
} as const;

/** Figures that are read from the database when someone asks. A database that does not answer leaves them out. */
export function addUptimeMetrics(app: Pick<App, "db" | "clock" | "log">, metrics: Pick<Metrics, "gauge">): void {
  const attempt = async (read: () => Promise<void>): Promise<void> =>
    read().catch((error: unknown) => app.log.warn({ err: error }, "figures could not be read"));
  metrics.gauge(
    "keepword_queue_lag_seconds",
    "How late the oldest work is that is due, by queue.",
    (gauge) =>
      attempt(async () => {
        gauge.reset();
        const lags = await readQueueLags(app);
        for (const queue of queues) gauge.set({ queue }, lags[queue] / 1000);
      }),
    ["queue"],
  );
  for (const [name, { metric, help, label }] of Object.entries(figures))
    metrics.gauge(
      metric,
      help,
      (gauge) =>
        attempt(async () => {
          gauge.reset();
          const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
            tx.named<{ label: string; figure: number }>(
              "uptime.figures",
              "select label, figure from kw.health_figures() where name = $1",
              [name],
            ),
          );
          const words = (text: string) => ({ [label]: figureWord(text) }) as Record<typeof label, FigureWord>;
          for (const row of rows) gauge.set(words(row.label), Number(row.figure));
        }),
      [label],
    );
}
