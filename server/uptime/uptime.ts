// What the health page shows: how each channel and service fares now and fared on each of the last 30 days.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { enterWorkspaces } from "../identity/workspaces.ts";
import type { Ctx } from "../platform/context.ts";
import { SERVICES } from "./incident.ts";
import { MAIL_MINUTES, MINUTE_MS, services } from "./probe-services.ts";

export const SHOWN_DAYS = 30;
/** An older probe says nothing about now. */
const freshMs = 5 * MINUTE_MS;

const subjectView = z.object({
  id: z.string().describe("A channel's id, or a service's name."),
  state: z.enum(["up", "down", "unknown"]).describe("`unknown`: not measured in the last minutes."),
  reason: z.string().nullable().describe("Why it is down."),
  since: z.iso.datetime().nullable().describe("Down since."),
  uptime: z
    .number()
    .nullable()
    .describe("Part of the measured minutes of these days that were good, 0 to 1; null when none was measured."),
  days: z
    .array(z.object({ date: z.iso.date(), up: z.int(), down: z.int() }))
    .describe("Good and bad measurements of each day (UTC), oldest first; both 0 when none was made."),
});

export const uptimeView = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    channels: z.array(subjectView.extend({ name: z.string() })),
    services: z.array(subjectView),
  })
  .meta({ id: "Uptime" });
export type UptimeView = z.output<typeof uptimeView>;

interface Row {
  subject: string;
  name: string | null;
  is_up: boolean | null;
  reason: string | null;
  at: Date | null;
  since: Date | null;
  days: { day: string; up: number; down: number }[] | null;
}

// subject by subject: the newest probe and the open incident by their keys, the days by a short range of theirs
const READ = `select s.workspace_id, s.subject, s.name, p.is_up, p.reason, p.at, i.started_at as since, d.days
  from (select workspace_id, id as subject, name from channel where workspace_id = $1 and deleted_at is null
      and ($3::text[] is null or id = any ($3))
    union all select $2, x, null from unnest($4::text[]) x) s
  left join lateral (select is_up, reason, at from probe p where p.workspace_id = s.workspace_id and p.subject = s.subject
    order by at desc limit 1) p on true
  left join incident i on i.workspace_id = s.workspace_id and i.subject = s.subject and i.ended_at is null
  left join lateral (select json_agg(json_build_object('day', day, 'up', up_count, 'down', down_count)) as days from uptime_day d
    where d.workspace_id = s.workspace_id and d.subject = s.subject and d.day >= $5::date) d on true
  order by s.name, s.subject`;

export async function readUptime(ctx: Ctx): Promise<UptimeView> {
  const now = ctx.clock.ms();
  const dates = Array.from({ length: SHOWN_DAYS }, (_, i) =>
    new Date(now - (SHOWN_DAYS - 1 - i) * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10),
  );
  const [from = "", to = ""] = [dates[0], dates.at(-1)];
  await enterWorkspaces(ctx.tx, [ctx.workspaceId, SERVICES]);
  const rows = await ctx.tx.query<Row>(READ, [ctx.workspaceId, SERVICES, channelGrants(ctx.actor), services, from]);
  const view = (row: Row) => {
    const maxAge = row.subject === "mail" ? MAIL_MINUTES * MINUTE_MS + freshMs : freshMs;
    const isKnown = row.at !== null && now - row.at.getTime() <= maxAge;
    const byDay = new Map((row.days ?? []).map((day) => [day.day, day]));
    const days = dates.map((date) => ({ date, up: byDay.get(date)?.up ?? 0, down: byDay.get(date)?.down ?? 0 }));
    const [up, down] = [days.reduce((sum, day) => sum + day.up, 0), days.reduce((sum, day) => sum + day.down, 0)];
    return {
      id: row.subject,
      state: !isKnown ? ("unknown" as const) : row.is_up ? ("up" as const) : ("down" as const),
      reason: isKnown ? row.reason : null,
      since: isKnown && !row.is_up ? (row.since?.toISOString() ?? null) : null,
      uptime: up + down === 0 ? null : up / (up + down),
      days,
    };
  };
  return {
    ...{ from, to },
    channels: rows.flatMap((row) => (row.name === null ? [] : [{ ...view(row), name: row.name }])),
    services: services.flatMap((name) => rows.filter((row) => row.name === null && row.subject === name).map(view)),
  };
}
