import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../platform/config.ts";
import { allTables } from "../../schema.ts";
import { createTestApp } from "../app.ts";
import { createApiClient } from "../api.ts";
import { emptyDatabase } from "../db.ts";
import { adminUrlOf, keepword, machineOf, openMachine } from "../restored.ts";
import { givenShop, type Page, type Shop } from "../shop.ts";
import { openKeyring } from "../../platform/open-keyring.ts";
import { loadRootKey } from "../../platform/root-key.ts";
import { appendToLedger } from "../../privacy/ledger.ts";
import { placeKeyring } from "../../privacy/place-keyring.ts";
import { findBackup, verifyBackup } from "../../privacy/read-backup.ts";
import { restoreBackup } from "../../privacy/restore-backup.ts";
import { scanForNeedles } from "../../privacy/scan-for-needles.ts";
import { writeBackup } from "../../privacy/write-backup.ts";

let sim: WhatsAppCloudSim;
const home = fs.mkdtempSync(path.join(os.tmpdir(), "kw-restore-"));
const to = path.join(home, "backups");
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(async () => {
  await sim[Symbol.asyncDispose]();
  fs.rmSync(home, { recursive: true, force: true });
});

const erased = { name: "Zebulon Quince", phone: "491709998877", text: "the vermilion umbrella is mine" };
const kept = { name: "Mei", text: "keep my word please" };

const backup = (more: Partial<Parameters<typeof writeBackup>[1]> = {}) =>
  writeBackup(t.app, { to, tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30, ...more });

const machine = (keyring?: string): string => machineOf(t, home, keyring);
const open = (dataDir: string, databaseUrl: string, isReplaying = false) =>
  openMachine(t, dataDir, databaseUrl, isReplaying);

let shop: Shop;
let erasedId = "";
let picture = "";
beforeAll(async () => {
  shop = await givenShop(t, sim);
  const gone = await shop.hears({ person: { name: erased.name, phone: erased.phone }, text: erased.text });
  erasedId = gone.contact.id;
  const other = await shop.hears({ person: "mei", text: kept.text });
  const consent = { purpose: "marketing", action: "withdrawn", method: "form" };
  await shop.api.post(`/v1/contacts/${other.contact.id}/consents`, consent);
  const form = new FormData();
  form.append(
    "file",
    new Blob(["%PDF-1.7\n", new Uint8Array(randomBytes(89_991))], { type: "application/pdf" }),
    "a.pdf",
  );
  const headers = shop.api.headers;
  const upload = await fetch(`${t.url}/v1/media`, { method: "POST", headers, body: form });
  picture = ((await upload.json()) as { id: string }).id;
});

