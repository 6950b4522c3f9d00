import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { job } from "../platform/job.ts";

const reasons: Readonly<Record<string, string>> = {
  failing: "For five days nothing that was sent to it was taken.",
  gone: "It answered 410 Gone, which means that it does not want events any more.",
};

/** Tells owners and admins; the address stays out of the mail, since it may hold a token. */
export const webhookDisabledMailJob = job<App, z.ZodObject<{ workspaceId: z.ZodString; endpointId: z.ZodString }>>({
  name: "webhook.mail_disabled",
  doc: "Mails the managers of a workspace that an endpoint was switched off.",
  payload: z.object({ workspaceId: z.string(), endpointId: z.string() }),
  maxAttempts: 8,
  run: async (app, { workspaceId, endpointId }) => {
    const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ description: string; reason: string }>(
        `select description, disabled_reason as reason from webhook_endpoint where workspace_id = $1 and id = $2 and status = 'disabled'`,
        [workspaceId, endpointId],
      ),
    );
    if (!row) return;
    await mailManagers(app, workspaceId, {
      template: "webhook_disabled",
      subject: "A webhook endpoint was switched off",
      text: [
        `Keepword delivers nothing to the endpoint ${row.description === "" ? endpointId : `“${row.description}” (${endpointId})`} any more. ${reasons[row.reason] ?? ""}`,
        "What it missed is kept for 30 days. Mend the receiver, then enable the endpoint again; it gets everything in order:",
        `${baseUrl(app.config)}/settings/webhooks/${endpointId}`,
      ].join("\n\n"),
    });
  },
});

export const webhookJobs = [webhookDisabledMailJob];
