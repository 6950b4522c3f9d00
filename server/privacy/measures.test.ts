import { expect, test } from "vitest";
import { readConfig } from "../platform/config.ts";
import { createTestApp } from "../test/app.ts";
import { comparePolicies } from "./compare-policies.ts";
import { measures, readMeasures } from "./measures.ts";
import { policyFacts } from "./policy-facts.ts";
import { activitiesOf } from "./processing-record.ts";
import { watchTransfersJob } from "./register.jobs.ts";
import { readingPages } from "../test/policy-page.ts";

const t = createTestApp();
const page = readingPages(t);

test("the annex lists the security measures that are on at this moment; one that is turned off is gone at once, and everybody is told [GEN-28]", async () => {
  const annex = async () => (await page("/privacy/annex")).text;
  const on = async () => {
    const text = await annex();
    return measures
      .filter(({ says }) => text.includes(`<li>${says.replaceAll("'", "&#39;")}</li>`))
      .map(({ id }) => id);
  };
  const always = ["sealed_content", "row_security", "least_privilege"];
  expect(await on()).toEqual([...always, "closed_ways_out", "database_encrypted"]);
  expect((await page("/privacy")).text).toContain('href="/privacy/annex"');
  // what is processed on behalf of workspaces, from the same declarations
  for (const { sentence } of activitiesOf("processor", t.app.registry)) expect(await annex()).toContain(sentence);
  const { config } = t.app;
  const own = { ...config };
  const safe = readConfig({
    KEEPWORD_PUBLIC_URL: "https://inbox.shop.de",
    SMTP_URL: "smtps://127.0.0.1:465",
    KEEPWORD_ROOT_KEY_FILE: "/run/key",
  });
  const { publicUrl, smtpUrl, rootKeyFile } = safe;
  const risky = readConfig({
    KEEPWORD_ALLOW_PRIVATE_TARGETS: "true",
    DATABASE_URL: "postgres://a:b@db.shop.de/x",
    KEEPWORD_SIGN_UP: "open",
  });
  try {
    Object.assign(config, { publicUrl, smtpUrl, rootKeyFile, signUp: "closed" });
    expect(await on()).toEqual(measures.map(({ id }) => id));
    const before = policyFacts(t.app.registry, config);
    Object.assign(config, risky, {
      dataDir: own.dataDir,
      publicUrl: undefined,
      smtpUrl: undefined,
      rootKeyFile: undefined,
    });
    expect(await on()).toEqual(always);
    const told = comparePolicies(before, policyFacts(t.app.registry, config)).filter(
      ({ kind }) => kind === "weaker_protection",
    );
    expect(told.map(({ what }) => what)).toEqual(measures.flatMap(({ id, isSet }) => (isSet ? [id] : [])));
  } finally {
    Object.assign(config, own);
  }
  // and what only a look shows: a table without row security, a role with more rights, a column that is declared plain
  await t.admin.query("alter table label disable row level security");
  try {
    expect(await on()).toEqual(["sealed_content", "least_privilege", "closed_ways_out", "database_encrypted"]);
    await watchTransfersJob.run(t.app, {});
    expect(t.mail.list()[0]).toMatchObject({ template: "measure_failed", to: "privacy@example.test" });
    expect(t.mail.list()[0]?.text).toContain("row_security");
  } finally {
    await t.admin.query("alter table label enable row level security");
  }
  const asOwner = { query: async (sql: string) => (await t.admin.query(sql)).rows };
  const db = { tx: (_: unknown, work: (tx: typeof asOwner) => unknown) => work(asOwner) } as unknown as typeof t.app.db;
  const isOff = async (app: Parameters<typeof readMeasures>[0]) =>
    (await readMeasures(app)).filter(({ id, isOn }) => always.includes(id) && !isOn).map(({ id }) => id);
  expect(await isOff({ ...t.app, db })).toEqual(["least_privilege"]);
  const plain = t.app.registry.tables.map((table) =>
    table.name === "note"
      ? { ...table, columns: { ...table.columns, body: { ...table.columns["body"], deviation: { protect: "plain" } } } }
      : table,
  );
  const registry = { ...t.app.registry, tables: plain as typeof t.app.registry.tables };
  expect(await isOff({ ...t.app, registry })).toEqual(["sealed_content"]);
});
