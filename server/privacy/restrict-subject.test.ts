import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";
import { resumeRequests } from "./advance-request.ts";
import { ACCOUNT_AGE, defaultConsentAge } from "../identity/jurisdictions.ts";
import type { RequestView } from "./view-request.ts";
import { requestsOf, type Contact } from "../test/subject-requests.ts";

const t = createTestApp();
const { plant, ask, found } = requestsOf(t);

const DAY_MS = 86_400_000;

test("a restricted person is in no search and gets no message, what they write is stored, they get their copy, and it can be lifted [GEN-33]", async () => {
  const { workspace, channel, contact, phone, api } = await plant();
  expect(await found(workspace, "grapefruit")).toBe(1);
  await ask(workspace, { type: "restrict", contactId: contact.id });
  expect((await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt).not.toBeNull();
  expect([await found(workspace, "grapefruit"), await found(workspace, "Wrongname")]).toEqual([0, 0]);
  const sent = await api.post<{ id: string }>("/v1/messages", {
    ...{ channelId: channel.id, to: { contactId: contact.id }, type: "text", text: "may I?" },
  });
  await t.app.drain?.idle();
  const after = await api.get<{ status: string; error?: { code: string } }>(`/v1/messages/${sent.body.id}`);
  expect([after.body.status, after.body.error?.code]).toEqual(["failed", "message.contact_restricted"]);
  await post(t, channel, says(channel, { phone }, "wamid.r2", t.clock.ms(), "still stored"));
  const rows = await t.admin.query("select 1 from message where workspace_id = $1 and direction = 'inbound'", [
    workspace.id,
  ]);
  expect(rows.rowCount).toBe(2);
  const copy = await ask(workspace, { type: "access", contactId: contact.id });
  expect(copy).toMatchObject({ state: "done", bundle: { expiresAt: expect.any(String) } });
  await ask(workspace, { type: "restrict", contactId: contact.id, detail: { isLifted: true } });
  expect(await found(workspace, "grapefruit")).toBe(1);
});

test("a contact reported as a child is restricted, never reached by marketing, and erased within 72 hours with a receipt, unless it is not so [GEN-42 ONE-55]", async () => {
  const { workspace, channel, contact, api } = await plant();
  const offer = async (contactId: string) => {
    const { body } = await api.post<{ id: string }>("/v1/messages", {
      ...{ channelId: channel.id, to: { contactId }, type: "text", text: "20 % off", purpose: "marketing" },
    });
    await t.app.drain?.idle();
    return (await api.get<{ error?: { code: string } }>(`/v1/messages/${body.id}`)).body.error?.code;
  };
  const restrictedAt = async (id: string) => (await api.get<Contact>(`/v1/contacts/${id}`)).body.restrictedAt;
  const report = (id: string) => api.post<RequestView>(`/v1/contacts/${id}/minor-report`);
  const made = await report(contact.id);
  expect([made.status, made.body.type, made.body.state]).toEqual([202, "erase", "received"]);
  expect(Date.parse(made.body.dueAt) - t.clock.ms()).toBe(3 * DAY_MS);
  expect((await report(contact.id)).body.id).toBe(made.body.id);
  expect(await restrictedAt(contact.id)).not.toBeNull();
  expect(await offer(contact.id)).toBe("message.contact_restricted");
  // also where the restriction is lifted, and whatever consent somebody notes down
  await ask(workspace, { type: "restrict", contactId: contact.id, detail: { isLifted: true } });
  const grant = { purpose: "marketing", action: "granted", method: "verbal" };
  const refused = await api.post(`/v1/contacts/${contact.id}/consents`, grant);
  expect([refused.status, refused.body["code"]]).toEqual([409, "consent.under_age"]);
  expect(await offer(contact.id)).toBe("message.contact_minor");
  const requestOf = async () => (await api.get<RequestView>(`/v1/subject-requests/${made.body.id}`)).body;
  t.clock.advance(2 * DAY_MS - 60_000);
  await resumeRequests(t.app);
  expect((await requestOf()).state).toBe("received");
  t.clock.advance(2 * 60_000);
  await resumeRequests(t.app);
  const done = await requestOf();
  expect(done).toMatchObject({ state: "done", receipt: { deleted: expect.any(Array) } });
  expect(done.receipt?.deleted).toContainEqual({ what: "contact", kind: "person", count: 1 });
  expect(done.receipt?.retained.map(({ why }) => why)).toContain("proof_of_erasure");
  expect(Date.parse(done.finishedAt ?? "")).toBeLessThan(Date.parse(done.receivedAt) + 3 * DAY_MS);
  expect((await api.get(`/v1/contacts/${contact.id}`)).status).toBe(404);

  const person = async (phone: string) => {
    await post(t, channel, says(channel, { phone, name: "Grown Up" }, `wamid.${phone}`, t.clock.ms(), "hello"));
    return (await api.get<Page<Contact>>("/v1/contacts?limit=1")).body.data[0]?.id ?? "";
  };
  const adult = await person("254722555001");
  // any other reason ends the erasure alone: they stay a child
  const { body: kept } = await report(adult);
  const { body: why } = await api.post(`/v1/subject-requests/${kept.id}/refuse`, { reason: "legal_duty" });
  expect([why["state"], await restrictedAt(adult)]).toEqual(["refused", expect.any(String)]);
  expect((await api.post(`/v1/contacts/${adult}/consents`, grant)).body["code"]).toBe("consent.under_age");
  const { body: mistaken } = await report(adult);
  const no = await api.post(`/v1/subject-requests/${mistaken.id}/refuse`, { reason: "not_a_minor" });
  expect([no.status, await restrictedAt(adult)]).toEqual([200, null]);
  expect((await api.post(`/v1/contacts/${adult}/consents`, grant)).status).toBe(201);
  // a restriction of their own is not lifted with the report
  t.clock.advance(60_000);
  const shy = await person("254722555002");
  await ask(workspace, { type: "restrict", contactId: shy });
  t.clock.advance(60_000);
  const { body: again } = await report(shy);
  await api.post(`/v1/subject-requests/${again.id}/refuse`, { reason: "not_a_minor" });
  expect(await restrictedAt(shy)).not.toBeNull();
});

test("accounts are for people of 18; contacts agree for themselves from 16 on, which a workspace may raise [MSJ-44]", async () => {
  expect([ACCOUNT_AGE, defaultConsentAge]).toEqual([18, 16]);
  const account = {
    email: "child@example.test",
    name: "Somebody",
    password: "seven green bicycles",
    workspaceName: "W",
  };
  for (const more of [{}, { isAdult: false }])
    expect((await t.anyone.post("/v1/sign-up", { ...account, ...more })).status).toBe(400);
  expect((await t.anyone.post("/v1/sign-up", { ...account, isAdult: true })).status).toBe(201);
  const { contact, api, workspace } = await plant();
  const rules = (await api.get<Page<{ purpose: string; minAge: number }>>("/v1/consent-rules")).body.data;
  expect(rules.map(({ minAge }) => minAge)).toEqual(rules.map(() => 16));
  const grant = async (age: number, purpose = "marketing") => {
    const body = { purpose, action: "granted", method: "form", age };
    return (await api.post(`/v1/contacts/${contact.id}/consents`, body)).status;
  };
  const ledger = async () => (await api.get<Page<object>>(`/v1/contacts/${contact.id}/consents`)).body.data;
  expect([await grant(15), await ledger()]).toEqual([409, []]);
  expect(await grant(16)).toBe(201);
  const rule = { needsConfirmation: false, validDays: null };
  const set = (minAge: number) => workspace.owner.api.put("/v1/consent-rules/marketing", { ...rule, minAge });
  expect((await set(12)).status).toBe(400);
  expect((await set(18)).body).toMatchObject({ minAge: 18 });
  expect([await grant(17), await grant(18), await grant(16, "utility")]).toEqual([409, 201, 201]);
  // other changes of a rule keep its age
  expect((await workspace.owner.api.put("/v1/consent-rules/marketing", rule)).body).toMatchObject({ minAge: 18 });
  const { rows } = await t.admin.query("select to_jsonb(e)::text as row from consent_event e where contact_id = $1", [
    contact.id,
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/"?age/);
});
