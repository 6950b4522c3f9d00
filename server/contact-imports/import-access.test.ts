import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel } from "../test/hooks.ts";
import type { ContactImportView } from "./contact-import.ts";
import { runImport } from "./run-import.ts";

const t = createTestApp();
const attestation = { isLawful: true, basis: "contract" };
const secret = randomUUID();
const file = `Mobile,Allergy\n12,${secret}\n+254711000301,\n`;
const phoneOnly = [{ column: 1, to: "phone" }];
const withAllergy = [...phoneOnly, { column: 2, to: "attribute", attribute: "allergy" }];

async function uploaded(api: ApiClient, content = file): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([content], { type: "text/csv" }), "people.csv");
  const answer = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}
const of = (id: string, what: string): string => `/v1/contact-imports/${id}${what}`;
const check = (api: ApiClient, id: string, mapping: object[] = phoneOnly) => api.post(of(id, "/check"), { mapping });
const start = (api: ApiClient, id: string) => api.post(of(id, "/start"), { attestation });
const read = async (api: ApiClient, id: string) => (await api.get<ContactImportView>(of(id, ""))).body;
const shows = async (api: ApiClient, id: string): Promise<boolean | number> => {
  const { status, body } = await api.get<string>(of(id, "/refusals.csv"));
  return status === 200 ? body.includes(secret) : status;
};

/** What somebody gets where cells are shown, and where the import is taken further. */
async function statuses(api: ApiClient, id: string): Promise<number[]> {
  const shown = ["/columns", "/refusals", "/refusals.csv"].map((what) => api.get(of(id, what)));
  const answers = [...(await Promise.all(shown)), await check(api, id)];
  return answers.map(({ status }) => status);
}

async function given() {
  const workspace = await t.given.workspace();
  const { owner, id } = workspace;
  const asOwner = `?workspaceId=${id}`;
  expect((await owner.api.put(`/v1/special-categories${asOwner}`, { legalBasis: "health_care" })).status).toBe(200);
  const special = { name: "allergy", type: "text", category: "special.health" };
  expect((await owner.api.post(`/v1/contact-attributes${asOwner}`, special)).status).toBe(201);
  const scopes = ["contact:read", "contact:write"] as const;
  return {
    ...workspace,
    run: (importId: string) => runImport(t.app, { workspaceId: id, importId }),
    key: async () => (await t.given.apiKey(id, { scopes })).api,
    agent: async () => (await t.given.member(id, "agent")).api,
  };
}

const ended = [409, 200, 200, 409];
const none = [404, 404, 404, 404];
const refused = [403, 403, 403, 403];

test("whoever is limited to channels brings in no list, by a request or as a file: it would tell them of people outside, and change those [GEN-04]", async () => {
  const { id: workspaceId, api } = await given();
  const contacts = [{ name: "By a list", phone: "+254711000311" }];
  const bring = (by: ApiClient, phone = contacts[0]?.phone) =>
    by.post<{ code?: string; traceId?: string }>("/v1/contacts/import", {
      contacts: [{ name: "By a limited one", phone }],
      ...{ attestation, overwriteNames: true },
    });
  expect((await api.post("/v1/contacts/import", { contacts, attestation })).status).toBe(200);
  const channelIds = ["chn_none"];
  const agent = await t.given.member(workspaceId, "agent", { channelIds });
  const scopes = ["contact:write"] as const;
  const key = await t.given.apiKey(workspaceId, { scopes, channelIds });
  for (const { api: by } of [agent, key]) {
    const [known, strange] = [await bring(by), await bring(by, "+254711000312")];
    expect(known).toMatchObject({ status: 403, body: { code: "every_channel_required", fix: expect.any(String) } });
    expect({ ...strange.body, traceId: "" }).toEqual({ ...known.body, traceId: "" });
    const form = new FormData();
    form.append("file", new Blob([file], { type: "text/csv" }), "people.csv");
    const sent = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: by.headers, body: form });
    expect([sent.status, ((await sent.json()) as { code: string }).code]).toEqual([403, "every_channel_required"]);
  }
  const { body } = await api.get<{ data: { name: string }[] }>("/v1/contacts");
  expect(body.data.map(({ name }) => name)).toEqual(["By a list"]);
  // the web app offers what it is told
  const mine = async (by: ApiClient) =>
    (await by.get<{ memberships: { permissions: string[] }[] }>("/v1/me")).body.memberships[0]?.permissions;
  const whole = (await t.given.member(workspaceId, "agent")).api;
  expect([await mine(agent.api), await mine(whole)]).toEqual([
    expect.not.arrayContaining(["contact:import"]),
    expect.arrayContaining(["contact:write", "contact:import"]),
  ]);
});

