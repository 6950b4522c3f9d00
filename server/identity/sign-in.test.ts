import { beforeEach, expect, test } from "vitest";
import { signedInBy } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { delayAfter } from "./sign-in.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const wrong = "seven blue bicycles!";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

// the buckets of this address fill up again between tests
beforeEach(() => testing.clock.advance(10 * minuteMs));

const signIn = (email: string, secret: string) => testing.anyone.post("/v1/sign-in", { email, password: secret });

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
  expect((await signedInBy(answer, testing.url).get("/v1/me")).status).toBe(200);
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
