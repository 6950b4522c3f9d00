import { expect, test } from "vitest";
import { mailAccessReviewJob, remindAccessReviewJob } from "./access-review.jobs.ts";
import { createTestApp } from "../test/app.ts";
import { createApiClient, cookieOf, type ApiAnswer } from "../test/api.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const dayMs = 24 * 3_600_000;
const code = (answer: ApiAnswer) => answer.body["code"];

interface Invited {
  id: string;
  url: string;
  state: string;
}
const tokenOf = ({ url }: Invited): string => url.split("/").at(-1) ?? "";

test("members see each other, in the order of joining and in pages", async () => {
  const { id, owner } = await testing.given.workspace();
  testing.clock.advance(1000);
  const agent = await testing.given.member(id, "agent", { name: "Ben" });
  const first = await agent.api.get<{ data: object[]; nextCursor: string }>("/v1/members?limit=1");
  expect(first.body.data).toMatchObject([{ id: owner.memberId, role: "owner", email: owner.email }]);
  const second = await agent.api.get<{ data: object[] }>(`/v1/members?limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ data: [{ id: agent.memberId, role: "agent", name: "Ben" }], nextCursor: null });
});

test("a role changes at once, also for a browser that is signed in", async () => {
  const { id, owner } = await testing.given.workspace();
  const member = await testing.given.member(id, "agent");
  expect((await member.api.get("/v1/api-keys")).status).toBe(403);
  const changed = await owner.api.patch(`/v1/members/${member.memberId}`, { role: "admin" });
  expect([changed.status, changed.body["role"]]).toEqual([200, "admin"]);
  expect((await member.api.get("/v1/api-keys")).status).toBe(200);
});

test("a removed member is out at once, and can come back by an invitation", async () => {
  const { id, owner } = await testing.given.workspace();
  const member = await testing.given.member(id, "admin");
  expect((await owner.api.delete(`/v1/members/${member.memberId}`)).status).toBe(204);
  expect((await member.api.get(`/v1/members?workspaceId=${id}`)).status).toBe(404);
  expect((await owner.api.delete(`/v1/members/${member.memberId}`)).status).toBe(404);
  const invited = await owner.api.post<Invited>("/v1/invitations", { role: "agent" });
  const accepted = await member.api.post("/v1/invitations/accept", { token: tokenOf(invited.body) });
  expect(accepted.body).toMatchObject({ memberships: [{ memberId: member.memberId, role: "agent" }] });
});

test("the last owner can neither leave nor step down, not even when two go at once", async () => {
  const { id, owner } = await testing.given.workspace();
  const alone = await owner.api.patch(`/v1/members/${owner.memberId}`, { role: "agent" });
  expect([alone.status, code(alone)]).toEqual([409, "member.last_owner"]);
  expect((await owner.api.delete(`/v1/members/${owner.memberId}`)).status).toBe(409);
  const second = await testing.given.member(id, "owner");
  const both = await Promise.all([
    owner.api.delete(`/v1/members/${second.memberId}`),
    second.api.delete(`/v1/members/${owner.memberId}`),
  ]);
  expect(both.filter(({ status }) => status === 204)).toHaveLength(1);
});

test("an admin, or a key that manages members, can neither make nor touch an owner", async () => {
  const { id, owner, api } = await testing.given.workspace();
  const admin = await testing.given.member(id, "admin");
  for (const caller of [admin.api, api]) {
    expect((await caller.patch(`/v1/members/${admin.memberId}`, { role: "owner" })).status).toBe(403);
    expect((await caller.patch(`/v1/members/${owner.memberId}`, { role: "agent" })).status).toBe(403);
    expect((await caller.delete(`/v1/members/${owner.memberId}`)).status).toBe(403);
    expect((await caller.post("/v1/invitations", { role: "owner" })).status).toBe(403);
  }
});

test("only agents are limited, and only to channels that are here", async () => {
  const { id, owner } = await testing.given.workspace();
  const agent = await testing.given.member(id, "agent");
  const change = (memberId: string, body: object) => owner.api.patch(`/v1/members/${memberId}`, body);
  expect((await change(agent.memberId, { channelIds: ["chn_of_others"] })).status).toBe(400);
  expect((await change(owner.memberId, { channelIds: [] })).status).toBe(400);
  const limited = await change(agent.memberId, { channelIds: [] });
  expect([limited.status, limited.body["channelIds"]]).toEqual([200, []]);
  expect((await agent.api.get("/v1/me")).body).toMatchObject({ memberships: [{ channelIds: [] }] });
});

test("an invitation makes its holder a member, once, with the role and channels it names", async () => {
  const { id, owner } = await testing.given.workspace({ name: "Bakery" });
  const made = await owner.api.post<Invited>("/v1/invitations", { role: "agent", channelIds: [] });
  expect([made.status, made.body.state]).toEqual([201, "open"]);
  const token = tokenOf(made.body);
  const preview = await testing.anyone.post("/v1/invitations/preview", { token });
  expect(preview.body).toMatchObject({ workspaceName: "Bakery", role: "agent" });

  const { api } = await testing.given.login(await testing.given.person());
  const accepted = await api.post("/v1/invitations/accept", { token });
  expect(accepted.body).toMatchObject({ memberships: [{ workspace: { id }, role: "agent", channelIds: [] }] });
  expect((await api.get("/v1/members")).status).toBe(200);

  const late = await testing.given.login(await testing.given.person());
  expect((await late.api.post("/v1/invitations/accept", { token })).status).toBe(410);
  expect((await testing.anyone.post("/v1/invitations/preview", { token })).status).toBe(410);
  const list = await owner.api.get<{ data: Invited[] }>("/v1/invitations");
  expect(list.body.data).toMatchObject([{ id: made.body.id, state: "accepted" }]);
  expect(JSON.stringify(list.body)).not.toContain(token);
});

test("someone new signs up by an invitation, also where sign-up is not open", async () => {
  const { owner } = await testing.given.workspace();
  const made = await owner.api.post<Invited>("/v1/invitations", { role: "agent", email: "New@example.test" });
  // no mail server is set up here, and nobody is told otherwise
  expect(made.body).toMatchObject({ email: "new@example.test", delivery: "outbox" });
  await expect
    .poll(() => testing.mail.list().find((mail) => mail.to === "new@example.test")?.text)
    .toContain(made.body.url);
  const body = { email: "new@example.test", password, name: "New", isAdult: true, invitationToken: tokenOf(made.body) };
  const answer = await testing.anyone.post("/v1/sign-up", body);
  expect(answer.body).toMatchObject({ memberships: [{ role: "agent" }] });
  const api = createApiClient(testing.url, { cookie: cookieOf(answer) ?? "" });
  expect((await api.get<{ data: object[] }>("/v1/members")).body.data).toHaveLength(2);
});

test("one invitation raced by many makes one member", async () => {
  const { owner } = await testing.given.workspace();
  const { body } = await owner.api.post<Invited>("/v1/invitations", { role: "agent" });
  const people = await Promise.all(
    Array.from({ length: 5 }, async () => testing.given.login(await testing.given.person())),
  );
  const answers = await Promise.all(
    people.map(({ api }) => api.post("/v1/invitations/accept", { token: tokenOf(body) })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410, 410, 410]);
});

test("a withdrawn or old invitation is worth nothing; a member cannot accept one", async () => {
  const { id, owner } = await testing.given.workspace();
  const [withdrawn, old] = [
    (await owner.api.post<Invited>("/v1/invitations", { role: "agent" })).body,
    (await owner.api.post<Invited>("/v1/invitations", { role: "agent" })).body,
  ];
  expect((await owner.api.delete(`/v1/invitations/${withdrawn.id}`)).status).toBe(204);
  expect((await owner.api.delete(`/v1/invitations/${withdrawn.id}`)).status).toBe(404);
  const person = await testing.given.person();
  const accept = async (invited: Invited, who = person) =>
    (await testing.given.login(who)).api.post("/v1/invitations/accept", { token: tokenOf(invited) });
  expect((await accept(withdrawn)).status).toBe(410);
  const member = await testing.given.member(id, "agent");
  const again = await accept(old, member);
  expect([again.status, code(again)]).toEqual([409, "member.already_member"]);
  testing.clock.advance(7 * dayMs);
  expect((await accept(old)).status).toBe(410);
  const owners = await testing.given.login(owner);
  const list = await owners.api.get<{ data: Invited[] }>("/v1/invitations");
  expect(list.body.data.map(({ state }) => state)).toEqual(["expired", "revoked"]);
});

test("an invitation's address and link are not in the database in clear", async () => {
  const { owner } = await testing.given.workspace();
  const { body } = await owner.api.post<Invited>("/v1/invitations", { role: "agent", email: "canary@hidden.test" });
  const { rows } = await testing.admin.query<{ row: string }>("select i::text as row from invitation i");
  for (const needle of ["canary", Buffer.from("canary").toString("hex"), tokenOf(body)])
    expect(rows.some(({ row }) => row.includes(needle))).toBe(false);
});

test.each([{}, { role: "king" }, { role: "agent", email: "no" }, { role: "admin", channelIds: ["chn_x"] }])(
  "an invitation that makes no sense is refused: %o",
  async (body) => {
    const { owner } = await testing.given.workspace();
    expect((await owner.api.post("/v1/invitations", body)).status).toBe(400);
  },
);

test("a key that manages members makes nobody who may more than the key", async () => {
  const workspace = await testing.given.workspace();
  const agent = await testing.given.member(workspace.id, "agent");
  const { api } = await testing.given.apiKey(workspace.id, { scopes: ["member:manage", "member:read"] });
  for (const role of ["admin", "agent"]) expect((await api.post("/v1/invitations", { role })).status).toBe(403);
  expect((await api.patch(`/v1/members/${agent.memberId}`, { role: "admin" })).status).toBe(403);
  expect((await api.delete(`/v1/members/${agent.memberId}`)).status).toBe(204);
  const full = await testing.given.apiKey(workspace.id);
  expect((await full.api.post("/v1/invitations", { role: "admin" })).status).toBe(201);
  const limited = await testing.given.apiKey(workspace.id, { channelIds: [] });
  for (const role of ["admin", "agent"]) expect((await limited.api.post("/v1/invitations", { role })).status).toBe(403);
});

test("an owner takes out who and what can get in: roles, channels, keys, open invitations and last use, as JSON and CSV; agents and others do not [MSJ-35]", async () => {
  const workspace = await testing.given.workspace();
  const { api, email } = workspace.owner;
  const person = await testing.given.person({ name: '=cmd("x")' });
  const agent = await testing.given.member(workspace.id, "agent", { person });
  const gone = await testing.given.member(workspace.id, "admin");
  expect((await api.delete(`/v1/members/${gone.memberId}`)).status).toBe(204);
  await api.post("/v1/invitations", { role: "admin", email: "asked@example.test" });
  const key = await testing.given.apiKey(workspace.id, { scopes: ["contact:read"] });
  testing.clock.advance(3_600_000);
  expect((await key.api.get("/v1/contacts")).status).toBe(200);
  interface Entry {
    kind: string;
    id: string;
    email: string | null;
    role: string | null;
    permissions: string[];
    lastUsedAt: string | null;
  }
  const { status, body } = await api.get<{ data: Entry[]; madeAt: string }>("/v1/access-review");
  expect([status, body.madeAt]).toEqual([200, testing.clock.now().toISOString()]);
  const of = (email_: string) => body.data.find((one) => one.email === email_);
  expect(of(email)).toMatchObject({ kind: "member", role: "owner", lastUsedAt: testing.clock.now().toISOString() });
  expect(of(person.email)).toMatchObject({ kind: "member", id: agent.memberId, role: "agent", channelIds: null });
  // whoever works elsewhere too may have been there: their last use is nobody's business here
  const both = await testing.given.person();
  await testing.given.workspace({ owner: both });
  const shared = await testing.given.member(workspace.id, "agent", { person: both });
  expect((await shared.api.get(`/v1/members?workspaceId=${workspace.id}`)).status).toBe(200);
  const again = await api.get<{ data: Entry[] }>("/v1/access-review");
  const uses = again.body.data.map(({ email: one, lastUsedAt }) => [one, lastUsedAt !== null]);
  expect(uses).toEqual(
    expect.arrayContaining([
      [email, true],
      [both.email, false],
    ]),
  );
  expect(of(person.email)?.permissions).not.toContain("member:manage");
  expect(of("asked@example.test")).toMatchObject({ kind: "invitation", role: "admin", lastUsedAt: null });
  const used = body.data.filter(
    ({ kind, permissions }) => kind === "api_key" && permissions.join(" ") === "contact:read",
  );
  expect(used.map(({ lastUsedAt }) => lastUsedAt)).toEqual([testing.clock.now().toISOString()]);
  expect(body.data.map(({ id }) => id)).not.toContain(gone.memberId);
  const csv = await (
    await fetch(`${testing.url}/v1/access-review/file`, { headers: { authorization: `Bearer ${workspace.apiKey}` } })
  ).text();
  expect(csv.split("\r\n")[0]).toContain("kind,id,name,email,role,permissions,channelIds,since,lastUsedAt,expiresAt");
  expect(csv.trim().split("\r\n")).toHaveLength(1 + again.body.data.length);
  expect(csv).toContain(`"'=cmd(""x"")"`);
  expect((await agent.api.get("/v1/access-review")).status).toBe(403);
  expect(
    JSON.stringify((await (await testing.given.workspace()).owner.api.get("/v1/access-review")).body),
  ).not.toContain(email);
});

test("on the first day of each quarter every workspace's owners are asked to look it over [MSJ-35]", async () => {
  const workspace = await testing.given.workspace();
  expect(remindAccessReviewJob.schedule).toBe("30 6 1 1,4,7,10 *");
  await remindAccessReviewJob.run(testing.app, {});
  const { rows } = await testing.admin.query(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'access_review.mail' and j.payload::text like '%' || $1 || '%'`,
    [workspace.id],
  );
  expect(rows).toHaveLength(1);
  await mailAccessReviewJob.run(testing.app, { workspaceId: workspace.id });
  const mail = testing.mail
    .list()
    .find(({ to, template }) => to === workspace.owner.email && template === "access_review");
  expect(mail?.text).toContain("/settings/members");
});
