import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./cli.ts";
import { createApiClient } from "./test/api.ts";
import { testDb } from "./test/db.ts";

const testing = testDb();
const keepword = path.resolve(import.meta.dirname, "../keepword");
const running = new Set<ChildProcess>();
let dataDir = "";

beforeAll(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-cli-"));
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  fs.rmSync(dataDir, { recursive: true, force: true });
});

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env["PATH"],
  DATABASE_URL: testing.url,
  KEEPWORD_DATA_DIR: dataDir,
  ...more,
});

interface Outcome {
  code: number;
  out: string;
  error: string;
}

function run(args: string[], more?: Record<string, string>, input?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(keepword, args, { env: env(more) }, (failure, out, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, out, error });
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

async function start(args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(keepword, ["start", ...args], { env: env(), stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^ready (\S+)$/.exec(line)?.[1];
    if (url) return { url, child };
  }
  throw new Error("the server ended before it was ready");
}

test("a workspace made beside the running server works at once, sends only with its agreements, its sending is stopped and resumed with an entry in its trail, and SIGTERM ends the server cleanly [GEN-14 GEN-21]", async () => {
  const { url, child } = await start(["--port", "0"]);
  const password = "seven green bicycles";
  const owner = ["--owner-email", "Owner@example.test", "--password", password];
  const made = await run(["workspace", "create", "--name", "Shop", ...owner, "--json"]);
  expect(made).toMatchObject({ code: 0, error: "" });
  const { workspaceId, userId, apiKey } = JSON.parse(made.out) as Record<string, string>;
  expect(workspaceId).toMatch(/^wsp_/);
  expect(userId).toMatch(/^per_/);
  const api = createApiClient(url, { apiKey: apiKey ?? "" });
  expect((await api.get(`/v1/workspaces/${workspaceId}`)).body).toMatchObject({ name: "Shop" });
  const signedIn = await createApiClient(url).post("/v1/sign-in", { email: "owner@example.test", password });
  expect(signedIn.body).toMatchObject({ person: { id: userId }, memberships: [{ role: "owner" }] });

  const theirs = ["--owner-email", "new@example.test", "--agreements-pending"];
  const invited = await run(["workspace", "create", "--name", "Other", ...theirs, "--json"]);
  const other = JSON.parse(invited.out) as { workspaceId: string; signInUrl: string; apiKey: string };
  expect(other.signInUrl.startsWith(`${url}/sign-in/link/`)).toBe(true);

  // exactly that key links a phone and sends; a workspace for somebody else waits for its agreements
  const phone = { provider: "whatsapp_linked", name: "Phone", settings: {}, secrets: {} };
  const linked = await api.post<{ id: string }>("/v1/channels", phone);
  expect(linked.status).toBe(201);
  const sent = await api.post("/v1/messages", {
    channelId: linked.body.id,
    to: "+60123456789",
    type: "text",
    text: "x",
  });
  expect(sent).toMatchObject({ status: 202, body: { status: "queued" } });
  const message = { channelId: "chn_00000000000000000000000000", to: "+60123456789", type: "text", text: "x" };
  const unbound = async () =>
    (await createApiClient(url, { apiKey: other.apiKey }).post("/v1/messages", message)).body["code"];
  expect(await unbound()).toBe("agreement.required");
  expect((await run(["workspace", "accept-agreements", "--workspace", other.workspaceId])).code).toBe(0);
  expect(await unbound()).toBe("not_found");

  const key = await run([
    "api-key",
    "create",
    "--workspace",
    workspaceId ?? "",
    "--name",
    "Till",
    "--scopes",
    "member:read",
    "--json",
  ]);
  const second = JSON.parse(key.out) as { id: string; apiKey: string };
  const till = createApiClient(url, { apiKey: second.apiKey });
  expect((await till.get("/v1/members")).status).toBe(200);
  expect((await till.get("/v1/api-keys")).status).toBe(403);
  expect((await run(["api-key", "revoke", "--workspace", workspaceId ?? "", "--id", second.id])).code).toBe(0);
  await expect.poll(async () => (await till.get("/v1/members")).status, { timeout: 5000 }).toBe(401);

  const workspace = ["--workspace", workspaceId ?? ""];
  expect((await run(["workspace", "suspend", ...workspace, "--reason", "spam"])).out).toContain(
    "sends nothing any more",
  );
  const stopped = await api.post("/v1/messages", message);
  expect([stopped.status, stopped.body["code"]]).toEqual([403, "workspace.suspended"]);
  expect((await run(["workspace", "resume", ...workspace])).out).toContain("sends again");
  const trail = await api.get<{ data: { action: string; actor: object }[] }>("/v1/audit-entries?limit=2");
  expect(trail.body.data.map(({ action }) => action)).toEqual(["workspace.resumed", "workspace.suspended"]);
  expect(trail.body.data[0]?.actor).toEqual({ kind: "system", id: null });
  const mail = `From: Ann <ann@example.test>\nSubject: My data\n\nWhat do you have about me?\n`;
  // a request is taken even where its sender cannot be answered
  const silent = { SMTP_URL: "smtp://127.0.0.1:1" };
  const piped = await run(["privacy", "mail", "--workspace", workspaceId ?? "", "--json"], silent, mail);
  expect(piped).toMatchObject({ code: 0, error: "" });
  const { requestId, isAnswered } = JSON.parse(piped.out) as { requestId: string; isAnswered: boolean };
  expect(isAnswered).toBe(false);
  expect((await api.get(`/v1/subject-requests/${requestId}`)).body).toMatchObject({ state: "identity_pending" });
  // 65 sends a mail back for good: only for what is wrong with it. All else is tried again
  const pipe = async (input: string, more?: Record<string, string>) => {
    const { code, out, error } = await run(
      ["privacy", "mail", "--workspace", workspaceId ?? "", "--json"],
      more,
      input,
    );
    return { code, said: error.trim() || (JSON.parse(out) as object) };
  };
  expect(await pipe("")).toEqual({ code: 65, said: "keepword: The message is empty" });
  expect((await pipe("Subject: no sender\n\nx\n")).code).toBe(65);
  const away = testing.url.replace(/@[^/]*\//, "@127.0.0.1:1/");
  expect((await pipe(mail, { DATABASE_URL: away })).code).toBe(75);
  await testing.admin.query(
    `insert into subject_request (workspace_id, id, type, state, source, subject_kind, sender_index, received_at, due_at, updated_at)
     select $1, 'srq_flood' || n, 'access', 'identity_pending', 'mail', 'contact', '\\x00', now(), now(), now() from generate_series(1, 200) n`,
    [workspaceId],
  );
  const flood = await pipe(mail);
  expect([flood.code, flood.said]).toEqual([75, expect.stringContaining("More than 200 privacy mails")]);

  const taken = await run(["start", "--port", new URL(url).port]);
  expect([taken.code, taken.error.trim().split("\n").length]).toEqual([1, 1]);
  expect(taken.error).toMatch(/Port \d+ on 127.0.0.1 is taken/);
  expect(taken.error).toContain(`A server of this data folder listened on it last, as process ${child.pid}:`);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
}, 180_000);

test("keys are wrapped anew under a new root key, and everything still opens [M24-33]", async () => {
  const create = async () => {
    const { out } = await run([
      "workspace",
      "create",
      "--name",
      "Keys",
      "--owner-email",
      "keys@example.test",
      "--json",
    ]);
    return (JSON.parse(out) as { userId: string }).userId;
  };
  const userId = await create();
  const before = fs.readFileSync(path.join(dataDir, "root.key"), "utf8");
  expect((await run(["keys", "rotate", "--new-root-key", "--json"])).code).toBe(0);
  expect(fs.readFileSync(path.join(dataDir, "root.key"), "utf8")).not.toBe(before);
  expect(fs.statSync(path.join(dataDir, "root.key")).mode & 0o777).toBe(0o600);
  // the same person is found again: the index keys are what they were
  expect(await create()).toBe(userId);
  expect((await run(["doctor"])).out).toMatch(/^ok +database, migrations and keyring: PostgreSQL \d/m);
}, 120_000);

test("doctor proves that a mail reaches the address that people write to, and fails in words when none does [ONE-60]", async () => {
  const got: string[] = [];
  let refused = "";
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: ({ address }, _, done) => done(address === refused ? new Error("no such mailbox") : null),
    onData: (stream, { envelope }, done) => {
      got.push(...envelope.rcptTo.map(({ address }) => address));
      stream.resume().once("end", () => done());
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = smtp.server.address() as { port: number };
    const set = { SMTP_URL: `smtp://127.0.0.1:${port}`, KEEPWORD_PRIVACY_CONTACT: "privacy@example.test" };
    const good = await run(["doctor"], set);
    expect([good.code, got]).toEqual([0, ["privacy@example.test"]]);
    expect(good.out).toMatch(/^ok +a mail to KEEPWORD_PRIVACY_CONTACT: the mail server took it/m);
    refused = "privacy@example.test";
    const bad = await run(["doctor"], set);
    expect([bad.code, got.length]).toEqual([1, 1]);
    expect(bad.out).toMatch(/^failed +a mail to KEEPWORD_PRIVACY_CONTACT: the mail was refused/m);
    // the placeholder is nobody's address
    const unset = await run(["doctor"], { SMTP_URL: set.SMTP_URL });
    expect(unset.out).toMatch(/^note +no KEEPWORD_PRIVACY_CONTACT: nobody can write about their data/m);
    expect(got).toHaveLength(1);
  } finally {
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  }
}, 120_000);

test("a review of the installation is recorded with the hash of its evidence; until then doctor notes that there is none [MSJ-36]", async () => {
  const none = /^note +no review of this installation's security is recorded: /m;
  expect((await run(["doctor"])).out).toMatch(none);
  const report = path.join(dataDir, "report.txt");
  const by = ["security", "reviewed", "--by", "head of security", "--evidence"];
  const missing = await run([...by, report]);
  expect([missing.code, missing.error]).toEqual([1, expect.stringContaining("cannot be read")]);
  fs.writeFileSync(report, "all is well");
  const done = await run([...by, report, "--json"]);
  const sha256 = createHash("sha256").update("all is well").digest("hex");
  expect(JSON.parse(done.out)).toMatchObject({ by: "head of security", evidence: { sha256 } });
  expect((await run(["doctor"])).out).not.toMatch(none);
}, 120_000);

test("recording a review of security says what was recorded; the last one can be taken back, and stays in the list as withdrawn", async () => {
  const report = path.join(dataDir, "second.txt");
  const command = ["security", "reviewed"];
  fs.writeFileSync(report, "");
  const empty = await run([...command, "--by", "auditors", "--evidence", report]);
  expect([empty.code, empty.error]).toEqual([1, expect.stringContaining("is empty")]);
  expect((await run(command)).error).toContain("--by is needed");
  expect((await run([...command, "--undo", "--by", "auditors"])).error).toContain("--undo takes no --by beside it");
  fs.writeFileSync(report, "by mistake");
  const sha256 = createHash("sha256").update("by mistake").digest("hex");
  const { out } = await run([...command, "--by", "auditors", "--evidence", report]);
  expect(out).toMatch(/^recorded +\d{4}-\d\d-\d\d by auditors$/m);
  expect(out).toContain(`second.txt, 10 bytes, SHA-256 ${sha256}`);
  expect(out).toMatch(/^mistaken +keepword security reviewed --undo/m);
  const taken = await run([...command, "--undo"]);
  expect([taken.code, taken.out]).toEqual([
    0,
    expect.stringMatching(/^withdrawn +\S+ by auditors.*\nlast +\S+ by head of security/),
  ]);
  const all = (await run([...command, "--list"])).out.trim().split("\n");
  expect(all).toEqual([
    expect.stringMatching(new RegExp(`by auditors +SHA-256 ${sha256} +withdrawn `)),
    expect.stringMatching(/by head of security +SHA-256 [0-9a-f]{64}$/),
  ]);
  await run([...command, "--undo"]);
  const none = await run([...command, "--undo"]);
  expect([none.code, none.error]).toEqual([1, expect.stringContaining("No review counts")]);
}, 180_000);

test("a transfer that has ended keeps the server from starting, not a command nor the child with the phones, and doctor says so [GEN-39]", async () => {
  const transfer = { mechanism: "dpf", signedAt: "2020-01-01", assessedAt: "2020-01-01", expiresAt: "2020-12-31" };
  const set = {
    KEEPWORD_PROCESSORS: JSON.stringify({ processors: { database: { isOwn: true, countries: ["US"], transfer } } }),
  };
  const refused = await run(["start", "--port", "0"], set);
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining("ended on 2020-12-31")]);
  expect(await run(["keys", "rotate"], set)).toMatchObject({ code: 0, error: "" });
  const seen = await run(["doctor"], set);
  expect(seen.code).toBe(1);
  expect(seen.out).toMatch(/^failed +the server will not start: Database server .* ended on 2020-12-31/m);
  expect(seen.out).toMatch(/^ok +database, migrations and keyring/m);
  const cli = path.resolve(import.meta.dirname, "cli.ts");
  const child = spawn(process.execPath, [cli, "start", "--roles", "sessions", "--port", "0"], {
    env: env(set),
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running.add(child);
  const lines: string[] = [];
  if (child.stdout)
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('"listening"')) child.disconnect();
    }
  expect(lines).toContainEqual(expect.stringContaining('"listening"'));
}, 120_000);

describe("a mistake ends with one clear line", () => {
  test.each([
    ["an unknown command", ["frobnicate"], 2, /no command "frobnicate"/],
    ["an unknown option", ["start", "--prot", "1"], 2, /--prot/],
    ["a missing option", ["workspace", "create", "--name", "x"], 1, /--owner-email is needed/],
    ["no address", ["workspace", "create", "--name", "x", "--owner-email", "no"], 1, /not an e-mail address/],
    [
      "a weak password",
      ["workspace", "create", "--name", "x", "--owner-email", "a@b.example", "--password", "x"],
      1,
      /12 characters/,
    ],
    [
      "an unknown scope",
      ["api-key", "create", "--workspace", "w", "--name", "x", "--scopes", "all:of:it"],
      1,
      /member:read/,
    ],
    ["no workspace", ["api-key", "revoke", "--workspace", "w", "--id", "x"], 1, /not the id of a workspace/],
    ["a port that is none", ["start", "--port", "http"], 1, /--port http: must be a whole number/],
  ])("%s", async (_what, args, code, line) => {
    const lines: string[] = [];
    expect(await runCli(args, undefined, (text) => lines.push(text))).toBe(code);
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines[0]).not.toMatch(/\n|\bat .*:\d+:\d+/);
  });

  test("a data folder that is none", async () => {
    const file = path.join(dataDir, "root.key");
    const outcome = await run([
      "workspace",
      "create",
      "--name",
      "x",
      "--owner-email",
      "a@b.example",
      "--data-dir",
      file,
    ]);
    expect([outcome.code, outcome.error.trim().split("\n").length]).toEqual([1, 1]);
  });

  test("an unknown setting names the nearest one", async () => {
    const outcome = await run(["doctor"], { KEEPWORD_PROT: "1" });
    expect(outcome).toMatchObject({ code: 1, error: expect.stringContaining("KEEPWORD_PORT") as string });
  });
});

