import { expect, test } from "vitest";
import { providers } from "../app.ts";
import { readConfig, trialRegion } from "../platform/config.ts";
import { languages } from "../platform/languages.ts";
import { allFeatures, allProcessors, allStores, allTables } from "../schema.ts";
import { comparePolicies, isMaterial } from "./compare-policies.ts";
import { policyFacts, type PolicyFacts } from "./policy-facts.ts";
import { policySentences } from "./policy-page.ts";
import { changeSentence, policyTexts } from "./policy-text.ts";
import { compileRegistry } from "./registry.ts";

const registry = compileRegistry({
  tables: allTables,
  stores: allStores,
  processors: allProcessors,
  features: allFeatures,
  providers,
});
const facts = (): PolicyFacts =>
  policyFacts(registry, readConfig({ KEEPWORD_OPERATOR_NAME: "Test GmbH", KEEPWORD_REGION: "Hoster, Ulm, DE" }));

test.each<[string, string, boolean]>([
  ["", "Buyer GmbH, Ulm", false],
  ["Example GmbH, Hauptstraße 1, 10115 Berlin", "Buyer GmbH, Ulm", false],
  ["Shop GmbH", "Shop GmbH, Hauptstraße 2, Ulm", false],
  ["Shop GmbH, Hauptstraße 2, Ulm", "SHOP  Gmbh , Marktplatz 1, Bonn", false],
  ["Shop GmbH, Hauptstraße 2, Ulm", "Buyer GmbH, Hauptstraße 2, Ulm", true],
  ["Shop GmbH, Ulm", "", true],
])("from %j to %j: is it somebody else who answers? %j", (name, next, isOther) => {
  const [before, after] = [facts(), facts()];
  before.operator.name = name;
  after.operator.name = next;
  expect(isMaterial(comparePolicies(before, after))).toBe(isOther);
});

test("a country that was not said before is no new one; one that changes is told by its name in the reader's language", () => {
  const own = {
    ...{ id: "store", name: "Store", does: "Keeps.", role: "operator", country: "As the operator chose" },
    ...{ categories: ["user.content"], when: "Always." },
  };
  const named = (country: string, countries?: string[]): PolicyFacts => {
    const one = facts();
    one.recipients.push({ ...own, ...(countries ? { countries } : {}) });
    return { ...one, operator: { ...one.operator, region: country } };
  };
  const told = (before: PolicyFacts, after: PolicyFacts) => comparePolicies(before, after).map(({ kind }) => kind);
  for (const words of ["", "Falkenstein, Germany"])
    expect(told(named(words), named("Hoster, Falkenstein, SE", ["SE"]))).toEqual(["other"]);
  expect(told(named("Hoster, SE", []), named("Hoster, SE", ["BR"]))).toEqual(["other"]);
  expect(told(named("Hoster, SE", ["SE"]), named("Hoster, SE", ["BR"]))).toEqual(["new_country"]);
  const [change] = comparePolicies(named("Hoster, SE"), named("Hoster, BR"));
  expect(change).toEqual({ kind: "new_country", what: "BR" });
  // somebody's computer is no country, and it is news when it gets one
  expect(told(named(trialRegion), named("Hoster, SE"))).toEqual(["new_country"]);
  expect(told(named("Hoster, SE"), named(trialRegion))).toEqual(["other"]);
  const sentences = (["en", "de", "ar"] as const).map((language) => change && changeSentence(change, language));
  expect(sentences).toEqual([
    ...["Data goes to a new country: Brazil.", "Daten gehen in ein neues Land: Brasilien."],
    expect.stringContaining("البرازيل"),
  ]);
});

test("where nobody hosts the server the page says so in plain words, and how the operator says it", () => {
  for (const language of languages) {
    const who = (region: string): string => {
      const one = facts();
      return (policySentences({ ...one, operator: { ...one.operator, region } }, language).get("who") ?? []).join(" ");
    };
    const nowhere = new Intl.DisplayNames(language, { type: "region" }).of("ZZ") ?? "";
    expect(who(trialRegion)).toContain(policyTexts[language].sentence["who.trial"]);
    for (const region of [trialRegion, ""]) for (const odd of [nowhere, "ZZ"]) expect(who(region)).not.toContain(odd);
    expect(who("")).toContain("KEEPWORD_REGION");
  }
});
