// Reviews of security: the project's of each version, recorded with the code (security-review.json, by `npm run security-review`), and the
// operator's of this installation, recorded by a command and asked for each quarter.
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { App } from "../platform/context.ts";
import { listNotes, noteOfInstallation } from "../platform/installation-notes.ts";

const made = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("passed"), says: z.string() }),
  z.strictObject({ state: z.literal("failed"), says: z.string() }),
  /** it could not be made where the review was: said, never passed over */
  z.strictObject({ state: z.literal("not_made"), says: z.string() }),
]);

const ProjectReview = z.strictObject({
  at: z.iso.datetime(),
  /** of the product */
  version: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** a role, no name */
  by: z.string().min(3),
  /** what was looked at, and how it ended */
  parts: z.strictObject({ audit: made, analysis: made, checklist: made, links: made }),
});
export type ProjectReview = z.infer<typeof ProjectReview>;

export const reviewFile = path.join(import.meta.dirname, "security-review.json");
let project: ProjectReview | undefined;
/** It comes with the code: one reading is enough. */
export const readProjectReview = (): ProjectReview =>
  (project ??= ProjectReview.parse(JSON.parse(readFileSync(reviewFile, "utf8"))));

const OperatorReview = z.strictObject({
  at: z.iso.datetime(),
  /** a role, no name: it stands on a public page */
  by: z.string().trim().min(3).max(100),
  evidence: z.union([
    z.strictObject({ link: z.url({ protocol: /^https$/ }).max(500) }),
    z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ]),
});
export type OperatorReview = z.infer<typeof OperatorReview>;

const prefix = "security_review:";
/** Of one that was recorded by mistake, under its time: nothing of the notes is ever changed. */
const withdrawnPrefix = "security_review_withdrawn:";
/** The quarter, with days to spare. */
const dueAfterMs = 100 * 86_400_000;
export const oldAfterMs = 365 * 86_400_000;

/** Throws `ZodError` where it is not what a review has to say. */
export async function addReview(
  app: Pick<App, "db" | "clock">,
  input: Pick<OperatorReview, "by" | "evidence">,
): Promise<OperatorReview> {
  const review = OperatorReview.parse({ at: app.clock.now().toISOString(), ...input });
  await app.db.tx({ workspaceIds: [] }, (tx) => noteOfInstallation(tx, prefix + review.at, JSON.stringify(review)));
  return review;
}

export interface RecordedReview extends OperatorReview {
  /** since when it counts no more */
  withdrawnAt: string | null;
}

/** All that were ever recorded, newest first. */
export async function listReviews(app: Pick<App, "db">): Promise<RecordedReview[]> {
  const [reviews, withdrawn] = await app.db.tx({ workspaceIds: [] }, async (tx) => [
    await listNotes(tx, prefix),
    await listNotes(tx, withdrawnPrefix),
  ]);
  const ends = new Map(withdrawn.map(({ name, value }) => [name, value]));
  return reviews.map(({ name, value }) => ({
    ...OperatorReview.parse(JSON.parse(value)),
    withdrawnAt: ends.get(name) ?? null,
  }));
}

/** The last that counts. */
export async function readOperatorReview(app: Pick<App, "db">): Promise<OperatorReview | undefined> {
  const found = (await listReviews(app)).find(({ withdrawnAt }) => withdrawnAt === null);
  if (!found) return undefined;
  const { withdrawnAt: _, ...review } = found;
  return review;
}

/** The last that counts counts no more; it stays in the list. Undefined where there is none. */
export async function withdrawReview(app: Pick<App, "db" | "clock">): Promise<OperatorReview | undefined> {
  const review = await readOperatorReview(app);
  if (review)
    await app.db.tx({ workspaceIds: [] }, (tx) =>
      noteOfInstallation(tx, withdrawnPrefix + review.at, app.clock.now().toISOString()),
    );
  return review;
}

/** The later of the project's and the operator's. */
export async function lastReview(app: Pick<App, "db">): Promise<{ at: string }> {
  const [own, ours] = [await readOperatorReview(app), readProjectReview()];
  return own !== undefined && own.at > ours.at ? own : ours;
}

export const isDue = (review: { at: string } | undefined, now: Date, afterMs = dueAfterMs): boolean =>
  review === undefined || now.getTime() - new Date(review.at).getTime() > afterMs;
