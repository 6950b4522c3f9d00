import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { providers } from "../app.ts";
import { serve } from "../main.ts";
import { ConfigError, readConfig } from "../platform/config.ts";
import { isOwnHost, isPublicLink } from "../platform/operator-register.ts";
import { hostsOf } from "../platform/store.ts";
import { allFeatures, allProcessors, allStores, allTables } from "../schema.ts";
import { analyticsEntry } from "../test/analytics.ts";
import { comparePolicies } from "./compare-policies.ts";
import { measuresSet } from "./measures.ts";
import { policyFacts } from "./policy-facts.ts";
import { policySentences } from "./policy-page.ts";
import { compileRegistry } from "./registry.ts";
import { registerTable } from "./register-table.ts";
import { eea, expiringTransfers, registerProblems } from "./transfers.ts";

const registry = compileRegistry({
  tables: allTables,
  stores: allStores,
  processors: allProcessors,
  features: allFeatures,
  providers,
});
const today = "2026-11-29";

const agreement = {
  url: "https://mailer.org/dpa",
  signedAt: "2026-01-10",
  instructions: "Deliver mails, nothing else.",
};
const rented = {
  ...{ isOwn: false, name: "Mailer SARL", countries: ["FR"], policy: "https://mailer.org/privacy" },
  ...{ agreement, isConfidential: true },
};
const scc = {
  mechanism: "scc",
  sccModule: 2,
  signedAt: "2026-01-10",
  assessedAt: "2026-01-09",
  expiresAt: "2027-01-09",
};
const SMTP_URL = "smtps://smtp.mailer.org:465";
const configOf = (register: object | undefined, more: Record<string, string> = {}) =>
  readConfig({
    ...{ SMTP_URL, KEEPWORD_REGION: "Hoster, Ulm, DE", ...more },
    ...(register ? { KEEPWORD_PROCESSORS: JSON.stringify(register) } : {}),
  });
const withMail = (entry: object, more: object = {}) => configOf({ processors: { mail_server: entry }, ...more });
const problems = (config: ReturnType<typeof readConfig>, day = today) => registerProblems(registry, config, day);

test("everyone who may receive data has a role and a purpose; without the operator's doing there is nobody but networks that a workspace connects [ONE-34]", () => {
  for (const { id, role, purpose, does, categories } of allProcessors)
    expect([id, role, purpose, does, categories.length > 0]).toEqual([
      ...[id, expect.stringMatching(/^(sub_processor|controller|operator)$/), expect.stringMatching(/^\w+$/)],
      ...[expect.stringMatching(/^[A-Z].*\.$/), true],
    ]);
  const { recipients } = policyFacts(registry, readConfig({}));
  expect(recipients.filter(({ provider }) => !provider)).toEqual([]);
  for (const { id, purpose } of recipients) expect([id, purpose]).toEqual([id, "deliver"]);
});

test("what the operator runs in its own network needs no entry, and nothing is asked of a start without settings", () => {
  expect(problems(readConfig({}))).toEqual([]);
  const own = {
    DATABASE_URL: "postgres://k:p@database/k",
    S3_ENDPOINT: "http://192.168.1.4:9000",
    SMTP_URL: "smtp://127.0.0.1:25",
  };
  const s3 = { S3_BUCKET: "b", S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "s" };
  expect(problems(readConfig({ ...own, ...s3, KEEPWORD_PROVIDER_ORIGINS: "http://localhost:3001" }))).toEqual([]);
  for (const host of [
    "localhost",
    "database",
    "10.1.2.3",
    "172.20.0.5",
    "::1",
    "[fd00::1]",
    "db.internal",
    "nas.local",
    "::ffff:10.1.2.3",
  ])
    expect([host, isOwnHost(host)]).toEqual([host, true]);
  for (const host of [
    "172.40.0.5",
    "8.8.8.8",
    "db.shop.de",
    "2001:db8::1",
    "local.de",
    "10.evil.com",
    "127.0.0.1.evil.com",
    "fd00.evil.com",
  ])
    expect([host, isOwnHost(host)]).toEqual([host, false]);
});

