import { z } from "zod";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { mailManagers } from "./mail-managers.ts";

const ofWorkspace = z.object({ workspaceId: z.string() });
const nothing = z.object({});

export const mailAccessReviewJob = job<App, typeof ofWorkspace>({
  name: "access_review.mail",
  doc: "Reminds the owners of a workspace to look over who can get into it.",
  payload: ofWorkspace,
  run: async (app, { workspaceId }) => {
    await mailManagers(
      app,
      workspaceId,
      () => ({
        template: "access_review",
        subject: "Who can get into your workspace?",
        text: `A quarter is over: look over who is a member, who may do what, and which keys are still used. The list to look at and to keep: ${baseUrl(app.config)}/settings/members\n`,
      }),
      { mustReachOwners: true },
    );
  },
});

export const remindAccessReviewJob = job<App, typeof nothing>({
  name: "access_review.remind",
  doc: "On the first day of each quarter: has the owners of every workspace reminded to look over who can get in.",
  payload: nothing,
  schedule: "30 6 1 1,4,7,10 *",
  run: (app) =>
    app.db.tx({ workspaceIds: [] }, async (tx) => {
      const rows = await tx.query<{ workspaceId: string }>(`select w as "workspaceId" from kw.open_workspaces() w`);
      for (const { workspaceId } of rows) await app.enqueue(tx, mailAccessReviewJob, { workspaceId });
    }),
});

export const accessReviewJobs = [mailAccessReviewJob, remindAccessReviewJob];
