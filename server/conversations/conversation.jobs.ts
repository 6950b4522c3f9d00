import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { wakeSnoozed } from "./wake-snoozed.ts";

const payload = z.object({});

export const conversationJobs = [
  job<App, typeof payload>({
    name: "conversation.wake_snoozed",
    doc: "Reopens conversations whose snooze is over.",
    payload,
    schedule: "* * * * *",
    run: wakeSnoozed,
  }),
];
