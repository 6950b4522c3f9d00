// The sweep over all channels, and the end of transit keys: what the content modes promise, kept.
import { readAllContentRules, readContentRules } from "../channels/content-rules.ts";
import type { App } from "../platform/context.ts";
import type { Metrics } from "../platform/metrics.ts";
import { clearDue, LONGEST_MS, unindexChannel } from "./clear-contents.ts";
import { transitDay } from "./message-content.ts";

const DAY_MS = 86_400_000;
/** Clocks of two processes may differ a little. */
const SLACK_MS = 3_600_000;
const KEYS_AT_ONCE = 200;

/** Clears everything that is due, in every workspace. One channel's failure does not keep the others' content. */
export async function sweepContents(app: App): Promise<void> {
  const startedAt = app.clock.now();
  let failures = 0;
  for (const rule of await app.db.tx({ workspaceIds: [] }, readAllContentRules)) {
    try {
      await clearDue(app, rule);
    } catch (error) {
      failures++;
      app.log.error({ err: error, channelId: rule.channelId }, "content that is due was not cleared");
    }
  }
  const held = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select c as id from kw.held_channels($1) c", [startedAt]),
  );
  destroyTransitKeys(app, new Set(held.map(({ id }) => id)));
  if (failures > 0) throw new Error(`content of ${failures} channels was not cleared`);
  await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query(
      `insert into content_sweep (id, swept_at) values (1, $1)
       on conflict (id) do update set swept_at = greatest(content_sweep.swept_at, excluded.swept_at)`,
      [startedAt],
    ),
  );
}

/**
 * A day's key goes when the last content under it must be gone: then also what a sweep could not clear, or a backup holds, is noise.
 */
function destroyTransitKeys(app: Pick<App, "keyring" | "clock">, held: ReadonlySet<string>): void {
  const before = app.clock.ms() - DAY_MS - LONGEST_MS - SLACK_MS;
  const over = app.keyring.parts("channel:").filter((subject) => {
    const day = transitDay(subject);
    const isHeld = held.has(subject.slice("channel:".length).split("/")[0] ?? "");
    return day !== undefined && day.getTime() < before && !isHeld;
  });
  for (let at = 0; at < over.length; at += KEYS_AT_ONCE) app.keyring.destroy(over.slice(at, at + KEYS_AT_ONCE));
}

/** Brings a channel to its new mode at once: what is stored already follows the stricter one. */
export async function applyContentMode(app: App, workspaceId: string, channelId: string): Promise<void> {
  const rules = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => readContentRules(tx, workspaceId, channelId));
  if (rules.at(-1)?.mode === "metadata-only") await unindexChannel(app, workspaceId, channelId);
  for (const rule of rules) await clearDue(app, rule);
}

/** For `/metrics`: some minutes are normal, the sweep runs every five. */
export function measureSweep(app: Pick<App, "db" | "clock">, metrics: Pick<Metrics, "gauge">): void {
  metrics.gauge(
    "keepword_content_sweep_lag_seconds",
    "Since when everything that content modes keep no longer is cleared; 0 before the first sweep.",
    async (gauge) => {
      const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
        tx.named<{ swept_at: Date }>("content.swept_at", "select swept_at from content_sweep where id = 1"),
      );
      if (row) gauge.set(Math.max(0, app.clock.ms() - row.swept_at.getTime()) / 1000);
    },
  );
}
