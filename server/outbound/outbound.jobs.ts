import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { failStranded } from "./fail-stranded.ts";

const payload = z.object({});

export const outboundJobs = [
  job<App, typeof payload>({
    name: "outbound.expire",
    doc: "Fails messages that waited too long for a linked phone that is not connected (`KEEPWORD_LINKED_WAIT_HOURS`).",
    payload,
    schedule: "*/10 * * * *",
    run: failStranded,
  }),
];
