import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe as group, expect, test } from "vitest";
import { describe, handlingOf } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { plantCanaries, type Planted } from "../test/canaries.ts";
import { formsOf } from "./needles.ts";
import { scanForNeedles } from "./scan-for-needles.ts";
import { writeBackup } from "./write-backup.ts";

const lines: string[] = [];
const t = createTestApp({ logLines: lines });
const home = fs.mkdtempSync(path.join(os.tmpdir(), "kw-canary-"));
let planted: Planted;
beforeAll(async () => {
  planted = await plantCanaries(t);
  await writeBackup(t.app, { to: path.join(home, "backup"), tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30 });
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const filesBelow = (dir: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [file, fs.readFileSync(file).toString("latin1").toLowerCase()]),
  );

/** Every store at once: tables of all schemas, statistics, keyring, blobs, mails, data folder, temporary files, log, a whole backup. */
const scan = (needles: Readonly<Record<string, string>>) =>
  scanForNeedles(t.app, Object.values(needles), {
    adminUrl: t.adminUrl,
    texts: { log: lines.join("\n"), ...filesBelow(path.join(home, "backup")) },
  });

group("canaries", () => {
  test("nothing of a contact lies in clear in any store, nor in a backup [M24-06 GEN-05 GEN-07 MSJ-06]", async () => {
    expect(await scan(planted.ofContact)).toEqual([]);
  });

  test("nothing of members lies in clear but in mails to them; no password or key anywhere at all [GEN-02 API-02]", async () => {
    const mails = (place: string) => place.includes(`${path.sep}outbox${path.sep}`);
    expect((await scan(planted.ofOthers)).filter(({ place }) => !mails(place))).toEqual([]);
    expect(await scan(planted.secrets)).toEqual([]);
  });

  test("what a password, a key, a session or a link is checked by is a one-way hash in every row [API-21 GEN-02]", async () => {
    const hashes: [sql: string, shape: RegExp][] = [
      [
        "select password_hash as hash from person where password_hash is not null",
        /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
      ],
      ...["api_key.secret_hash", "login.token_hash", "invitation.token_hash"].map((field): [string, RegExp] => {
        const [table, column] = field.split(".");
        return [`select encode(${column}, 'hex') as hash from ${table}`, /^[0-9a-f]{64}$/];
      }),
    ];
    for (const [sql, shape] of hashes) {
      const { rows } = await t.admin.query<{ hash: string }>(sql);
      expect(rows.length).toBeGreaterThan(0);
      for (const { hash } of rows) expect(hash).toMatch(shape);
    }
  });

  test("no provider's token or secret comes back by the API [M24-06]", async () => {
    const { api } = planted.workspace;
    const answers: string[] = [];
    for (const at of [
      "/v1/channels",
      `/v1/channels/${planted.channel.id}`,
      "/v1/events",
      "/v1/webhook-endpoints",
      "/v1/api-keys",
    ])
      answers.push(JSON.stringify((await api.get(at)).body));
    expect(answers.join()).toContain(planted.channel.id);
    const { appSecret, accessToken, webhookSecret, apiKey } = planted.secrets;
    for (const secret of [appSecret, accessToken, webhookSecret, apiKey]) expect(answers.join()).not.toContain(secret);
    expect(await scan({ appSecret: appSecret ?? "", accessToken: accessToken ?? "" })).toEqual([]);
  });

  test("the database's own files hold no word of them, also not in its log of changes [MSJ-34]", async () => {
    await t.admin.query("checkpoint");
    const { rows } = await t.admin.query<{ data_directory: string }>("show data_directory");
    const dir = rows[0]?.data_directory ?? "";
    const filesWith = (texts: readonly string[]): string[] => {
      // grep reads files of any size in pieces; -a: they are binary. Files of the log of changes come and go meanwhile: status 2
      const patterns = texts.flatMap((text) => [...formsOf(text).keys()].flatMap((form) => ["-e", form]));
      const { stdout, status } = spawnSync("grep", ["-rslaiF", ...patterns, dir], { encoding: "utf8" });
      if (status === null) throw new Error("grep did not run");
      return stdout.split("\n").filter((file) => file !== "");
    };
    // what is kept in clear is found, so the look is not blind
    expect(filesWith([planted.workspace.id]).length).toBeGreaterThan(0);
    expect(filesWith(Object.values({ ...planted.ofContact, ...planted.ofOthers, ...planted.secrets }))).toEqual([]);
    const guide = fs.readFileSync(path.resolve(import.meta.dirname, "../../docs/operations.md"), "utf8");
    expect(guide).toContain("Encrypt the disk");
  });

  test("every declared column that holds personal content or a secret was filled, or is named here with its reason", async () => {
    const empty: string[] = [];
    for (const made of allTables) {
      const { name, columns } = describe(made);
      for (const [key, column] of Object.entries(columns)) {
        if (!["sealed", "hash"].includes(handlingOf(column).protect)) continue;
        const sql = key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
        const { rows } = await t.admin.query(`select 1 from ${name} where ${sql} is not null limit 1`);
        if (rows.length === 0) empty.push(`${name}.${key}`);
      }
    }
    expect(empty.filter((field) => !elsewhere.some(([prefix]) => field.startsWith(prefix)))).toEqual([]);
  });
});

/** Filled by parts that have canary tests of their own. */
const elsewhere: readonly (readonly [string, string])[] = [
  ["session", "sessions.test.ts: linked phones"],
  ["decrypt_journal.", "log-out.test.ts: linked phones"],
  ["first_contact.", "gates.test.ts: linked phones"],
  ["inbound_event.", "write-arrivals.test.ts: parts that could not be applied"],
  ["message.providerMessageId", "main-job.test.ts: known once a provider took the message"],
  ["consent_event.proof", "consent.test.ts"],
  ["contact_link", "contact-page.test.ts: links and their visitors"],
  ["page_code.", "contact-page.test.ts"],
  ["subject_request", "subject-request.test.ts, rectify-subject.test.ts"],
  ["reaction.", "content-modes.test.ts"],
  ["delivery", "deliver.test.ts: answers of receivers"],
  ["template.", "no person's data"],
  ["login_link.", "password-reset.test.ts"],
  ["saved_view.", "conversations.test.ts"],
  ["contact_import.refusedKey", "refused-rows.test.ts: of imports that are done"],
];
