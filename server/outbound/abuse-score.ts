// Does a workspace's sending look like spam? Judged by counts of the last 24 hours; what was said is never read.
import { actedBy, workspaceChanged } from "../identity/identity-events.ts";
import type { App } from "../platform/context.ts";

export interface Sending {
  sent: number;
  /** of them, those that did not arrive */
  failed: number;
  /** of those, where the person had said stop, blocked the sender or never agreed */
  unwanted: number;
  people: number;
  /** who never wrote themselves */
  strangers: number;
}

/** From here on somebody looks at it. */
export const alarmAt = 50;
/** Fewer tell nothing. */
const leastSent = 50;

/** 0 to 100: 40 for a third that does not arrive, 40 for a twentieth that is not wanted, 20 for a thousand messages to strangers alone. */
export function scoreOf({ sent, failed, unwanted, people, strangers }: Sending): number {
  if (sent < leastSent) return 0;
  const share = (part: number, whole: number, full: number) => Math.min(1, part / Math.max(1, whole) / full);
  return Math.round(
    40 * share(failed, sent, 1 / 3) +
      40 * share(unwanted, sent, 1 / 20) +
      20 * share(strangers, people, 1) * Math.min(1, sent / 1000),
  );
}

/** Every hour: notes each workspace's score of the day, and raises an alarm, once a day, for those that look like spam. */
export async function scoreSending(app: App): Promise<void> {
  const now = app.clock.now();
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<Sending & { workspaceId: string }>(
      `select workspace_id as "workspaceId", sent, failed, unwanted, people, strangers from kw.sending_since($1)`,
      [new Date(now.getTime() - 86_400_000)],
    ),
  );
  for (const { workspaceId, ...sending } of rows) {
    const score = scoreOf(sending);
    const { sent, failed, unwanted, strangers } = sending;
    await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
      const [noted] = await tx.query<{ isNew: boolean }>(
        `with before as (select alerted_at from abuse_score where workspace_id = $1 and day = $2::date)
         insert into abuse_score as a (workspace_id, day, score, sent, failed, unwanted, strangers, scored_at, alerted_at)
         values ($1, $2::date, $3, $4, $5, $6, $7, $8, case when $9 then $8::timestamptz end)
         on conflict (workspace_id, day) do update set score = $3, sent = $4, failed = $5, unwanted = $6, strangers = $7,
           scored_at = $8, alerted_at = coalesce(a.alerted_at, excluded.alerted_at)
         returning alerted_at is not null and not exists (select 1 from before where alerted_at is not null) as "isNew"`,
        [
          ...[workspaceId, now.toISOString().slice(0, 10), score, sent, failed, unwanted, strangers],
          ...[now, score >= alarmAt],
        ],
      );
      if (!noted?.isNew) return;
      const payload = { workspaceId, action: "abuse_suspected", by: actedBy({ kind: "system" }) } as const;
      await app.emit(tx, workspaceChanged, [{ workspaceId, payload }]);
      // the operator's alarm: they look, and stop it with `keepword workspace suspend`
      app.log.warn({ workspaceId, score, sent, failed, unwanted, strangers }, "a workspace's sending looks like spam");
    });
  }
}
