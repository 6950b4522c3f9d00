import { createSecretKey, randomBytes } from "node:crypto";
import { randomBlobName } from "../platform/blob.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { closeIncidents, openIncidents, SERVICES } from "./incident.ts";
import { queues, readQueueLags } from "./queues.ts";

/** `server`: whether anything ran at all. The queues are named as in the metrics. */
export const services = ["server", "database", "blobs", "mail", ...queues, "sweeps"] as const;
export type Service = (typeof services)[number];

interface Finding {
  subject: Service;
  reason: "unreachable" | "slow" | "behind" | null;
}

export const MINUTE_MS = 60_000;
const slowMs = 2_000;
const answerWithinMs = 10_000;
const behindMs = 5 * MINUTE_MS;
/** A sweep runs every five minutes; what is due waits for days as it is. */
const sweepsBehindMs = 60 * MINUTE_MS;
/** A mail server counts logins: it is asked every quarter of an hour. */
export const MAIL_MINUTES = 15;
/** Minutes that were missed while nothing ran are made up for, up to this many. */
const maxMissed = 31 * 24 * 60;

/** What is found about the services in this minute. Never throws for a service that fails: that is a finding. */
async function look(app: App, at: Date): Promise<Finding[]> {
  const findings: Finding[] = [{ subject: "server", reason: null }];
  const startedAt = performance.now();
  const lags = await readQueueLags(app);
  findings.push({ subject: "database", reason: performance.now() - startedAt > slowMs ? "slow" : null });
  for (const queue of queues) findings.push({ subject: queue, reason: lags[queue] > behindMs ? "behind" : null });
  findings.push({ subject: "sweeps", reason: (await sweepLagMs(app)) > sweepsBehindMs ? "behind" : null });
  findings.push({
    subject: "blobs",
    reason: (await answers(app, "blobs", () => tryBlobs(app))) ? null : "unreachable",
  });
  if (at.getUTCMinutes() % MAIL_MINUTES === 0)
    findings.push({
      subject: "mail",
      reason: (await answers(app, "mail", () => app.mail.check())) ? null : "unreachable",
    });
  return findings;
}

/** Of the table that waits longest for everything that it keeps no longer to be deleted; 0 before the first sweep. */
async function sweepLagMs(app: Pick<App, "db" | "clock">): Promise<number> {
  const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ at: Date | null }>("uptime.sweep_mark", "select min(swept_at) as at from sweep_mark"),
  );
  return row?.at ? app.clock.ms() - row.at.getTime() : 0;
}

async function tryBlobs(app: App): Promise<void> {
  const name = randomBlobName();
  await app.blobs.put(name, Buffer.from("probe"), createSecretKey(randomBytes(32)));
  await app.blobs.remove([name]);
}

async function answers(app: App, service: Service, ask: () => Promise<void>): Promise<boolean> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), answerWithinMs);
  try {
    await Promise.race([ask(), promise]);
    return true;
  } catch (error) {
    app.log.warn({ err: error, service }, "a service does not answer");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes what is found now, and what was missed: minutes without a probe are minutes in which the server did not run. */
export async function probeServices(app: App, at: Date): Promise<void> {
  const findings = await look(app, at);
  await app.db.tx({ workspaceIds: [SERVICES] }, async (tx) => {
    const [last] = await tx.query<{ at: Date | null }>(
      "select max(at) as at from probe where workspace_id = $1 and subject = 'server'",
      [SERVICES],
    );
    if (last?.at) await writeGap(tx, last.at, at);
    await writeProbes(
      tx,
      findings.map((finding) => ({ ...finding, at })),
    );
    const outages = findings.flatMap(({ subject, reason }) =>
      reason === null ? [] : [{ workspaceId: SERVICES, subject, reason }],
    );
    const good = findings.filter(({ reason }) => reason === null);
    await openIncidents(tx, outages, at);
    await closeIncidents(
      tx,
      good.map(({ subject }) => ({ workspaceId: SERVICES, subject })),
      at,
    );
  });
}

async function writeGap(tx: Tx, last: Date, now: Date): Promise<void> {
  const missed = Math.round((now.getTime() - last.getTime()) / MINUTE_MS) - 1;
  // one run may come late
  if (missed < 2) return;
  const minutes = Array.from(
    { length: Math.min(missed, maxMissed) },
    (_, i) => new Date(now.getTime() - (i + 1) * MINUTE_MS),
  );
  await writeProbes(
    tx,
    minutes.map((at) => ({ subject: "server" as const, reason: "not_running", at })),
  );
  await tx.query(
    `insert into incident (workspace_id, id, subject, reason, started_at, ended_at) values ($1, $2, 'server', 'not_running', $3, $4)`,
    [SERVICES, newId("inc", now.getTime()), last, now],
  );
}

async function writeProbes(
  tx: Tx,
  probes: readonly { subject: Service; reason: string | null; at: Date }[],
): Promise<void> {
  await tx.named(
    "uptime.write_probes",
    `with kept as (insert into probe (workspace_id, subject, at, is_up, reason)
       select $1, s, a, r is null, r from unnest($2::text[], $3::timestamptz[], $4::text[]) as x (s, a, r)
       on conflict do nothing returning workspace_id, subject, at, is_up)
     insert into uptime_day as d (workspace_id, subject, day, up_count, down_count)
     select workspace_id, subject, (at at time zone 'UTC')::date, count(*) filter (where is_up), count(*) filter (where not is_up)
     from kept group by 1, 2, 3
     on conflict (workspace_id, subject, day) do update
       set up_count = d.up_count + excluded.up_count, down_count = d.down_count + excluded.down_count`,
    [SERVICES, probes.map(({ subject }) => subject), probes.map(({ at }) => at), probes.map(({ reason }) => reason)],
  );
}
