import { expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { declareAttributes } from "../test/attributes.ts";
import { seal } from "../platform/seal.ts";
import { advanceRequest } from "../privacy/advance-request.ts";
import type { RequestView } from "../privacy/view-request.ts";
import type { GivenWorkspace } from "../test/given.ts";
import type { AttributeView } from "./contact-attribute.ts";
import type { ContactDetail } from "./contact.ts";
import { contactPlace } from "./contact-places.ts";
import { destroyValuesOf } from "./remove-attribute.ts";

const t = createTestApp();
const path = "/v1/contact-attributes";
const plain = { type: "text", category: "user.content" };
const attestation = { isLawful: true, basis: "contract" };

type Answer = Promise<{ status: number; body: { code?: string } & Record<string, unknown> }>;
const codeOf = async (answer: Answer): Promise<unknown> => {
  const { status, body } = await answer;
  return status < 300 ? status : body.code;
};
const declare = (api: ApiClient, body: object) => codeOf(api.post(path, body));
const made = async (api: ApiClient, body: object): Promise<AttributeView> => {
  const answer = await api.post<AttributeView>(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

let people = 0;
async function givenContact(api: ApiClient): Promise<string> {
  const phone = `+25471100${String(++people).padStart(4, "0")}`;
  const { body } = await api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    ...{ contacts: [{ phone }], attestation },
  });
  return body.data[0]?.contactId ?? "";
}
const set = (api: ApiClient, id: string, attributes: object) =>
  codeOf(api.patch(`/v1/contacts/${id}`, { attributes }) as Answer);
const attributesOf = async (api: ApiClient, id: string) =>
  (await api.get<ContactDetail>(`/v1/contacts/${id}`)).body.attributes;

/** As a version from before attributes were declared wrote it. */
async function writeUndeclared(workspaceId: string, id: string, attributes: object): Promise<void> {
  const subject = `contact:${id}`;
  const key = t.app.keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
  if (!key) throw new Error("no key");
  const sealed = seal(key, contactPlace(workspaceId, id, "attributes"), JSON.stringify(attributes));
  await t.admin.query("update contact set attributes = $1 where id = $2", [sealed, id]);
}

test("an attribute is declared with type and category; what makes no sense, or looks like one that is there, is refused [MSJ-07]", async () => {
  const { api } = await t.given.workspace();
  const size = await made(api, { name: "Größe", label: "Shoe size", ...plain, type: "number" });
  expect(size).toMatchObject({ name: "Größe", label: "Shoe size", type: "number", options: [], removedAt: null });
  for (const wrong of [
    { name: "a" },
    { name: "a", ...plain, type: "json" },
    { name: "a", ...plain, category: "system" },
    { name: "", ...plain },
    { name: "—", ...plain },
    { name: "__proto__", ...plain },
    { name: "a\u200bb", ...plain },
    { name: "a\u202eb", ...plain },
    { name: "n".repeat(61), ...plain },
    { name: "a", ...plain, options: ["x"] },
    { name: "a", ...plain, type: "choice" },
    { name: "a", ...plain, type: "choice", options: ["x", "x"] },
    { name: "a", ...plain, type: "choice", options: [" "] },
  ])
    expect([wrong, await declare(api, wrong)]).toEqual([wrong, "validation_failed"]);
  await made(api, { name: "Copa", ...plain });
  // other case, no accents, separators, Cyrillic and Greek letters, full width
  for (const name of ["GROSSE", "grosse", "G r ö ß e", "COPA", "Сора", "СοРα", "ｃｏｐａ", "c_o-p.a"])
    expect([name, await declare(api, { name, ...plain })]).toEqual([name, "contact_attribute.name_taken"]);
  expect(await declare(api, { name: "Copa 2", ...plain })).toBe(201);
  const { body } = await api.get<{ data: AttributeView[] }>(path);
  expect(body.data.map(({ label }) => label)).toEqual(["Copa", "Copa 2", "Shoe size"]);
});

test("a workspace has 1,000 attributes at most, and two who declare one name make one [MSJ-07]", async () => {
  const { api, id } = await t.given.workspace();
  await t.admin.query(
    `insert into contact_attribute (workspace_id, id, name, skeleton, label, type, options, category, created_at, updated_at)
     select $1, 'cat_' || n, 'n' || n, 'n' || n, 'n' || n, 'text', '{}', 'user.content', $2, $2 from generate_series(1, 998) n`,
    [id, t.clock.now()],
  );
  const both = await Promise.all([declare(api, { name: "City", ...plain }), declare(api, { name: "city", ...plain })]);
  expect(both.toSorted()).toEqual([201, "contact_attribute.name_taken"]);
  expect(await declare(api, { name: "Last", ...plain })).toBe(201);
  expect(await declare(api, { name: "One more", ...plain })).toBe("contact_attribute.too_many");
});

test("owners, admins and keys that manage declare; agents read; another workspace sees and changes nothing [MSJ-07]", async () => {
  const { id, owner, api } = await t.given.workspace();
  const admin = (await t.given.member(id, "admin")).api;
  const agent = (await t.given.member(id, "agent")).api;
  const stranger = (await t.given.workspace()).owner.api;
  const { id: city } = await made(admin, { name: "City", ...plain });
  expect(await declare(agent, { name: "Street", ...plain })).toBe("forbidden");
  expect(await codeOf(agent.patch(`${path}/${city}`, { label: "X" }) as Answer)).toBe("forbidden");
  expect(await codeOf(agent.request("DELETE", `${path}/${city}`) as Answer)).toBe("forbidden");
  expect((await agent.get<AttributeView>(`${path}/${city}`)).body.name).toBe("City");
  for (const answer of [
    stranger.get(`${path}/${city}`),
    stranger.patch(`${path}/${city}`, { label: "X" }),
    stranger.request("DELETE", `${path}/${city}`),
  ])
    expect(await codeOf(answer as Answer)).toBe("not_found");
  // the name of another workspace's attribute is free, and opens nothing here
  const theirs = await givenContact(stranger);
  expect(await set(stranger, theirs, { City: "Ulm" })).toBe("contact_attribute.unknown");
  expect(await declare(stranger, { name: "City", ...plain })).toBe(201);
  await owner.api.patch(`${path}/${city}`, { label: "Town" });
  const { body } = await owner.api.get<{ data: { action: string; targetId: string }[] }>("/v1/audit-entries");
  expect(body.data.filter(({ targetId }) => targetId === city).map(({ action }) => action)).toEqual([
    ...["contact_attribute.changed", "contact_attribute.created"],
  ]);
  expect((await api.get<AttributeView>(`${path}/${city}`)).body.label).toBe("Town");
});

test("a value is taken as its type says, wherever it is written, and an undeclared name nowhere [MSJ-07]", async () => {
  const { api } = await t.given.workspace();
  const types = { Note: "text", Size: "number", Since: "date", Vip: "boolean" };
  for (const [name, type] of Object.entries(types)) await made(api, { ...plain, name, type });
  const plan = await made(api, { ...plain, name: "Plan", type: "choice", options: ["Free", "Pro"] });
  const id = await givenContact(api);
  const good = { Note: "any text", Size: "-12.5", Since: "2024-02-29", Vip: "true", Plan: "Pro" };
  expect(await set(api, id, good)).toBe(200);
  for (const wrong of [
    ...["1,5", "1e3", "", " 1", "0x10", "١٢", "Infinity", "1".repeat(16)].map((Size) => ({ Size })),
    ...["2023-02-29", "29.02.2024", "2024-2-9", "today", "2024-02-29T00:00:00Z"].map((Since) => ({ Since })),
    ...["yes", "1", "TRUE"].map((Vip) => ({ Vip })),
    ...["pro", "Gold", ""].map((Plan) => ({ Plan })),
  ])
    expect([wrong, await set(api, id, { ...good, ...wrong })]).toEqual([wrong, "contact_attribute.value_invalid"]);
  expect(await set(api, id, { ...good, size: "1" })).toBe("contact_attribute.unknown");
  expect(await attributesOf(api, id)).toEqual(good);

  const contacts = [
    { phone: "+254733000001", attributes: { Size: "7", Plan: "Free" } },
    { phone: "+254733000002", attributes: { Size: "seven" } },
    { phone: "+254733000003", attributes: { Colour: "red" } },
  ];
  const { body } = await api.post<{ data: { problem?: { code: string; detail?: string } }[] }>("/v1/contacts/import", {
    ...{ contacts, attestation },
  });
  expect(body.data.map(({ problem }) => problem?.code)).toEqual([
    ...[undefined, "contact_attribute.value_invalid", "contact_attribute.unknown"],
  ]);
  expect(body.data[2]?.problem?.detail).toContain("Colour");

  const rectify = (attributes: object) =>
    codeOf(api.post("/v1/subject-requests", { type: "rectify", contactId: id, detail: { attributes } }) as Answer);
  expect(await rectify({ Size: "seven" })).toBe("contact_attribute.value_invalid");
  expect(await rectify({ Colour: "red" })).toBe("contact_attribute.unknown");

  // an option that is gone stays with those who chose it, until they get another
  expect(await codeOf(api.patch(`${path}/${plan.id}`, { options: [] }) as Answer)).toBe("contact_attribute.options");
  expect(await codeOf(api.patch(`${path}/${plan.id}`, { options: ["Free"] }) as Answer)).toBe(200);
  expect(await set(api, id, { ...good, Size: "13" })).toBe(200);
  expect(await set(api, id, { ...good, Plan: "Free" })).toBe(200);
  expect(await set(api, id, good)).toBe("contact_attribute.value_invalid");
});

test("values from before they had to be declared stay readable, can be removed, and change only once they are declared [MSJ-07]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const id = await givenContact(api);
  const old = { city: "Lleida", size: "forty", mood: "good" };
  await writeUndeclared(workspace.id, id, old);
  expect(await attributesOf(api, id)).toEqual(old);
  expect(await set(api, id, { ...old, city: "Reus" })).toBe("contact_attribute.unknown");
  expect(await set(api, id, { city: "Lleida", size: "forty" })).toBe(200);
  await declareAttributes(api, "city");
  await made(api, { ...plain, name: "size", type: "number" });
  expect(await set(api, id, { city: "Reus", size: "forty" })).toBe(200);
  expect(await set(api, id, { city: "Reus", size: "fifty" })).toBe("contact_attribute.value_invalid");
  expect(await attributesOf(api, id)).toEqual({ city: "Reus", size: "forty" });
});