test("dump, erase, restore: the start is refused until the erasure is repeated, and then nothing of the person is left [GEN-32]", async () => {
  const made = await backup();
  expect([made.missingBlobs, made.blobs]).toEqual([0, 1]);
  const files = fs.readdirSync(made.dir, { recursive: true });
  expect(files).not.toContain("keyring.db");
  for (const name of ["message_search.copy", "contact_search.copy"]) expect(files).not.toContain(name);
  const identities = fs.readFileSync(path.join(made.dir, "contact_identity.copy"), "utf8");
  const { rows } = await t.admin.query<{ index: string }>(
    "select encode(address_index, 'hex') as index from contact_identity",
  );
  expect(rows.length).toBeGreaterThan(2);
  for (const { index } of rows) expect(identities).not.toContain(index);

  // erased after the backup
  const entry = { id: "erl_drill", kind: "contact_erased" as const, subjectId: erasedId, keyIds: [] };
  const workspaceId = shop.workspace.id;
  await t.app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    appendToLedger(t.app, tx, { ...entry, workspaceId, at: t.clock.now().toISOString() }),
  );

  // the database alone comes back, by whatever tool: here without the replay
  const url = await emptyDatabase();
  const dataDir = machine(path.join(t.app.config.dataDir, "keyring"));
  fs.renameSync(path.join(dataDir, "keyring", "erasures.jsonl"), path.join(dataDir, "later.jsonl"));
  fs.rmSync(path.join(to, "keyring", "erasures.jsonl"), { force: true });
  const restored = await keepword(dataDir, url, "restore", "--from", to, "--json");
  expect(restored, restored.error).toMatchObject({ code: 0 });
  expect(JSON.parse(restored.out)).toMatchObject({ rows: made.rows, blobs: 1, repeated: 0, unsent: 0 });
  const needles = [erased.name, erased.text, erased.phone];
  {
    // nobody was erased in this state: the person is found, so the scan below is not blind
    await using before = await open(dataDir, url);
    const api = createApiClient(await before.start(), { apiKey: shop.workspace.apiKey });
    const found = await api.get<Page<{ id: string }>>(`/v1/contacts?q=${encodeURIComponent(erased.name)}`);
    expect(found.body.data.map(({ id }) => id)).toEqual([erasedId]);
  }
  fs.renameSync(path.join(dataDir, "later.jsonl"), path.join(dataDir, "keyring", "erasures.jsonl"));
  const refused = await keepword(dataDir, url, "start", "--port", "0");
  expect([refused.code, refused.error.trim().split("\n").length]).toEqual([1, 1]);
  expect(refused.error).toMatch(
    /restored older state: 1 entry of the ledger has to be repeated .* keepword restore --replay/,
  );

  const replayed = await keepword(dataDir, url, "restore", "--replay", "--json");
  expect(replayed, replayed.error).toMatchObject({ code: 0 });
  expect(JSON.parse(replayed.out)).toEqual({ repeated: 1, unknown: 0 });
  await using app = await open(dataDir, url);
  const api = createApiClient(await app.start(), { apiKey: shop.workspace.apiKey });
  expect((await api.get(`/v1/contacts/${erasedId}`)).status).toBe(404);
  expect((await api.get<Page<unknown>>(`/v1/contacts?q=${encodeURIComponent(erased.name)}`)).body.data).toEqual([]);
  expect(await scanForNeedles(app, needles, { adminUrl: adminUrlOf(url) })).toEqual([]);
  const client = new pg.Client(adminUrlOf(url));
  await client.connect();
  for (const table of ["contact", "contact_identity", "message", "conversation", "contact_search"]) {
    const { rows } = await client.query(`select 1 from ${table} t where to_jsonb(t)::text like '%' || $1 || '%'`, [
      erasedId,
    ]);
    expect([table, rows.length]).toEqual([table, 0]);
  }
  await client.end();
  // what others said and withdrew is as it was, and is found
  const [other] = (await api.get<Page<{ id: string }>>("/v1/contacts?q=mei")).body.data;
  const consents = await api.get<Page<{ action: string }>>(`/v1/contacts/${other?.id}/consents`);
  expect(consents.body.data.map(({ action }) => action)).toEqual(["withdrawn"]);
  expect((await api.get<Page<unknown>>("/v1/search?q=promise")).body.data).toEqual([]);
  expect((await api.get<Page<unknown>>("/v1/search?q=please")).body.data).toHaveLength(1);
  const content = await fetch(
    `${app.config.publicUrl ?? `http://127.0.0.1:${app.config.port}`}/v1/media/${picture}/content`,
    {
      headers: { authorization: `Bearer ${shop.workspace.apiKey}` },
    },
  );
  expect((await content.arrayBuffer()).byteLength).toBe(90_000);
}, 240_000);

/** The parts of the command in this process: what it checks before it touches anything, and the load. */
async function restoreInto(dataDir: string, url: string, from: string) {
  const found = findBackup(from);
  await verifyBackup(found);
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir, DATABASE_URL: url });
  placeKeyring(config, { copy: path.join(found.root, "keyring"), fingerprint: found.manifest.keyring });
  await using app = await open(dataDir, url, true);
  return await restoreBackup(app, found, { tables: allTables, ownerUrl: url });
}

