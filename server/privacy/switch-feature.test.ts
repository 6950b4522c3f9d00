import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { channelForgetJob } from "../channels/channels.jobs.ts";
import { settings } from "../platform/config.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { isHostAmong } from "../platform/store.ts";
import { languages } from "../platform/languages.ts";
import { describe } from "../platform/table.ts";
import { allFeatures, allProcessors } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { rowsWhileOn } from "./feature-plan.ts";
import { policyTexts } from "./policy-text.ts";
import { publishPolicy } from "./publish-policy.ts";
import { policyPage } from "../test/policy-page.ts";

const t = createTestApp();

const { page, linesOf } = policyPage(t);

const namesOf = ({ tables = [] }: FeatureDeclaration): string[] => tables.map((made) => describe(made).name);
const processorsOf = ({ processors = [] }: FeatureDeclaration) =>
  allProcessors.filter(({ id }) => processors.includes(id));
const countOf = async (sql: string): Promise<number> => (await t.admin.query(sql)).rowCount ?? 0;

/** Of the linked phones alone: WhatsApp's other API has one of theirs too. */
const ownHosts = (): string[] => {
  const { whatsapp_linked: linked, whatsapp_cloud: cloud } = t.app.providers;
  return (linked?.hosts ?? []).filter((host) => !isHostAmong(host, cloud?.hosts ?? []));
};
const openHosts = (): readonly string[] =>
  t.app.registry.hostsFor(t.app.config, (one) => t.app.policyGate.isOpen(one) && t.app.featureGate.isOpen(one));

test("a fresh workspace has every optional feature off: nothing of one is kept, nobody of one can be reached or is on the page, and what needs one is refused [ONE-24 ONE-14]", async () => {
  const workspace = await t.given.workspace();
  const { api, id } = workspace;
  const { text, held } = await page();
  expect(held.length).toBeGreaterThan(20);
  for (const one of allFeatures) {
    const rows = rowsWhileOn(one);
    expect([one.id, rows === undefined ? 0 : await countOf(rows)]).toEqual([one.id, 0]);
    if (one.flag.by === "operator")
      expect([one.id, settings[one.flag.setting as keyof typeof settings].default]).toEqual([one.id, undefined]);
    for (const name of namesOf(one)) expect([name, await countOf(`select 1 from ${name}`)]).toEqual([name, 0]);
    const lines = linesOf(one);
    expect([one.id, held.filter((line) => lines.includes(line))]).toEqual([one.id, []]);
    for (const { name, browser } of processorsOf(one)) {
      expect(text).not.toContain(name);
      expect([
        name,
        browser !== undefined && t.app.registry.processorsOn(t.app.config).some((each) => each.name === name),
      ]).toEqual([name, false]);
    }
  }
  expect(text).not.toMatch(/nofficial/);
  const hosts = ownHosts();
  expect(hosts.length).toBeGreaterThan(0);
  expect(openHosts().filter((host) => hosts.includes(host))).toEqual([]);
  for (const host of hosts) await expect(t.app.fetch(`https://${host}/`)).rejects.toMatchObject({ kind: "blocked" });
  // only an owner or a key that manages the workspace makes such a channel, and nobody pairs one that is there by other ways
  const phone = { provider: "whatsapp_linked", name: "Phone", settings: {}, secrets: {} };
  const admin = await t.given.member(id, "admin");
  const narrow = await t.given.apiKey(id, { scopes: ["channel:manage"] });
  for (const by of [admin.api, narrow.api])
    expect(await by.post("/v1/channels", phone)).toMatchObject({
      status: 409,
      body: { code: "feature.off", feature: "linked_phones" },
    });
  await t.admin.query(
    `insert into channel (workspace_id, id, provider, name, status, content_mode, settings, created_at, updated_at)
     values ($1, 'chn_old', 'whatsapp_linked', 'Old', 'connected', 'full', '{}', $2, $2)`,
    [id, t.clock.now()],
  );
  expect(await api.post("/v1/channels/chn_old/session", { method: "qr" })).toMatchObject({
    body: { code: "feature.off" },
  });
  await t.admin.query("delete from channel where id = 'chn_old'");
  expect(await countOf("select 1 from session")).toBe(0);
});

