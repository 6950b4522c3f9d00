import { expect, test } from "vitest";
import { printProcessing } from "../../scripts/print-processing.ts";
import { allProcessors, allStores, allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { BreachView } from "./breach.ts";
import { mailBreachJob } from "./incident.jobs.ts";
import type { DisclosureView } from "./legal-disclosure.ts";
import { activitiesOf, authorities } from "./processing-record.ts";

const t = createTestApp();
const HOUR_MS = 3_600_000;

test("an authority gets nothing before two people approved, on a closed list of grounds; keys and agents cannot [ONE-37]", async () => {
  const workspace = await t.given.workspace();
  const admin = await t.given.member(workspace.id, "admin");
  const agent = await t.given.member(workspace.id, "agent");
  const asked = { authority: "Staatsanwaltschaft Ulm, 12 Js 34/26", ground: "legal_obligation", scope: "metadata" };
  const { owner } = workspace;
  expect((await owner.api.post("/v1/legal-disclosures", { ...asked, ground: "curiosity" })).status).toBe(400);
  expect((await agent.api.post("/v1/legal-disclosures", asked)).status).toBe(403);
  const foreign = { ...asked, contactId: "con_00000000000000000000000000" };
  expect((await owner.api.post("/v1/legal-disclosures", foreign)).status).toBe(404);
  const made = await owner.api.post<DisclosureView>("/v1/legal-disclosures", asked);
  expect([made.status, made.body.state]).toEqual([201, "proposed"]);
  const approve = (api: typeof owner.api) =>
    api.post<DisclosureView & { code?: string }>(`/v1/legal-disclosures/${made.body.id}/approve`, {});
  expect((await approve(workspace.api)).status).toBe(403);
  expect((await approve(owner.api)).body.state).toBe("approved_once");
  expect((await approve(owner.api)).body.code).toBe("legal_disclosure.needs_another");
  const done = await approve(admin.api);
  expect([done.body.state, done.body.approvals.map(({ memberId }) => memberId)]).toEqual([
    "approved",
    [owner.memberId, admin.memberId],
  ]);
  const { rows } = await t.admin.query<{ row: string }>("select d::text as row from legal_disclosure d");
  expect(rows[0]?.row).not.toContain(Buffer.from("Ulm").toString("hex"));
  await expect(
    t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) => tx.query("delete from legal_disclosure")),
  ).rejects.toThrow(/permission denied/);
});