test("each command is listed once", async () => {
  const texts: string[] = [];
  await runCli(["--help"], (text) => texts.push(text));
  const names = [...(texts[0] ?? "").matchAll(/^ {2}(\S+(?: \S+)*) {2}/gm)].map(([, name]) => name);
  expect(names).toContain("api-key create");
  expect(names).toEqual([...new Set(names)]);
});

test.each([[[]], [["start"]], [["workspace", "create"]], [["api-key"]], [["keys", "rotate"]], [["migrate"]]])(
  "%o explains itself",
  async (words) => {
    const texts: string[] = [];
    expect(await runCli([...words, "--help"], (text) => texts.push(text))).toBe(0);
    expect(texts[0]).toMatch(/^Usage: keepword /);
  },
);

test("a folder on which no server runs is named to who makes a workspace in it: it may be mistyped", async () => {
  const other = fs.mkdtempSync(path.join(os.tmpdir(), "kw-cli-other-"));
  try {
    const args = ["workspace", "create", "--name", "Shop", "--owner-email", "owner@example.test", "--json"];
    const made = await run(args, { DATABASE_URL: "", KEEPWORD_DATA_DIR: other });
    expect([made.code, Object.keys(JSON.parse(made.out) as object)]).toEqual([0, expect.arrayContaining(["apiKey"])]);
    expect(made.error).toContain(`no server runs on ${other}`);
  } finally {
    fs.rmSync(other, { recursive: true, force: true });
  }
});
