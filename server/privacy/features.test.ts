import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { routes } from "../app.ts";
import { channelForgetJob } from "../channels/channels.jobs.ts";
import { readConfig, settings } from "../platform/config.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { isHostAmong } from "../platform/store.ts";
import { languages } from "../platform/languages.ts";
import { describe } from "../platform/table.ts";
import { allFeatures, allProcessors, allStores, allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, reports, says, statusOf } from "../test/hooks.ts";
import { givenLinkedPhone } from "../test/linked-phone.ts";
import { rowsWhileOn } from "./feature-plan.ts";
import { policyFacts } from "./policy-facts.ts";
import { policyTexts } from "./policy-text.ts";
import { publishPolicy } from "./publish-policy.ts";

// a phone that is linked for real: encryption and sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const dayMs = 86_400_000;
const declared = allTables.map(describe);
const namesOf = ({ tables = [] }: FeatureDeclaration): string[] => tables.map((made) => describe(made).name);
const processorsOf = ({ processors = [] }: FeatureDeclaration) =>
  allProcessors.filter(({ id }) => processors.includes(id));
const countOf = async (sql: string): Promise<number> => (await t.admin.query(sql)).rowCount ?? 0;

/** What the page says, which may know of the last seconds' state: everyone who receives data, and every place with what is in it. */
async function page(language = "en") {
  t.clock.advance(5_000);
  const text = await (await fetch(`${t.url}/privacy?lang=${language}`)).text();
  const held = [...text.matchAll(/<code dir="ltr">([^<]+)<\/code><\/div><\/td>\s*<td[^>]*><div>([^<]+)</g)];
  return { text, held: held.map(([, place = "", what = ""]) => `${place}: ${what}`) };
}

/** The lines of the page that an optional feature adds; the declarations know which. */
const linesOf = ({ id }: FeatureDeclaration): string[] =>
  policyFacts(t.app.registry, t.app.config)
    .held.filter(({ feature }) => feature === id)
    .map(({ place, category }) => `${place}: ${words[category] ?? category}`);
const words: Record<string, string> = {
  "user.contact.phone_number": "Phone numbers",
  "user.content": "What was said: texts, files, notes, and what was noted about a person",
  "user.unique_id": "Phone numbers and ids at the messaging services",
  "user.behavior": "When something was last used",
  "organization.name": "Name of the workspace",
  "credential.secret": "Secrets of channels and webhooks",
  "credential.verifier": "Fingerprints of passwords, keys and links",
};
/** Of the linked phones alone: WhatsApp's other API has one of theirs too. */
const ownHosts = (): string[] => {
  const { whatsapp_linked: linked, whatsapp_cloud: cloud } = t.app.providers;
  return (linked?.hosts ?? []).filter((host) => !isHostAmong(host, cloud?.hosts ?? []));
};
const openHosts = (): readonly string[] =>
  t.app.registry.hostsFor(t.app.config, (one) => t.app.policyGate.isOpen(one) && t.app.featureGate.isOpen(one));

