// A token may end without a message to notice it by, so channels that nobody asked about for a while are checked.
import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { askForCheck } from "./channels.ts";

const MINUTE_MS = 60_000;
/** With the schedule's ten minutes and the spread below, a token that ended is known within the hour. */
const FRESH_MS = 40 * MINUTE_MS;
/** The provider is asked over these minutes, not at once. */
const SPREAD_MS = 8 * MINUTE_MS;
const MAX_CHANNELS = 5_000;

export const channelRecheckJob = job<App, z.ZodObject>({
  name: "channel.recheck",
  doc: "Has channels checked that nobody asked about for 40 minutes, so that a token that ended is known without traffic.",
  payload: z.object({}),
  schedule: "*/10 * * * *",
  run: async (app) => {
    const now = app.clock.ms();
    await app.db.tx({ workspaceIds: [] }, async (tx) => {
      const due = await tx.named<{ workspace_id: string; channel_id: string }>(
        "channel.to_check",
        "select * from kw.channels_to_check($1, $2)",
        [new Date(now - FRESH_MS), MAX_CHANNELS],
      );
      for (const [i, { workspace_id: workspaceId, channel_id: channelId }] of due.entries())
        await askForCheck(app, tx, { workspaceId, channelId }, new Date(now + (i / due.length) * SPREAD_MS));
    });
  },
});
