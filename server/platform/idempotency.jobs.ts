import { z } from "zod";
import type { App } from "./context.ts";
import { lifetimeMs } from "./idempotency.ts";
import { job } from "./job.ts";

const idempotencyPurgeJob = job<App, z.ZodObject>({
  name: "idempotency.purge",
  doc: "Forgets requests with an Idempotency-Key a day after they came.",
  payload: z.object({}),
  schedule: "41 * * * *",
  run: async (app) => {
    await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query("select kw.purge_repeats($1)", [new Date(app.clock.ms() - lifetimeMs)]),
    );
  },
});

export const idempotencyJobs = [idempotencyPurgeJob];
