import { expect, test } from "vitest";
import { languages } from "../platform/languages.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel } from "../test/hooks.ts";
import { choiceTexts } from "./choice-text.ts";
import { contactTexts } from "./contact-page.ts";
import { policyFacts, type PolicyFacts } from "./policy-facts.ts";
import { policySentences } from "./policy-page.ts";
import { policyMailTexts } from "./policy-mail-text.ts";
import { policyTexts } from "./policy-text.ts";
import { proofTexts } from "./proof-text.ts";
import { readingPages } from "../test/policy-page.ts";

const t = createTestApp();
const page = readingPages(t);

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
