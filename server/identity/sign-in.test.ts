import { beforeEach, expect, test } from "vitest";
import { cookieOf, createApiClient, type ApiAnswer } from "../test/api.ts";
import { z } from "zod";
import { describe } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { peopleRoutes } from "./people.routes.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { deviceOf } from "./device.ts";
import { createLoginLink, delayAfter } from "./sign-in.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const wrong = "seven blue bicycles!";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

// the buckets of this address fill up again between tests
beforeEach(() => testing.clock.advance(10 * minuteMs));

const signIn = (email: string, secret: string) => testing.anyone.post("/v1/sign-in", { email, password: secret });
const code = (answer: ApiAnswer) => answer.body["code"];
const withCookie = (answer: ApiAnswer) => createApiClient(testing.url, { cookie: cookieOf(answer) ?? "" });

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
  expect((await withCookie(answer).get("/v1/me")).body).toEqual(answer.body);
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
  expect((await asBrowser("/v1/sign-up", { ...most, acceptsAgreements: true })).status).toBe(201);
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
  expect([answer.status, code(answer)]).toEqual([409, "person.email_taken"]);
});

test("an unknown address and a wrong password get the same answer, and the same wait", async () => {
  const { email } = await testing.given.person({ password });
  const answersFor = async (who: string) => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await signIn(who, wrong));
    return answers.map(({ status, body }) => ({ status, body: { ...body, traceId: "" } }));
  };
  const known = await answersFor(email);
  testing.clock.advance(minuteMs);
  expect(await answersFor("nobody@example.test")).toEqual(known);
  expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
});

test("wrong passwords cost time, and never the account [API-12]", async () => {
  const { email } = await testing.given.person({ password });
  for (let i = 0; i < 3; i++) expect((await signIn(email, wrong)).status).toBe(401);
  const waiting = await signIn(email, password);
  expect([waiting.status, waiting.body["retryAfterMs"]]).toEqual([429, 1000]);
  expect(waiting.headers.get("retry-after")).toBe("1");
  testing.clock.advance(1000);
  expect((await signIn(email, password)).status).toBe(200);
  // it begins anew after the right one
  expect((await signIn(email, wrong)).status).toBe(401);
  expect((await signIn(email, password)).status).toBe(200);
});

test("a hundred wrong guesses wait half a minute at most", () => {
  expect([1, 2, 3, 4, 5, 8, 9, 100].map(delayAfter)).toEqual([0, 0, 1000, 2000, 4000, 30_000, 30_000, 30_000]);
});

test("guesses at once do not share one turn", async () => {
  const { email } = await testing.given.person({ password });
  const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(email, wrong)));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
});

test("whoever signed in from an address before does not wait there for a stranger's guesses", async () => {
  const { email } = await testing.given.person({ password });
  expect((await signIn(email, password)).status).toBe(200);
  for (let i = 0; i < 4; i++) await signIn(email, wrong);
  expect((await signIn(email, password)).status).toBe(200);
});

test("an address that signs in too often is slowed down [GEN-14]", async () => {
  const statuses = [];
  for (let i = 0; i < 22; i++) statuses.push((await signIn(`nobody-${i}@example.test`, wrong)).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(20);
  expect(statuses.slice(20)).toEqual([429, 429]);
});

test("a login ends after twelve idle hours, and after thirty days in any case [GEN-08 API-12]", async () => {
  const idle = await testing.given.login(await testing.given.person());
  testing.clock.advance(11 * hourMs);
  expect((await idle.api.get("/v1/me")).status).toBe(200);
  testing.clock.advance(11 * hourMs);
  expect((await idle.api.get("/v1/me")).status).toBe(200);
  testing.clock.advance(12 * hourMs);
  expect((await idle.api.get("/v1/me")).status).toBe(401);

  const busy = await testing.given.login(await testing.given.person());
  for (let hours = 0; hours < 30 * 24 - 10; hours += 10) {
    testing.clock.advance(10 * hourMs);
    expect((await busy.api.get("/v1/me")).status).toBe(200);
  }
  testing.clock.advance(10 * hourMs);
  expect((await busy.api.get("/v1/me")).status).toBe(401);
});

test("signing out ends the login at once and takes the cookie", async () => {
  const { api } = await testing.given.login(await testing.given.person());
  const answer = await api.post("/v1/sign-out");
  expect(answer.status).toBe(204);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^kw=; Max-Age=0;/);
  expect(answer.headers.get("clear-site-data")).toContain("storage");
  expect((await api.get("/v1/me")).status).toBe(401);
});

