import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { watchDormancy } from "./dormancy.ts";
import { purgeDue } from "./purge-workspace.ts";
import { sweepAll } from "./sweep.ts";

const payload = z.object({});

export const sweepJob = job<App, typeof payload>({
  name: "privacy.sweep",
  doc: "Deletes what each table keeps no longer, in small steps, and people with whom nobody has spoken for as long as their workspace keeps them.",
  payload,
  schedule: "*/5 * * * *",
  // five minutes later there is another
  maxAttempts: 1,
  run: (app) => sweepAll(app),
});

export const closeJob = job<App, typeof payload>({
  name: "privacy.close",
  doc: "Deletes closed workspaces whose 30 days are over, and tells the people of those that nobody uses any more.",
  payload,
  schedule: "7 * * * *",
  maxAttempts: 3,
  run: async (app) => {
    await purgeDue(app);
    await watchDormancy(app);
  },
});

export const retentionJobs = [sweepJob, closeJob];