test.each([
  ["postgres://k:p@localhost/k?host=db.shop.de", ["db.shop.de"], false],
  ["postgres://k:p@db.shop.de/k?sslmode=verify-full", ["db.shop.de"], true],
  ["postgres://k:p@10.evil.com/k", ["10.evil.com"], false],
  ["postgres://k:p@db.shop.de/k?host=/var/run/postgresql", ["localhost"], true],
  ["postgres://k:p@[fd00::1]/k", ["fd00::1"], true],
  ["postgres:///k", ["localhost"], true],
])(
  "the database of %s is at %o, for the register and for the annex: encrypted or inside %s [GEN-28 GEN-39]",
  (address, hosts, isSafe) => {
    const config = readConfig({ DATABASE_URL: address });
    const database = allProcessors.filter(({ id }) => id === "database");
    expect(database.flatMap((one) => hostsOf(one, config, {}))).toEqual(hosts);
    expect(measuresSet(config).includes("database_encrypted")).toBe(isSafe);
    expect(problems(config).length === 0).toBe(hosts.every(isOwnHost));
  },
);

test.each([
  ["smtp://smtp.mailer.org:587", true],
  ["smtps://smtp.mailer.org:465", true],
  ["smtp://127.0.0.1:25", false],
])("mails to %s are encrypted, says the annex: %s [GEN-28]", (address, isOn) => {
  expect(measuresSet(readConfig({ SMTP_URL: address })).includes("mail_encrypted")).toBe(isOn);
});

test("the server does not start with somebody outside of whom nothing is written down, and opens nothing before it says so [GEN-39 ONE-35]", async () => {
  const dir = path.join(mkdtempSync(path.join(os.tmpdir(), "kw-refused-")), "data");
  const boot = async (config: ReturnType<typeof readConfig>) => {
    const failure = await serve(config).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    return (failure as ConfigError).problems;
  };
  try {
    expect(await boot(configOf(undefined, { KEEPWORD_DATA_DIR: dir }))).toEqual([
      expect.stringMatching(/^Mail server .* KEEPWORD_PROCESSORS says nothing of "mail_server"/),
    ]);
    const abroad = configOf(
      { processors: { mail_server: { ...rented, countries: ["US"] } } },
      { KEEPWORD_DATA_DIR: dir },
    );
    expect(await boot(abroad)).toEqual([expect.stringMatching(/in US, outside .* no transfer mechanism is recorded/)]);
    expect(existsSync(dir)).toBe(false);
  } finally {
    rmSync(path.dirname(dir), { recursive: true, force: true });
  }
});

test.each<[string, object, object, string | undefined]>([
  ["inside the EEA", rented, {}, undefined],
  ["outside without a mechanism", { ...rented, countries: ["FR", "IN"] }, {}, "in IN, outside"],
  ["outside by clauses", { ...rented, countries: ["IN"], transfer: scc }, {}, undefined],
  [
    "outside by clauses that ended",
    { ...rented, countries: ["IN"], transfer: { ...scc, expiresAt: "2026-11-28" } },
    {},
    "ended on 2026-11-28",
  ],
  ["outside what the operator allows", rented, { allowedCountries: ["DE"] }, "in FR, outside"],
  [
    "in a country that the operator allows",
    { ...rented, countries: ["CH"] },
    { allowedCountries: ["EEA", "CH"] },
    undefined,
  ],
  ["a machine of its own abroad", { isOwn: true, countries: ["US"] }, {}, "in US, outside"],
  ["a machine of its own", { isOwn: true, countries: ["DE"] }, {}, undefined],
])("a processor %s: the server starts, or says what is missing [GEN-39]", (_what, entry, more, said) => {
  expect(problems(withMail(entry, more))).toEqual(said === undefined ? [] : [expect.stringContaining(said)]);
});

