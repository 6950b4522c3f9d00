import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { mailAlertsJob } from "./alert.ts";
import { probeChannels } from "./probe-channels.ts";
import { MINUTE_MS, probeServices } from "./probe-services.ts";
import { PROBE_DAYS, UPTIME_DAYS } from "./uptime.table.ts";

const payload = z.object({});
const dayMs = 24 * 60 * MINUTE_MS;

export const probeJob = job<App, typeof payload>({
  name: "uptime.probe",
  doc: "Looks once a minute at every channel and service, and begins and ends their incidents.",
  payload,
  schedule: "* * * * *",
  // a minute later it is another minute
  maxAttempts: 1,
  run: async (app) => {
    const at = new Date(Math.floor(app.clock.ms() / MINUTE_MS) * MINUTE_MS);
    // a service that fails must not hide what happened to the channels
    await Promise.all([probeChannels(app, at), probeServices(app, at)]);
  },
});

export const dropProbesJob = job<App, typeof payload>({
  name: "uptime.drop_probes",
  doc: `Deletes probes older than ${PROBE_DAYS} days, which live on in the counts of their days, and those and incidents after ${UPTIME_DAYS} days.`,
  payload,
  schedule: "37 2 * * *",
  maxAttempts: 5,
  run: async (app) => {
    const before = (days: number) => new Date(app.clock.ms() - days * dayMs);
    await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query("select kw.drop_probes($1, $2)", [before(PROBE_DAYS), before(UPTIME_DAYS)]),
    );
  },
});

export const uptimeJobs = [probeJob, dropProbesJob, mailAlertsJob];
