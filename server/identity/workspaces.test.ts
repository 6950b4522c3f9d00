import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";

const testing = createTestApp();

test("an owner sees who they are and where they belong", async () => {
  const { owner, id } = await testing.given.workspace({ name: "Bakery" });
  const me = await owner.api.get("/v1/me");
  expect(me.body).toMatchObject({
    person: { email: owner.email },
    memberships: [{ workspace: { id, name: "Bakery" }, role: "owner" }],
  });
});

test("a person makes a second workspace, and from then on says which one is meant [ONE-06]", async () => {
  const { owner, id } = await testing.given.workspace();
  const made = await owner.api.post<{ id: string }>("/v1/workspaces", { name: "Second" });
  expect(made.status).toBe(201);
  const list = await owner.api.get<{ data: { id: string }[] }>("/v1/workspaces");
  expect(list.body.data.map((workspace) => workspace.id)).toEqual([id, made.body.id]);
  const unclear = await owner.api.get("/v1/members");
  expect([unclear.status, unclear.body["code"]]).toEqual([400, "workspace_required"]);
  const members = await owner.api.get<{ data: { id: string }[] }>(`/v1/members?workspaceId=${made.body.id}`);
  expect(members.body.data).toHaveLength(1);
  expect(members.body.data[0]?.id).not.toBe(owner.memberId);
});

test("a workspace is renamed for everybody at once", async () => {
  const { owner, id, api } = await testing.given.workspace({ name: "Old" });
  expect((await owner.api.patch(`/v1/workspaces/${id}`, { name: " New " })).body).toMatchObject({ name: "New" });
  expect((await api.get(`/v1/workspaces/${id}`)).body).toMatchObject({ id, name: "New" });
  expect((await owner.api.get("/v1/me")).body).toMatchObject({ memberships: [{ workspace: { name: "New" } }] });
});

test("another workspace is not found, whoever asks [ONE-06]", async () => {
  const mine = await testing.given.workspace();
  const theirs = await testing.given.workspace();
  for (const api of [mine.api, mine.owner.api]) {
    expect((await api.get(`/v1/workspaces/${theirs.id}`)).status).toBe(404);
    expect((await api.patch(`/v1/workspaces/${theirs.id}`, { name: "Mine now" })).status).toBe(404);
    expect((await api.get(`/v1/members/${theirs.owner.memberId}`)).status).toBe(404);
    expect((await api.delete(`/v1/members/${theirs.owner.memberId}`)).status).toBe(404);
  }
});

test.each([{}, { name: "" }, { name: "x".repeat(81) }, { name: 7 }])(
  "a name that is none is refused: %o",
  async (body) => {
    const { owner, id } = await testing.given.workspace();
    expect((await owner.api.post("/v1/workspaces", body)).status).toBe(400);
    expect((await owner.api.patch(`/v1/workspaces/${id}`, body)).status).toBe(400);
  },
);

test("what matters for security is in the trail, newest first, in ids, for managers only", async () => {
  const { owner, id, api } = await testing.given.workspace();
  const agent = await testing.given.member(id, "agent");
  await owner.api.patch(`/v1/members/${agent.memberId}`, { role: "admin" });
  const trail = await api.get<{ data: { action: string; actor: object; targetId: string; detail: object }[] }>(
    "/v1/audit-entries",
  );
  expect(trail.body.data.map(({ action }) => action)).toEqual([
    "member.role_changed",
    "member.joined",
    "api_key.created",
    "member.joined",
    "workspace.created",
  ]);
  expect(trail.body.data[0]).toMatchObject({
    actor: { kind: "member", id: owner.memberId },
    targetId: agent.memberId,
    detail: { role: "admin" },
  });
  const plain = await testing.given.member(id, "agent");
  expect((await plain.api.get("/v1/audit-entries")).status).toBe(403);
});

test("the trail can be read and added to, never changed or deleted", async () => {
  const { id } = await testing.given.workspace();
  const scope = { workspaceIds: [id] };
  for (const statement of ["delete from audit_entry", "update audit_entry set action = 'x'"])
    await expect(testing.app.db.tx(scope, (tx) => tx.query(statement))).rejects.toThrow(/permission denied/);
});
