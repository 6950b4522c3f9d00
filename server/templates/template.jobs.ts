import { z } from "zod";
import { linkOf } from "../channels/channel-directory.ts";
import { channelConnected } from "../channels/channel-events.ts";
import type { App } from "../platform/context.ts";
import type { Reaction } from "../platform/event.ts";
import { job } from "../platform/job.ts";
import type { ProviderTemplate } from "../providers/provider.ts";
import { replaceTemplates } from "./write-templates.ts";

const SYNC_TIMEOUT_MS = 120_000;

/** Copies every template of a channel's account, and forgets those that are gone there. */
export const templateSyncJob = job<App, z.ZodObject<{ channelId: z.ZodString }>>({
  name: "template.sync",
  doc: "Copies a channel's templates from its provider.",
  payload: z.object({ channelId: z.string() }),
  maxAttempts: 8,
  run: async (app, { channelId }) => {
    const channel = await app.channels.find(channelId);
    const api = channel && app.providers[channel.provider]?.templates;
    if (!channel || !api) return;
    const found: ProviderTemplate[] = [];
    for await (const template of api.list(linkOf(app, channel), AbortSignal.timeout(SYNC_TIMEOUT_MS)))
      found.push(template);
    const { workspaceId } = channel;
    await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => replaceTemplates(app, tx, channel, found));
  },
});

export const templateJobs = [templateSyncJob];

/** A channel that was connected gets its templates at once. */
export const templateReactions = (app: Pick<App, "enqueue">): Reaction[] => [
  {
    on: channelConnected,
    run: async (tx, items) => {
      for (const { payload } of items) {
        const { channelId } = payload as { channelId: string };
        await app.enqueue(tx, templateSyncJob, { channelId }, { key: `template.sync/${channelId}` });
      }
    },
  },
];
