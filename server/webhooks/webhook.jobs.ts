import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { job } from "../platform/job.ts";

const KEPT_DAYS = 30;
const PRUNED_AT_ONCE = 5_000;

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

export const webhookJobs = [
  webhookDisabledMailJob,
  job({
    name: "webhook.prune",
    doc: "Deletes deliveries and attempts that are older than 30 days.",
    payload: z.object({}),
    schedule: "41 * * * *",
    maxAttempts: 5,
    run: pruneDeliveries,
  }),
];

export async function pruneDeliveries(app: Pick<App, "db" | "clock">): Promise<void> {
  const before = new Date(app.clock.ms() - KEPT_DAYS * 86_400_000);
  for (let gone = 1; gone > 0;) {
    const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.named<{ gone: number }>("delivery.prune", "select kw.prune_deliveries($1, $2) as gone", [
        before,
        PRUNED_AT_ONCE,
      ]),
    );
    gone = Number(row?.gone ?? 0);
  }
}
