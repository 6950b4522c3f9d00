import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
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
  const channelIds = ["chn_none"];
  return {
    ...workspace,
    run: (importId: string) => runImport(t.app, { workspaceId: id, importId }),
    key: async () => (await t.given.apiKey(id, { scopes })).api,
    agent: async () => (await t.given.member(id, "agent")).api,
    limitedKey: async () => (await t.given.apiKey(id, { channelIds })).api,
    limitedAgent: async () => (await t.given.member(id, "agent", { channelIds })).api,
  };
}

const ended = [409, 200, 200, 409];
const none = [404, 404, 404, 404];

test("cells of a file are shown to nobody who is limited to channels, unless they brought it: of others' imports they get numbers [GEN-04]", async () => {
  const workspace = await given();
  const { api } = workspace;
  const [key, agent] = [await workspace.limitedKey(), await workspace.limitedAgent()];
  const id = await uploaded(api);
  expect((await check(api, id)).status).toBe(200);
  const numbers = { mayOpen: false, fileName: null, mapping: null, rows: 2, counts: { new: 1, refused: 1 } };
  for (const limited of [key, agent]) {
    expect(await statuses(limited, id)).toEqual(none);
    expect((await start(limited, id)).status).toBe(404);
    expect(await read(limited, id)).toMatchObject(numbers);
    const list = (await limited.get<{ data: ContactImportView[] }>("/v1/contact-imports")).body.data;
    expect(list).toEqual([expect.objectContaining({ id, mayOpen: false, fileName: null, mapping: null })]);
  }
  expect(await read(api, id)).toMatchObject({ mayOpen: true, fileName: "people.csv", mapping: phoneOnly });
  expect((await start(api, id)).status).toBe(202);
  await workspace.run(id);
  for (const limited of [key, agent]) {
    expect(await statuses(limited, id)).toEqual(none);
    expect((await read(limited, id)).mayOpen).toBe(false);
  }
  expect(await statuses(await workspace.agent(), id)).toEqual(ended);
  // their own
  for (const limited of [key, agent]) {
    const own = await uploaded(limited);
    expect((await check(limited, own)).status).toBe(200);
    expect(await statuses(limited, own)).toEqual([200, 200, 200, 200]);
    expect((await start(limited, own)).status).toBe(202);
    await workspace.run(own);
    expect([await statuses(limited, own), await shows(limited, own)]).toEqual([ended, true]);
  }
});

test("whoever brought a file mends its refused rows, also where somebody else started it [GEN-04]", async () => {
  const workspace = await given();
  const [agent, another] = [await workspace.limitedAgent(), await workspace.limitedAgent()];
  const id = await uploaded(agent);
  expect((await check(agent, id)).status).toBe(200);
  expect((await start((await t.given.member(workspace.id, "admin")).api, id)).status).toBe(202);
  await workspace.run(id);
  expect([await statuses(agent, id), await shows(agent, id)]).toEqual([ended, true]);
  expect(await statuses(another, id)).toEqual(none);
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