test("a removal answers at once and destroys those values and no other; its name is free when the last is gone, also after a crash in between [MSJ-07]", async () => {
  const { api, id: workspaceId, owner } = await t.given.workspace();
  const city = await made(api, { ...plain, name: "City" });
  await declareAttributes(api, "Shoe");
  const ids = [await givenContact(api), await givenContact(api), await givenContact(api)];
  await set(api, ids[0] ?? "", { City: "Ulm", Shoe: "42" });
  await set(api, ids[1] ?? "", { City: "Bonn" });
  await set(api, ids[2] ?? "", { Shoe: "37" });
  const before = (await api.get<ContactDetail>(`/v1/contacts/${ids[0]}`)).body.updatedAt;
  t.clock.advance(60_000);
  const removed = await api.request("DELETE", `${path}/${city.id}`);
  expect([removed.status, removed.body["removedAt"]]).toEqual([202, t.clock.now().toISOString()]);
  const job = `contact_attribute.destroy/${city.id}`;
  expect((await t.admin.query("select 1 from graphile_worker.jobs where key = $1", [job])).rowCount).toBe(1);
  // nothing is written under the name any more, and nobody can take it while values are left
  expect(await set(api, ids[2] ?? "", { City: "Jena" })).toBe("contact_attribute.unknown");
  expect(await declare(api, { name: "City", ...plain })).toBe("contact_attribute.name_taken");
  expect(await attributesOf(api, ids[1] ?? "")).toEqual({ City: "Bonn" });
  // the process ends with the first page done: the same job begins again
  const work = { workspaceId, attributeId: city.id };
  const dies = { ...t.app, emit: () => Promise.reject(new Error("ends here")) };
  await expect(destroyValuesOf(dies, work)).rejects.toThrow("ends here");
  expect(await declare(api, { name: "City", ...plain })).toBe("contact_attribute.name_taken");
  await destroyValuesOf(t.app, work);
  expect(await Promise.all(ids.map((id) => attributesOf(api, id)))).toEqual([{ Shoe: "42" }, {}, { Shoe: "37" }]);
  expect((await api.get<ContactDetail>(`/v1/contacts/${ids[0]}`)).body.updatedAt).toBe(before);
  const { rows } = await t.admin.query(
    "select attributes is null as gone from contact where workspace_id = $1 order by id",
    [workspaceId],
  );
  expect(rows).toEqual([{ gone: false }, { gone: true }, { gone: false }]);
  expect(await codeOf(api.request("DELETE", `${path}/${city.id}`) as Answer)).toBe("not_found");
  const { body } = await owner.api.get<{ data: { action: string; targetId: string }[] }>("/v1/audit-entries");
  expect(body.data.filter(({ targetId }) => targetId === city.id).map(({ action }) => action)).toEqual([
    ...["contact_attribute.destroyed", "contact_attribute.removed", "contact_attribute.created"],
  ]);
  // a job that comes once more leaves the next one of that name alone
  const next = await made(api, { ...plain, name: "City" });
  await set(api, ids[1] ?? "", { City: "Jena" });
  await destroyValuesOf(t.app, work);
  await destroyValuesOf(t.app, { workspaceId, attributeId: next.id });
  expect(await attributesOf(api, ids[1] ?? "")).toEqual({ City: "Jena" });
});

