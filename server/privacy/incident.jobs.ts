import { z } from "zod";
import { mailManagers } from "../identity/mail-managers.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";

const payload = z.object({ workspaceId: z.string(), breachId: z.string() });

export const mailBreachJob = job<App, typeof payload>({
  name: "breach.mail",
  doc: "Tells owners and admins that a breach was noted, and until when the authority has to know.",
  payload,
  maxAttempts: 12,
  run: async (app, { workspaceId, breachId }) => {
    const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      tx.query<{ dueAt: Date }>('select authority_due_at as "dueAt" from breach where workspace_id = $1 and id = $2', [
        workspaceId,
        breachId,
      ]),
    );
    if (!row) return;
    const due = row.dueAt.toISOString().slice(0, 16).replace("T", " ");
    const mail = {
      template: "breach",
      subject: "A breach of personal data was noted",
      text: `A breach of personal data was noted in your workspace (${breachId}).\n\nThe supervisory authority has to be told by ${due} UTC, unless it is unlikely to harm anybody. The register in Keepword says what is known.\n`,
    };
    await mailManagers(app, workspaceId, () => mail, { mustReachOwners: true });
  },
});

export const incidentJobs = [mailBreachJob];