test("while a workspace has linked phones on the page says in every language that this is unofficial and not affiliated with WhatsApp or Meta, and at no other time [ONE-21 ONE-14]", async () => {
  const linked = t.app.registry.processors.find(({ id }) => id === "whatsapp_linked");
  const words = (language: (typeof languages)[number]) =>
    (language === "en" ? linked?.does : policyTexts[language].recipient["whatsapp_linked"]?.does) ?? "";
  const saying = async () => {
    const said: string[] = [];
    for (const language of languages) if ((await page(language)).text.includes(words(language))) said.push(language);
    return said;
  };
  expect(words("en")).toContain("Unofficial: no API of WhatsApp, and not affiliated with WhatsApp or Meta.");
  for (const language of languages) {
    expect([language, words(language)]).toEqual([language, expect.stringMatching(/Meta|ميتا/)]);
    expect(words(language)).toMatch(/nofficial|inoffiziell|oficial|non officiel|غير رسمي|tidak rasmi/);
  }
  expect(await saying()).toEqual([]);
  const workspace = await t.given.workspace();
  const { owner } = workspace;
  expect((await owner.api.patch("/v1/features/linked_phones", { isOn: true })).status).toBe(200);
  expect(await saying()).toEqual([...languages]);
  const made = await owner.api.post<{ id: string }>("/v1/channels", {
    ...{ provider: "whatsapp_linked", name: "Phone", contentMode: "full", settings: {}, secrets: {} },
  });
  expect(made.status).toBe(201);
  expect(await saying()).toEqual([...languages]);
  expect((await owner.api.delete(`/v1/channels/${made.body.id}`)).status).toBeLessThan(300);
  await channelForgetJob.run(t.app, { workspaceId: workspace.id, channelId: made.body.id });
  expect((await owner.api.patch("/v1/features/linked_phones", { isOn: false })).status).toBe(200);
  expect(await saying()).toEqual([]);
});

test("only an owner, or a key that manages the workspace, turns linked phones on, it is in the audit trail, and the page says at once that they are unofficial and what they keep; off again only when no channel needs them [ONE-14 ONE-24]", async () => {
  const workspace = await t.given.workspace();
  const { owner, api, id } = workspace;
  const set = (by: typeof api, isOn: boolean) =>
    by.patch<{ code: string }>(`/v1/features/linked_phones?workspaceId=${id}`, { isOn });
  const listed = async () =>
    (
      await owner.api.get<{ data: { id: string; isOn: boolean; keeps: string[]; passesTo: string[] }[] }>(
        "/v1/features",
      )
    ).body.data;
  const [linked] = allFeatures;
  if (!linked) throw new Error("no feature");
  expect(await listed()).toEqual([
    {
      ...{ id: "linked_phones", does: linked.does, isOn: false },
      ...{ keeps: t.app.registry.placesOf(linked), passesTo: ["WhatsApp (linked device)"] },
    },
  ]);
  const admin = await t.given.member(id, "admin");
  const narrow = await t.given.apiKey(id, { scopes: ["channel:manage", "workspace:read"] });
  for (const by of [admin.api, narrow.api]) expect(await set(by, true)).toMatchObject({ status: 403 });
  expect(await owner.api.patch("/v1/features/webhooks", { isOn: true })).toMatchObject({ status: 404 });
  // what was in use is known when it changes, and that is heard of before the seconds are over for which it is
  expect((await page()).text).not.toMatch(/nofficial/);
  expect((await set(owner.api, true)).status).toBe(200);
  expect((await set(owner.api, true)).status).toBe(200);
  const audit = async () =>
    (
      await t.admin.query(
        "select actor_id, action, target_id from audit_entry where workspace_id = $1 and action like 'feature.%' order by id",
        [id],
      )
    ).rows;
  const entry = { actor_id: owner.memberId, target_id: "linked_phones" };
  expect(await audit()).toEqual([{ ...entry, action: "feature.turned_on" }]);
  const unofficial = "Unofficial: no API of WhatsApp, and not affiliated with WhatsApp or Meta.";
  await expect.poll(async () => (await fetch(`${t.url}/privacy`)).text()).toContain(unofficial);
  const on = await page();
  expect(on.held).toEqual(expect.arrayContaining(linesOf(linked)));
  expect(linesOf(linked).length).toBeGreaterThan(5);
  expect(openHosts()).toEqual(expect.arrayContaining(ownHosts()));
  // it was told before as what may come: nothing new comes by it that people have to be told ahead
  expect(await publishPolicy(t.app)).toBeUndefined();
  const made = await admin.api.post<{ id: string }>("/v1/channels", {
    provider: "whatsapp_linked",
    name: "Phone",
    settings: {},
    secrets: {},
  });
  expect(made.status).toBe(201);
  expect(await set(owner.api, false)).toMatchObject({ status: 409, body: { code: "feature.in_use" } });
  expect((await listed())[0]?.isOn).toBe(true);
  await owner.api.delete(`/v1/channels/${made.body.id}`);
  expect(await set(owner.api, false)).toMatchObject({ status: 409, body: { code: "feature.in_use" } });
  await channelForgetJob.run(t.app, { workspaceId: id, channelId: made.body.id });
  await t.admin.query(
    "insert into session (workspace_id, channel_id, state, since, updated_at) values ($1, $2, 'logged_out', $3, $3)",
    [id, made.body.id, t.clock.now()],
  );
  expect((await set(owner.api, false)).status).toBe(200);
  expect(await audit()).toEqual([
    { ...entry, action: "feature.turned_on" },
    { ...entry, action: "feature.turned_off" },
  ]);
  // what was kept is listed as long as it is there, and no longer
  const after = await page();
  expect(after.text).not.toMatch(/nofficial/);
  const left = linesOf(linked).filter((line) => after.held.includes(line));
  expect(left).toEqual(linesOf(linked).filter((line) => line.startsWith("session: ")));
  expect(left.length).toBeGreaterThan(0);
  await t.admin.query("delete from session");
  expect((await page()).held.filter((line) => linesOf(linked).includes(line))).toEqual([]);
  await expect.poll(openHosts).not.toEqual(expect.arrayContaining(ownHosts()));
});

