import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { job } from "../platform/job.ts";
import { disabledTexts } from "./disabled-texts.ts";

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
    const { description, reason } = row;
    const endpoint = description === "" ? endpointId : `“${description}” (${endpointId})`;
    await mailManagers(app, workspaceId, (language) => {
      const { subject, text, failing, gone, next } = disabledTexts[language];
      const why = reason === "failing" ? failing : gone;
      const url = `${baseUrl(app.config)}/settings/webhooks/${endpointId}`;
      return { template: "webhook_disabled", subject, text: [`${text(endpoint)} ${why}`, next, url].join("\n\n") };
    });
  },
});

export const webhookJobs = [webhookDisabledMailJob];
