import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { keepEventPartitions } from "./event-partitions.ts";

export const realtimeJobs = [
  job({
    name: "event.rotate",
    doc: "Makes the event log's partitions of the coming days and drops those older than 31 days.",
    payload: z.object({}),
    schedule: "23 */6 * * *",
    maxAttempts: 5,
    run: (app: App) => keepEventPartitions(app),
  }),
];
