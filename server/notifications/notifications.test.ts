import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createApp } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { createTestApp } from "../test/app.ts";
import type { ApiClient } from "../test/api.ts";
import { noteVersion, productVersion } from "./announce-version.ts";
import { kinds, topics } from "./notify.ts";

const t = createTestApp({ hasJobs: true });
const password = "seven green bicycles";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/19.0 Safari/605.1.15";

interface Notice {
  kind: string;
  topic: string;
  workspaceId: string | null;
  target: string | null;
  isRead: boolean;
}
const noticesOf = async (api: ApiClient) =>
  (await api.get<{ data: Notice[]; unreadCount: number }>("/v1/me/notifications")).body;
const choose = (api: ApiClient, body: object) => api.patch("/v1/me/notification-preferences", body);
const subjectsTo = (email: string) =>
  t.mail
    .list()
    .filter((mail) => mail.to === email)
    .map(({ subject }) => subject);

/** Until the mails that were asked for are out: what is not there then does not come. */
async function mailed(): Promise<void> {
  const waiting = async () =>
    (await t.admin.query("select 1 from graphile_worker.jobs where task_identifier like 'notification.%'")).rowCount;
  await expect.poll(waiting, { timeout: 20_000 }).toBe(0);
}

/** Everything that may be turned off is. */
async function quiet(api: ApiClient): Promise<void> {
  for (const [kind, { isFixed }] of Object.entries(kinds))
    expect((await choose(api, { kind, byMail: false, inApp: false })).status).toBe(isFixed ? 409 : 200);
}

