import { expect, test } from "vitest";
import { languages } from "../platform/languages.ts";
import { readConfig } from "../platform/config.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel } from "../test/hooks.ts";
import { choiceTexts } from "./choice-text.ts";
import { comparePolicies, isMaterial, noticeDaysOf } from "./compare-policies.ts";
import { contactTexts } from "./contact-page.ts";
import { measures, readMeasures } from "./measures.ts";
import { mailPolicy } from "./mail-policy.ts";
import { policyFacts, type PolicyFacts } from "./policy-facts.ts";
import { activitiesOf } from "./processing-record.ts";
import { policySentences } from "./policy-page.ts";
import { policyMailTexts } from "./policy-mail-text.ts";
import { policyTexts } from "./policy-text.ts";
import { proofTexts } from "./proof-text.ts";
import { publishPolicy } from "./publish-policy.ts";
import { watchTransfersJob } from "./register.jobs.ts";

const t = createTestApp();
const DAY_MS = 86_400_000;
const page = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${t.url}${path}`, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const facts = (): PolicyFacts => policyFacts(t.app.registry, t.app.config);

test("the page names the operator and every kind of data, purpose, recipient and cookie that is declared [M24-01 M24-02 M24-27 M24-35 GEN-23 GEN-37 ONE-60]", async () => {
  const { text, headers } = await page("/privacy");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("set-cookie")).toBeNull();
  expect(text).not.toMatch(/<script/);
  expect(text).toContain("Test GmbH");
  expect(text).toContain("privacy@example.test");
  const { rows } = await t.admin.query<{ at: Date }>("select effective_at as at from policy_version where number = 1");
  expect(text).toContain(`datetime="${rows[0]?.at.toISOString()}"`);
  const own = facts();
  const said = [...policySentences(own).values()].flat().join("\n");
  const declared = t.app.registry.tables.flatMap(({ name, columns }) =>
    Object.values(columns)
      .filter(({ category }) => category !== "system" && category !== "index.blind")
      .map(({ category }) => `${name} ${category}`),
  );
  const held = new Set(own.held.map(({ place, category }) => `${place} ${category}`));
  expect([...new Set(declared)].filter((one) => !held.has(one))).toEqual([]);
  for (const { category, purpose } of own.held) {
    expect(said).toContain(policyTexts.en.category[category]);
    expect(said).toContain(policyTexts.en.purpose[purpose]);
  }
  for (const { id, name } of t.app.registry.processorsOn(t.app.config))
    expect([id, said]).toEqual([id, expect.stringContaining(name)]);
  expect(own.recipients.map(({ id }) => id).toSorted()).toEqual(
    t.app.registry
      .processorsOn(t.app.config)
      .map(({ id }) => id)
      .toSorted(),
  );
  for (const { kind, name } of t.app.registry.storesOn(t.app.config))
    if (kind === "cookie") expect(said).toContain(name);
  for (const right of own.rights) expect(said).toContain(policyTexts.en.right[right]);
  for (const section of [
    "What is collected",
    "What it is used for",
    "Who receives it",
    "How it is protected",
    "Cookies",
  ])
    expect(text).toContain(`>${section}</h2>`);
  expect(text).toContain("No method is perfectly secure.");
  expect(text).toContain("the authority within 72 hours");
});

test("the page says the same in every language, right to left in Arabic: no word of a declaration is left in English", async () => {
  const everyone = t.app.registry.processors.map(({ id, name, does, when, role, country, categories }) => ({
    ...{ id, name, does, when, role, country, categories: [...categories] },
  }));
  const cookies = t.app.registry.stores.flatMap(({ kind, name, holds, necessity = "strictly_necessary" }) =>
    kind === "cookie" || kind === "browser" ? [{ name, holds, necessity, kept: "30 days" }] : [],
  );
  const all = { ...facts(), recipients: everyone, cookies };
  const english = policySentences(all);
  for (const language of languages.filter((one) => one !== "en")) {
    const own = policySentences(all, language);
    expect([...own].map(([key, said]) => [key, said.length])).toEqual(
      [...english].map(([key, said]) => [key, said.length]),
    );
    const inEnglish = new Set([...english.values()].flat());
    expect([...own.values()].flat().filter((one) => inEnglish.has(one))).toEqual([]);
    for (const { does, when } of everyone) {
      expect([...own.values()].flat().join(" ")).not.toContain(does);
      expect([...own.values()].flat().join(" ")).not.toContain(when);
    }
    for (const { holds } of cookies) expect([...own.values()].flat().join(" ")).not.toContain(holds);
  }
  for (const path of [
    "/privacy",
    "/privacy/versions",
    "/privacy/versions/1",
    "/privacy/cookies",
    "/privacy/versions/99",
  ]) {
    expect((await page(`${path}?lang=ar`)).text).toContain('<html lang="ar" dir="rtl">');
    expect((await page(path, { "accept-language": "de-CH, en;q=0.5" })).text).toContain('<html lang="de" dir="ltr">');
  }
});

/** Every text by where it stands, as the values that are filled into it. */
function valuesIn(words: object, place = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, text]) =>
      typeof text === "string"
        ? [[place + key, (text.match(/\{\w+\}/g) ?? []).sort().join()]]
        : Object.entries(valuesIn(text as object, `${place}${key} `)),
    ),
  );
}

test("every language has every text of the server's pages, with the same values in each", () => {
  for (const language of languages) {
    const { recipient, cookie, ...page } = policyTexts[language];
    const { recipient: _, cookie: __, ...english } = policyTexts.en;
    expect(valuesIn(page), language).toEqual(valuesIn(english));
    expect(valuesIn({ recipient, cookie }), language).toEqual(
      language === "en" ? {} : valuesIn({ recipient: policyTexts.de.recipient, cookie: policyTexts.de.cookie }),
    );
    expect(valuesIn(contactTexts[language]), language).toEqual(valuesIn(contactTexts.en));
    expect(valuesIn(choiceTexts[language]), language).toEqual(valuesIn(choiceTexts.en));
    expect(valuesIn(policyMailTexts[language]), language).toEqual(valuesIn(policyMailTexts.en));
    expect(valuesIn(proofTexts[language]), language).toEqual(valuesIn(proofTexts.en));
  }
});

test("a signal of the browser is honoured, and the page says so [M24-26]", async () => {
  expect((await page("/privacy", { "sec-gpc": "1" })).text).toContain("It is honoured");
  expect((await page("/privacy")).text).not.toContain("Your browser sends Global Privacy Control");
});

test("a network is on the page while a channel of it is connected, with what its numbers have set for the copy it keeps, and at no other time [API-34 MSJ-19]", async () => {
  const meta = () =>
    page("/privacy").then(({ text }) =>
      text
        .split("<tr role=")
        .slice(1)
        .find((one) => one.includes("WhatsApp Cloud API")),
    );
  const before = (await page("/privacy")).text;
  expect(before).not.toMatch(/Meta|WhatsApp|Ireland/);
  expect(before).toContain("A messaging network is listed here as soon as a business connects a channel of it.");
  // what may come is in the version that was told
  expect((await page("/privacy/versions/1")).text).toContain("Meta Platforms (WhatsApp Cloud API)");
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const row = await meta();
  for (const word of [
    "to carry messages",
    "Ireland; United States",
    "EU-US Data Privacy Framework",
    "impact not assessed by the operator",
    "for up to 30 days",
    "Set for the numbers here: Meta&#39;s copy for up to 30 days.",
  ])
    expect(row).toContain(word);
  expect((await page("/privacy")).text).not.toMatch(/linked device|as soon as a business connects/);
  const set = async (storage: string) =>
    (await workspace.owner.api.patch(`/v1/channels/${channel.id}`, { settings: { storage } })).status;
  expect(await set("somewhere")).toBe(400);
  expect(await set("none")).toBe(200);
  expect(await meta()).toContain("Set for the numbers here: no copy.");
  expect(await set("DE")).toBe(200);
  expect(await meta()).toContain("Set for the numbers here: a copy only in Germany.");
  expect((await workspace.owner.api.delete(`/v1/channels/${channel.id}`)).status).toBeLessThan(300);
  expect(await meta()).toBeUndefined();
});

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

const recipient = {
  id: "gpt",
  name: "Gpt",
  does: "Reads.",
  role: "sub_processor",
  country: "Nowhere",
  categories: ["user.content"],
  when: "Always.",
};
test.each<[string, (facts: PolicyFacts) => unknown, string, number]>([
  [
    "a new kind of data",
    (f) =>
      f.held.push({
        place: "login",
        category: "user.health",
        purpose: "security",
        role: "controller",
        protect: "sealed",
        days: 1,
      }),
    "new_category",
    14,
  ],
  [
    "a new purpose",
    (f) =>
      f.held.push({
        place: "x",
        category: "user.content",
        purpose: "billing",
        role: "controller",
        protect: "sealed",
        days: 1,
      }),
    "new_purpose",
    14,
  ],
  ["a new recipient", (f) => f.recipients.push(recipient), "new_recipient", 30],
  ["more for a recipient", (f) => f.recipients[0]?.categories.push("user.behavior"), "new_recipient", 30],
  ["another country", (f) => (f.operator.region = "Hoster, IN"), "new_country", 30],
  ["another country of a recipient", (f) => f.recipients[0]?.countries?.push("IN"), "new_country", 30],
  ["somebody else who answers", (f) => (f.operator.name = "Buyer GmbH"), "new_controller", 30],
  ["a longer time", (f) => f.held.forEach((one) => one.place === "login" && (one.days = 9999)), "longer_retention", 14],
  [
    "no limit any more",
    (f) => f.held.forEach((one) => one.place === "login" && (one.days = null)),
    "longer_retention",
    14,
  ],
  [
    "weaker protection",
    (f) => f.held.forEach((one) => one.place === "contact" && (one.protect = "plain")),
    "weaker_protection",
    14,
  ],
  ["a security measure that is off", (f) => f.measures?.pop(), "weaker_protection", 14],
  ["a lost right", (f) => f.rights.pop(), "lost_right", 14],
])("%s is a change that matters and is told ahead [MSJ-48]", (_what, change, kind, days) => {
  const after = structuredClone(facts());
  change(after);
  const changes = comparePolicies(facts(), after);
  expect(changes.map((one) => one.kind)).toContain(kind);
  expect(noticeDaysOf(changes)).toBe(days);
  // the way back asks for no more than it takes
  expect(comparePolicies(facts(), facts())).toEqual([]);
});

test("the page of a version has a row for every processor that is on: where it is, by which mechanism, and when its impact was assessed or that it was not; and it lists the countries [GEN-38]", async () => {
  const { text } = await page("/privacy/versions/1");
  const on = t.app.registry.processorsOn(t.app.config);
  expect(on.length).toBeGreaterThan(0);
  const rows = text.split("<tr role=");
  const nameOf = (code: string) => new Intl.DisplayNames("en", { type: "region" }).of(code) ?? "";
  for (const { name, countries = [], transfer } of on) {
    const shown = rows.find((row) => row.includes(`<div>${name}`)) ?? "";
    expect([name, countries.length > 0, transfer?.mechanism]).toEqual([name, true, "dpf"]);
    for (const word of [
      ...[countries.map(nameOf).join("; "), "EU-US Data Privacy Framework"],
      "impact not assessed by the operator",
    ])
      expect([name, shown]).toEqual([name, expect.stringContaining(word)]);
  }
  const all = [...new Set(on.flatMap(({ countries = [] }) => countries.map(nameOf)))].toSorted();
  expect(text).toContain(`Data is in these countries: ${all.join("; ")}.`);
});

test("keeping less, for less, protected better, is no change that has to wait", () => {
  const after = structuredClone(facts());
  for (const one of after.held) if (one.days !== null) one.days -= 1;
  after.held.pop();
  expect(isMaterial(comparePolicies(facts(), after))).toBe(false);
});

test("a version that matters is mailed, shown and compared, and comes into force no sooner than it says; none can be changed, and no choice of notices keeps it from anybody [M24-39 ONE-59 MSJ-48 GEN-15]", async () => {
  const who = await t.given.person();
  const { email } = who;
  const german = await t.given.person();
  const { id: workspaceId } = await t.given.workspace({ owner: german });
  await t.admin.query(
    "insert into alert_setting (workspace_id, recipients, language, updated_at) values ($1, 'nobody', 'de', now())",
    [workspaceId],
  );
  const { api } = await t.given.login(who);
  for (const kind of ["admin", "product"])
    await api.patch("/v1/me/notification-preferences", { kind, byMail: false, inApp: false });
  expect(await publishPolicy(t.app)).toBeUndefined();
  const registry = {
    ...t.app.registry,
    processorsOn: () => [
      ...t.app.registry.processorsOn(t.app.config),
      { ...recipient, subjects: [], purpose: "inbox", isOn: () => true },
    ],
  };
  const other = { ...t.app, registry } as unknown as typeof t.app;
  const numbers = await Promise.all([publishPolicy(other), publishPolicy(other)]);
  expect(numbers.filter((one) => one !== undefined)).toEqual([2]);
  await mailPolicy(t.app, { version: 2 });
  await mailPolicy(t.app, { version: 2 });
  const mails = t.mail.list().filter((mail) => mail.to === email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain("Somebody new receives data: gpt.");
  const [inGerman] = t.mail.list().filter((mail) => mail.to === german.email);
  expect(inGerman?.subject).toMatch(/^Unsere Datenschutzerklärung ändert sich am \d{4}-\d\d-\d\d$/);
  expect(inGerman?.text).toContain("Jemand Neues erhält Daten: gpt.");
  expect(inGerman?.text).toContain("/privacy/versions/2?lang=de");
  expect((await api.get("/v1/me/notifications")).body).toMatchObject({
    data: [{ kind: "legal", topic: "policy_changed", target: "2" }],
  });
  const notice = async () =>
    (await api.get<{ notice: { version: number; changes: string[] } | null }>("/v1/policy-notice")).body.notice;
  expect(await notice()).toMatchObject({
    version: 2,
    changes: expect.arrayContaining(["Somebody new receives data: gpt."]),
  });
  expect((await api.post("/v1/policy-notice/acknowledge", { version: 99 })).status).toBe(404);
  expect((await api.post("/v1/policy-notice/acknowledge", { version: 2 })).status).toBe(204);
  expect(await notice()).toBeNull();
  const before = (await page("/privacy")).text;
  expect(before).toContain("Version 2 comes into force");
  expect(before).not.toContain("Gpt (Nowhere)");
  expect((await page("/privacy/versions/2")).text).toMatch(/<ins>Gpt \(Nowhere\)/);
  expect((await page("/privacy/versions")).text).toContain("Version 1");
  expect((await page("/privacy/versions/3")).status).toBe(404);
  t.clock.advance(30 * DAY_MS - 1);
  expect((await page("/privacy")).text).not.toContain("Gpt (Nowhere)");
  t.clock.advance(1);
  expect((await page("/privacy")).text).toContain("Gpt (Nowhere)");
  for (const sql of ["update policy_version set facts = '{}'", "delete from policy_version"])
    await expect(t.app.db.tx({ workspaceIds: [] }, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
  await expect(
    t.admin.query(
      `insert into policy_version (number, facts, hash, changes, is_material, notice_days, notified_at, effective_at)
      values (9, '{}', '', '[]', true, 14, $1, $1)`,
      [t.clock.now()],
    ),
  ).rejects.toThrow(/check constraint/);
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

test("when another operator takes over, owners hear of it 30 days ahead, by mail and in the app, and may export or close until then; the page names the old one to the end [ONE-36]", async () => {
  const workspace = await t.given.workspace();
  const { owner } = workspace;
  const { rows: first } = await t.admin.query("select max(number) as number from policy_version");
  await publishPolicy(t.app);
  await publishPolicy({ ...t.app, config: { ...t.app.config, operatorName: "Buyer GmbH" } });
  const { rows } = await t.admin.query(
    `select number, is_material, changes, effective_at - notified_at as ahead, effective_at as at from policy_version order by number desc limit 1`,
  );
  const [version] = rows;
  expect(version.number).toBeGreaterThan(first[0]?.number);
  expect(version).toMatchObject({ is_material: true, changes: [{ kind: "new_controller", what: "Buyer GmbH" }] });
  expect(version.at.getTime() - t.clock.ms()).toBeGreaterThanOrEqual(30 * DAY_MS);
  await mailPolicy(t.app, { version: version.number });
  const mail = t.mail.list().find(({ to, text }) => to === owner.email && text.includes("Buyer GmbH"));
  for (const word of [
    "The privacy policy of Test GmbH changes",
    ...[
      "Somebody else answers for your data: Buyer GmbH.",
      "export your data and close your workspace before that day",
    ],
    "/settings/privacy",
  ])
    expect(mail?.text).toContain(word);
  const notice = await owner.api.get<{ notice: { changes: string[] } }>("/v1/policy-notice");
  expect(notice.body.notice.changes).toEqual(["Somebody else answers for your data: Buyer GmbH."]);
  t.clock.set(version.at.getTime() - 1);
  expect((await page("/privacy")).text).toContain("Test GmbH runs this server");
  // the way out is open in these days: a copy, and the end of the workspace
  const { api } = await t.given.member(workspace.id, "owner");
  expect((await api.post("/v1/me/subject-requests", { type: "access" })).status).toBeLessThan(300);
  const { rows: names } = await t.admin.query("select name from workspace where id = $1", [workspace.id]);
  const closed = await api.post(`/v1/workspaces/${workspace.id}/close`, { name: names[0]?.name });
  expect(closed.status).toBe(200);
  t.clock.advance(1);
  expect((await page("/privacy")).text).toContain("Buyer GmbH runs this server");
});
