import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { fakeClock } from "./clock.ts";
import { createOutbox, createSmtpMailer, type Mailer } from "./mail.ts";
import { isMailEncrypted, mustStartTls } from "./transport.ts";

const mail = {
  template: "invitation",
  to: "aisha@example.com",
  subject: "Kata laluan — إعادة",
  text: "Open https://x.example/reset\n.\nBye",
};
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function smtp(options: SMTPServerOptions = {}): Promise<{ mailer: Mailer; received: Email[]; url: string }> {
  const received: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _, done) => {
      stream.toArray().then(async (chunks) => {
        received.push(await PostalMime.parse(Buffer.concat(chunks)));
        done();
      }, done);
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push({ close: () => new Promise<void>((done) => server.close(done)) });
  const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const mailer = createSmtpMailer({ url, from: "Keepword <no-reply@keepword.example>" });
  open.push(mailer);
  return { mailer, received, url };
}

const refusal = (code: number) => Object.assign(new Error("no"), { responseCode: code });

test.each([
  ["smtp://mail.example.com:587", true],
  ["smtp://10.0.0.9", true],
  ["smtp://127.0.0.1:1025", false],
  ["smtp://localhost", false],
  ["smtps://localhost", true],
])("%s is encrypted: %s [M24-34]", (url, expected) => {
  expect(isMailEncrypted(url)).toBe(expected);
  expect(mustStartTls(url)).toBe(expected && url.startsWith("smtp:"));
});

describe("SMTP", () => {
  test("a mail arrives at a real server with its sender, subject and text", async () => {
    const { mailer, received } = await smtp();
    await mailer.send({ ...mail, html: "<p>Open</p>" });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      from: { address: "no-reply@keepword.example", name: "Keepword" },
      to: [{ address: mail.to }],
      subject: mail.subject,
    });
    expect(received[0]?.text?.trim()).toBe(mail.text);
    expect(received[0]?.html).toContain("<p>Open</p>");
  });

  test.each([
    [550, "refused"],
    [451, "unavailable"],
  ])("a server that answers %d makes the mail %s", async (code, kind) => {
    const { mailer } = await smtp({ onRcptTo: (_, __, done) => done(refusal(code)) });
    await expect(mailer.send(mail)).rejects.toMatchObject({ name: "MailFailed", kind });
  });

  test("a wrong login is the operator's fault, not the recipient's: worth another try", async () => {
    const { url } = await smtp({ authOptional: false, onAuth: (_, __, done) => done(refusal(535)) });
    const mailer = createSmtpMailer({ url: url.replace("//", "//user:wrong@"), from: "a@b.example" });
    open.push(mailer);
    const error = await mailer.send(mail).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "unavailable" });
    expect(String(error)).not.toContain("wrong");
  });

  test("another machine that knows no STARTTLS gets nothing, and the mail waits instead of being lost [M24-34]", async () => {
    const { url, received } = await smtp();
    // 0.0.0.0 leads here, and is no name of this machine that is excepted
    const elsewhere = url.replace("127.0.0.1", "0.0.0.0");
    expect(mustStartTls(elsewhere)).toBe(true);
    const mailer = createSmtpMailer({ url: elsewhere, from: "a@b.example" });
    open.push(mailer);
    const error = await mailer.send(mail).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "unavailable", cause: { code: "ETLS" } });
    expect((error as { cause: { responseCode?: number } }).cause.responseCode).toBeGreaterThanOrEqual(500);
    expect(received).toEqual([]);
  });

  test("a server that is not there is unavailable", async () => {
    const mailer = createSmtpMailer({ url: "smtp://127.0.0.1:1", from: "a@b.example" });
    open.push(mailer);
    await expect(mailer.send(mail)).rejects.toMatchObject({ kind: "unavailable" });
  });

  test.each([
    ["two addresses", { to: "a@x.example, b@x.example" }],
    ["a name around it", { to: "Eve <a@x.example>" }],
    ["a header smuggled in", { to: "a@x.example\r\nBcc: b@x.example" }],
    ["no address", { to: "" }],
    ["a line break in the subject", { subject: "Hi\r\nBcc: b@x.example" }],
  ])("%s is refused before anything is sent", async (_, part) => {
    const { mailer, received } = await smtp();
    await expect(mailer.send({ ...mail, ...part })).rejects.toMatchObject({ kind: "refused" });
    expect(received).toEqual([]);
  });
});

describe("outbox", () => {
  test("keeps the last 200 mails, newest first", async () => {
    const clock = fakeClock();
    const outbox = createOutbox({ clock });
    for (let i = 0; i < 205; i++) await outbox.send({ ...mail, subject: `n ${i}` });
    const list = outbox.list();
    expect([list.length, list[0]?.subject, list.at(-1)?.subject]).toEqual([200, "n 204", "n 5"]);
    expect(list[0]).toMatchObject({ to: mail.to, text: mail.text, at: clock.now().toISOString() });
  });

  test("with a folder the mails survive a restart, are private, and a broken file does no harm", async () => {
    const dir = mkdtempSync(join(tmpdir(), "outbox-"));
    open.push({ close: () => rmSync(dir, { recursive: true }) });
    const clock = fakeClock();
    const outbox = createOutbox({ clock, dir });
    for (let i = 0; i < 202; i++) await outbox.send({ ...mail, subject: `n ${i}` });
    const files = readdirSync(dir);
    expect(files).toHaveLength(200);
    expect(statSync(join(dir, files[0] ?? "")).mode & 0o077).toBe(0);
    writeFileSync(join(dir, `mail_${"0".repeat(26)}.json`), "{ not json");
    const again = createOutbox({ clock, dir });
    expect(again.list()[0]?.subject).toBe("n 201");
    expect(again.list().length).toBeGreaterThanOrEqual(199);
  });
});

test("a mail server is good when it lets us in; one that is gone or refuses the login is unavailable", async () => {
  const { mailer, url } = await smtp();
  await expect(mailer.check()).resolves.toBeUndefined();
  const locked = await smtp({ authOptional: false, onAuth: (_auth, _session, done) => done(new Error("no")) });
  const withLogin = createSmtpMailer({ url: locked.url.replace("smtp://", "smtp://a:b@"), from: "a@example.test" });
  open.push(withLogin);
  await expect(withLogin.check()).rejects.toMatchObject({ kind: "unavailable" });
  const gone = createSmtpMailer({ url: url.replace(/:\d+/, ":9"), from: "a@example.test" });
  open.push(gone);
  await expect(gone.check()).rejects.toMatchObject({ kind: "unavailable" });
});
