import { z } from "zod";
import { channelContentModeChanged } from "../channels/channel-events.ts";
import type { App } from "../platform/context.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { job } from "../platform/job.ts";
import { applyContentMode, sweepContents } from "./sweep-contents.ts";

export const contentSweepJob = job<App, z.ZodObject>({
  name: "content.sweep",
  doc: "Clears texts, files and reactions that their channel's content mode keeps no longer, and destroys transit keys that are over.",
  payload: z.object({}),
  schedule: "*/5 * * * *",
  run: sweepContents,
});

const place = z.object({ workspaceId: z.string(), channelId: z.string() });

export const contentApplyJob = job<App, typeof place>({
  name: "content.apply_mode",
  doc: "Brings what a channel has stored to a stricter content mode.",
  payload: place,
  run: (app, { workspaceId, channelId }) => applyContentMode(app, workspaceId, channelId),
});

export const contentJobs = [contentSweepJob, contentApplyJob];

/** A stricter mode applies to what is stored already. */
export const contentReactions = (app: Pick<App, "enqueue">): Reaction[] => [
  {
    on: channelContentModeChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as readonly EventItem<{
        channelId: string;
        isStricter: boolean;
      }>[]) {
        const { channelId, isStricter } = payload;
        if (isStricter)
          await app.enqueue(
            tx,
            contentApplyJob,
            { workspaceId, channelId },
            { key: `content.apply_mode/${channelId}` },
          );
      }
    },
  },
];