test("what was due by the time of the restore is never sent again but reported as unknown, what is scheduled for later stays", async () => {
  const place = path.join(home, "sends");
  const heard = await shop.hears({ person: "mei", text: "do you deliver?" });
  const within = async (hours: number) => {
    const scheduledAt = new Date(t.clock.ms() + hours * 3_600_000).toISOString();
    const sent = await shop.send({ conversationId: heard.id, type: "text", text: "we do", scheduledAt });
    expect(sent.status, JSON.stringify(sent.body)).toBeLessThan(300);
    return sent.body.id;
  };
  const [soon, underWay, later] = [await within(1), await within(2), await within(20)];
  await t.admin.query("update outbox set state = 'sending', owner = 'gone', attempted_at = $2 where message_id = $1", [
    underWay,
    t.clock.now(),
  ]);
  await backup({ to: place });
  t.clock.advance(1.5 * 3_600_000);
  await shop.sent();
  expect((await shop.read(soon)).status).not.toBe("queued");

  const url = await emptyDatabase();
  const dataDir = machine();
  expect(await restoreInto(dataDir, url, place)).toMatchObject({ unsent: 2 });
  const client = new pg.Client(adminUrlOf(url));
  await client.connect();
  const { rows } = await client.query("select message_id, state from outbox");
  await client.end();
  expect(rows).toEqual([{ message_id: later, state: "waiting" }]);
  await using app = await open(dataDir, url);
  const api = createApiClient(await app.start(), { apiKey: shop.workspace.apiKey });
  for (const id of [soon, underWay])
    expect((await api.get(`/v1/messages/${id}`)).body).toMatchObject({
      ...{ status: "failed", error: { code: "message.outcome_unknown" } },
    });
  expect((await api.get(`/v1/messages/${later}`)).body).not.toHaveProperty("error.code");
}, 60_000);

/** A copy of the folder of backups that the test may damage. */
function copyOfBackups(): { root: string; dir: string } {
  const root = fs.mkdtempSync(path.join(home, "copy-"));
  fs.cpSync(to, root, { recursive: true });
  return { root, dir: path.join(root, fs.readdirSync(root).find((name) => name.startsWith("keepword-")) ?? "") };
}

