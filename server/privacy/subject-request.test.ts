import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { Page } from "../test/shop.ts";
import { advanceRequest, resumeRequests } from "./advance-request.ts";
import { dueDate, jurisdictions } from "../identity/jurisdictions.ts";
import { confirmIdentity, openSubjectRequest } from "./subject-request.ts";
import { bytesOf, entriesOf } from "./unzip.ts";
import type { RequestView } from "./view-request.ts";
import { requestsOf, type Contact } from "../test/subject-requests.ts";

const t = createTestApp();
const { plant, ask } = requestsOf(t);

const DAY_MS = 86_400_000;

test("an objection stands in the ledger in the person's name, and no one of the team can lift it [GEN-34]", async () => {
  const { workspace, contact, api } = await plant();
  await ask(workspace, { type: "object", contactId: contact.id, detail: { purpose: "marketing" } });
  const consents = await api.get<Page<{ action: string; purpose: string }>>(`/v1/contacts/${contact.id}/consents`);
  expect(consents.body.data).toMatchObject([{ action: "objected", purpose: "marketing" }]);
  const grant = await api.post(`/v1/contacts/${contact.id}/consents`, {
    ...{ purpose: "marketing", action: "granted", method: "verbal" },
  });
  expect([grant.status, grant.body["code"]]).toEqual([409, "consent.refused_by_person"]);
  const restricted = async () => (await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt !== null;
  expect(await restricted()).toBe(false);
  // any other objection also restricts, and stands in the list of requests
  const other = await ask(workspace, { type: "object", contactId: contact.id, detail: { purpose: "utility" } });
  expect([other.state, await restricted()]).toEqual(["done", true]);
  const listed = await api.get<Page<RequestView>>("/v1/subject-requests");
  expect(listed.body.data.map(({ id }) => id)).toContain(other.id);
  const all = await ask(workspace, { type: "withdraw", contactId: contact.id });
  expect(all.steps[0]?.count).toBe(4);
});

test("a request without proof of identity waits, can be confirmed or refused with a reason, and neither twice", async () => {
  const { workspace, contact, api } = await plant();
  const open = (more: object) =>
    ask(workspace, {
      type: "erase",
      contactId: contact.id,
      isIdentityProved: false,
      detail: { text: "please" },
      ...more,
    });
  const waiting = await open({});
  expect(waiting.state).toBe("identity_pending");
  expect(waiting.steps.every(({ state }) => state === "waiting")).toBe(true);
  const refused = await api.post<RequestView>(`/v1/subject-requests/${waiting.id}/refuse`, {
    reason: "not_the_person",
  });
  expect(refused.body).toMatchObject({ state: "refused", refusal: "not_the_person" });
  const again = await api.post(`/v1/subject-requests/${waiting.id}/confirm-identity`);
  expect([again.status, again.body["code"]]).toEqual([409, "subject_request.not_open"]);
  const bad = await api.post(`/v1/subject-requests/${waiting.id}/refuse`, { reason: "no time" });
  expect([bad.status, bad.body["code"]]).toEqual([400, "validation_failed"]);
  const second = await open({ detail: { text: "again" } });
  await api.post(`/v1/subject-requests/${second.id}/confirm-identity`);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: second.id });
  expect((await api.get<RequestView>(`/v1/subject-requests/${second.id}`)).body).toMatchObject({
    state: "done",
    detail: null,
  });
});

test("what comes from a contact's own page waits for its proof, and what a login asks is the page's to confirm", async () => {
  const { workspace, contact } = await plant();
  const row = await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
    const ctx = { ...t.app, tx, workspaceId: workspace.id };
    const made = await openSubjectRequest(ctx, { type: "restrict", contactId: contact.id, source: "contact_page" });
    expect(made.state).toBe("identity_pending");
    return confirmIdentity(ctx, made.id);
  });
  expect(row.state).toBe("accepted");
});

test("a complaint waits for someone's answer; the owner sees what is due, agents do not [M24-38]", async () => {
  const { workspace, contact, api } = await plant();
  const made = await ask(workspace, {
    type: "complaint",
    contactId: contact.id,
    detail: { text: "you wrote at night" },
  });
  expect(made).toMatchObject({ state: "accepted", detail: { text: "you wrote at night" } });
  expect(Date.parse(made.dueAt)).toBe(dueDate("complaint", t.clock.now(), undefined).getTime());
  const open = await workspace.owner.api.get<Page<RequestView>>("/v1/subject-requests?isOpen=true");
  expect(open.body.data.map(({ id }) => id)).toEqual([made.id]);
  const agent = await t.given.member(workspace.id, "agent");
  expect((await agent.api.get("/v1/subject-requests")).status).toBe(403);
  const complain = (text: string) =>
    api.post("/v1/subject-requests", { type: "complaint", contactId: contact.id, detail: { text } });
  for (const text of ["two", "three", "four", "five"]) expect((await complain(text)).status).toBe(202);
  expect(await complain("six")).toMatchObject({ status: 409, body: { code: "subject_request.too_many_complaints" } });
  const five = await api.get<Page<RequestView>>("/v1/subject-requests?isOpen=true");
  for (const { id } of five.body.data) await api.post(`/v1/subject-requests/${id}/answer`);
  expect((await api.get<Page<object>>("/v1/subject-requests?isOpen=true")).body.data).toEqual([]);
});

