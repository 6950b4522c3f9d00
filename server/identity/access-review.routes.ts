import { route } from "../platform/route.ts";
import { accessCsv, accessReview, readAccess } from "./access-review.ts";

export const accessReviewRoutes = [
  route({
    id: "access_review.read",
    method: "GET",
    path: "/v1/access-review",
    summary: "List who and what can get into the workspace, to look it over",
    description:
      "Members, open invitations and keys with permissions, channels and last use. Owners and admins are mailed to look each quarter.",
    permission: "workspace:manage",
    returns: accessReview,
    run: (ctx) => readAccess(ctx),
  }),
  route({
    id: "access_review.file",
    kind: "download",
    method: "GET",
    path: "/v1/access-review/file",
    summary: "Download the access review as CSV",
    permission: "workspace:manage",
    run: async (ctx) => {
      const { workspaceId } = ctx;
      const review = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => readAccess({ ...ctx, tx }));
      const day = review.madeAt.slice(0, 10);
      return { contentType: "text/csv", body: Buffer.from(accessCsv(review)), fileName: `access-review-${day}.csv` };
    },
  }),
];
