// What happened after a backup and must not be undone by its restore: erasures of every kind, refusals, holds.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mediaFetchJob } from "../media/media.jobs.ts";
import { allTables } from "../schema.ts";
import { createApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { emptyDatabase } from "../test/db.ts";
import { adminUrlOf, keepword, machineOf, openMachine } from "../test/restored.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";
import { purgeDue } from "./purge-workspace.ts";
import { writeBackup } from "./write-backup.ts";

let sim: WhatsAppCloudSim;
const home = fs.mkdtempSync(path.join(os.tmpdir(), "kw-replay-"));
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(async () => {
  await sim[Symbol.asyncDispose]();
  fs.rmSync(home, { recursive: true, force: true });
});
const DAY_MS = 86_400_000;

/** A request that is done, for somebody of the shop. */
async function asked(shop: Shop, body: object): Promise<string> {
  const { status, body: made } = await shop.workspace.api.post<{ id: string }>("/v1/subject-requests", body);
  expect(status, JSON.stringify(made)).toBe(202);
  await advanceRequest(t.app, { workspaceId: shop.workspace.id, requestId: made.id });
  return made.id;
}

async function pictureOf(shop: Shop, conversationId: string): Promise<void> {
  const [message] = await shop.thread(conversationId);
  const attachmentId = message?.attachments[0]?.id ?? "";
  await mediaFetchJob.run(t.app, { workspaceId: shop.workspace.id, attachmentId });
}

test("a restore repeats what was erased, closed, refused and held since the backup, and says what it cannot place", async () => {
  const ending = await givenShop(t, sim, "key");
  const seen = await ending.hears({ person: "wanjiru", image: { caption: "soon gone" } });
  await pictureOf(ending, seen.id);
  const shop = await givenShop(t, sim, "key");
  const { id: workspaceId, owner } = shop.workspace;
  const stopping = (await shop.hears({ person: "mei", text: "hello" })).contact.id;
  const objecting = (await shop.hears({ person: "pavel", text: "hello" })).contact.id;
  const leaving = (await shop.hears({ person: { name: "Gone Canary", phone: "491701112233" }, text: "bye" })).contact
    .id;
  const copy = await asked(shop, { type: "access", contactId: leaving });
  await asked(shop, { type: "restrict", contactId: objecting });
  const leaver = await t.given.member(workspaceId, "agent", { name: "Leaving Canary" });
  const until = new Date(t.clock.ms() + 300 * DAY_MS).toISOString();
  const hold = (body: object) => owner.api.post<{ id: string }>("/v1/holds", { reason: "legal_claim", until, ...body });
  const before = await hold({ contactId: stopping });
  expect(before.status, JSON.stringify(before.body)).toBe(201);
  const backup = { to: path.join(home, "backups"), tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30 };
  expect(await writeBackup(t.app, backup)).toMatchObject({ missingBlobs: 0, blobs: 2 });

  // after the backup
  await shop.hears({ person: "mei", text: "STOP" });
  await asked(shop, { type: "object", contactId: objecting, detail: { purpose: "marketing" } });
  await shop.hears({ person: { name: "Later", phone: "491704445566" }, text: "STOP" });
  await asked(shop, { type: "restrict", contactId: objecting, detail: { isLifted: true } });
  await asked(shop, { type: "restrict", contactId: stopping });
  const after = await hold({ contactId: objecting });
  expect((await owner.api.post(`/v1/holds/${before.body.id}/release`, {})).status).toBe(200);
  await asked(shop, { type: "erase", contactId: leaving });
  await owner.api.delete(`/v1/members/${leaver.memberId}`);
  expect((await leaver.api.post("/v1/me/erase", {})).status).toBe(204);
  const closing = `/v1/workspaces/${ending.workspace.id}`;
  const { rows } = await t.admin.query<{ name: string }>("select name from workspace where id = $1", [
    ending.workspace.id,
  ]);
  expect((await ending.workspace.owner.api.post(`${closing}/close`, { name: rows[0]?.name })).status).toBe(200);
  t.clock.advance(31 * DAY_MS);
  await purgeDue(t.app);

  const dataDir = machineOf(t, home, path.join(t.app.config.dataDir, "keyring"));
  const url = await emptyDatabase();
  const restored = await keepword(dataDir, url, "restore", "--from", backup.to, "--json");
  expect(restored, restored.error).toMatchObject({ code: 0 });
  // two refusals and one of somebody unknown, two holds, three restrictions, a contact, a person, a workspace
  expect(JSON.parse(restored.out)).toMatchObject({ blobs: 2, repeated: 11, unknown: 1 });
  expect(JSON.parse((await keepword(dataDir, url, "restore", "--replay", "--json")).out)).toEqual({
    ...{ repeated: 0, unknown: 0 },
  });

  await using app = await openMachine(t, dataDir, url);
  const api = createApiClient(await app.start(), { apiKey: shop.workspace.apiKey });
  const actions = async (contactId: string) => {
    const { body } = await api.get<Page<{ action: string; purpose: string }>>(`/v1/contacts/${contactId}/consents`);
    return body.data.map(({ action, purpose }) => `${purpose} ${action}`);
  };
  expect(await actions(stopping)).toEqual(["marketing withdrawn"]);
  expect(await actions(objecting)).toEqual(["marketing objected"]);
  for (const [id, isRestricted] of [
    [stopping, true],
    [objecting, false],
  ] as const)
    expect(typeof (await api.get<{ restrictedAt: unknown }>(`/v1/contacts/${id}`)).body.restrictedAt).toBe(
      isRestricted ? "string" : "object",
    );
  expect((await api.get(`/v1/contacts/${leaving}`)).status).toBe(404);

  const client = new pg.Client(adminUrlOf(url));
  await client.connect();
  const all = async (sql: string, ...values: unknown[]) => (await client.query(sql, values)).rows;
  expect(await all("select id, released_at is null as binds from legal_hold order by id")).toEqual([
    { id: before.body.id, binds: false },
    { id: after.body.id, binds: true },
  ]);
  expect(await all("select bundle_blob, bundle_key from subject_request where id = $1", copy)).toEqual([
    { bundle_blob: null, bundle_key: null },
  ]);
  expect(await all("select 1 from person where id = $1", leaver.personId)).toEqual([]);
  expect(await all("select person_id, removed_at is null as stays from member where id = $1", leaver.memberId)).toEqual(
    [{ person_id: null, stays: false }],
  );
  const left: string[] = [];
  for (const { name, privacy } of app.registry.tables)
    if (privacy.scope === "workspace" && name !== "workspace" && name !== "erasure_ledger")
      if ((await all(`select 1 from ${name} where workspace_id = $1 limit 1`, ending.workspace.id)).length > 0)
        left.push(name);
  expect(left).toEqual([]);
  expect(
    await all("select name, closed_at is null as lives from workspace where id = $1", ending.workspace.id),
  ).toEqual([{ name: "", lives: false }]);
  await client.end();
  // the picture of the closed workspace and the copy of the erased person went with their rows
  const files = fs.readdirSync(path.join(dataDir, "blobs"), { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile())).toEqual([]);
  for (const subject of [`contact:${leaving}`, `person:${leaver.personId}`, `workspace:${ending.workspace.id}`])
    expect(() => app.keyring.current(subject)).toThrow("destroyed");
}, 240_000);