/** Asked by the person's number, and run: nobody looked at it before. */
async function corrected(workspace: GivenWorkspace, id: string, attributes: object): Promise<RequestView> {
  const identity = (await workspace.api.get<ContactDetail>(`/v1/contacts/${id}`)).body.identities[0]?.value;
  const asked = { type: "rectify", identity, detail: { attributes } };
  const { status, body } = await workspace.api.post<{ id: string }>("/v1/subject-requests", asked);
  expect(status, JSON.stringify(body)).toBe(202);
  return run(workspace, body.id);
}
async function run({ id: workspaceId, api }: GivenWorkspace, requestId: string): Promise<RequestView> {
  await advanceRequest(t.app, { workspaceId, requestId });
  return (await api.get<RequestView>(`/v1/subject-requests/${requestId}`)).body;
}

test("a person's correction of what is held needs no declaration: the right value replaces the wrong one [MSJ-07]", async () => {
  const workspace = await t.given.workspace();
  const id = await givenContact(workspace.api);
  await writeUndeclared(workspace.id, id, { city: "Bonn" });
  expect(await corrected(workspace, id, { city: "Ulm" })).toMatchObject({ state: "done", steps: [{ count: 1 }, {}] });
  expect(await attributesOf(workspace.api, id)).toEqual({ city: "Ulm" });
  // also where it is judged as it is asked
  const asked = { type: "rectify", contactId: id, detail: { attributes: { city: "Jena" } } };
  const { status, body } = await workspace.api.post<{ id: string }>("/v1/subject-requests", asked);
  expect([status, (await run(workspace, body.id)).state]).toEqual([202, "done"]);
  expect(await attributesOf(workspace.api, id)).toEqual({ city: "Jena" });
  // somebody who is not there is not there, whatever is asked about them
  const nobody = { ...asked, contactId: "con_nobody", detail: { attributes: { Colour: "red" } } };
  expect(await codeOf(workspace.api.post("/v1/subject-requests", nobody) as Answer)).toBe("not_found");
});

