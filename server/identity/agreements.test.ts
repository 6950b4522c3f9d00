import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { AgreementView } from "./agreements.ts";

const t = createTestApp();
const body = { name: "Somebody", password: "seven green bicycles", workspaceName: "W", isAdult: true };
const rows = async () =>
  (
    await t.admin.query<{ document: string; version: string; words: string }>(
      "select document, version, words from workspace_agreement join agreement_text using (document, version) order by document",
    )
  ).rows;

test("signing up accepts terms and the agreement on processing only where it says so; the exact words are kept, and no consent comes of it [GEN-45]", async () => {
  expect((await t.anyone.post("/v1/sign-up", { ...body, email: "silent@example.test" })).status).toBe(201);
  expect(await rows()).toEqual([]);
  const spoken = { ...body, email: "spoken@example.test", acceptsAgreements: true };
  expect((await t.anyone.post("/v1/sign-up", spoken)).status).toBe(201);
  const kept = await rows();
  expect(kept.map(({ document }) => document)).toEqual(["data_processing", "terms"]);
  const page = await (await fetch(`${t.url}/privacy/terms?lang=de`)).text();
  // people read a day, programs the version
  expect(page).toContain(`<header data-version="${kept[1]?.version}">`);
  expect(page).toMatch(/In dieser Fassung seit dem <time datetime="[^"]+">\d+\. \p{L}+ \d{4}<\/time>/u);
  const { de } = JSON.parse(kept[1]?.words ?? "{}") as { de: { points: string[] } };
  for (const point of de.points) expect(page).toContain(point);
  expect((await t.admin.query("select 1 from consent_event")).rowCount).toBe(0);
});

test("an owner accepts for the workspace, once, the version that is shown; nobody else can, nor a key", async () => {
  const workspace = await t.given.workspace({ hasAgreed: false });
  const admin = await t.given.member(workspace.id, "admin");
  const { owner } = workspace;
  const list = async () => (await workspace.api.get<{ data: AgreementView[] }>("/v1/agreements")).body.data;
  const [terms] = await list();
  expect(terms).toMatchObject({ document: "terms", acceptedAt: null });
  const accept = (api: typeof owner.api, version = terms?.version) =>
    api.post<{ code?: string }>("/v1/agreements/accept", { document: "terms", version });
  expect((await accept(admin.api)).status).toBe(403);
  expect((await accept(workspace.api)).status).toBe(403);
  expect((await accept(owner.api, "0123456789ab")).body.code).toBe("agreement.changed");
  expect((await accept(owner.api)).status).toBe(200);
  const at = t.clock.now().toISOString();
  t.clock.advance(60_000);
  await accept(owner.api);
  expect((await list())[0]).toMatchObject({ acceptedAt: at, acceptedBy: owner.memberId });
  expect((await list())[1]).toMatchObject({ document: "data_processing", acceptedAt: null });
});
