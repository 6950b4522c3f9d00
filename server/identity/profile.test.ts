import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { describe } from "../platform/table.ts";
import { createTestApp } from "../test/app.ts";
import { person as personTable } from "./people.table.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const newPassword = "eleven purple canoes";

const serverDir = path.resolve(import.meta.dirname, "..");

beforeEach(() => testing.clock.advance(600_000));

async function signedIn() {
  const person = await testing.given.person({ password });
  return { ...person, ...(await testing.given.login(person)) };
}

test("a name changes freely", async () => {
  const { api } = await signedIn();
  const answer = await api.patch<{ person: { name: string } }>("/v1/me", { name: "  Zoë  " });
  expect([answer.status, answer.body.person.name]).toEqual([200, "Zoë"]);
});

test("name and address of a person are sealed as what they are; a number may be there, is sealed too, and null forgets it [GEN-01 ONE-05]", async () => {
  const { columns } = describe(personTable);
  expect([columns["name"], columns["email"], columns["phone"]].map((one) => one?.category)).toEqual([
    ...["user.name", "user.contact.email", "user.contact.phone_number"],
  ]);
  const workspace = await testing.given.workspace();
  const me = await testing.given.member(workspace.id, "agent");
  const colleague = await testing.given.member(workspace.id, "agent");
  const stored = async () =>
    (
      await testing.admin.query<{ phone: Buffer | null; row: string }>(
        "select phone, p::text as row from person p where id = $1",
        [me.personId],
      )
    ).rows[0];
  // nobody has to have one
  expect((await stored())?.phone).toBeNull();
  expect((await me.api.get<{ person: object }>("/v1/me")).body.person).toMatchObject({ phone: null });
  const given = await me.api.patch<{ person: object }>("/v1/me", { phone: "+60 (12) 345-6789" });
  expect([given.status, given.body.person]).toEqual([200, expect.objectContaining({ phone: "+60123456789" })]);
  const row = (await stored())?.row ?? "";
  for (const form of ["60123456789", Buffer.from("+60123456789").toString("hex")]) expect(row).not.toContain(form);
  // what it is for: colleagues see it
  const members = await colleague.api.get<{ data: { id: string; phone: string | null }[] }>("/v1/members");
  expect(members.body.data.find(({ id }) => id === me.memberId)?.phone).toBe("+60123456789");
  expect(members.body.data.find(({ id }) => id === colleague.memberId)?.phone).toBeNull();
  // what it is not for: nothing finds a person by it
  for (const path of ["/v1/sign-in", "/v1/password-reset"])
    for (const body of [
      { email: "+60123456789", password },
      { phone: "+60123456789", password },
    ])
      expect((await testing.anyone.post(path, body)).status).toBe(400);
  expect(Object.entries(columns).flatMap(([key, one]) => (one.category === "index.blind" ? [key] : []))).toEqual([
    "emailIndex",
  ]);
  const readers = globSync("**/*.ts", { cwd: serverDir })
    .filter(
      (file) => !file.endsWith(".test.ts") && readFileSync(path.join(serverDir, file), "utf8").includes("openPhone("),
    )
    .toSorted();
  expect(readers).toEqual(["identity/members.ts", "identity/people.ts", "privacy/read-person.ts"]);
  expect((await me.api.patch("/v1/me", { phone: null })).status).toBe(200);
  expect((await stored())?.phone).toBeNull();
});

test("an e-mail address changes with the password only, the old and the new one are told, and neither is stored but sealed and by its keyed hash [ONE-03]", async () => {
  const { api, email } = await signedIn();
  const { body: me } = await api.get<{ person: { id: string } }>("/v1/me");
  expect((await api.patch("/v1/me", { email: "moved@example.test" })).status).toBe(400);
  const refused = await api.patch("/v1/me", { email: "moved@example.test", password: "not my password" });
  expect([refused.status, refused.body["code"]]).toEqual([403, "person.wrong_password"]);
  expect((await api.patch("/v1/me", { email: "Moved@example.test", password })).status).toBe(200);
  const told = testing.mail.list().slice(0, 2);
  expect(told.map(({ to }) => to.toLowerCase()).toSorted()).toEqual([email, "moved@example.test"].toSorted());
  const { rows } = await testing.admin.query<{ sealed: Buffer; index: Buffer; row: string }>(
    "select email as sealed, email_index as index, p::text as row from person p where id = $1",
    [me.person.id],
  );
  expect(rows).toHaveLength(1);
  for (const form of ["moved@example", Buffer.from("moved@example").toString("hex")])
    expect(rows[0]?.row.toLowerCase()).not.toContain(form);
  // keyed: not what anybody could compute of an address
  const plain = createHash("sha256").update("moved@example.test").digest();
  expect(rows[0]?.index.equals(plain.subarray(0, rows[0].index.length))).toBe(false);
  expect((await testing.anyone.post("/v1/sign-in", { email: "moved@example.test", password })).status).toBe(200);
  expect((await testing.anyone.post("/v1/sign-in", { email, password })).status).toBe(401);
});

test("somebody else's address cannot be taken, and nothing of the change happens", async () => {
  const { api } = await signedIn();
  const other = await testing.given.person();
  const answer = await api.patch("/v1/me", { email: other.email, name: "Changed", password });
  expect([answer.status, answer.body["code"]]).toEqual([409, "person.email_taken"]);
  expect((await api.get<{ person: { name: string } }>("/v1/me")).body.person.name).not.toBe("Changed");
});

test("a new password ends the other logins, not this one", async () => {
  const me = await signedIn();
  const elsewhere = await testing.given.login(me);
  expect((await me.api.patch("/v1/me", { newPassword, password })).status).toBe(200);
  expect((await me.api.get("/v1/me")).status).toBe(200);
  expect((await elsewhere.api.get("/v1/me")).status).toBe(401);
  expect((await testing.anyone.post("/v1/sign-in", { email: me.email, password: newPassword })).status).toBe(200);
});

test("whoever has no password yet sets one without", async () => {
  const person = await testing.given.person();
  const { api } = await testing.given.login(person);
  expect((await api.patch("/v1/me", { email: "other@example.test" })).status).toBe(400);
  expect((await api.patch("/v1/me", { newPassword })).status).toBe(200);
  expect((await testing.anyone.post("/v1/sign-in", { email: person.email, password: newPassword })).status).toBe(200);
});

test("guessing the password in a stolen session costs time too", async () => {
  const { api } = await signedIn();
  const statuses = [];
  for (let i = 0; i < 4; i++)
    statuses.push((await api.patch("/v1/me", { newPassword, password: `guess number ${i}` })).status);
  expect(statuses).toEqual([403, 403, 403, 429]);
});

test.each([
  { name: "" },
  { name: "x".repeat(121) },
  { email: "no" },
  { phone: "012 345" },
  { role: "owner" },
  { newPassword: "short", password },
])("a change that makes no sense is refused: %o", async (body) => {
  const { api } = await signedIn();
  expect((await api.patch("/v1/me", body)).status).toBe(400);
});

test("a change of credentials is in the trail of every workspace of the person", async () => {
  const { owner, api } = await testing.given.workspace({ owner: await testing.given.person({ password }) });
  await owner.api.patch("/v1/me", { newPassword, password });
  const trail = await api.get<{ data: { action: string; actor: object; targetId: string }[] }>("/v1/audit-entries");
  expect(trail.body.data[0]).toMatchObject({ action: "member.password_changed", targetId: owner.memberId });
});