test("signing in again in the same browser ends the login it had", async () => {
  const person = await testing.given.person({ password });
  const before = await testing.given.login(person);
  const answer = await before.api.post("/v1/sign-in", { email: person.email, password });
  expect(answer.status).toBe(200);
  expect((await before.api.get("/v1/me")).status).toBe(401);
  expect((await withCookie(answer).get("/v1/me")).status).toBe(200);
});

const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const asBrowser = (path: string, body: object, agent = chrome) =>
  testing.anyone.post<{ id: string }>(path, body, { "user-agent": agent });
interface SignIn {
  at: string;
  method: string;
  result: string;
  ip: string | null;
  browser: string | null;
  system: string | null;
}

test("who signs in and who tries is told to the person: when, how, with what result, from where, with what; nobody else, and not after a year [MSJ-08]", async () => {
  const person = await testing.given.person({ password });
  const signInNow = async () => {
    const answer = await asBrowser("/v1/sign-in", { email: person.email, password });
    expect(answer.status).toBe(200);
    return withCookie(answer);
  };
  const first = testing.clock.now().toISOString();
  await asBrowser("/v1/sign-in", { email: person.email, password: wrong });
  testing.clock.advance(minuteMs);
  const api = await signInNow();
  const token = await testing.app.db.tx({ workspaceIds: [] }, (tx) =>
    createLoginLink(testing.app, tx, person.personId, "sign_in"),
  );
  testing.clock.advance(minuteMs);
  expect((await testing.anyone.post("/v1/sign-in/link", { token })).status).toBe(200);
  // by whom nobody here is known leaves nothing
  const before = await testing.admin.query("select 1 from sign_in");
  await asBrowser("/v1/sign-in", { email: "nobody-at-all@example.test", password: wrong });
  expect((await testing.admin.query("select 1 from sign_in")).rowCount).toBe(before.rowCount);

  const list = await api.get<{ data: SignIn[] }>("/v1/me/sign-ins");
  const here = { ip: "127.0.0.1", browser: "Chrome", system: "Windows" };
  expect(list.body.data).toMatchObject([
    { method: "link", result: "succeeded", ip: "127.0.0.1", browser: null, system: null },
    { method: "password", result: "succeeded", at: new Date(Date.parse(first) + minuteMs).toISOString(), ...here },
    { method: "password", result: "wrong_password", at: first, ...here },
  ]);
  const { rows: columns } = await testing.admin.query<{ row: string }>("select s::text as row from sign_in s");
  for (const { row } of columns) expect(row).not.toMatch(/bicycles|Mozilla/);
  const stranger = await testing.given.login(await testing.given.person());
  const theirs = await stranger.api.get<{ data: SignIn[] }>("/v1/me/sign-ins");
  expect(theirs.body.data.map(({ method }) => method)).toEqual(["sign_up"]);

  testing.clock.advance(364 * 24 * hourMs);
  await sweepAll(testing.app);
  const later = await (await signInNow()).get<{ data: SignIn[] }>("/v1/me/sign-ins");
  // what came of it stays for the year, the address does not
  expect(later.body.data.map(({ ip, result }) => [result, ip])).toEqual([
    ["succeeded", "127.0.0.1"],
    ["succeeded", null],
    ["succeeded", null],
    ["wrong_password", null],
  ]);
  testing.clock.advance(2 * 24 * hourMs);
  await sweepAll(testing.app);
  const left = await testing.admin.query("select 1 from sign_in where person_id = $1", [person.personId]);
  expect(left.rowCount).toBe(1);
});