test("with Google Analytics the operator states what retention is set there: without it, or with more than two months, the server does not start; the page says it [API-38]", () => {
  const { google_analytics: google } = (
    JSON.parse(analyticsEntry.KEEPWORD_PROCESSORS) as { processors: Record<string, object> }
  ).processors;
  const withGoogle = (more: object) =>
    configOf(
      { processors: { google_analytics: { ...google, ...more } } },
      { KEEPWORD_GA_ID: "G-TEST1234", SMTP_URL: "" },
    );
  expect(problems(withGoogle({ keptMonths: undefined }))).toEqual([
    expect.stringContaining("says nothing of how long"),
  ]);
  expect(problems(withGoogle({ keptMonths: 14 }))).toEqual([expect.stringContaining('"keptMonths": 2')]);
  expect(() => withGoogle({ keptMonths: 0 })).toThrow(/keptMonths/);
  const config = withGoogle({ keptMonths: 2 });
  expect(problems(config)).toEqual([]);
  const facts = policyFacts(registry, config);
  const page = registerTable(facts.recipients, "en")?.text;
  expect(page).toContain("At most 2 months, as the operator has set it there.");
  expect(facts.recipients.map(({ does }) => does).join()).toContain("without storing their IP address");
  const longer = policyFacts(registry, withGoogle({ keptMonths: 14 }));
  expect(comparePolicies(facts, longer)).toEqual([{ kind: "longer_retention", what: "google_analytics" }]);
});

test("every network that is on by a channel and leaves the EEA has its mechanism declared, and the server's own country is allowed [GEN-39]", () => {
  for (const one of allProcessors.filter(({ provider }) => provider !== undefined))
    expect([one.id, one.countries?.some((code) => !eea.includes(code)), one.transfer?.mechanism]).toEqual([
      one.id,
      true,
      "dpf",
    ]);
  const without = {
    processors: allProcessors.map(
      (one) => ({ ...one, transfer: undefined }) as unknown as (typeof allProcessors)[number],
    ),
  };
  expect(registerProblems(without, readConfig({}), today)).toHaveLength(2);
  const american = readConfig({ KEEPWORD_REGION: "Hoster, Ohio, US" });
  expect(registerProblems(without, american, today)).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ["no agreement", { agreement: undefined }, /agreement/],
  [
    "no day of the agreement",
    { agreement: { ...agreement, signedAt: undefined } },
    /agreement\.signedAt must be a day/,
  ],
  ["no link to the agreement", { agreement: { ...agreement, url: undefined } }, /agreement\.url must be an https/],
  [
    "no instructions",
    { agreement: { ...agreement, instructions: "all" } },
    /instructions must say what the processor may do/,
  ],
  ["no duty of confidentiality", { isConfidential: false }, /isConfidential must be true/],
  ["nothing said of confidentiality", { isConfidential: undefined }, /isConfidential must be true/],
  ["no country", { countries: [] }, /countries must name a country/],
  ["no policy", { policy: undefined }, /policy must be an https/],
  ["a policy that is no page for everybody", { policy: "https://example.com/p" }, /policy must be a public page/],
  ["clauses without their module", { transfer: { ...scc, sccModule: undefined } }, /sccModule must be 1 to 4/],
  ["a transfer without its day", { transfer: { ...scc, signedAt: undefined } }, /transfer\.signedAt must be a day/],
  [
    "a transfer that nobody assessed",
    { transfer: { ...scc, assessedAt: undefined } },
    /transfer\.assessedAt must be a day/,
  ],
  ["a field that there is not", { dpa: true }, /Unrecognized key/],
  ["nothing of whose it is", { isOwn: undefined }, /must say with isOwn/],
])("an entry with %s is refused, and so the processor is not used [ONE-35 MSJ-20 MSJ-47]", (_what, change, said) => {
  expect(() => withMail({ ...rented, ...change })).toThrow(said);
});

