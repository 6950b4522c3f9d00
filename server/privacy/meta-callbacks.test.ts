import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";
import { dueDate } from "../identity/jurisdictions.ts";
import { resumeRequests } from "./advance-request.ts";
import { typeOfMail } from "./mail-words.ts";
import { mailFlood, mailUnreadable, receiveMail, type MailOutcome } from "./receive-mail.ts";
import type { RequestView } from "./view-request.ts";

const t = createTestApp();

function signed(secret: string, payload: object): string {
  const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${createHmac("sha256", secret).update(body).digest("base64url")}.${body}`;
}

const payload = (userId: string, more: object = {}) => ({
  ...{ algorithm: "HMAC-SHA256", user_id: userId, issued_at: Math.floor(t.clock.ms() / 1000) },
  ...more,
});

async function call(path: string, signedRequest: string) {
  const answer = await fetch(`${t.url}${path}`, {
    method: "POST",
    body: new URLSearchParams({ signed_request: signedRequest }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

const page = async (url: string, language = "en") => {
  const answer = await fetch(`${t.url}${new URL(url).pathname}`, { headers: { "accept-language": language } });
  return { status: answer.status, policy: answer.headers.get("content-security-policy"), text: await answer.text() };
};

async function plant(userId: string) {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  await post(t, channel, says(channel, { userId, name: "Meta Person" }, "wamid.x1", t.clock.ms(), "hello"));
  const [contact] = (await workspace.api.get<Page<{ id: string }>>("/v1/contacts")).body.data;
  return { workspace, channel, contactId: contact?.id ?? "" };
}

test("Meta's deletion callback erases the person, and its page tells how far it is, in their language [GEN-32]", async () => {
  const { workspace, channel, contactId } = await plant("KE.meta1");
  const { status, body } = await call("/meta/data-deletion", signed(channel.appSecret, payload("KE.meta1")));
  expect([status, Object.keys(body).toSorted()]).toEqual([200, ["confirmation_code", "url"]]);
  expect(body["url"]?.endsWith(`/meta/data-deletion/${body["confirmation_code"]}`)).toBe(true);
  const before = await page(body["url"] ?? "");
  expect([before.status, before.text]).toEqual([200, expect.stringContaining("are being deleted")]);
  expect(before.policy).toContain("default-src 'none'");
  t.clock.advance(61_000);
  await resumeRequests(t.app);
  expect((await page(body["url"] ?? "")).text).toContain("everything about you deleted");
  expect((await page(body["url"] ?? "", "de-AT,de;q=0.9")).text).toContain("Erledigt");
  expect((await page(body["url"] ?? "", "ar")).text).toContain('dir="rtl"');
  expect((await workspace.api.get(`/v1/contacts/${contactId}`)).status).toBe(404);
  expect((await page(`${t.url}/meta/data-deletion/AAAAAAAAAAAAAAAAAAAA`)).status).toBe(404);
});

test("someone unknown gets the same answer from Meta's callback as someone known", async () => {
  const { channel } = await plant("KE.meta2");
  const known = await call("/meta/data-deletion", signed(channel.appSecret, payload("KE.meta2")));
  const unknown = await call("/meta/data-deletion", signed(channel.appSecret, payload("KE.nobody")));
  expect([unknown.status, Object.keys(unknown.body)]).toEqual([known.status, Object.keys(known.body)]);
  const [one, other] = [await page(known.body["url"] ?? ""), await page(unknown.body["url"] ?? "")];
  expect(other.text).toBe(one.text);
});

test("forged, expired and broken signed requests are refused, each with its reason, and nothing happens", async () => {
  const { workspace, channel } = await plant("KE.meta3");
  const good = signed(channel.appSecret, payload("KE.meta3"));
  const old = payload("KE.meta3", { issued_at: Math.floor(t.clock.ms() / 1000) - 7_200 });
  const cases: [string, string, number, string][] = [
    ["forged", signed("another secret", payload("KE.meta3")), 401, "meta.signed_request_invalid"],
    [
      "changed",
      `${good.split(".")[0]}.${Buffer.from(JSON.stringify(payload("KE.other"))).toString("base64url")}`,
      401,
      "meta.signed_request_invalid",
    ],
    [
      "weaker algorithm",
      signed(channel.appSecret, payload("KE.meta3", { algorithm: "none" })),
      401,
      "meta.signed_request_invalid",
    ],
    [
      "no JSON",
      `${createHmac("sha256", channel.appSecret).update("AAAA").digest("base64url")}.AAAA`,
      401,
      "meta.signed_request_invalid",
    ],
    ["empty", "", 401, "meta.signed_request_invalid"],
    ["old", signed(channel.appSecret, old), 401, "meta.signed_request_expired"],
    [
      "from the future",
      signed(channel.appSecret, payload("KE.meta3", { issued_at: Math.floor(t.clock.ms() / 1000) + 7_200 })),
      401,
      "meta.signed_request_expired",
    ],
  ];
  for (const [name, text, status, code] of cases) {
    const answer = await call("/meta/data-deletion", text);
    expect([name, answer.status, answer.body["code"]]).toEqual([name, status, code]);
    expect(answer.body["title"]).toBeTruthy();
  }
  const listed = async () => (await workspace.api.get<Page<object>>("/v1/subject-requests")).body.data.length;
  expect(await listed()).toBe(0);
});

test("the same request again answers the same and opens what a crash left out, in each workspace once", async () => {
  const { workspace, channel } = await plant("KE.meta3");
  const other = await t.given.workspace();
  await givenChannel(t, other, { appSecret: channel.appSecret });
  const text = signed(channel.appSecret, payload("KE.meta3"));
  const opened = async () => {
    const counts = [];
    for (const { api } of [workspace, other])
      counts.push((await api.get<Page<object>>("/v1/subject-requests")).body.data.length);
    return counts;
  };
  const first = await call("/meta/data-deletion", text);
  expect([first.status, await opened()]).toEqual([200, [1, 1]]);
  await t.admin.query("delete from subject_request where workspace_id = $1", [other.id]);
  const again = await Promise.all([call("/meta/data-deletion", text), call("/meta/data-deletion", text)]);
  expect([again, await opened()]).toEqual([
    [first, first],
    [1, 1],
  ]);
});

test("a user id of Meta's never leads to somebody whose phone number has the same digits", async () => {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  await post(
    t,
    channel,
    says(channel, { phone: "4917612345678", name: "Somebody" }, "wamid.x9", t.clock.ms(), "hello"),
  );
  const answer = await call("/meta/data-deletion", signed(channel.appSecret, payload("4917612345678")));
  expect(answer.status).toBe(200);
  const { body } = await workspace.api.get<Page<{ contactId: string | null }>>("/v1/subject-requests");
  expect(body.data.map(({ contactId }) => contactId)).toEqual([null]);
  // asked by whoever may know the number, it is the same person
  const made = await workspace.api.post<{ id: string }>("/v1/subject-requests", {
    type: "access",
    identity: "4917612345678",
  });
  const { body: read } = await workspace.api.get<{ contactId: string }>(`/v1/subject-requests/${made.body.id}`);
  expect(read.contactId).toMatch(/^con_/);
});

test("who removes the app at Meta withdraws, and the channel's token is checked", async () => {
  const { workspace, channel, contactId } = await plant("KE.meta4");
  expect((await call("/meta/deauthorize", signed(channel.appSecret, payload("KE.meta4")))).status).toBe(200);
  const requests =
    await workspace.api.get<Page<{ type: string; source: string; contactId: string }>>("/v1/subject-requests");
  expect(requests.body.data).toMatchObject([{ type: "withdraw", source: "meta", contactId }]);
  const jobs = await t.admin.query(
    "select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'channel.check'",
  );
  expect(jobs.rowCount).toBeGreaterThan(0);
});

const mailOf = (from: string, text: string, more: readonly string[] = []): Buffer =>
  Buffer.from(
    [
      ...[`From: Somebody <${from}>`, "To: privacy@example.test", "Subject: My data", ...more],
      ...["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text, ""],
    ].join("\r\n"),
  );

test("a mail to the privacy address is a request that waits for proof; who is known and who is not get the same answer [GEN-36]", async () => {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const person = { phone: "254722123450", name: "Wanjiru" };
  await post(t, channel, says(channel, person, "wamid.mail", t.clock.ms(), "hello"));
  const [contact] = (await workspace.api.get<Page<{ id: string }>>("/v1/contacts")).body.data;
  const agent = await t.given.member(workspace.id, "agent");
  const read = async (outcome: MailOutcome) =>
    "requestId" in outcome
      ? (await workspace.api.get<RequestView>(`/v1/subject-requests/${outcome.requestId}`)).body
      : outcome;
  const receive = async (raw: Buffer) => read(await receiveMail(t.app, workspace.id, raw));
  const before = t.mail.list().length;
  const known = await receive(mailOf("a@example.test", "Please delete all. My number is +254 722 123450."));
  const unknown = await receive(mailOf("b@example.test", "What do you have about me? +254 700 999888"));
  const member = await receive(mailOf(agent.email, "Bitte löschen"));
  const waits = { state: "identity_pending", source: "mail" };
  expect(known).toMatchObject({ ...waits, type: "erase", contactId: contact?.id });
  expect(unknown).toMatchObject({ ...waits, type: "access", contactId: null, identity: "b@example.test" });
  expect(member).toMatchObject({ ...waits, type: "complaint", subject: "person" });
  for (const one of [known, unknown])
    expect("dueAt" in one && Date.parse(one.dueAt)).toBe(dueDate("access", t.clock.now()).getTime());
  // of several numbers the first that leads to somebody; past ten nobody looks
  const strangers = (count: number) => Array.from({ length: count }, (_, n) => `+254 711 000${100 + n}`).join(", ");
  const many = (count: number) => receive(mailOf(`m${count}@example.test`, `${strangers(count)}, +254722123450`));
  expect([await many(9), await many(10)]).toMatchObject([{ contactId: contact?.id }, { contactId: null }]);
  expect("detail" in known && known.detail?.text).toContain("a@example.test\nMy data\nPlease delete all.");
  const open = await workspace.owner.api.get<Page<RequestView>>("/v1/subject-requests?isOpen=true");
  expect(open.body.data).toHaveLength(5);
  const answers = t.mail.list().slice(0, t.mail.list().length - before);
  expect(answers.map(({ to }) => to)).toEqual([
    "m10@example.test",
    "m9@example.test",
    agent.email,
    "b@example.test",
    "a@example.test",
  ]);
  expect(new Set(answers.map(({ subject, text }) => subject + text)).size).toBe(1);
  expect(answers[0]?.text).not.toMatch(/srq_|Wanjiru|254/);
  // nothing of it was done
  await resumeRequests(t.app);
  expect((await workspace.api.get(`/v1/contacts/${contact?.id}`)).status).toBe(200);
  // a copy that somebody lets begin is told to those who manage the workspace
  const copy = await receive(mailOf("e@example.test", "A copy please. +254 722 123450"));
  const id = "id" in copy ? copy.id : "";
  const told = "select 1 from notification where topic = 'export_started' and target = $1";
  expect((await t.admin.query(told, [id])).rowCount).toBe(0);
  expect((await workspace.api.post(`/v1/subject-requests/${id}/confirm-identity`)).status).toBe(200);
  expect((await t.admin.query(told, [id])).rowCount).toBe(1);
});

test.each([
  ["erase", "Quiero eliminar mis datos", "Borrad todo", "Solicito la supresión", "Quero excluir minha conta"],
  ["erase", "Podem apagar os meus dados", "Veuillez supprimer mes données", "Veuillez effacer tout", "Tolong padam"],
  ["rectify", "Corrijan mi nombre", "Quero a correção do nome", "Veuillez corriger mon nom", "Sila betulkan nama"],
  ["access", "Quiero una copia", "Quero uma cópia", "Je voudrais une copie de mes données", "Saya mahu salinan"],
  ["access", "I asked the exclusive support team", "We have the opportunity"],
])("%s is heard in Spanish, Portuguese, French and Malay: %s …", (type, ...texts) => {
  expect(texts.map((text) => [text, typeOfMail(text)])).toEqual(texts.map((text) => [text, type]));
});

test("a mail that is made to be slow to read is read at once, and only its beginning", async () => {
  const workspace = await t.given.workspace();
  const html = (from: string, text: string) => {
    const [head] = mailOf(from, "").toString().split("\r\n\r\n");
    return Buffer.from(`${head?.replace("text/plain", "text/html")}\r\n\r\n${text}`);
  };
  const typeOf = async (raw: Buffer) => {
    const outcome = await receiveMail(t.app, workspace.id, raw);
    const { body } = await workspace.api.get<RequestView>(
      `/v1/subject-requests/${"requestId" in outcome ? outcome.requestId : ""}`,
    );
    return body.type;
  };
  const MB = 1024 * 1024;
  expect(await typeOf(html("h1@example.test", "<style ".repeat(MB)))).toBe("access");
  expect(await typeOf(html("h2@example.test", `${"<".repeat(8 * MB)} delete`))).toBe("access");
  expect(await typeOf(mailOf("h3@example.test", "+254 700 999888 ".repeat(MB / 2)))).toBe("access");
  expect(await typeOf(html("h4@example.test", "<style>p{}</style><p>Please <b>delete</b> all</p>"))).toBe("erase");
});

test("machines, repeats and floods at the privacy address get no answer, and what is no mail is refused in words", async () => {
  const workspace = await t.given.workspace();
  const receive = (raw: Buffer) => receiveMail(t.app, workspace.id, raw);
  const machines = [
    mailOf("robot@example.test", "out of office", ["Auto-Submitted: auto-replied"]),
    mailOf("list@example.test", "news", ["List-Id: <news.example.test>"]),
    mailOf("bounce@example.test", "failed", ["Return-Path: <>"]),
    mailOf("mailer-daemon@example.test", "undelivered"),
    mailOf("privacy@example.test", "to ourselves"),
  ];
  const sent = t.mail.list().length;
  for (const raw of machines) expect(await receive(raw)).toEqual({ ignored: "loop" });
  for (const raw of [Buffer.from("no mail at all"), mailOf("not an address", "x")])
    await expect(receive(raw)).rejects.toThrow(mailUnreadable.title);
  expect(t.mail.list()).toHaveLength(sent);
  const again = () => receive(mailOf("c@example.test", "hello?"));
  for (let n = 0; n < 3; n += 1) expect(await again()).toMatchObject({ requestId: expect.any(String) });
  expect(await again()).toEqual({ ignored: "repeated" });
  expect(t.mail.list()).toHaveLength(sent + 3);
  await t.admin.query(
    `insert into subject_request (workspace_id, id, type, state, source, subject_kind, sender_index, received_at, due_at, updated_at)
     select $1, 'srq_flood' || n, 'access', 'identity_pending', 'mail', 'contact', '\\x00', $2, $2, $2 from generate_series(1, 200) n`,
    [workspace.id, t.clock.now()],
  );
  await expect(receive(mailOf("d@example.test", "hello"))).rejects.toThrow(mailFlood.title);
  t.clock.advance(86_400_001);
  expect(await receive(mailOf("d@example.test", "hello"))).toMatchObject({ requestId: expect.any(String) });
});