test("what a browser says of itself goes after 30 days; its family and system stay with the login [GEN-09]", async () => {
  const person = await testing.given.person({ password });
  expect((await asBrowser("/v1/sign-in", { email: person.email, password })).status).toBe(200);
  const login = async () =>
    (
      await testing.admin.query<{ agent: string | null; browser: string; system: string }>(
        "select user_agent as agent, browser, system from login where person_id = $1",
        [person.personId],
      )
    ).rows;
  const short = { browser: "Chrome", system: "Windows" };
  expect(await login()).toEqual([{ agent: chrome, ...short }]);
  testing.clock.advance(29 * 24 * hourMs);
  await sweepAll(testing.app);
  expect(await login()).toEqual([{ agent: chrome, ...short }]);
  testing.clock.advance(2 * 24 * hourMs);
  await sweepAll(testing.app);
  expect(await login()).toEqual([{ agent: null, ...short }]);
  const needle = await scanForNeedles(testing.app, [chrome], { adminUrl: testing.adminUrl });
  expect(needle).toEqual([]);
});

test.each([
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari",
    "iPhone",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  [`${chrome} Edg/140.0.0.0`, "Edge", "Windows"],
  ["curl/8.9.1", null, null],
  [undefined, null, null],
])("%s is %s on %s", (agent, browser, system) => {
  expect(deviceOf(agent)).toEqual({ browser, system });
});

test("an ended login does not keep anyone from signing in", async () => {
  const person = await testing.given.person({ password });
  const { api } = await testing.given.login(person);
  await api.post("/v1/sign-out");
  expect((await api.post("/v1/sign-in", { email: person.email, password })).status).toBe(200);
});

test("people see their own logins only, and end one or all others", async () => {
  const ada = await testing.given.person();
  const [here, there, elsewhere] = [
    await testing.given.login(ada),
    await testing.given.login(ada),
    await testing.given.login(ada),
  ];
  const stranger = await testing.given.login(await testing.given.person());
  const list = await here.api.get<{ data: { id: string; isCurrent: boolean }[] }>("/v1/logins");
  expect(list.body.data.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
    [elsewhere.loginId, false],
    [there.loginId, false],
    [here.loginId, true],
  ]);
  expect(JSON.stringify(list.body)).not.toContain(here.cookie);

  expect((await stranger.api.delete(`/v1/logins/${there.loginId}`)).status).toBe(404);
  expect((await here.api.delete(`/v1/logins/${there.loginId}`)).status).toBe(204);
  expect((await there.api.get("/v1/me")).status).toBe(401);
  expect((await here.api.delete("/v1/logins")).status).toBe(204);
  expect((await elsewhere.api.get("/v1/me")).status).toBe(401);
  expect((await here.api.get("/v1/me")).status).toBe(200);
  expect((await stranger.api.get("/v1/me")).status).toBe(200);
});

test("logins come in pages", async () => {
  const ada = await testing.given.person();
  const { api } = await testing.given.login(ada);
  for (let i = 0; i < 4; i++) await testing.given.login(ada);
  const seen: string[] = [];
  for (let query = "?limit=2"; query !== "";) {
    const { body } = await api.get<{ data: { id: string }[]; nextCursor: string | null }>(`/v1/logins${query}`);
    seen.push(...body.data.map(({ id }) => id));
    query = body.nextCursor === null ? "" : `?limit=2&cursor=${body.nextCursor}`;
  }
  expect(new Set(seen).size).toBe(5);
});

test.each(["", "x", "k".repeat(43), "kw=;;"])("a made-up cookie is nobody: %o", async (cookie) => {
  const api = createApiClient(testing.url, { cookie });
  expect((await api.get("/v1/me")).status).toBe(401);
});

test("a session cookie is worth nothing on a request from another site", async () => {
  const { cookie } = await testing.given.login(await testing.given.person());
  const foreign = createApiClient(testing.url, { cookie });
  const answer = await foreign.request("DELETE", "/v1/logins", undefined, { origin: "https://evil.example" });
  expect([answer.status, code(answer)]).toEqual([403, "cross_site_request"]);
});

test("a quiet hour ends the waiting of known and unknown addresses alike", async () => {
  const { email } = await testing.given.person({ password });
  const answersFor = async (who: string) => {
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      statuses.push((await signIn(who, wrong)).status);
      testing.clock.advance(8_000);
    }
    testing.clock.advance(hourMs);
    for (let i = 0; i < 2; i++) statuses.push((await signIn(who, wrong)).status);
    testing.clock.advance(hourMs);
    return statuses;
  };
  const known = await answersFor(email);
  expect(await answersFor("nobody-quiet@example.test")).toEqual(known);
  expect(known.every((status) => status === 401)).toBe(true);
});
