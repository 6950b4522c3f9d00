import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { runContactImport } from "./contact-import.ts";
import { sweepImports } from "./end-imports.ts";
import { runImport } from "./run-import.ts";

const run = job<App, typeof runContactImport.payload>({
  ...runContactImport,
  doc: "Imports the people of a CSV file, a thousand rows at a time, from the first row that was not taken yet.",
  run: runImport,
});

const nothing = z.object({});

const sweep = job<App, typeof nothing>({
  name: "contact_import.sweep",
  doc: "Deletes files of imports that nobody started, or that did not come to an end, before they are a day old; and those that a crash left.",
  payload: nothing,
  schedule: "*/15 * * * *",
  maxAttempts: 1,
  run: sweepImports,
});

export const contactImportJobs = [run, sweep];