test.each<[string, (copy: { root: string; dir: string }) => void, RegExp]>([
  [
    "a changed table",
    ({ dir }) => fs.appendFileSync(path.join(dir, "contact.copy"), "x\n"),
    /contact.copy was changed or is damaged/,
  ],
  ["a missing table", ({ dir }) => fs.rmSync(path.join(dir, "member.copy")), /member.copy is missing/],
  ["a missing file", ({ root }) => fs.rmSync(path.join(root, "blobs"), { recursive: true }), /is missing or was cut/],
  ["no manifest", ({ dir }) => fs.writeFileSync(path.join(dir, "manifest.json"), "{"), /manifest.json cannot be read/],
  ["no backup at all", ({ dir }) => fs.rmSync(dir, { recursive: true }), /There is no backup in/],
  ["another format", ({ dir }) => edit(dir, (m) => ({ ...m, format: 2 })), /not one of this version's backups/],
  [
    "a changed manifest",
    ({ dir }) => edit(dir, (m) => ({ ...m, madeAt: "2020-01-01T00:00:00Z" })),
    /manifest.json was changed/,
  ],
  [
    "no keyring anywhere",
    ({ root }) => fs.rmSync(path.join(root, "keyring"), { recursive: true }),
    /There is no keyring in .* nothing in the backup can be read/,
  ],
])(
  "%s ends with one clear line, and nothing was restored",
  async (_what, damage, line) => {
    const copy = copyOfBackups();
    damage(copy);
    const url = await emptyDatabase();
    const dataDir = machine();
    await expect(restoreInto(dataDir, url, copy.root)).rejects.toThrow(line);
    expect(fs.existsSync(path.join(dataDir, "keyring", "erasures.jsonl"))).toBe(false);
  },
  60_000,
);

function edit(dir: string, change: (manifest: Record<string, unknown>) => object): void {
  const file = path.join(dir, "manifest.json");
  fs.writeFileSync(file, JSON.stringify(change(JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>)));
}

test("a database that is in use, another installation's keyring and a lost keyring are refused, and no new key is made", async () => {
  const dataDir = machine(path.join(to, "keyring"));
  await expect(restoreBackup(t.app, findBackup(to), { tables: allTables, ownerUrl: t.databaseUrl })).rejects.toThrow(
    /The database is not empty/,
  );

  const stranger = machine();
  openKeyring({
    dir: path.join(stranger, "keyring"),
    rootKey: loadRootKey({ keyFile: path.join(stranger, "root.key") }),
    clock: t.clock,
  }).close();
  await expect(restoreInto(stranger, await emptyDatabase(), to)).rejects.toThrow(/belongs to another database/);
  // the server as well, on the database that knows its own keyring
  await expect(open(stranger, t.databaseUrl)).rejects.toThrow(/belongs to another database/);
  const bare = machine();
  await expect(open(bare, t.databaseUrl)).rejects.toThrow(
    /the database belongs to a keyring, but .* holds none: restore its copy/,
  );
  expect(fs.existsSync(path.join(bare, "keyring", "keyring.db"))).toBe(false);
  fs.rmSync(path.join(bare, "root.key"));
  await expect(restoreInto(bare, await emptyDatabase(), to)).rejects.toThrow(/no root key/);
  fs.rmSync(dataDir, { recursive: true });
}, 60_000);

test("a backup of another version is refused before anything is loaded", async () => {
  const url = await emptyDatabase();
  const dataDir = machine(path.join(to, "keyring"));
  await using app = await open(dataDir, url);
  const client = new pg.Client(adminUrlOf(url));
  await client.connect();
  await client.query("delete from kw.migration where name like '0009%'");
  await expect(restoreBackup(app, findBackup(to), { tables: allTables, ownerUrl: url })).rejects.toThrow(
    /made by another version \(its last migration is \d{4}_\w+.sql\)/,
  );
  await client.end();
}, 60_000);

test("a full disk leaves the backups as they were, with one clear line", async () => {
  const before = fs.readdirSync(to);
  const env = { PATH: process.env["PATH"], DATABASE_URL: t.databaseUrl, KEEPWORD_DATA_DIR: t.app.config.dataDir };
  // files of this process may not grow beyond 64 KiB: the upload of the workspace is larger
  fs.rmSync(path.join(to, "blobs"), { recursive: true });
  const error = await new Promise<string>((resolve) => {
    const command = `ulimit -f 64; "${path.resolve(import.meta.dirname, "../../../keepword")}" backup --to "${to}"`;
    execFile("/bin/sh", ["-c", command], { env }, (_failure, _out, text) => resolve(text));
  });
  expect(error).toMatch(/^keepword: There is no room for the backup in .*; nothing of it was kept\n$/);
  expect(fs.readdirSync(to).filter((name) => name !== "blobs")).toEqual(before.filter((name) => name !== "blobs"));
}, 60_000);

test("backups age out after their days, with the files that only they named, and a clock set back deletes none [GEN-32]", async () => {
  const place = path.join(home, "ageing");
  const first = await backup({ to: place });
  const stray = path.join(place, "blobs", "aa", "a".repeat(40));
  fs.mkdirSync(path.dirname(stray), { recursive: true });
  fs.writeFileSync(stray, "of an erased person");
  t.clock.advance(29 * 86_400_000);
  expect((await backup({ to: place })).removed).toEqual([]);
  t.clock.advance(2 * 86_400_000);
  expect((await backup({ to: place })).removed).toEqual([path.basename(first.dir)]);
  expect([fs.existsSync(first.dir), fs.existsSync(stray)]).toEqual([false, false]);
  t.clock.advance(-200 * 86_400_000);
  expect((await backup({ to: place })).removed).toEqual([]);
  t.clock.advance(200 * 86_400_000);
}, 60_000);
