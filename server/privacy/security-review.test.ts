import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { languages } from "../platform/languages.ts";
import { createTestApp } from "../test/app.ts";
import { policyTexts } from "./policy-text.ts";
import { securityReviewJobs } from "./security-review.jobs.ts";
import { addReview, readProjectReview } from "./security-review.ts";

const t = createTestApp();
const [remind] = securityReviewJobs;
const page = async (path: string): Promise<string> => (await fetch(`${t.url}${path}`)).text();
const day = 86_400_000;
const asked = async (): Promise<number> => {
  const before = t.mail.list().length;
  await remind?.run(t.app, {});
  const more = t.mail.list().length - before;
  return t.mail
    .list()
    .slice(0, more)
    .filter(({ template }) => template === "security_review").length;
};

test("the operator is asked each quarter for a review until it is recorded with role and evidence, whose day is on the pages [MSJ-36]", async () => {
  expect(remind?.schedule).toBe("50 6 1 1,4,7,10 *");
  expect(await asked()).toBe(1);
  expect(t.mail.list()[0]).toMatchObject({ to: "privacy@example.test" });
  expect(t.mail.list()[0]?.text).toContain("keepword security reviewed");
  expect(await page("/privacy/security")).toContain("recorded no review");
  const project = readProjectReview().at.slice(0, 10);
  expect(await page("/privacy/evidence")).toContain(`last reviewed on <time`);
  expect(await page("/privacy/evidence")).toContain(project);

  t.clock.set(new Date(readProjectReview().at).getTime() + 20 * day);
  const sha256 = createHash("sha256").update("report").digest("hex");
  const { at } = await addReview(t.app, { by: "head of security", evidence: { sha256 } });
  const security = await page("/privacy/security");
  for (const shown of [at.slice(0, 10), "head of security", sha256]) expect(security).toContain(shown);
  expect(await page("/privacy/evidence")).toContain(at.slice(0, 10));
  expect(await asked()).toBe(0);
  t.clock.advance(92 * day);
  expect(await asked()).toBe(0);
  t.clock.advance(92 * day);
  expect(await asked()).toBe(1);
  await expect(addReview(t.app, { by: "x", evidence: { link: "http://example.test" } })).rejects.toThrow(
    /https|Invalid/i,
  );
});

test("the privacy page says in each language when security was last reviewed, and leads to proof, checklist and annex [MSJ-36 ONE-39]", async () => {
  for (const language of languages) {
    const html = await page(`/privacy?lang=${language}`);
    const { reviewed, evidence, checklist } = policyTexts[language].page;
    expect(html).toContain(reviewed.split("{at}")[0]);
    for (const [path, words] of [
      ["/privacy/evidence", evidence],
      ["/privacy/security", checklist],
    ] as const)
      expect(html).toContain(`<a href="${path}?lang=${language}" hreflang="${language}">${words}</a>`);
  }
});
