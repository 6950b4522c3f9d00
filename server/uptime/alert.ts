// Mails about channels that stop or work again: one for all that happened in a workspace, and not more often than every ten minutes.
import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { job } from "../platform/job.ts";
import { alertTexts, type AlertTexts } from "./alert-texts.ts";

/** A provider's outage stops many channels within the same seconds: they belong into one mail. */
export const alertDelayMs = 30_000;
const mailsEveryMs = 10 * 60_000;
/** What could not be mailed for a day is old news: the health page has it. */
const maxAgeMs = 24 * 3_600_000;

const payload = z.object({ workspaceId: z.string() });

export const mailAlertsJob = job<App, typeof payload>({
  name: "uptime.mail_alerts",
  doc: "Mails owners and admins which channels stopped or work again, every ten minutes at most.",
  payload,
  maxAttempts: 8,
  run: mailAlerts,
});

interface Row {
  id: string;
  channel_id: string;
  name: string;
  reason: string;
  started_at: Date;
  ended_at: Date | null;
}

function spanOf(texts: AlertTexts, ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? texts.span(minutes, "minutes") : texts.span(Math.round(minutes / 60), "hours");
}
const time = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

function describe(texts: AlertTexts, { name, reason, started_at, ended_at }: Row): string {
  const why = texts.because[reason as keyof AlertTexts["because"]] ?? "";
  const what =
    ended_at === null
      ? texts.down(name, time(started_at))
      : texts.up(name, time(ended_at), spanOf(texts, ended_at.getTime() - started_at.getTime()));
  return `${what} ${why}`;
}

function subjectOf(texts: AlertTexts, rows: readonly Row[]): string {
  const down = rows.filter((row) => row.ended_at === null);
  const about = down.length > 0 ? down : rows;
  return texts.subject(down.length > 0 ? "down" : "up", about.length, (about[0]?.name ?? "").replace(/[\r\n]+/g, " "));
}

/** Tells what nobody was told yet. What was mailed is marked afterwards, so a crash in between mails it twice rather than never. */
async function mailAlerts(app: App, { workspaceId }: z.infer<typeof payload>): Promise<void> {
  const now = app.clock.ms();
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const [last] = await tx.query<{ at: Date | null }>(
      "select max(greatest(start_mailed_at, end_mailed_at)) as at from incident where workspace_id = $1 and started_at > $2",
      [workspaceId, new Date(now - 2 * maxAgeMs)],
    );
    const next = last?.at ? last.at.getTime() + mailsEveryMs : 0;
    if (next > now) {
      await app.enqueue(tx, mailAlertsJob, { workspaceId }, { runAt: new Date(next), key: `alerts:${workspaceId}` });
      return [];
    }
    return tx.query<Row>(
      `select i.id, c.id as channel_id, c.name, i.reason, i.started_at, i.ended_at
       from incident i join channel c on c.workspace_id = i.workspace_id and c.id = i.subject and c.deleted_at is null
       where i.workspace_id = $1 and coalesce(i.ended_at, i.started_at) > $2
         and (i.start_mailed_at is null or i.ended_at is not null and i.end_mailed_at is null)
       order by i.ended_at is not null, i.started_at, i.id limit 100`,
      [workspaceId, new Date(now - maxAgeMs)],
    );
  });
  if (rows.length === 0) return;
  const [only] = rows;
  const place = rows.length === 1 && only ? `/channels/${only.channel_id}` : "/health";
  await mailManagers(app, workspaceId, (language) => {
    const texts = alertTexts[language];
    const said = rows.map((row) => describe(texts, row));
    const links = [texts.more(`${baseUrl(app.config)}${place}`), texts.chosenAt(`${baseUrl(app.config)}/health`)];
    return { template: "alert", subject: subjectOf(texts, rows), text: [...said, ...links].join("\n\n") };
  });
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query(
      `update incident i set start_mailed_at = coalesce(i.start_mailed_at, $3), end_mailed_at = case when x.has_ended then $3 end
       from unnest($2::text[], $4::bool[]) as x (id, has_ended) where i.workspace_id = $1 and i.id = x.id`,
      [workspaceId, rows.map((row) => row.id), app.clock.now(), rows.map((row) => row.ended_at !== null)],
    ),
  );
}