test("what an erased person asked before ends with them: no task is left that nobody can answer", async () => {
  const { workspace, contact, api } = await plant();
  const complaint = { type: "complaint", contactId: contact.id, detail: { text: "you wrote at night" } };
  const asked = [await ask(workspace, complaint)];
  const unproved = { type: "access", contactId: contact.id, isIdentityProved: false, detail: { text: "a copy" } };
  asked.push(await ask(workspace, unproved));
  expect(asked.map(({ state }) => state)).toEqual(["accepted", "identity_pending"]);
  expect((await ask(workspace, { type: "erase", contactId: contact.id })).state).toBe("done");
  expect((await api.get<Page<object>>("/v1/subject-requests?isOpen=true")).body.data).toEqual([]);
  for (const { id } of asked)
    expect((await api.get<RequestView>(`/v1/subject-requests/${id}`)).body).toMatchObject({
      ...{ state: "done", detail: null, receipt: { deleted: [], retained: [{ why: "person_erased" }] } },
    });
});

test("the clock is the law's, and the strictest law's where none is named [GEN-35]", () => {
  const from = new Date("2026-01-01T00:00:00Z");
  const days = (id?: string, type = "access") => (dueDate(type, from, id).getTime() - from.getTime()) / DAY_MS;
  expect(days()).toBe(Math.min(...jurisdictions.map(({ answerDays }) => answerDays)));
  expect([days("us-ca"), days("eu"), days("my"), days("uk", "complaint"), days("nowhere")]).toEqual([
    ...[45, 28, 21, 30, days()],
  ]);
});

test("a hold keeps all of it, restricted, and the erase goes on by itself when the hold has ended [GEN-26 GEN-27]", async () => {
  const { workspace, channel, contact, api } = await plant();
  const waiting = await api.post<{ id: string }>("/v1/messages", {
    ...{ channelId: channel.id, to: { contactId: contact.id }, type: "text", text: "tomorrow" },
    scheduledAt: new Date(t.clock.ms() + DAY_MS / 2).toISOString(),
  });
  await t.admin.query(
    `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_at)
     values ($1, 'hld_1', 'contact', $2, 'legal_claim', $3, $4)`,
    [workspace.id, contact.id, new Date(t.clock.ms() + 2 * DAY_MS), t.clock.now()],
  );
  const held = await ask(workspace, { type: "erase", contactId: contact.id });
  expect(held).toMatchObject({ state: "partially_held", receipt: { retained: [{ why: "legal_claim" }] } });
  expect((await api.get(`/v1/messages/${waiting.body.id}`)).body).toMatchObject({
    ...{ status: "failed", error: { code: "message.cancelled" } },
  });
  expect(t.app.keyring.current(`contact:${contact.id}`)).toBeDefined();
  expect((await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt).not.toBeNull();
  t.clock.advance(3 * DAY_MS);
  await resumeRequests(t.app);
  const done = (await api.get<RequestView>(`/v1/subject-requests/${held.id}`)).body;
  expect(done.state).toBe("done");
  expect(done.receipt?.retained.map(({ why }) => why)).not.toContain("legal_claim");
  expect(() => t.app.keyring.current(`contact:${contact.id}`)).toThrow("destroyed");
});

test("a member gets a copy of what is held about themselves, with the profile of the workspace, why and from where, and nobody else gets it [M24-37 ONE-46 GEN-03 GEN-30]", async () => {
  const { workspace } = await plant();
  const profileName = "Profilecanary Kettles";
  await workspace.owner.api.patch(`/v1/workspaces/${workspace.id}`, { name: profileName });
  const agent = await t.given.member(workspace.id, "agent", { name: "Agnes Agent" });
  const made = await agent.api.post<{ id: string }>("/v1/me/subject-requests", { type: "access" });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: made.body.id });
  const path = `/v1/me/subject-requests/${made.body.id}/copy`;
  const answer = await fetch(`${t.url}${path}`, { headers: agent.api.headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const archive = {
    bytes: bytes.length,
    read: async (start: number, end: number) => Readable.from([bytes.subarray(start, end)]),
  };
  const entry = (await entriesOf(archive)).get("data.json");
  const data = JSON.parse(String(entry && (await buffer(Readable.from(bytesOf(archive, entry)))))) as Record<
    string,
    unknown
  >;
  expect(data).toMatchObject({ account: { name: "Agnes Agent" }, memberships: [{ role: "agent" }] });
  expect(data).toMatchObject({ workspace: { id: workspace.id, name: profileName }, signIns: [{ method: "sign_up" }] });
  const email = { what: "person.email", purpose: "account", keptFor: expect.any(String), source: ["person"] };
  expect(data["fields"]).toContainEqual({ ...email, category: "user.contact.email", recipients: [] });
  // who manages requests sees that there was one, not what it told
  for (const by of [path, `/v1/subject-requests/${made.body.id}/copy`])
    expect((await workspace.owner.api.get(by)).status).toBe(404);
  const mine = await agent.api.get<Page<object>>("/v1/me/subject-requests");
  const theirs = await workspace.owner.api.get<Page<object>>("/v1/me/subject-requests");
  expect([mine.body.data.length, theirs.body.data.length]).toEqual([1, 0]);
});
