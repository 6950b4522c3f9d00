import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { mailPolicy } from "./mail-policy.ts";

const payload = z.object({ version: z.int() });

export const mailPolicyJob = job<App, typeof payload>({
  name: "policy.mail",
  doc: "Tells everyone who signs in, by mail, that the privacy policy will change in a way that matters.",
  payload,
  run: mailPolicy,
});

export const policyJobs = [mailPolicyJob];
