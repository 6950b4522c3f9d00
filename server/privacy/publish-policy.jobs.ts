import { z } from "zod";
import { specialCategoriesChanged } from "../contacts/special-category.ts";
import type { App } from "../platform/context.ts";
import type { Reaction } from "../platform/event.ts";
import { job } from "../platform/job.ts";
import { publishPolicy } from "./publish-policy.ts";

const nothing = z.object({});

/** What a workspace turned on is news for the page of the whole deployment. */
export const publishPolicyJob = job<App, typeof nothing>({
  name: "policy.publish",
  doc: "Publishes a version of the privacy page where the first workspace of the installation turned special categories of data on.",
  payload: nothing,
  run: async (app) => {
    await publishPolicy(app);
    await app.policyGate.reload();
  },
});

export const policyReactions = (app: Pick<App, "enqueue">): Reaction[] => [
  { on: specialCategoriesChanged, run: (tx) => app.enqueue(tx, publishPolicyJob, {}) },
];
