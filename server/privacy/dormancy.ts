// A workspace that nobody uses is not kept for ever: its people are told twice, then it begins to close.
import { beginClosing, CLOSING_DAYS, noteDormancy } from "../identity/close-workspace.ts";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";

const DAY_MS = 86_400_000;
/** Days before it closes at which people are told. */
const NOTICE_DAYS = [30, 7] as const;

/** Looks at every workspace once a day. `dormantDays` of the configuration; 0 is never. */
export async function watchDormancy(app: App): Promise<void> {
  const { dormantDays } = app.config;
  if (dormantDays === 0) return;
  const now = app.clock.ms();
  const firstAt = new Date(now - (dormantDays - NOTICE_DAYS[0]) * DAY_MS);
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string; notices: number; noticed_at: Date | null }>("select * from kw.dormant_workspaces($1)", [
      firstAt,
    ]),
  );
  for (const row of rows) await step(app, row, now);
}

/** The first notice 30 days ahead, the second 7; a notice that came late gives its days all the same. */
async function step(
  app: App,
  row: { id: string; notices: number; noticed_at: Date | null },
  now: number,
): Promise<void> {
  const sinceMs = row.noticed_at === null ? Infinity : now - row.noticed_at.getTime();
  // somebody came back after the last notice, and went again: it begins anew
  const notices = sinceMs > 2 * NOTICE_DAYS[0] * DAY_MS ? 0 : row.notices;
  const waitDays = [0, NOTICE_DAYS[0] - NOTICE_DAYS[1], NOTICE_DAYS[1]][notices] ?? 0;
  if (notices > 0 && sinceMs < waitDays * DAY_MS) return;
  const scope = { workspaceIds: [row.id] };
  if (notices < NOTICE_DAYS.length) {
    const days = NOTICE_DAYS[notices] ?? 0;
    await mailManagers(app, row.id, () => ({
      template: "workspace_dormant",
      subject: `Your workspace will be closed in ${days} days`,
      text: `Nobody has used your workspace for ${app.config.dormantDays - days} days. Sign in within ${days} days to keep it; else it closes, and ${CLOSING_DAYS} days later everything in it is deleted.`,
    }));
    await app.db.tx(scope, (tx) => noteDormancy(tx, row.id, notices + 1, new Date(now)));
    return;
  }
  await app.db.tx(scope, (tx) =>
    beginClosing(app, tx, { workspaceId: row.id, reason: "dormant", actor: { kind: "system" } }),
  );
}
