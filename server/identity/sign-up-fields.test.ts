import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { chrome, signedInBy } from "../test/api.ts";
import { describe } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { peopleRoutes } from "./people.routes.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";

const testing = createTestApp();
const password = "seven green bicycles";

// the buckets of this address fill up again between tests
beforeEach(() => testing.clock.advance(600_000));

test("signing up makes a person, a workspace and its owner, and signs them in by a cookie that scripts cannot read", async () => {
  const answer = await testing.anyone.post("/v1/sign-up", {
    email: "  Ada@Example.test ",
    password,
    isAdult: true,
    name: "Ada",
    workspaceName: "Ada's shop",
  });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    person: { email: "ada@example.test", name: "Ada", hasPassword: true },
    memberships: [{ role: "owner", workspace: { name: "Ada's shop" }, channelIds: null }],
  });
  expect(answer.headers.getSetCookie()[0]).toMatch(
    /^kw=[0-9A-Za-z]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect((await signedInBy(answer, testing.url).get("/v1/me")).body).toEqual(answer.body);
});

test("nothing of a person is in the database in clear [GEN-02]", async () => {
  await testing.anyone.post("/v1/sign-up", {
    email: "canary@hidden.test",
    password,
    isAdult: true,
    name: "Canaria",
    workspaceName: "W",
  });
  const { rows } = await testing.admin.query<{ row: string }>(
    "select p::text || l::text as row from person p join login l on l.person_id = p.id",
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) {
    expect(row).not.toMatch(/canary|canaria/i);
    expect(row).not.toContain(Buffer.from("canary@hidden.test").toString("hex"));
    expect(row).not.toContain(password);
  }
});

const signUpRoute = peopleRoutes.find(({ id }) => id === "sign_up.create");

test("signing up takes what is declared, of which address, name and password are all that has to be given, and keeps nothing else [MSJ-03 API-01]", async () => {
  const schema = z.toJSONSchema(signUpRoute?.body ?? z.never(), { io: "input", unrepresentable: "any" });
  /** each field, and where it is declared what it is */
  const declared = {
    email: ["person.email", "user.contact.email"],
    password: ["person.passwordHash", "credential.verifier"],
    name: ["person.name", "user.name"],
    phone: ["person.phone", "user.contact.phone_number"],
    workspaceName: ["workspace.name", "organization.name"],
    isAdult: ["policy_acceptance.kind", "system"],
    acceptsAgreements: ["workspace_agreement.acceptedAt", "system"],
    invitationToken: ["invitation.acceptedAt", "system"],
  };
  expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual(Object.keys(declared).toSorted());
  const tables = new Map(allTables.map(describe).map((table) => [table.name, table]));
  for (const [column = "", category] of Object.values(declared)) {
    const [table = "", key = ""] = column.split(".");
    expect([column, tables.get(table)?.columns[key]?.category]).toEqual([column, category]);
  }
  // the adult's word is kept as a word, not as data about them
  expect(schema.required?.toSorted()).toEqual(["email", "isAdult", "name", "password"]);
  const all = { email: "least@example.test", password, name: "Least Given", isAdult: true };
  for (const missing of ["email", "password", "name"])
    expect((await testing.anyone.post("/v1/sign-up", { ...all, [missing]: undefined })).status).toBe(400);
  expect((await testing.anyone.post("/v1/sign-up", all)).status).toBe(201);
  const { rows: least } = await testing.admin.query(
    `select phone, name is not null as "hasName", password_hash from person order by created_at desc, id desc limit 1`,
  );
  expect(least).toEqual([{ phone: null, hasName: true, password_hash: expect.stringMatching(/^\$argon2id\$/) }]);

  const filled = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for (const { name, columns } of tables.values())
      for (const [key, { category }] of Object.entries(columns)) {
        if (category === "system") continue;
        const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        const { rows } = await testing.admin.query<{ n: number }>(`select count(${column})::int as n from ${name}`);
        found.set(`${name}.${key}`, rows[0]?.n ?? 0);
      }
    return found;
  };
  const before = await filled();
  const extra = { birthday: "extra-birthday-canary", address: { street: "extra-street-canary" } };
  const most = { ...all, email: "most@example.test", phone: "+60123450000", workspaceName: "Most GmbH", ...extra };
  expect(
    (await testing.anyone.post("/v1/sign-up", { ...most, acceptsAgreements: true }, { "user-agent": chrome })).status,
  ).toBe(201);
  const after = await filled();
  const grown = [...after].flatMap(([column, n]) => (n > (before.get(column) ?? 0) ? [column] : []));
  expect(grown.toSorted()).toEqual(
    [
      ...["person.email", "person.emailIndex", "person.name", "person.phone", "person.passwordHash", "workspace.name"],
      // how they came in, by the declarations of sign-ins
      ...["login.tokenHash", "login.userAgent", "login.browser", "login.system", "login.ip", "login.lastUsedAt"],
      ...["sign_in.ip", "sign_in.browser", "sign_in.system"],
    ].toSorted(),
  );
  const needles = ["extra-birthday-canary", "extra-street-canary"];
  expect(await scanForNeedles(testing.app, needles, { adminUrl: testing.adminUrl })).toEqual([]);
});

test.each([
  ["a short password", { password: "short" }, 400],
  ["a password that is tried first", { password: "password123456" }, 400],
  [
    "a password that is the address",
    { email: "marieantoinette@example.test", password: "marieantoinette@example.test" },
    400,
  ],
  ["something that is no address", { email: "not an address" }, 400],
  ["no word that they are an adult", { isAdult: false }, 400],
  ["a workspace and an invitation", { invitationToken: "x".repeat(43) }, 400],
  ["an invitation that never was", { workspaceName: undefined, invitationToken: "x".repeat(43) }, 410],
])("signing up with %s is refused and leaves nothing", async (_what, change, status) => {
  const before = await testing.admin.query("select 1 from person");
  const body = { email: "new@example.test", password, isAdult: true, name: "New", workspaceName: "W", ...change };
  const answer = await testing.anyone.post("/v1/sign-up", body);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).not.toContain(body.password);
  expect((await testing.admin.query("select 1 from person")).rowCount).toBe(before.rowCount);
});

test("an address that is taken cannot sign up again, in any spelling", async () => {
  await testing.given.person({ email: "taken@example.test" });
  const answer = await testing.anyone.post("/v1/sign-up", {
    email: "TAKEN@example.test",
    name: "Taken",
    password,
    isAdult: true,
    workspaceName: "W",
  });
  expect([answer.status, answer.body["code"]]).toEqual([409, "person.email_taken"]);
});