test("what an authority gets is one person's, no more than its scope names, only after both approvals, and the log says who took it out when [M24-31]", async () => {
  const workspace = await t.given.workspace();
  const admin = await t.given.member(workspace.id, "admin");
  const agent = await t.given.member(workspace.id, "agent");
  const channel = await givenChannel(t, workspace);
  const [ann, bob] = [
    { phone: "254711000001", name: "Ann Canary" },
    { phone: "254711000002", name: "Bob Bystander" },
  ];
  await post(t, channel, says(channel, ann, "wamid.ann", t.clock.ms(), "the word is Xylophonist"));
  await post(t, channel, says(channel, bob, "wamid.bob", t.clock.ms(), "the word is Marmalade"));
  const contacts = (await workspace.api.get<{ data: { id: string; name: string }[] }>("/v1/contacts")).body.data;
  const contactId = contacts.find(({ name }) => name === ann.name)?.id;
  const file = async (id: string, api = workspace.owner.api) => {
    const answer = await api.get<{ code?: string }>(`/v1/legal-disclosures/${id}/file`);
    return { status: answer.status, code: answer.body.code, text: JSON.stringify(answer.body) };
  };
  const approved = async (scope: string, whom: object = { contactId }) => {
    const asked = { authority: "LKA Ulm, Az. 7", ground: "legal_obligation", scope, ...whom };
    const { body } = await workspace.owner.api.post<DisclosureView>("/v1/legal-disclosures", asked);
    expect(await file(body.id)).toMatchObject({ status: 409, code: "legal_disclosure.not_approved" });
    const path = `/v1/legal-disclosures/${body.id}/approve`;
    await workspace.owner.api.post(path, {});
    expect(await file(body.id)).toMatchObject({ status: 409, code: "legal_disclosure.not_approved" });
    await admin.api.post(path, {});
    return body.id;
  };
  const holds: Record<string, [string, boolean][]> = {
    account: [
      [ann.phone, true],
      ["inbound", false],
      ["wamid", false],
      ["Xylophonist", false],
    ],
    metadata: [
      [ann.phone, true],
      ['"type":"text"', true],
      ["Xylophonist", false],
    ],
    messages: [
      [ann.phone, true],
      ['"type":"text"', true],
      ["Xylophonist", true],
    ],
  };
  for (const [scope, words] of Object.entries(holds)) {
    const id = await approved(scope);
    expect((await file(id, agent.api)).status).toBe(403);
    expect((await file(id, workspace.api)).status).toBe(403);
    const { status, text } = await file(id, admin.api);
    expect(status).toBe(200);
    for (const [word, isIn] of [...words, [bob.name, false], [bob.phone, false], ["Marmalade", false]] as const)
      expect([scope, word, text.includes(word)]).toEqual([scope, word, isIn]);
    const log = (await workspace.owner.api.get<{ data: DisclosureView[] }>("/v1/legal-disclosures")).body.data[0];
    expect(log).toMatchObject({
      ...{ id, authority: "LKA Ulm, Az. 7", ground: "legal_obligation", scope, createdAt: t.clock.now().toISOString() },
      approvals: [{ memberId: workspace.owner.memberId }, { memberId: admin.memberId }],
      given: { memberId: admin.memberId, at: t.clock.now().toISOString() },
    });
  }
  // the register has the first, the trail each of them
  const last = (await workspace.owner.api.get<{ data: DisclosureView[] }>("/v1/legal-disclosures")).body.data[0];
  t.clock.advance(HOUR_MS);
  expect((await file(last?.id ?? "")).status).toBe(200);
  const trail = await workspace.owner.api.get<{ data: { action: string; targetId: string }[] }>("/v1/audit-entries");
  const taken = trail.body.data.filter(({ action, targetId }) => action.startsWith("legal_") && targetId === last?.id);
  const entry = { action: "legal_disclosure.given", detail: {} };
  expect(taken).toMatchObject([
    {
      ...entry,
      actor: { kind: "member", id: workspace.owner.memberId },
      createdAt: t.clock.now().toISOString(),
    },
    { ...entry, actor: { kind: "member", id: admin.memberId }, createdAt: last?.given?.at },
  ]);
  const whole = await approved("account", {});
  expect(await file(whole)).toMatchObject({ status: 409, code: "legal_disclosure.names_nobody" });
  const foreign = await t.given.workspace();
  expect((await file(whole, foreign.owner.api)).status).toBe(404);
});

test("somebody else gets nothing of a person without the id of their consent to disclosure; no other purpose, person or ended consent will do, then or later [ONE-38]", async () => {
  const workspace = await t.given.workspace();
  const { owner } = workspace;
  const admin = await t.given.member(workspace.id, "admin");
  const channel = await givenChannel(t, workspace);
  const [eva, fay] = [
    { phone: "254711000003", name: "Eva Canary" },
    { phone: "254711000004", name: "Fay Bystander" },
  ];
  await post(t, channel, says(channel, eva, "wamid.eva", t.clock.ms(), "hello"));
  await post(t, channel, says(channel, fay, "wamid.fay", t.clock.ms(), "hello"));
  const contacts = (await workspace.api.get<{ data: { id: string; name: string }[] }>("/v1/contacts")).body.data;
  const idOf = (whom: { name: string }): string => contacts.find(({ name }) => name === whom.name)?.id ?? "";
  const note = async (contactId: string, purpose: string, more: object = {}): Promise<string> => {
    const entry = { purpose, action: "granted", method: "paper", text: "My data may go to Insurance X.", ...more };
    const answer = await owner.api.post<{ id: string }>(`/v1/contacts/${contactId}/consents`, entry);
    expect(answer.status).toBe(201);
    return answer.body.id;
  };
  const contactId = idOf(eva);
  const propose = (consentId?: string, ground = "consent") =>
    owner.api.post<DisclosureView & { code?: string }>("/v1/legal-disclosures", {
      ...{ authority: "Insurance X", scope: "account", ground, contactId, consentId },
    });
  const refused = { status: 409, body: { code: "legal_disclosure.needs_consent" } };
  expect(await propose()).toMatchObject(refused);
  expect(await propose("cns_00000000000000000000000000")).toMatchObject(refused);
  expect(await propose(await note(contactId, "marketing"))).toMatchObject(refused);
  expect(await propose(await note(idOf(fay), "disclosure"))).toMatchObject(refused);
  expect(await propose(await note(contactId, "disclosure", { action: "requested" }))).toMatchObject(refused);
  expect(await propose(await note(contactId, "disclosure", { method: "import" }))).toMatchObject(refused);
  const expiresAt = new Date(t.clock.ms() + HOUR_MS).toISOString();
  const short = await note(contactId, "disclosure", { expiresAt });
  const first = await propose(short);
  expect([first.status, first.body.consentId]).toEqual([201, short]);
  expect((await propose(short, "safety")).status).toBe(400);
  const second = await propose(await note(contactId, "disclosure"));
  const file = (id: string) => admin.api.get<{ code?: string }>(`/v1/legal-disclosures/${id}/file`);
  for (const { body } of [first, second]) {
    await owner.api.post(`/v1/legal-disclosures/${body.id}/approve`, {});
    await admin.api.post(`/v1/legal-disclosures/${body.id}/approve`, {});
    const given = await file(body.id);
    expect([given.status, JSON.stringify(given.body).includes(eva.phone)]).toEqual([200, true]);
  }
  t.clock.advance(HOUR_MS);
  expect(await file(first.body.id)).toMatchObject(refused);
  expect((await file(second.body.id)).status).toBe(200);
  await note(contactId, "disclosure", { action: "withdrawn", channelId: channel.id });
  expect(await file(second.body.id)).toMatchObject(refused);
});