test("what of a correction cannot be taken keeps its value, is named with its reason, and goes on once it can be, or is answered [MSJ-07]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const plan = await made(api, { ...plain, name: "Plan", type: "choice", options: ["Free", "Pro"] });
  await declareAttributes(api, "City");
  const id = await givenContact(api);
  await set(api, id, { Plan: "Free", City: "Bonn" });
  await codeOf(api.patch(`${path}/${plan.id}`, { options: ["Free"] }) as Answer);
  const wanted = { Plan: "Pro", City: "Ulm", Colour: "red" };
  const untaken = { Plan: "contact_attribute.value_invalid", Colour: "contact_attribute.unknown" };
  const asked = await corrected(workspace, id, wanted);
  expect(asked).toMatchObject({ state: "accepted", detail: { attributes: wanted, untaken } });
  expect(asked.steps.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  expect(await attributesOf(api, id)).toEqual({ Plan: "Free", City: "Ulm" });
  const refusal = { reason: "excessive" };
  expect(await codeOf(api.post(`/v1/subject-requests/${asked.id}/refuse`, refusal) as Answer)).toBe(
    "subject_request.not_open",
  );
  // what the team changes meanwhile is not taken back, and nobody is told of a try that came to nothing
  await set(api, id, { Plan: "Free", City: "Kiel" });
  const { updatedAt } = (await api.get<ContactDetail>(`/v1/contacts/${id}`)).body;
  t.clock.advance(60_000);
  expect((await run(workspace, asked.id)).state).toBe("accepted");
  expect((await api.get<ContactDetail>(`/v1/contacts/${id}`)).body.updatedAt).toBe(updatedAt);
  await declareAttributes(api, "Colour");
  expect(await run(workspace, asked.id)).toMatchObject({ detail: { untaken: { Plan: untaken.Plan } } });
  expect(await attributesOf(api, id)).toEqual({ Plan: "Free", City: "Kiel", Colour: "red" });
  // by hand, and said so
  expect(await codeOf(api.post(`/v1/subject-requests/${asked.id}/answer`, {}) as Answer)).toBe(200);
  expect(await run(workspace, asked.id)).toMatchObject({ state: "done", steps: [{ count: 0 }, { state: "done" }] });
  expect(await attributesOf(api, id)).toEqual({ Plan: "Free", City: "Kiel", Colour: "red" });
});
