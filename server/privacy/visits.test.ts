import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { readVisits } from "./visits.ts";

const t = createTestApp();
const open = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${t.url}${path}`, { headers: { accept: "text/html", ...headers } });

test("visits of public pages are numbers of a day, of nobody: no cookie, no row about a visitor, and who objects is not counted [M24-21 ONE-10 API-39]", async () => {
  for (const path of ["/privacy", "/privacy", "/privacy/versions", "/privacy/cookies"])
    expect((await open(path)).headers.get("set-cookie")).toBeNull();
  await open("/privacy", { "sec-gpc": "1" });
  await open("/privacy", { "sec-purpose": "prefetch" });
  await open(`/c/${"x".repeat(30)}`);
  const body = {
    email: "v@example.test",
    name: "V",
    password: "seven green bicycles",
    workspaceName: "W",
    isAdult: true,
  };
  expect((await t.anyone.post("/v1/sign-up", body)).status).toBe(201);
  await t.app.visits.flush();
  await open("/privacy");
  await t.app.visits.flush();
  await t.app.visits.flush();
  const day = t.clock.now().toISOString().slice(0, 10);
  const visits = await readVisits(t.app, 30);
  expect(visits).toEqual([
    { day, page: "cookies", visits: 1 },
    { day, page: "privacy", visits: 3 },
    { day, page: "privacy_versions", visits: 1 },
    { day, page: "signed_up", visits: 1 },
  ]);
  const { rows } = await t.admin.query<{ name: string }>(
    "select attname as name from pg_attribute where attrelid = 'visit_count'::regclass and attnum > 0 order by attnum",
  );
  expect(rows.map(({ name }) => name)).toEqual(["day", "page", "visits"]);
  expect((await t.admin.query("select 1 from visitor_choice")).rowCount).toBe(0);
});

test("an answer that comes from another site, or where there is nothing to choose, is not taken", async () => {
  const answer = (headers: Record<string, string>) =>
    fetch(`${t.url}/privacy/choice`, {
      ...{
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ choice: "accept", back: "//evil.example/" }),
      },
      headers,
    });
  expect((await answer({ origin: "https://evil.example", "sec-fetch-site": "cross-site" })).status).toBe(403);
  const taken = await answer({ origin: t.url });
  expect([taken.status, taken.headers.get("location"), taken.headers.get("set-cookie")]).toEqual([
    ...[303, "/privacy/cookies?lang=en&saved=1", null],
  ]);
  expect((await t.admin.query("select 1 from visitor_choice")).rowCount).toBe(0);
});
