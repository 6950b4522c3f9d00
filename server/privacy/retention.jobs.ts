import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
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

export const retentionJobs = [sweepJob];
