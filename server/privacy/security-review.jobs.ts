import { z } from "zod";
import { missingIdentity } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { isDue, readOperatorReview } from "./security-review.ts";

const payload = z.object({});

const remindReviewJob = job<App, typeof payload>({
  name: "security_review.remind",
  doc: "On the first day of each quarter: asks the operator, by a mail to the privacy contact, to review the security of this installation, until it is recorded.",
  payload,
  schedule: "50 6 1 1,4,7,10 *",
  run: async (app) => {
    const last = await readOperatorReview(app);
    if (!isDue(last, app.clock.now())) return;
    app.log.warn({ isFirst: last === undefined }, "a security review is due");
    if (missingIdentity(app.config).includes("KEEPWORD_PRIVACY_CONTACT")) return;
    await app.mail.send({
      template: "security_review",
      to: app.config.privacyContact,
      subject: "A security review of your Keepword server is due",
      text: `The last review of this installation: ${last === undefined ? "none is recorded" : last.at.slice(0, 10)}.\n\nLook over: is the version current; what do \`keepword doctor\` and \`keepword privacy verify\` say; who may log in to the machine; do backup and restore work; which advisories are open (\`npm audit\`); do the links of the register lead anywhere (\`keepword privacy links\`). Write down what you found, then record it:\n\nkeepword security reviewed --by "head of security" --evidence report.pdf\n\nIts day is shown on /privacy. You are asked again in a quarter.\n`,
    });
  },
});

export const securityReviewJobs = [remindReviewJob];
