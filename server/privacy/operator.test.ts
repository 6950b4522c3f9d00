import { expect, test } from "vitest";
import { readConfig } from "../platform/config.ts";
import { createTestApp } from "../test/app.ts";
import { publishPolicy } from "./publish-policy.ts";
import { watchTransfersJob } from "./register.jobs.ts";
import { readingPages } from "../test/policy-page.ts";

const t = createTestApp();
const page = readingPages(t);

const DAY_MS = 86_400_000;

test("who hosts the server and where is on the page; before the operator said it nobody signs up [API-36 MSJ-46]", async () => {
  const { text } = await page("/privacy");
  expect(text).toContain("The server is hosted by Test Hosting, Ulm, in Germany.");
  expect((await page("/privacy?lang=ar")).text).toContain("ألمانيا");
  const { config } = t.app;
  const { region } = config;
  Object.assign(config, { region: "" });
  try {
    const answer = await t.anyone.post<{ code: string; detail: string }>("/v1/sign-up", {
      ...{ email: "c@example.test", name: "C", password: "seven green bicycles", workspaceName: "W", isAdult: true },
    });
    expect([answer.status, answer.body.code]).toEqual([503, "sign_up.operator_unknown"]);
    expect(answer.body.detail).toContain("KEEPWORD_REGION");
  } finally {
    Object.assign(config, { region });
  }
});

test("a store that the operator sets up is on the page with what for, which data, where and by which agreement; without it the row is gone [M24-29]", async () => {
  const entry = {
    ...{
      isOwn: false,
      name: "Stores SARL",
      countries: ["FR"],
      policy: "https://stores.fr/privacy",
      isConfidential: true,
    },
    agreement: {
      url: "https://stores.fr/dpa",
      signedAt: "2026-01-10",
      instructions: "Keep sealed files, nothing else.",
    },
  };
  const s3 = readConfig({
    ...{
      KEEPWORD_SIGN_UP: "open",
      S3_BUCKET: "b",
      S3_ENDPOINT: "https://s3.stores.fr",
      S3_ACCESS_KEY_ID: "a",
      S3_SECRET_ACCESS_KEY: "s",
    },
    KEEPWORD_PROCESSORS: JSON.stringify({ processors: { object_store: entry } }),
  });
  const { operatorName, privacyContact, region } = t.app.config;
  const row = async () =>
    (await page("/privacy")).text
      .split("<tr role=")
      .slice(1)
      .find((one) => one.includes("Object store"));
  expect(await row()).toBeUndefined();
  // as a start with these settings does
  await publishPolicy({ ...t.app, config: { ...s3, operatorName, privacyContact, region } });
  t.clock.advance(30 * DAY_MS);
  const shown = await row();
  for (const word of [
    "Stores SARL",
    "for the shared inbox",
    "What was said",
    "France",
    'href="https://stores.fr/dpa"',
    "2026-01-10",
  ])
    expect(shown).toContain(word);
  await publishPolicy(t.app);
  expect(await row()).toBeUndefined();
});

test("the operator is mailed a month before a transfer mechanism ends, more often towards its day, and daily after it [MSJ-47]", async () => {
  const register = {
    processors: {
      mail_server: {
        ...{ isOwn: true, countries: ["IN"] },
        transfer: {
          mechanism: "scc",
          sccModule: 3,
          signedAt: "2026-01-10",
          assessedAt: "2026-01-09",
          expiresAt: "2031-06-30",
        },
      },
    },
  };
  const set = readConfig({ SMTP_URL: "smtp://127.0.0.1:1", KEEPWORD_PROCESSORS: JSON.stringify(register) });
  const { privacyContact } = t.app.config;
  const mailed: number[] = [];
  const before = t.clock.now();
  for (let daysLeft = 32; daysLeft >= -2; daysLeft--) {
    t.clock.set(Date.parse("2031-06-30T05:10:00Z") - daysLeft * DAY_MS);
    const count = t.mail.list().length;
    await watchTransfersJob.run({ ...t.app, config: { ...set, privacyContact } }, {});
    if (t.mail.list().length > count) mailed.push(daysLeft);
  }
  expect(mailed).toEqual([30, 14, 7, 3, 2, 1, 0, -1, -2]);
  expect(t.mail.list()[0]).toMatchObject({ to: privacyContact, text: expect.stringContaining("until 2031-06-30") });
  t.clock.set(before.getTime());
});

test("signing up records the version accepted and that they are an adult, and no consent [M24-03 GEN-41 GEN-46]", async () => {
  const body = { email: "adult@example.test", name: "Adult", password: "seven green bicycles", workspaceName: "W" };
  expect((await t.anyone.post("/v1/sign-up", body)).status).toBe(400);
  expect((await t.anyone.post("/v1/sign-up", { ...body, isAdult: true })).status).toBe(201);
  const { rows } = await t.admin.query(
    "select a.kind, a.version, a.accepted_at as at from policy_acceptance a join person p on p.id = a.person_id order by kind",
  );
  const { rows: inForce } = await t.admin.query(
    "select max(number) as number from policy_version where effective_at <= $1",
    [t.clock.now()],
  );
  const noted = { version: inForce[0]?.number, at: t.clock.now() };
  expect(rows).toEqual([
    { kind: "accepted", ...noted },
    { kind: "adult", ...noted },
  ]);
  expect((await t.admin.query("select 1 from consent_event")).rowCount).toBe(0);
});

test("while nobody answers for the data nobody signs up, and the operator is told what to set [GEN-44]", async () => {
  const { config } = t.app;
  const own = { ...config };
  Object.assign(config, { operatorName: "", privacyContact: "your-email@example.com" });
  try {
    const answer = await t.anyone.post<{ code: string; detail: string }>("/v1/sign-up", {
      ...{ email: "b@example.test", name: "B", password: "seven green bicycles", workspaceName: "W", isAdult: true },
    });
    expect([answer.status, answer.body.code]).toEqual([503, "sign_up.operator_unknown"]);
    expect(answer.body.detail).toContain("KEEPWORD_OPERATOR_NAME, KEEPWORD_PRIVACY_CONTACT");
    expect((await t.anyone.get("/v1/sign-up")).body).toMatchObject({
      missing: ["KEEPWORD_OPERATOR_NAME", "KEEPWORD_PRIVACY_CONTACT"],
    });
  } finally {
    Object.assign(config, own);
  }
});
