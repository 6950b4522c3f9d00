import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { allFeatures, allProcessors, allStores, allTables } from "../schema.ts";
import { printAnnex, printProcessing } from "../../scripts/print-processing.ts";
import { printDataMap } from "../../scripts/print-docs.ts";
import { readConfig } from "../platform/config.ts";
import { text } from "../platform/drizzle.ts";
import { column, describe, retentionsOf, type TableDeclaration } from "../platform/table.ts";
import { declarationProblems } from "./check-declarations.ts";
import { prove, readConformance, readEvidence, readPromises } from "./evidence.ts";
import { evidenceBody } from "./evidence-page.ts";
import { policyFacts } from "./policy-facts.ts";
import { policySentences } from "./policy-page.ts";
import { outlivingTables } from "./processing-record.ts";
import { purposes } from "./purposes.ts";
import { compileRegistry } from "./registry.ts";
import { compileSubjectGraph } from "./subject-graph.ts";

const printed = printProcessing({ note: "", tables: allTables, stores: allStores, processors: allProcessors });

test("what is declared agrees with itself: sealed is bytes, bytes are sealed, every time limit has its column [API-26]", () => {
  expect(declarationProblems(allTables.map(describe))).toEqual([]);
});

test("what stays after an erase says by which statute, for how many years and from when; nothing else may stay [GEN-25]", () => {
  const tables = allTables.map(describe);
  const outliving = outlivingTables(tables);
  expect(outliving.length).toBeGreaterThan(5);
  for (const { table, rule, statute, years, from } of outliving) {
    expect([table, rule.length > 10, statute]).toEqual([table, true, expect.stringMatching(/^GDPR Art\. \d+/)]);
    expect([table, years > 0 && years <= 10]).toEqual([table, true]);
    expect(Object.keys(tables.find(({ name }) => name === table)?.columns ?? {})).toContain(from);
  }
  const names = outliving.map(({ table }) => table);
  expect(names.filter((name) => !printed.includes(`| ${name} | `))).toEqual([]);
  // what is kept by a step, or kept and emptied, is among them, but for what the step removes
  const graph = compileSubjectGraph(allTables);
  const staying = graph.contact.filter(({ erase, as }) => erase !== "delete" && as === "about");
  const removed = ["attachment", "message_search", "contact_search"];
  expect([...new Set(staying.map(({ table }) => table))].filter((name) => !names.includes(name)).toSorted()).toEqual(
    removed.filter((name) => staying.some(({ table }) => table === name)).toSorted(),
  );
  const [event] = tables.filter(({ name }) => name === "event");
  if (!event) throw new Error("no table event");
  const { legal: _, ...unruled } = event.privacy;
  expect(declarationProblems([{ ...event, privacy: unruled }])).toEqual([
    "event stays after an erase, and no rule says so",
  ]);
  expect(declarationProblems([{ ...event, privacy: { ...event.privacy, retention: "until-removed" } }])).toEqual([
    "event outlives a person without a day on which it goes",
  ]);
});

test("every field lists what it is for: running the service rests on the contract, and no purpose is without a ground [GEN-11]", () => {
  for (const purpose of ["deliver", "inbox", "account"] as const)
    expect(purposes[purpose]).toMatchObject({ use: "essential.service", basis: "contract" });
  const map = printDataMap(allTables);
  for (const { name, privacy, columns } of allTables.map(describe)) {
    const { use, basis } = purposes[privacy.purpose];
    const section = map.split(`## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
    expect([name, section]).toEqual([name, expect.stringContaining(`\`${use}\`, ${basis.replace("_", " ")}`)]);
    for (const key of Object.keys(columns))
      expect(section).toContain(`\`${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}\``);
  }
  // and the page says it of every kind of data in every place, cookies by the choice they need
  const registry = compileRegistry({
    tables: allTables,
    stores: allStores,
    processors: allProcessors,
    features: allFeatures,
    providers: {},
  });
  const facts = policyFacts(registry, readConfig({}));
  for (const one of facts.held)
    expect([one.place, one.purpose in purposes, one.basis]).toEqual([one.place, true, expect.stringMatching(/./)]);
  const counted = facts.held.filter(({ place }) => place.startsWith("cookie:_ga")).map(({ basis }) => basis);
  expect([counted.length > 0, new Set(counted)]).toEqual([true, new Set(["consent"])]);
  const used = policySentences(facts).get("used")?.join("\n");
  expect(used).toContain("to carry messages (a contract needs it).");
  expect(used).toContain("to keep the service secure (a legitimate interest).");
});

test("each table has one role: the record of what is done on behalf of others, and the annex to their contract, name exactly those of a processor [GEN-22]", () => {
  const tables = allTables.map(describe);
  for (const { name, privacy } of tables)
    expect([name, privacy.role]).toEqual([name, expect.stringMatching(/^(controller|processor)$/)]);
  const [own = "", others = ""] = printed.split("## On behalf of workspaces (Article 30(2))");
  const annex = printAnnex({ note: "", tables: allTables, processors: allProcessors });
  const kept = (text: string, name: string): boolean =>
    new RegExp(`[| ;]${name} (\\d|\`|with|until)`).test(text.split("## What outlives")[0] ?? "");
  for (const { name, privacy } of tables) {
    const isOfOthers = privacy.role === "processor";
    expect([name, kept(own, name), kept(others, name), kept(annex, name)]).toEqual([
      name,
      !isOfOthers,
      isOfOthers,
      isOfOthers,
    ]);
  }
  // Article 30(2): categories of processing, recipients, transfers, measures
  for (const word of ["user.content", "Meta Platforms", "Ireland and the United States", "AES-256-GCM"])
    expect(printed).toContain(word);
});

