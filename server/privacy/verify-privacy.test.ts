import { expect, test } from "vitest";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { verifyPrivacy } from "./verify-privacy.ts";

const t = createTestApp();
const counts = async () => {
  const { rows } = await t.admin.query<{ n: string }>(
    `select (select count(*) from workspace) || ' ' || (select count(*) from person) || ' ' || (select count(*) from contact)
       || ' ' || (select count(*) from event) || ' ' || (select count(*) from audit_entry) as n`,
  );
  return rows[0]?.n;
};

test("the live check finds all as it should be, and leaves nothing behind", async () => {
  await t.given.workspace();
  const before = await counts();
  const results = await verifyPrivacy(t.app, { tables: allTables, ownerUrl: t.databaseUrl });
  expect(results.filter(({ isGood }) => !isGood)).toEqual([]);
  expect(results.length).toBeGreaterThan(8);
  expect(await counts()).toBe(before);
});

test("a missing row policy and a key that others may read are found", async () => {
  await t.admin.query("alter table contact no force row level security");
  const results = await verifyPrivacy(t.app, { tables: allTables, ownerUrl: t.databaseUrl });
  expect(results.filter(({ isGood }) => !isGood).map(({ what }) => what)).toEqual([
    expect.stringMatching(/row policy/),
  ]);
  await t.admin.query("alter table contact force row level security");
});

test("the page of evidence is rendered here, with a policy that lets nothing in from elsewhere", async () => {
  const answer = await fetch(`${t.url}/privacy/evidence`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'/);
  const html = await answer.text();
  expect(html).toContain("<h1>What is proved</h1>");
  // an address may be read there (titles of tests name some), but nothing is loaded from one
  expect(html).not.toMatch(/<script|<link[^>]+href="[^"/]|(?:src|href)="(?:https?:)?\/\//);
  expect((await fetch(`${t.url}/privacy/style.css`)).headers.get("content-type")).toMatch(/^text\/css/);
});