test("a register that names nobody known, or is no JSON, is refused in a sentence", () => {
  expect(problems(configOf({ processors: { mail_server: rented, fax: rented } }))).toEqual([
    expect.stringContaining("fax is nobody who receives data; known are meta_whatsapp_cloud"),
  ]);
  const read = (text: string) => () => readConfig({ KEEPWORD_PROCESSORS: text });
  expect(read("{")).toThrow("KEEPWORD_PROCESSORS: must be JSON");
  expect(read("/nowhere/processors.json")).toThrow("must be JSON, or a file that can be read");
  expect(() => readConfig({ KEEPWORD_REGION: "Germany" })).toThrow(/must name the host and end in its country/);
});

test("what the operator wrote down about a processor is its row of the register: country, mechanism with module and days, day of the assessment, agreement and what it is for; the countries are listed [GEN-38 MSJ-46 MSJ-47 M24-29 MSJ-20]", () => {
  const facts = policyFacts(registry, withMail({ ...rented, countries: ["FR", "IN"], transfer: scc }));
  const row = facts.recipients.find(({ id }) => id === "mail_server");
  expect(row).toMatchObject({
    countries: ["FR", "IN"],
    transfer: scc,
    agreement,
    isConfidential: true,
    purpose: "account",
    categories: ["user.contact.email"],
  });
  const table = registerTable(facts.recipients, "en")?.text ?? "";
  const shown = table.split("<tr role=").find((one) => one.includes("Mailer SARL")) ?? "";
  for (const word of [
    "to run accounts",
    "E-mail addresses",
    "France; India",
    "standard contractual clauses, module 2",
    "since 2026-01-10",
    "impact assessed on 2026-01-09",
    "until 2027-01-09",
    'href="https://mailer.org/dpa"',
    "(2026-01-10): Deliver mails, nothing else.",
    'href="https://mailer.org/privacy"',
  ])
    expect(shown).toContain(word);
  const said = [...policySentences(facts).values()].flat().join("\n");
  expect(said).toContain("Data is in these countries: France; India; Ireland; United States.");
  expect(said).toContain("The server is hosted by Hoster, Ulm, in Germany.");
  for (const language of ["de", "ar"] as const)
    expect(registerTable(facts.recipients, language)?.text).not.toMatch(/France|standard contractual|impact/);
});

test("Meta's row tells of the copy that it keeps for up to 30 days, and what local storage and no storage make of it", () => {
  const { recipients } = policyFacts(registry, readConfig({}));
  const table = registerTable(recipients, "en")?.text ?? "";
  const row = table.split("<tr role=").find((one) => one.includes("WhatsApp Cloud API")) ?? "";
  for (const word of ["for up to 30 days", "local storage only in its region", "no storage for an hour"])
    expect(row).toContain(word);
});

test("each row links the policy of whoever it is, and a link that by its form is no public https page is refused", () => {
  for (const { id, role, policy, agreement: own } of allProcessors) {
    // a machine of the operator's is told by the operator, strictly
    expect([id, policy !== undefined]).toEqual([id, role !== "operator"]);
    for (const link of [policy, own?.url])
      if (link !== undefined) expect([link, isPublicLink(link)]).toEqual([link, true]);
  }
  const table = registerTable(policyFacts(registry, readConfig({})).recipients, "en")?.text ?? "";
  for (const { policy, provider } of allProcessors) if (provider) expect(table).toContain(`href="${policy}"`);
  for (const link of [
    "http://mailer.org/p",
    "https://example.com/privacy",
    "https://mailer/p",
    "https://a:b@mailer.org/p",
    "https://mailer.org:8443/p",
    "https://mailer.org/p?utm_source=x",
    "https://nas.local/p",
    "not a link",
  ])
    expect([link, isPublicLink(link)]).toEqual([link, false]);
});

test("a mechanism that ends is known a month ahead, and every day after [MSJ-47]", () => {
  const config = withMail({ ...rented, countries: ["IN"], transfer: scc });
  const at = (day: string) =>
    expiringTransfers(registry, config, new Date(`${day}T12:00:00Z`), 30).map(({ id, daysLeft }) => [id, daysLeft]);
  expect(at("2026-12-09")).toEqual([]);
  expect(at("2026-12-10")).toEqual([["mail_server", 30]]);
  expect(at("2027-01-12")).toEqual([["mail_server", -3]]);
});