test("counts that stay when rows go have no column that leads to anybody, and ten people behind each; a declaration that says otherwise is found out [API-32]", () => {
  const declared = allTables.map(describe);
  const counted = declared.filter(({ privacy }) => retentionsOf(privacy).some(({ then }) => then === "aggregate"));
  expect(counted.map(({ name }) => name)).toEqual(["message"]);
  for (const { privacy } of counted)
    for (const { then, into, atLeast } of retentionsOf(privacy))
      if (then === "aggregate") expect([into, atLeast]).toEqual(["message_day", 10]);
  const changed = (name: string, change: (one: TableDeclaration) => object) =>
    declarationProblems(declared.map((one) => (one.name === name ? { ...one, ...change(one) } : one)));
  const contactId = column("system", text());
  expect(changed("message_day", ({ columns }) => ({ columns: { ...columns, contactId } }))).toEqual([
    "message_day.contactId may lead to somebody",
  ]);
  const retention = { from: "sortAt", days: 365, then: "aggregate", into: "message_day", atLeast: 9 } as const;
  expect(changed("message", ({ privacy }) => ({ privacy: { ...privacy, retention } }))).toEqual([
    "message is counted where fewer than 10 people are behind a count",
  ]);
});

test("every tag names a promise, and no promise of a later function is claimed", () => {
  const promises = readPromises();
  const ids = new Set(promises.map(({ id }) => id));
  expect(ids.size).toBe(239);
  expect(Object.keys(readEvidence()).filter((id) => !ids.has(id))).toEqual([]);
  const all = Object.fromEntries(
    Object.values(readEvidence()).flatMap((titles) => titles.map((title) => [title, "passed" as const])),
  );
  const claimed = prove(promises, readEvidence(), all).filter(({ state }) => state === "kept");
  expect(claimed.filter(({ promise }) => promise.pending !== undefined)).toEqual([]);
});

test("what is claimed is proved by tests that are there: each of them, under its title, with the promise's id", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const evidence = readEvidence();
  const missing = Object.entries(evidence).flatMap(([id, titles]) =>
    titles.filter((one) => {
      const [file = "", title = ""] = one.split(/ > (.*)/s);
      const source = existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), "utf8") : "";
      return !source.replaceAll(/\\(["'`])/g, "$1").includes(title) || !title.includes(id);
    }),
  );
  expect(missing).toEqual([]);
  const conformance = readConformance();
  for (const { promise, state, tests } of prove(readPromises(), evidence, conformance?.tests ?? {}))
    if (state === "kept") {
      expect([promise.id, tests.length > 0]).toEqual([promise.id, true]);
      for (const title of tests) expect([title, conformance?.tests[title]]).toEqual([title, "passed"]);
    }
});

test("a promise is kept only when every test of it passed, and shown only then", () => {
  const promises = readPromises().slice(0, 3);
  const [first, second, third] = promises.map(({ id }) => id);
  const evidence = { [first ?? ""]: ["a", "b"], [second ?? ""]: ["c"] };
  const states = (tests: Record<string, "passed" | "failed">) =>
    prove(promises, evidence, tests).map(({ state }) => state);
  expect(states({ a: "passed", b: "passed", c: "failed" })).toEqual(["kept", "broken", "unproved"]);
  expect(states({ a: "passed", c: "passed" })).toEqual(["unproved", "kept", "unproved"]);
  const html = evidenceBody(prove(promises, evidence, { a: "passed", b: "passed", c: "failed" }), undefined).text;
  expect([first, second, third].map((id) => html.includes(`<code dir="ltr">${id}</code>`))).toEqual([
    true,
    false,
    false,
  ]);
  expect(html).not.toMatch(/https?:\/\/|<script/);
});

test("every promise says in a plain sentence what it gives, one that repeats others by theirs, and what is tested is beneath", () => {
  const proofs = prove(readPromises(), {}, {});
  const sentence = /^\p{Lu}[^{}_=≤≥→×<>/]+\.$/u;
  for (const { promise, says } of proofs)
    expect([promise.id, says.length > 0 && says.every((one) => sentence.test(one))]).toEqual([promise.id, true]);
  const same = proofs.find(({ promise }) => promise.id === "ONE-09");
  const others = proofs.filter(({ promise }) => same?.promise.as?.includes(promise.id));
  expect(same?.says).toEqual(others.flatMap(({ says }) => says));
  const first = proofs.find(({ promise }) => promise.says !== undefined);
  const { text } = evidenceBody(first ? [{ ...first, state: "kept" }] : [], undefined);
  const [told = "", tested = ""] = [first?.says[0], first?.promise.requirement];
  expect(text.indexOf(told)).toBeGreaterThan(0);
  expect(text.indexOf(tested)).toBeGreaterThan(text.indexOf(told));
});