test("each optional feature says what it keeps and who gets data by it; nothing is of two, and whatever receives data or can be switched on is of one, or named here with its reason [ONE-24]", () => {
  const stores = allStores.map(({ kind, name }) => `${kind}:${name}`);
  const columns = declared.flatMap((one) => Object.keys(one.columns).map((key) => `${one.name}.${key}`));
  const places = [...declared.map(({ name }) => name), ...stores, ...columns];
  const own = allFeatures.flatMap((one) => t.app.registry.placesOf(one));
  expect(own.filter((place) => !places.includes(place))).toEqual([]);
  expect(new Set(own).size).toBe(own.length);
  const ids = allFeatures.map(({ id }) => id);
  expect(new Set([...ids, ...declared.map(({ name }) => name)]).size).toBe(ids.length + declared.length);
  for (const one of allFeatures) {
    expect([one.id, processorsOf(one).length]).toEqual([one.id, one.processors?.length ?? 0]);
    expect([one.id, (one.fills ?? []).length + t.app.registry.placesOf(one).length > 0]).toEqual([one.id, true]);
  }
  // whoever receives data does so by a feature; a machine of the operator keeps what is kept anyway
  const unasked = allProcessors.filter(
    ({ id, role }) => role !== "operator" && !allFeatures.some(({ processors }) => processors?.includes(id)),
  );
  // a workspace that connects a number came for nothing else
  expect(unasked.map(({ id }) => id)).toEqual(["meta_whatsapp_cloud"]);
  // what is there for one of them alone is its feature's: tables and memory of the linked phones, cookies
  const files = globSync("sessions/*.table.ts", { cwd: path.resolve(import.meta.dirname, "..") });
  const ofSessions = files.flatMap((file) =>
    [...readFileSync(path.resolve(import.meta.dirname, "..", file), "utf8").matchAll(/table\(\s*"(\w+)"/g)].map(
      ([, name = ""]) => name,
    ),
  );
  expect(ofSessions.length).toBeGreaterThan(4);
  for (const name of ofSessions)
    expect([name, t.app.registry.featureOf({ place: name })?.id]).toEqual([name, "linked_phones"]);
  for (const { kind, name, processor, heldBy } of allStores) {
    const feature = t.app.registry.featureOf({ place: `${kind}:${name}` });
    if (processor !== undefined)
      expect([name, feature?.processors]).toEqual([name, expect.arrayContaining([processor])]);
    if (heldBy?.some((file) => file.startsWith("providers/whatsapp-linked/")))
      expect(feature?.id).toBe("linked_phones");
  }
  // a setting of the operator that lets somebody receive data is the flag of their feature
  const quiet = { S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "s" };
  const onWith = (env: Record<string, string>) =>
    allProcessors.filter(({ role, isOn }) => role !== "operator" && isOn(readConfig(env))).map(({ id }) => id);
  const byDefault = onWith(quiet);
  for (const [name, { env, example, default: none }] of Object.entries(settings)) {
    if (example === undefined || none !== undefined || name === "operatorRegister") continue;
    const flags = allFeatures.filter(({ flag }) => flag.by === "operator" && flag.setting === name);
    const more = onWith({ ...quiet, [env]: example }).filter((id) => !byDefault.includes(id));
    expect([name, more]).toEqual([name, flags.flatMap(({ processors = [] }) => processors)]);
  }
});

/** Yes or no in a body of the API: each is a feature's flag, or says here why it keeps or passes on nothing more. */
const switches: Readonly<Record<string, string>> = {
  "feature.update isOn": "the flag of the owner's features",
  ...{ "sign_up.create isAdult": "a statement", "sign_up.create acceptsAgreements": "a statement" },
  ...{ "workspace.create acceptsAgreements": "a statement", "contact.import attestation.isLawful": "a statement" },
  ...{ "conversation.update_many isRead": "a mark", "saved_view.create isShared": "who of the team sees a view" },
  ...{
    "contact.import overwriteNames": "which of two names stays",
    "contact_import.check overwriteNames": "which of two names stays",
    "contact_import.start attestation.isLawful": "a statement",
  },
  "consent_rule.set needsConfirmation": "asks people once more: less happens without it",
  ...{ "subject_request.create detail.isLifted": "a right", "subject_request.create isIdentityProved": "a right" },
  ...{ "webhook_endpoint.create ordered": "an order", "webhook_endpoint.update ordered": "an order" },
  "webhook_endpoint.replay isFailedOnly": "a choice of what is sent again",
  ...{ "notification_preference.update byMail": "to oneself", "notification_preference.update inApp": "to oneself" },
};

test("every switch of the API is a feature's, or is named here with what it does instead of keeping more [ONE-24]", () => {
  const found = routes.flatMap(({ id, method, ...route }) => {
    const body = "body" in route ? route.body : undefined;
    if (method === "GET" || !(body instanceof z.ZodType)) return [];
    return [...new Set(booleansIn(z.toJSONSchema(body, { io: "input", unrepresentable: "any" }), ""))].map(
      (at) => `${id} ${at}`,
    );
  });
  expect(found.toSorted()).toEqual(Object.keys(switches).toSorted());
});

function booleansIn(schema: object, at: string): string[] {
  const {
    type,
    properties = {},
    items,
    anyOf = [],
    oneOf = [],
    allOf = [],
  } = schema as {
    type?: string;
    properties?: Record<string, object>;
    items?: object;
    anyOf?: object[];
    oneOf?: object[];
    allOf?: object[];
  };
  return [
    ...(type === "boolean" ? [at] : []),
    ...Object.entries(properties).flatMap(([key, value]) => booleansIn(value, at === "" ? key : `${at}.${key}`)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((value) => booleansIn(value, at)),
    ...(items === undefined ? [] : booleansIn(items, `${at}[]`)),
  ];
}

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

test("a workspace without a channel has nothing in any table of channels, whatever else its people do; once channels receive those tables fill [M24-04 ONE-24]", async () => {
  const workspace = await t.given.workspace();
  const { owner, id } = workspace;
  const of = (name: string) => (name === "channel" ? "" : "and channel_id is not null");
  const ofChannels = declared.filter(({ name, columns }) => name === "channel" || "channelId" in columns);
  const filled = async (): Promise<string[]> => {
    const counts = await Promise.all(
      ofChannels.map(async ({ name }) =>
        (await countOf(`select 1 from ${name} where workspace_id = '${id}' ${of(name)} limit 1`)) > 0 ? [name] : [],
      ),
    );
    return counts.flat().toSorted();
  };
  expect(ofChannels.map(({ name }) => name)).toEqual(
    expect.arrayContaining(namesOf(allFeatures[0] as FeatureDeclaration)),
  );
  const act = async (
    method: "post" | "patch",
    at: string,
    body: object,
  ): Promise<{ id: string; data: { id: string }[] }> => {
    const answer = await owner.api[method]<{ id: string; data: { id: string }[] }>(at, body);
    if (answer.status >= 300) throw new Error(`${at}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await act("patch", `/v1/workspaces/${id}`, { name: "Renamed" });
  await act("post", "/v1/invitations", { role: "agent" });
  const agent = await t.given.member(id, "agent");
  await act("patch", `/v1/members/${agent.memberId}`, { role: "admin" });
  await act("post", "/v1/api-keys", { name: "Key", scopes: ["contact:read"] });
  const label = await act("post", "/v1/labels", { name: "VIP", color: "blue" });
  await act("post", "/v1/saved-replies", { shortcut: "hours", text: "From nine." });
  await act("post", "/v1/saved-views", { name: "Mine", filter: {} });
  await act("patch", "/v1/alert-settings", { recipients: "owners" });
  await act("post", "/v1/breaches", { kind: "confidentiality", description: "A lost laptop.", peopleAffected: 1 });
  await act("post", "/v1/holds", { reason: "legal_claim", until: new Date(t.clock.ms() + 90 * dayMs).toISOString() });
  const imported = await owner.api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [{ phone: "+393331112222", name: "Ana" }],
    attestation: { isLawful: true, basis: "contract" },
  });
  expect(imported.status).toBeLessThan(300);
  const people = (await owner.api.get<{ data: { id: string }[] }>("/v1/contacts")).body.data;
  expect(people).toHaveLength(1);
  await act("post", "/v1/contact-attributes", { name: "city", label: "City", type: "text", category: "user.content" });
  await act("patch", `/v1/contacts/${people[0]?.id}`, { attributes: { city: "Rome" } });
  expect(await filled()).toEqual([]);

  const channel = await givenChannel(t, workspace);
  const at = t.clock.now();
  const ada = { phone: "14155550111", name: "Ada" };
  for (const [wamid, content] of [
    ["wamid.1", "Hello"],
    ["wamid.2", { type: "image", image: { id: "1", mime_type: "image/png", sha256: "x" } }],
    ["wamid.3", { type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } }],
  ] as const)
    expect((await post(t, channel, says(channel, ada, wamid, at, content))).status).toBe(200);
  await post(t, channel, reports(channel, statusOf("wamid.unknown", "sent", at)));
  const phone = await givenLinkedPhone(workspace, owner.api, sim);
  const past = [{ from: "14155550199", to: phone.phone, text: "of old", at: t.clock.ms() - 7 * dayMs }];
  sim.addPhone({ phone: phone.phone });
  sim.pastMessages({ messages: past });
  await phone.pair();
  await sim.says({ person: "14155550123", to: phone.phone, text: "Is it open?" });
  await expect.poll(async () => (await phone.conversations()).length).toBe(2);
  // what the phone holds of the past stays there, because nobody chose to take it over
  expect(await countOf(`select 1 from session where workspace_id = '${id}' and history_days = 0`)).toBe(1);
  await act("post", `/v1/channels/${phone.channelId}/session/share`, {});
  const [conversation] = (await phone.conversations()).filter(({ channelId }) => channelId === channel.id);
  await act("patch", `/v1/conversations/${conversation?.id}`, { addLabels: [label.id] });
  // one goes out at any moment, the other stays in the outbox
  const scheduledAt = new Date(t.clock.ms() + 3_600_000).toISOString();
  for (const more of [{}, { scheduledAt }])
    await act("post", "/v1/messages", { conversationId: conversation?.id, type: "text", text: "Hello", ...more });
  const elsewhere: Readonly<Record<string, string>> = {
    consent_event: "consent.test.ts: words of people, by channel",
    ...{ contact_link: "contact-page.test.ts", page_code: "contact-page.test.ts" },
    ...{ inbound_event: "write-arrivals.test.ts", template: "template.test.ts", decrypt_journal: "sessions.test.ts" },
    ...{
      first_contact: "gates.test.ts",
      message_day: "content-modes.test.ts",
      message_search: "written after the commit",
    },
    session_lease: "held while a process has the session",
  };
  const full = new Set<string>();
  const stillEmpty = async (): Promise<string[]> => {
    for (const name of await filled()) full.add(name);
    return ofChannels.map(({ name }) => name).filter((name) => !full.has(name) && !(name in elsewhere));
  };
  await expect.poll(stillEmpty).toEqual([]);
  expect(full.size).toBeGreaterThan(10);
});

test("webhooks, a profile's phone number and analytics add their lines to the page with the first use, and take them away with the last; no line of a feature is there before [ONE-24 M24-04]", async () => {
  const byId = (id: string): string[] => linesOf(allFeatures.find((one) => one.id === id) as FeatureDeclaration);
  const shown = async (id: string): Promise<string[]> => {
    const { held } = await page();
    return byId(id).filter((line) => held.includes(line));
  };
  const { owner, api } = await t.given.workspace();
  for (const id of ["webhooks", "profile_phone", "visitor_analytics"]) {
    expect([id, byId(id).length > 0]).toEqual([id, true]);
    expect([id, await shown(id)]).toEqual([id, []]);
  }
  const url = "https://shop.example.com/hook";
  const hook = await api.post<{ id: string }>("/v1/webhook-endpoints", { url, eventTypes: ["template.changed"] });
  expect(hook.status).toBe(201);
  expect(await shown("webhooks")).toEqual(byId("webhooks"));
  expect((await api.delete(`/v1/webhook-endpoints/${hook.body.id}`)).status).toBeLessThan(300);
  expect(await shown("webhooks")).toEqual([]);
  expect((await owner.api.patch("/v1/me", { phone: "+393331112222" })).status).toBe(200);
  expect(await shown("profile_phone")).toEqual(byId("profile_phone"));
  expect((await owner.api.patch("/v1/me", { phone: null })).status).toBe(200);
  expect(await shown("profile_phone")).toEqual([]);
  // a new recipient is told 30 days ahead, and its cookies are on the page from the day on which it counts
  const config = { ...t.app.config, googleAnalyticsId: "G-AB12CD34EF" };
  await publishPolicy({ ...t.app, config });
  expect(await shown("visitor_analytics")).toEqual([]);
  t.clock.advance(30 * dayMs);
  expect(await shown("visitor_analytics")).toEqual(byId("visitor_analytics"));
  await publishPolicy(t.app);
  expect(await shown("visitor_analytics")).toEqual([]);
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
