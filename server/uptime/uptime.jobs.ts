import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { mailAlertsJob } from "./alert.ts";
import { probeChannels } from "./probe-channels.ts";
import { MINUTE_MS, probeServices } from "./probe-services.ts";

const payload = z.object({});

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

export const uptimeJobs = [probeJob, mailAlertsJob];