test("a sign-in from a device or place that is not known is mailed at once, a known one and a wrong password are not [ONE-32]", async () => {
  const person = await t.given.person({ password });
  const { api } = await t.given.login(person);
  await quiet(api);
  const signIn = (agent: string, secret = password) =>
    t.anyone.post("/v1/sign-in", { email: person.email, password: secret }, { "user-agent": agent });
  expect((await signIn(firefox)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toEqual(["A new sign-in to your Keepword account"]);
  const [mail] = t.mail.list().filter(({ to }) => to === person.email);
  expect(mail?.text).toContain("Firefox, Linux, 127.0.0.1");
  expect(Date.parse(mail?.at ?? "") - t.clock.ms()).toBeLessThan(60_000);
  expect((await signIn(firefox)).status).toBe(200);
  expect((await signIn(safari, "seven blue bicycles!")).status).toBe(401);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(1);
  expect((await signIn(safari)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(2);
  expect((await noticesOf(api)).data.map(({ topic }) => topic)).toEqual(["new_device", "new_device"]);
  // the same browser, where nobody signed in from
  await t.admin.query("update sign_in set ip = '203.0.113.5' where person_id = $1", [person.personId]);
  expect((await signIn(firefox)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(3);
});

test("the first session of a person is no news, whoever made the account; every other device after it is, also when the record of it is gone", async () => {
  const person = await t.given.person({ password });
  const signIn = (agent: string) =>
    t.anyone.post("/v1/sign-in", { email: person.email, password }, { "user-agent": agent });
  expect((await signIn(firefox)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toEqual([]);
  expect((await signIn(safari)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(1);
  // an account whose record has aged away had sessions before, for all that is known
  await t.admin.query("delete from sign_in where person_id = $1", [person.personId]);
  await t.admin.query("update person set created_at = created_at - interval '366 days' where id = $1", [
    person.personId,
  ]);
  expect((await signIn(firefox)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(2);
});

test("a session of which there is no record, begun by a server that made none, was one still: the next device is news", async () => {
  const person = await t.given.person({ password });
  const signIn = (agent: string) =>
    t.anyone.post("/v1/sign-in", { email: person.email, password }, { "user-agent": agent });
  expect((await signIn(firefox)).status).toBe(200);
  await t.admin.query("delete from sign_in where person_id = $1", [person.personId]);
  expect((await signIn(safari)).status).toBe(200);
  await mailed();
  expect(subjectsTo(person.email)).toHaveLength(1);
});

test("a changed password and a changed address are mailed at once, the address to both, however much is turned off [ONE-32]", async () => {
  const person = await t.given.person({ password });
  const { api } = await t.given.login(person);
  await quiet(api);
  const moved = "moved-notices@example.test";
  expect((await api.patch("/v1/me", { newPassword: "eleven purple canoes", password })).status).toBe(200);
  expect(subjectsTo(person.email)).toEqual(["Your Keepword sign-in was changed"]);
  expect((await api.patch("/v1/me", { email: moved, password: "eleven purple canoes" })).status).toBe(200);
  expect(subjectsTo(person.email)).toHaveLength(2);
  expect(subjectsTo(moved)).toEqual(["Your Keepword sign-in was changed"]);
  await mailed();
  expect([subjectsTo(person.email).length, subjectsTo(moved).length]).toEqual([2, 1]);
  expect((await noticesOf(api)).data.map(({ topic }) => topic)).toEqual(["email_changed", "password_changed"]);
});

test("a new API key, also by rotation, is mailed at once to owners and admins, and to nobody else [ONE-32]", async () => {
  const { owner, id } = await t.given.workspace({ name: "Kettles" });
  const admin = await t.given.member(id, "admin");
  const agent = await t.given.member(id, "agent");
  const stranger = await t.given.workspace();
  await quiet(owner.api);
  const made = await owner.api.post<{ id: string; key: string }>("/v1/api-keys", {
    ...{ name: "Till", scopes: ["member:read"] },
  });
  expect(made.status).toBe(201);
  await mailed();
  for (const { email } of [owner, admin]) expect(subjectsTo(email)).toEqual(["A new API key for Kettles"]);
  for (const { email } of [agent, stranger.owner]) expect(subjectsTo(email)).toEqual([]);
  expect(JSON.stringify(t.mail.list())).not.toContain(made.body.key);
  await owner.api.post(`/v1/api-keys/${made.body.id}/rotate`, {});
  await mailed();
  expect(subjectsTo(owner.email)).toHaveLength(2);
  expect((await noticesOf(owner.api)).data.at(-1)).toMatchObject({
    ...{ kind: "security", topic: "api_key_created", workspaceId: id, target: made.body.id, isRead: false },
  });
});

test("a key that was sent over http counts as leaked: the call is refused, owners and admins are alerted, once a day [API-19 ONE-32]", async () => {
  const { owner, id, api } = await t.given.workspace({ name: "Tables" });
  const admin = await t.given.member(id, "admin");
  const { key, id: keyId } = await t.given.apiKey(id);
  const env = { KEEPWORD_PUBLIC_URL: "https://inbox.example.com", KEEPWORD_DATA_DIR: t.app.config.dataDir };
  await using served = await createApp(readConfig({ ...env, KEEPWORD_PORT: "0" }), {
    ...{ clock: t.clock, log: createLog({ level: "silent" }), readyDatabaseUrl: t.databaseUrl, connections: 2 },
    hasJobs: false,
  });
  const call = (text: string, url = "/v1/members", protocol = "http") =>
    served.http.inject({ url, headers: { authorization: `Bearer ${text}`, "x-forwarded-proto": protocol } });
  const leakedAt = async () =>
    (await api.get<{ data: { id: string; leakedAt: string | null }[] }>("/v1/api-keys")).body.data.find(
      (one) => one.id === keyId,
    )?.leakedAt;
  expect((await call(key, "/v1/members", "https")).statusCode).toBe(200);
  expect((await call("kw_live_wrong")).statusCode).toBe(403);
  expect(await leakedAt()).toBeNull();
  const alerts = () => subjectsTo(owner.email).filter((subject) => subject.includes("in clear"));
  for (let calls = 0; calls < 2; calls++) expect((await call(key)).json()).toMatchObject({ code: "https_required" });
  await mailed();
  expect(await leakedAt()).toBe(t.clock.now().toISOString());
  expect(alerts()).toEqual(["An API key of Tables was sent in clear"]);
  expect(subjectsTo(admin.email)).toEqual(alerts());
  expect((await noticesOf(owner.api)).data).toMatchObject([{ topic: "api_key_leaked", target: keyId }]);
  const trail = await api.get<{ data: object[] }>("/v1/audit-entries?limit=1");
  expect(trail.body.data).toMatchObject([{ action: "api_key.leaked", targetId: keyId, actor: { kind: "system" } }]);
  t.clock.advance(86_400_000);
  // on a page it is on the wire just the same
  expect((await call(key, "/inbox")).statusCode).toBe(308);
  await mailed();
  expect(alerts()).toHaveLength(2);
});

test("a copy that is begun is mailed at once: one's own to oneself, a contact's to owners and admins [ONE-32]", async () => {
  const { owner, id } = await t.given.workspace();
  const agent = await t.given.member(id, "agent");
  await quiet(agent.api);
  expect((await agent.api.post("/v1/me/subject-requests", { type: "access" })).status).toBe(202);
  await mailed();
  expect(subjectsTo(agent.email)).toEqual(["A copy of personal data is being made"]);
  expect(subjectsTo(owner.email)).toEqual([]);
  const asked = { identity: "+60123456789", type: "portability" };
  expect((await owner.api.post("/v1/subject-requests", asked)).status).toBe(202);
  expect((await owner.api.post("/v1/subject-requests", { ...asked, type: "restrict" })).status).toBe(202);
  await mailed();
  expect(subjectsTo(owner.email)).toEqual(["A copy of personal data is being made"]);
  expect(subjectsTo(agent.email)).toHaveLength(1);
});

test("each kind of notice comes the ways that were chosen for it; security and legal ones cannot be turned off [GEN-15]", async () => {
  const { owner, id } = await t.given.workspace({ name: "Lamps" });
  const agent = await t.given.member(id, "agent");
  const { body: start } = await agent.api.get<{ data: object[] }>("/v1/me/notification-preferences");
  expect(start.data).toEqual(
    Object.entries(kinds).map(([kind, { isFixed }]) => ({ kind, byMail: true, inApp: true, isFixed })),
  );
  expect(Object.entries(kinds).flatMap(([kind, { isFixed }]) => (isFixed ? [kind] : []))).toEqual([
    "security",
    "legal",
  ]);
  // no screen, no call and no row turns these off
  for (const kind of ["security", "legal"]) {
    for (const change of [{ byMail: false }, { inApp: false }]) {
      const refused = await choose(agent.api, { kind, ...change });
      expect([refused.status, refused.body["code"]]).toEqual([409, "notification.kind_fixed"]);
    }
    const planted = t.admin.query("insert into notification_preference values ($1, $2, false, false, $3)", [
      ...[agent.personId, kind, t.clock.now()],
    ]);
    await expect(planted).rejects.toThrow(/check constraint/);
  }
  expect((await choose(agent.api, { kind: "marketing", byMail: false })).status).toBe(400);
  const happens = async (role: string) => {
    const [mails, notices] = [subjectsTo(agent.email).length, (await noticesOf(agent.api)).data.length];
    expect((await owner.api.patch(`/v1/members/${agent.memberId}`, { role })).status).toBe(200);
    await mailed();
    return [subjectsTo(agent.email).length - mails, (await noticesOf(agent.api)).data.length - notices];
  };
  expect(await happens("admin")).toEqual([1, 1]);
  expect(subjectsTo(agent.email)).toEqual(["Your role in Lamps was changed"]);
  expect((await choose(agent.api, { kind: "admin", byMail: false })).status).toBe(200);
  expect(await happens("agent")).toEqual([0, 1]);
  await choose(agent.api, { kind: "admin", byMail: true, inApp: false });
  expect(await happens("admin")).toEqual([1, 0]);
  await choose(agent.api, { kind: "admin", byMail: false });
  expect(await happens("agent")).toEqual([0, 0]);
  // a choice is one's own
  expect((await owner.api.get<{ data: object[] }>("/v1/me/notification-preferences")).body).toEqual(start);
  expect((await noticesOf(agent.api)).unreadCount).toBe(2);
  expect((await agent.api.post("/v1/me/notifications/read")).status).toBe(204);
  expect((await noticesOf(agent.api)).unreadCount).toBe(0);
  expect((await noticesOf(agent.api)).data.map(({ isRead }) => isRead)).toEqual([true, true]);
});

test("administrative notices come to whoever turned off news of the product [ONE-33]", async () => {
  const { owner, id } = await t.given.workspace({ name: "Chairs" });
  const agent = await t.given.member(id, "agent");
  expect(topics.role_changed).toBe("admin");
  await choose(agent.api, { kind: "product", byMail: false, inApp: false });
  await owner.api.patch(`/v1/members/${agent.memberId}`, { role: "admin" });
  await mailed();
  expect(subjectsTo(agent.email)).toEqual(["Your role in Chairs was changed"]);
  expect((await noticesOf(agent.api)).data).toMatchObject([{ kind: "admin", topic: "role_changed", workspaceId: id }]);
});

test("a new version is told once, with what changed, to everyone who did not turn that off [ONE-23]", async () => {
  const [reader, other] = [await t.given.person(), await t.given.person()];
  const [{ api }, silent] = [await t.given.login(reader), await t.given.login(other)];
  await choose(silent.api, { kind: "product", byMail: false, inApp: false });
  // the version that an installation begins with is no news
  const { rows } = await t.admin.query("select version from product_version");
  expect(rows).toEqual([{ version: productVersion() }]);
  await mailed();
  expect((await noticesOf(api)).data).toEqual([]);
  // the newest section of the real changelog, and another version that ran here before
  const changelog = readFileSync(new URL("../../CHANGELOG.md", import.meta.url), "utf8");
  const [, version = "", change = ""] = /^## (\S+)[^\n]*\n(?:\n|###[^\n]*\n)*(- [^\n]+)/m.exec(changelog) ?? [];
  expect([version, change]).toEqual([expect.stringMatching(/^\w/), expect.stringMatching(/\w{3}/)]);
  await t.admin.query("update product_version set version = '0.0.1'");
  for (let starts = 0; starts < 2; starts++) {
    await noteVersion(t.app, version);
    await mailed();
  }
  expect(subjectsTo(reader.email)).toEqual([`Keepword ${version} is running`]);
  const mail = t.mail.list().find(({ to }) => to === reader.email);
  expect(mail?.text).toContain(change);
  expect(mail?.text).toContain("/settings/notifications");
  expect((await noticesOf(api)).data).toMatchObject([{ kind: "product", topic: "new_version", target: version }]);
  expect(subjectsTo(other.email)).toEqual([]);
  expect((await noticesOf(silent.api)).data).toEqual([]);
});