test("an owner, and a key that manages the workspace, turn linked phones on by making such a channel, with an entry in the audit trail; such a key has the switch too [ONE-14 ONE-24]", async () => {
  const phone = { provider: "whatsapp_linked", name: "Phone", settings: {}, secrets: {} };
  for (const who of ["owner", "key"] as const) {
    const { owner, api, id } = await t.given.workspace();
    const by = who === "owner" ? owner.api : api;
    // refused for another reason: it stays off
    expect((await by.post("/v1/channels", { ...phone, secrets: { proxyUrl: 1 } })).status).toBe(400);
    const isOn = async () => (await api.get<{ data: { isOn: boolean }[] }>("/v1/features")).body.data[0]?.isOn;
    expect(await isOn()).toBe(false);
    for (let i = 0; i < 2; i++) expect((await by.post("/v1/channels", phone)).status).toBe(201);
    const trail = await t.admin.query(
      "select actor_kind, action, target_id from audit_entry where workspace_id = $1 and action like 'feature.%'",
      [id],
    );
    const actor = who === "owner" ? "member" : "api_key";
    expect(trail.rows).toEqual([{ actor_kind: actor, action: "feature.turned_on", target_id: "linked_phones" }]);
    expect(await isOn()).toBe(true);
  }
  const { api } = await t.given.workspace();
  for (const isOn of [true, false])
    expect(await api.patch("/v1/features/linked_phones", { isOn })).toMatchObject({ status: 200, body: { isOn } });
});

/** What a file loads with itself; what it loads later, when it is needed, is not among it. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const from = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^"]*?"([^"]+)";?$/gm);
  for (const [, name = ""] of from) {
    const target = name.startsWith(".") ? path.resolve(path.dirname(file), name) : name;
    if (seen.has(target)) continue;
    seen.add(target);
    if (name.startsWith(".")) packagesOf(target, seen);
  }
  return seen;
}

test("the server loads nothing of the linked phones' library with itself, only when a session opens [ONE-14]", () => {
  const server = path.resolve(import.meta.dirname, "..");
  expect([...packagesOf(path.join(server, "app.ts"))].filter((name) => /^(fastify|baileys)$/.test(name))).toEqual([
    "fastify",
  ]);
  const opened = packagesOf(path.join(server, "providers/whatsapp-linked/open-session.ts"));
  expect(opened.has("baileys")).toBe(true);
});
