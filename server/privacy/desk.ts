import type { RequestDesk } from "./request-desk.ts";
import { openSubjectRequest } from "./subject-request.ts";
import { listRequests } from "./view-request.ts";

const SHOWN = 50;

/** Requests as a contact's own page opens and shows them. The page has proved who asks. */
export const requestDesk: RequestDesk = {
  async open(ctx, contactId, { type, detail }) {
    await openSubjectRequest(ctx, { type, contactId, detail, source: "contact_page", isIdentityProved: true });
  },
  list: async (ctx, contactId) => (await listRequests(ctx, { contactId, limit: SHOWN })).data,
};
