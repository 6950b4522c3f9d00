// A workspace that nobody uses is not kept for ever: its people are told twice, then it begins to close.
import { beginClosing, CLOSING_DAYS, noteDormancy } from "../identity/close-workspace.ts";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { mailClosingJob } from "./closing.jobs.ts";

const DAY_MS = 86_400_000;
/** Days before it closes at which people are told. */
const NOTICE_DAYS = [30, 7] as const;

interface Dormant {
  id: string;
  notices: number;
  noticed_at: Date | null;
}

const select = "select * from kw.dormant_workspaces($1)";
const daysBefore = (ms: number, days: number): Date => new Date(ms - days * DAY_MS);

/** Looks at every workspace. `dormantDays` of the configuration; 0 is never. Where mails go nowhere, nobody could be told: never too. */
export async function watchDormancy(app: App): Promise<void> {
  const { dormantDays, smtpUrl } = app.config;
  if (dormantDays === 0 || smtpUrl === undefined) return;
  const now = app.clock.ms();
  const firstAt = daysBefore(now, dormantDays - NOTICE_DAYS[0]);
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) => tx.query<Dormant>(select, [firstAt]));
  for (const row of rows) await step(app, row, now);
}

/** The first notice 30 days ahead, the second 7; a notice that came late gives its days all the same, one that no address took does not count. */
async function step(app: App, row: Dormant, now: number): Promise<void> {
  const sinceMs = row.noticed_at === null ? Infinity : now - row.noticed_at.getTime();
  // somebody came back after the last notice, and went again: it begins anew
  const notices = sinceMs > 2 * NOTICE_DAYS[0] * DAY_MS ? 0 : row.notices;
  const waitDays = [0, NOTICE_DAYS[0] - NOTICE_DAYS[1], NOTICE_DAYS[1]][notices] ?? 0;
  if (notices > 0 && sinceMs < waitDays * DAY_MS) return;
  const scope = { workspaceIds: [row.id] };
  if (notices < NOTICE_DAYS.length) {
    const days = NOTICE_DAYS[notices] ?? 0;
    const mail = {
      template: "workspace_dormant",
      subject: `Your workspace will be closed in ${days} days`,
      text: `Nobody has used your workspace for ${app.config.dormantDays - days} days. Sign in within ${days} days to keep it; else it closes, and ${CLOSING_DAYS} days later everything in it is deleted.`,
    };
    const told = await mailManagers(app, row.id, () => mail, { mustReachOwners: true });
    if (told === 0) return;
    await app.db.tx(scope, (tx) => noteDormancy(tx, row.id, notices + 1, new Date(now)));
    return;
  }
  await app.db.tx(scope, async (tx) => {
    // Asked again, for the whole time: somebody may have come back after the notices, or a moment ago.
    await tx.query("select 1 from workspace where id = $1 for update", [row.id]);
    const [still] = await tx.query<Dormant>(`${select} where id = $2`, [
      daysBefore(now, app.config.dormantDays),
      row.id,
    ]);
    if (!still || still.noticed_at?.getTime() !== row.noticed_at?.getTime()) return;
    await beginClosing(app, tx, { workspaceId: row.id, reason: "dormant", actor: { kind: "system" } });
    await app.enqueue(tx, mailClosingJob, { workspaceId: row.id });
  });
}
