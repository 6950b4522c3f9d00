import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { advanceRequest, dropExpiredBundles, resumeRequests } from "./advance-request.ts";
import { destroyPersonKey } from "./erase-person.ts";
import { advanceSubjectRequest } from "./subject-request.ts";

const advance = job<App, typeof advanceSubjectRequest.payload>({
  ...advanceSubjectRequest,
  doc: "Does what a person asked about their data, from the first step that is not done yet.",
  run: (app, ids) => advanceRequest(app, ids),
});

const nothing = z.object({});

const resume = job<App, typeof nothing>({
  name: "subject_request.resume",
  doc: "Takes up requests that stopped in the middle, and those that waited for the end of a hold; removes copies older than 7 days.",
  payload: nothing,
  schedule: "* * * * *",
  run: async (app) => {
    await resumeRequests(app);
    await dropExpiredBundles(app);
  },
});

const destroyKey = job<App, typeof destroyPersonKey.payload>({
  ...destroyPersonKey,
  doc: "Destroys the key of somebody who erased their account, should the process have died right after it was written down.",
  run: async (app, { personId }) => void app.keyring.destroy(`person:${personId}`),
});

export const subjectRequestJobs = [advance, resume, destroyKey];
