import { beforeEach, expect, test } from "vitest";
import { cookieOf, createApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { requestPasswordReset } from "./password-reset.ts";
import { createLoginLink } from "./sign-in.ts";

const testing = createTestApp();
const password = "seven green bicycles";
const next = "eleven purple canoes";
const hourMs = 3_600_000;

beforeEach(() => testing.clock.advance(600_000));

const mailsTo = (email: string) => testing.mail.list().filter((mail) => mail.to === email);

/** Asks like the route does, and waits until the mail is out. */
async function resetToken(email: string): Promise<string> {
  await requestPasswordReset(testing.app, email).done;
  return /reset\?token=(\w+)/.exec(mailsTo(email)[0]?.text ?? "")?.[1] ?? "";
}

const confirm = (token: string, secret = next) =>
  testing.anyone.post("/v1/password-reset/confirm", { token, password: secret });

test("asking answers the same for known and unknown addresses, and mails only the known", async () => {
  const { email } = await testing.given.person({ password });
  const known = await testing.anyone.post("/v1/password-reset", { email });
  const unknown = await testing.anyone.post("/v1/password-reset", { email: "nobody@example.test" });
  expect([known.status, known.body]).toEqual([202, { status: "accepted", delivery: "outbox" }]);
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  await expect.poll(() => mailsTo(email).length).toBe(1);
  expect(mailsTo("nobody@example.test")).toEqual([]);
});

test("the link sets a new password once, ends every login, and tells the person by mail [GEN-02]", async () => {
  const person = await testing.given.person({ password });
  const { api } = await testing.given.login(person);
  const token = await resetToken(person.email);
  expect((await confirm(token)).status).toBe(204);
  expect((await api.get("/v1/me")).status).toBe(401);
  const signIn = (secret: string) => testing.anyone.post("/v1/sign-in", { email: person.email, password: secret });
  expect((await signIn(password)).status).toBe(401);
  expect((await signIn(next)).status).toBe(200);
  expect((await confirm(token)).status).toBe(410);
  expect(mailsTo(person.email)[0]?.subject).toMatch(/changed/);
  const left = await scanForNeedles(testing.app, [password, next], { adminUrl: testing.adminUrl });
  expect(left).toEqual([]);
});

test("the link ends the waiting that somebody's guesses caused", async () => {
  const person = await testing.given.person({ password });
  const signIn = (secret: string) => testing.anyone.post("/v1/sign-in", { email: person.email, password: secret });
  for (let i = 0; i < 4; i++) await signIn("seven blue bicycles!");
  await confirm(await resetToken(person.email));
  expect((await signIn(next)).status).toBe(200);
});

test("who asks for somebody else can neither flood them with mails nor spoil the link they wait for", async () => {
  const person = await testing.given.person({ password });
  const first = await resetToken(person.email);
  for (let i = 0; i < 10; i++) await resetToken(person.email);
  expect(mailsTo(person.email)).toHaveLength(3);
  testing.clock.advance(900_000);
  const later = await resetToken(person.email);
  expect(mailsTo(person.email)).toHaveLength(4);
  expect((await confirm(first)).status).toBe(204);
  expect((await confirm(later)).status).toBe(410);
});

test("a link that is old, of another kind or made up is refused, and the password stays", async () => {
  const person = await testing.given.person({ password });
  const old = await resetToken(person.email);
  testing.clock.advance(hourMs);
  expect((await confirm(old)).status).toBe(410);
  const other = await testing.app.db.tx({ workspaceIds: [] }, (tx) =>
    createLoginLink(testing.app, tx, person.personId, "sign_in"),
  );
  expect((await confirm(other)).status).toBe(410);
  expect((await confirm("x".repeat(43))).status).toBe(410);
  expect((await testing.anyone.post("/v1/sign-in", { email: person.email, password })).status).toBe(200);
});

test("a weak new password is refused and the link stays good", async () => {
  const person = await testing.given.person({ password });
  const token = await resetToken(person.email);
  expect((await confirm(token, "short")).status).toBe(400);
  expect((await confirm(token, "password123456")).status).toBe(400);
  expect((await confirm(token)).status).toBe(204);
});

test("a sign-in link works once, for a quarter of an hour", async () => {
  const person = await testing.given.person();
  const make = () =>
    testing.app.db.tx({ workspaceIds: [] }, (tx) => createLoginLink(testing.app, tx, person.personId, "sign_in"));
  const [good, late] = [await make(), await make()];
  const used = await testing.anyone.post("/v1/sign-in/link", { token: good });
  expect(used.status).toBe(200);
  const api = createApiClient(testing.url, { cookie: cookieOf(used) ?? "" });
  expect((await api.get<{ person: { id: string } }>("/v1/me")).body.person.id).toBe(person.personId);
  expect((await testing.anyone.post("/v1/sign-in/link", { token: good })).status).toBe(410);
  testing.clock.advance(hourMs / 4);
  expect((await testing.anyone.post("/v1/sign-in/link", { token: late })).status).toBe(410);
});

test("no link is in the database in clear", async () => {
  const person = await testing.given.person();
  const token = await resetToken(person.email);
  const { rows } = await testing.admin.query<{ row: string }>("select l::text as row from login_link l");
  expect(rows.some(({ row }) => row.includes(token) || row.includes(Buffer.from(token).toString("hex")))).toBe(false);
});
