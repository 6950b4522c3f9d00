import { z } from "zod";
import { missingIdentity } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { readMeasures } from "./measures.ts";
import { expiringTransfers } from "./transfers.ts";

const payload = z.object({});
/** Days before the end on which the operator is mailed; from the end on it is every day. */
const noticeDays = [30, 14, 7, 3, 2, 1];

export const watchTransfersJob = job<App, typeof payload>({
  name: "register.watch",
  doc: "Mails the privacy contact when a transfer mechanism of the register is about to end or has ended, and when a security measure fails that no setting turns off.",
  payload,
  schedule: "10 5 * * *",
  run: async (app) => {
    const ending = expiringTransfers(app.registry, app.config, app.clock.now(), noticeDays[0] ?? 30);
    for (const { id, daysLeft } of ending) app.log.warn({ processor: id, daysLeft }, "a transfer mechanism is ending");
    const failed = (await readMeasures(app)).filter(({ isOn, isAlways }) => isAlways && !isOn);
    if (failed.length > 0) app.log.error({ failed: failed.map(({ id }) => id) }, "security measures are not in force");
    const due = ending.filter(({ daysLeft }) => daysLeft <= 0 || noticeDays.includes(daysLeft));
    if (missingIdentity(app.config).includes("KEEPWORD_PRIVACY_CONTACT")) return;
    if (failed.length > 0)
      await app.mail.send({
        template: "measure_failed",
        to: app.config.privacyContact,
        subject: "A security measure is not in force",
        text: `This server looked, and found off what should always be on:\n\n${failed.map(({ id, advice }) => `- ${id}: ${advice}`).join("\n")}\n`,
      });
    if (due.length === 0) return;
    const lines = due.map(({ name, id, expiresAt }) => `- ${name} (${id}): until ${expiresAt}`);
    await app.mail.send({
      template: "transfer_ends",
      to: app.config.privacyContact,
      subject: "A transfer mechanism is ending",
      text: `Data goes abroad by mechanisms that end:\n\n${lines.join("\n")}\n\nRenew them in KEEPWORD_PROCESSORS. After its day the server does not start again with one that ended.\n`,
    });
  },
});

export const registerJobs = [watchTransfersJob];
