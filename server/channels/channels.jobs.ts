import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { checkChannel } from "./check-channel.ts";
import { forgetChannel, letGo } from "./let-go.ts";
import { purgeChannel } from "./purge-channel.ts";

const payload = z.object({ workspaceId: z.string(), channelId: z.string() });

export const channelCheckJob = job<App, typeof payload>({
  name: "channel.check",
  doc: "Checks a channel's credentials with its provider and subscribes to its events.",
  payload,
  maxAttempts: 12,
  run: checkChannel,
});

export const channelPurgeJob = job<App, typeof payload>({
  name: "channel.purge",
  doc: "Destroys the key of a removed channel and deletes its conversations.",
  payload,
  run: purgeChannel,
});

export const channelLetGoJob = job<App, typeof payload>({
  name: "channel.let_go",
  doc: "Ends a removed channel's subscription with its provider, then destroys its secrets; tries for four minutes.",
  payload,
  maxAttempts: 8,
  run: letGo,
});

export const channelForgetJob = job<App, typeof payload>({
  name: "channel.forget",
  doc: "Destroys a removed channel's secrets and ids at the provider, whether or not it could be told.",
  payload,
  run: forgetChannel,
});

export const channelJobs = [channelCheckJob, channelPurgeJob, channelLetGoJob, channelForgetJob];
