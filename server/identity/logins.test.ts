import { beforeEach, expect, test } from "vitest";
import { chrome, createApiClient, signedInBy } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { deviceOf } from "./device.ts";
import { createLoginLink } from "./sign-in.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const wrong = "seven blue bicycles!";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

// the buckets of this address fill up again between tests
beforeEach(() => testing.clock.advance(10 * minuteMs));

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

const asBrowser = (path: string, body: object) => testing.anyone.post(path, body, { "user-agent": chrome });
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
    return signedInBy(answer, testing.url);
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
  expect([answer.status, answer.body["code"]]).toEqual([403, "cross_site_request"]);
});
