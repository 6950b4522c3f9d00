import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { scoreSending } from "./abuse-score.ts";
import { failAllStranded, failStranded, failStrandedIn } from "./fail-stranded.ts";

const payload = z.object({});

export const outboundJobs = [
  job<App, typeof payload>({
    name: "outbound.expire",
    doc: "Fails messages that waited too long for a linked phone that is not connected (`KEEPWORD_LINKED_WAIT_HOURS`), and what is left of queues that ended.",
    payload,
    schedule: "*/10 * * * *",
    run: failAllStranded,
  }),
  job<App, typeof payload>({
    name: "outbound.score_sending",
    doc: "Scores each workspace's sending of the last day by its counts, and raises an alarm where it looks like spam.",
    payload,
    schedule: "17 * * * *",
    run: scoreSending,
  }),
  job<App, typeof failStrandedIn.payload>({
    ...failStrandedIn,
    doc: "Fails what waits in a workspace that closes or for a phone that was logged out, page by page.",
    run: (app, { workspaceId }) => failStranded(app, workspaceId),
  }),
];