test("who is limited later is shown nothing more of a file that they brought, and an import that they started ends [GEN-04]", async () => {
  const workspace = await given();
  const { owner, api, id: workspaceId } = workspace;
  const agent = await t.given.member(workspaceId, "agent");
  const ids = [await uploaded(agent.api), await uploaded(agent.api)];
  const [waiting = "", running = ""] = ids;
  for (const id of ids) expect((await check(agent.api, id)).status).toBe(200);
  expect((await start(agent.api, running)).status).toBe(202);
  const limited = await owner.api.patch(`/v1/members/${agent.memberId}?workspaceId=${workspaceId}`, {
    channelIds: [(await givenChannel(t, workspace)).id],
  });
  expect(limited.status).toBe(200);
  expect([await statuses(agent.api, waiting), (await start(agent.api, waiting)).status]).toEqual([refused, 403]);
  await workspace.run(running);
  expect(await read(api, running)).toMatchObject({
    ...{ outcome: "not_permitted", taken: 0, attestation: { basis: "contract", by: agent.memberId } },
  });
  expect((await api.get<{ data: object[] }>("/v1/contacts")).body.data).toEqual([]);
});

test("before it has ended, others than whoever brought a file get numbers of it alone; then whoever may import mends its refused rows [GEN-04]", async () => {
  const workspace = await given();
  const [agent, another, key] = [await workspace.agent(), await workspace.agent(), await workspace.key()];
  const id = await uploaded(agent);
  expect((await check(agent, id)).status).toBe(200);
  const numbers = { mayOpen: false, fileName: null, mapping: null, rows: 2, counts: { new: 1, refused: 1 } };
  for (const other of [another, key]) {
    expect([await statuses(other, id), (await start(other, id)).status]).toEqual([none, 404]);
    expect(await read(other, id)).toMatchObject(numbers);
    const list = (await other.get<{ data: ContactImportView[] }>("/v1/contact-imports")).body.data;
    expect(list).toEqual([expect.objectContaining({ id, mayOpen: false, fileName: null, mapping: null })]);
  }
  expect(await read(agent, id)).toMatchObject({ mayOpen: true, fileName: "people.csv", mapping: phoneOnly });
  expect((await start((await t.given.member(workspace.id, "admin")).api, id)).status).toBe(202);
  await workspace.run(id);
  for (const one of [agent, another, key])
    expect([await statuses(one, id), await shows(one, id), (await read(one, id)).mayOpen]).toEqual([ended, true, true]);
});

test("nobody without the right to special categories gets at such a column by mapping another one's file anew, nor by what was mapped last [GEN-04]", async () => {
  const workspace = await given();
  const { api } = workspace;
  const others = [await workspace.key(), await workspace.agent()];
  const id = await uploaded(api);
  expect((await check(api, id, withAllergy)).status).toBe(200);
  for (const other of others) {
    expect([await statuses(other, id), (await start(other, id)).status]).toEqual([none, 404]);
    expect(await read(other, id)).toMatchObject({ mayOpen: false, mapping: null });
  }
  // who may see them goes on with it
  const admin = (await t.given.member(workspace.id, "admin")).api;
  expect((await read(admin, id)).mapping).toEqual(withAllergy);
  expect([(await check(admin, id)).status, await shows(admin, id)]).toEqual([200, true]);
  expect((await start(admin, id)).status).toBe(202);
  await workspace.run(id);
  // the last mapping did not name it, the one before did
  for (const other of others) expect([await statuses(other, id), await shows(other, id)]).toEqual([ended, false]);
  expect(await shows(admin, id)).toBe(true);
});