test("every entry of the record of processing names authorities among the recipients, by the log alone [M24-31]", () => {
  const { tables, processors } = t.app.registry;
  const entries = (["controller", "processor"] as const).flatMap((role) => activitiesOf(role, { tables, processors }));
  expect(entries.length).toBeGreaterThan(5);
  for (const { sentence, recipients } of entries)
    expect([sentence, recipients]).toEqual([sentence, expect.arrayContaining([authorities])]);
  const printed = printProcessing({ note: "", tables: allTables, stores: allStores, processors: allProcessors });
  expect(printed.split(authorities).length - 1).toBe(entries.length);
});

test("a breach starts a clock of 72 hours that owners hear of by mail, and that telling the authority stops [M24-35]", async () => {
  const workspace = await t.given.workspace();
  const { api, email } = workspace.owner;
  const future = new Date(t.clock.ms() + 1000).toISOString();
  const found = { kind: "confidentiality", description: "A laptop was stolen in Ulm.", peopleAffected: 3 };
  expect((await api.post("/v1/breaches", { ...found, foundAt: future })).status).toBe(400);
  // who gets alerts decides about alerts alone
  expect((await api.patch("/v1/alert-settings", { recipients: "nobody" })).status).toBe(200);
  const made = await api.post<BreachView>("/v1/breaches", found);
  expect(Date.parse(made.body.authorityDueAt) - Date.parse(made.body.foundAt)).toBe(72 * HOUR_MS);
  await mailBreachJob.run(t.app, { workspaceId: workspace.id, breachId: made.body.id });
  const mail = t.mail.list().find((one) => one.to === email);
  expect(mail?.text).toContain(made.body.authorityDueAt.slice(0, 10));
  expect(mail?.text).not.toContain("laptop");
  const read = async () => (await workspace.api.get<{ data: BreachView[] }>("/v1/breaches")).body.data[0];
  t.clock.advance(72 * HOUR_MS);
  expect((await read())?.isOverdue).toBe(false);
  t.clock.advance(1);
  expect((await read())?.isOverdue).toBe(true);
  const told = new Date(t.clock.ms() - HOUR_MS).toISOString();
  await workspace.api.patch(`/v1/breaches/${made.body.id}`, { authorityToldAt: told });
  expect(await read()).toMatchObject({ isOverdue: false, authorityToldAt: told });
  await workspace.api.patch(`/v1/breaches/${made.body.id}`, { authorityToldAt: future });
  expect((await read())?.authorityToldAt).toBe(told);
  const other = await t.given.workspace();
  expect((await other.api.patch(`/v1/breaches/${made.body.id}`, {})).status).toBe(404);
});
