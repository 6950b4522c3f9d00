// Outages. An incident of a channel is what lies between its `channel.disconnected` and `channel.connected`.
import { z } from "zod";
import { channelConnected, channelDisconnected } from "../channels/channel-events.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { enterWorkspaces } from "../identity/workspaces.ts";
import type { App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Reaction } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { alertDelayMs, mailAlertsJob } from "./alert.ts";

/** The workspace of rows about the installation's own services. */
export const SERVICES = "installation";

export interface Outage {
  workspaceId: string;
  subject: string;
  reason: string;
}

/** One that goes on already is left as it is. */
export async function openIncidents(tx: Tx, outages: readonly Outage[], at: Date): Promise<void> {
  await tx.named(
    "incident.open",
    `insert into incident (workspace_id, id, subject, reason, started_at)
     select w, i, s, r, $5 from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as x (w, i, s, r)
     on conflict (workspace_id, subject) where ended_at is null do nothing`,
    [
      outages.map((one) => one.workspaceId),
      outages.map(() => newId("inc", at.getTime())),
      outages.map((one) => one.subject),
      outages.map((one) => one.reason),
      at,
    ],
  );
}

/** Returns the workspaces in which one was open. */
export async function closeIncidents(
  tx: Tx,
  subjects: readonly Pick<Outage, "workspaceId" | "subject">[],
  at: Date,
): Promise<string[]> {
  const rows = await tx.named<{ workspace_id: string }>(
    "incident.close",
    `update incident i set ended_at = greatest($3, i.started_at) from unnest($1::text[], $2::text[]) as x (w, s)
     where i.workspace_id = x.w and i.subject = x.s and i.ended_at is null returning i.workspace_id`,
    [subjects.map((one) => one.workspaceId), subjects.map((one) => one.subject), at],
  );
  return [...new Set(rows.map((row) => row.workspace_id))];
}

async function removedAmong(tx: Tx, outages: readonly Outage[]): Promise<(outage: Outage) => boolean> {
  const rows = await tx.named<{ id: string }>(
    "incident.removed",
    "select id from channel where workspace_id = any ($1::text[]) and id = any ($2::text[]) and deleted_at is not null",
    [outages.map((one) => one.workspaceId), outages.map((one) => one.subject)],
  );
  const ids = new Set(rows.map(({ id }) => id));
  return ({ subject }) => ids.has(subject);
}

/** Incidents follow the events, whoever emits them: the minute's probe, the provider's check, a session. */
export function incidentReactions(app: Pick<App, "clock" | "enqueue">): Reaction[] {
  const alert = async (tx: Tx, workspaceIds: Iterable<string>): Promise<void> => {
    const runAt = new Date(app.clock.ms() + alertDelayMs);
    for (const workspaceId of new Set(workspaceIds))
      await app.enqueue(tx, mailAlertsJob, { workspaceId }, { runAt, key: `alerts:${workspaceId}` });
  };
  const down: Reaction<typeof channelDisconnected> = {
    on: channelDisconnected,
    run: async (tx, items) => {
      const outages = items.map(({ workspaceId, payload: { channelId, reason = "provider_stopped" } }) => ({
        workspaceId,
        subject: channelId,
        reason,
      }));
      // nobody has to be told of what they removed themselves
      const gone = await removedAmong(tx, outages);
      const [removed, failed] = [outages.filter(gone), outages.filter((outage) => !gone(outage))];
      if (removed.length > 0) await closeIncidents(tx, removed, app.clock.now());
      if (failed.length === 0) return;
      await openIncidents(tx, failed, app.clock.now());
      await alert(
        tx,
        failed.map(({ workspaceId }) => workspaceId),
      );
    },
  };
  const up: Reaction<typeof channelConnected> = {
    on: channelConnected,
    run: async (tx, items) => {
      const subjects = items.map(({ workspaceId, payload }) => ({ workspaceId, subject: payload.channelId }));
      await alert(tx, await closeIncidents(tx, subjects, app.clock.now()));
    },
  };
  return [down as Reaction, up as Reaction];
}

export const incidentView = z
  .object({
    id: z.string(),
    kind: z.enum(["channel", "service"]),
    subject: z.string().describe("A channel's id, or a service's name."),
    reason: z
      .string()
      .describe("Why: see `channel.disconnected`; services: `unreachable`, `slow`, `behind`, `not_running`."),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable().describe("null while it goes on."),
  })
  .meta({ id: "Incident" });
export type IncidentView = z.output<typeof incidentView>;

interface Row {
  workspace_id: string;
  id: string;
  subject: string;
  reason: string;
  started_at: Date;
  ended_at: Date | null;
}

/** Of the channels that the caller may see and of the services, newest first. */
export async function listIncidents(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const before = decodeCursor(z.tuple([z.iso.datetime(), z.string()]), page.cursor);
  await enterWorkspaces(ctx.tx, [ctx.workspaceId, SERVICES]);
  const rows = await ctx.tx.query<Row>(
    `select workspace_id, id, subject, reason, started_at, ended_at from incident
     where workspace_id = any ($1::text[]) and ($2::text[] is null or workspace_id = $6 or subject = any ($2))
       and ($3::timestamptz is null or (started_at, id) < ($3, $4)) order by started_at desc, id desc limit $5`,
    [
      ...[[ctx.workspaceId, SERVICES], channelGrants(ctx.actor)],
      ...[before?.[0] ?? null, before?.[1] ?? null, page.limit + 1, SERVICES],
    ],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map((row) => ({
      ...{ id: row.id, subject: row.subject, reason: row.reason },
      kind: row.workspace_id === SERVICES ? ("service" as const) : ("channel" as const),
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
    })),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.started_at.toISOString(), last.id]) : null,
  };
}
