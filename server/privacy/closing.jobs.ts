import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";

const payload = z.object({ workspaceId: z.string() });

export const mailClosingJob = job<App, typeof payload>({
  name: "workspace.mail_closing",
  doc: "Tells the owners that their workspace began to close because nobody uses it, and until when they can reopen it.",
  payload,
  maxAttempts: 12,
  run: async (app, { workspaceId }) => {
    const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ purgeAt: Date }>(
        'select purge_at as "purgeAt" from workspace where id = $1 and purge_at is not null and closed_at is null',
        [workspaceId],
      ),
    );
    if (!row) return;
    const day = row.purgeAt.toISOString().slice(0, 10);
    await mailManagers(
      app,
      workspaceId,
      () => ({
        template: "workspace_closing",
        subject: "Your workspace is closing",
        text: `Nobody has used your workspace for a long time, so it is closing. On ${day} everything in it is deleted. Until then you can sign in at ${baseUrl(app.config)}, take your data along, or reopen it under Settings → Privacy.\n`,
      }),
      { mustReachOwners: true },
    );
  },
});

export const closingJobs = [mailClosingJob];
