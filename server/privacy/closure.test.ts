import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mediaFetchJob } from "../media/media.jobs.ts";
import { workspace as workspaceTable } from "../identity/workspaces.table.ts";
import { describe, handlingOf } from "../platform/table.ts";
import { createTestApp } from "../test/app.ts";
import { givenShop } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";
import { refuseStaleDatabase } from "./ledger.ts";
import { outlivingTables } from "./processing-record.ts";
import { purgeDue } from "./purge-workspace.ts";
import { scanForNeedles } from "./scan-for-needles.ts";
import { sweepAll } from "./sweep.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
// nothing is sent there: the test keeps its mails
const env = { KEEPWORD_DORMANT_DAYS: "100", SMTP_URL: "smtp://127.0.0.1:1" };
const t = createTestApp({ providerOrigins: () => [sim.url], env });
afterAll(() => sim[Symbol.asyncDispose]());
const DAY_MS = 86_400_000;

const rowsOf = async (workspaceId: string): Promise<string[]> => {
  const found: string[] = [];
  for (const { name, privacy } of t.app.registry.tables) {
    if (privacy.scope !== "workspace" || name === "workspace") continue;
    if ((await t.admin.query(`select 1 from ${name} where workspace_id = $1 limit 1`, [workspaceId])).rowCount)
      found.push(name);
  }
  return found;
};
const owner = async (workspaceId: string) => {
  const member = await t.given.member(workspaceId, "owner");
  return member.api;
};
const nameOf = async (workspaceId: string) =>
  String((await t.admin.query("select name from workspace where id = $1", [workspaceId])).rows[0].name);

test("closing: keys and sends end at once, people read for 30 days, then key, files and every row are gone, its profile too [MSJ-32 GEN-03]", async () => {
  const shop = await givenShop(t, sim, "key");
  const workspaceId = shop.workspace.id;
  const profile = describe(workspaceTable);
  expect(profile.privacy.subjects).toEqual([{ kind: "workspace", column: "id", as: "about" }]);
  const about = Object.entries(profile.columns).filter(([, one]) => one.category !== "system");
  expect(about.map(([key, one]) => [key, one.category, handlingOf(one).export])).toEqual([
    ["name", "organization.name", "include"],
  ]);
  const businessName = "Profilecanary Kettles";
  const renamed = await shop.workspace.owner.api.patch(`/v1/workspaces/${workspaceId}`, { name: businessName });
  expect(renamed.status).toBe(200);
  const bystander = await t.given.workspace();
  const heard = await shop.hears({ person: "wanjiru", image: { caption: "secretword" } });
  const [message] = await shop.thread(heard.id);
  const attachmentId = message?.attachments[0]?.id ?? "";
  await mediaFetchJob.run(t.app, { workspaceId, attachmentId });
  const { rows: files } = await t.admin.query<{ blob_name: string }>("select blob_name from attachment where id = $1", [
    attachmentId,
  ]);
  // a copy that was made for somebody is a file too
  const asked = await shop.api.post<{ id: string }>("/v1/subject-requests", {
    ...{ type: "access", contactId: heard.contact.id },
  });
  await advanceRequest(t.app, { workspaceId, requestId: asked.body.id });
  const { rows: copies } = await t.admin.query<{ name: string }>(
    "select bundle_blob as name from subject_request where id = $1",
    [asked.body.id],
  );
  expect(await t.app.blobs.exists(copies[0]?.name ?? "")).toBe(true);
  const later = await shop.send({
    ...{ conversationId: heard.id, type: "text", text: "later" },
    scheduledAt: new Date(t.clock.ms() + DAY_MS / 2).toISOString(),
  });
  const api = await owner(workspaceId);
  const close = async (body: object) => api.post(`/v1/workspaces/${workspaceId}/close`, body);
  expect((await close({ name: "another" })).status).toBe(400);
  // who has a password gives it again
  const person = await t.given.person({ password: "seven green bicycles" });
  const second = await t.given.member(workspaceId, "owner", { person });
  const again = async (body: object) =>
    (await second.api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId), ...body })).status;
  expect([await again({}), await again({ password: "seven red bicycles" })]).toEqual([400, 403]);
  const agent = await t.given.member(workspaceId, "admin");
  expect(
    (await agent.api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId) })).status,
  ).toBe(403);
  const closed = await close({ name: await nameOf(workspaceId) });
  expect(closed).toMatchObject({ status: 200, body: { purgeAt: new Date(t.clock.ms() + 30 * DAY_MS).toISOString() } });
  expect((await close({ name: await nameOf(workspaceId) })).body).toMatchObject({ code: "workspace.closing" });

  // tokens and sends are over, reading is not
  expect((await shop.workspace.api.get("/v1/contacts")).status).toBe(401);
  expect((await api.get<{ status: string }>(`/v1/messages/${later.body.id}`)).body).toMatchObject({
    ...{ status: "failed", error: { code: "message.cancelled" } },
  });
  expect((await api.post("/v1/messages", { conversationId: heard.id, type: "text", text: "x" })).body).toMatchObject({
    code: "workspace.closing",
  });
  expect((await api.get(`/v1/conversations/${heard.id}`)).status).toBe(200);
  await expect.poll(() => t.app.channels.peek(shop.channelId)).toBeUndefined();

  // readable until the end, and in the owner's own copy (subject-request.test.ts)
  expect((await api.get(`/v1/workspaces/${workspaceId}`)).body).toMatchObject({ name: businessName });
  const held = async () => scanForNeedles(t.app, [businessName], { adminUrl: t.adminUrl });
  expect(await held()).not.toEqual([]);

  t.clock.advance(29 * DAY_MS);
  await purgeDue(t.app);
  const stillThere = await rowsOf(workspaceId);
  expect(stillThere).toEqual(
    expect.arrayContaining(["message", "contact", "attachment", "member", "event", "audit_entry"]),
  );
  t.clock.advance(2 * DAY_MS);
  await purgeDue(t.app);
  expect(await rowsOf(workspaceId)).toEqual(["erasure_ledger"]);
  for (const name of [files[0]?.blob_name, copies[0]?.name]) expect(await t.app.blobs.exists(name ?? "")).toBe(false);
  expect(() => t.app.keyring.current(`workspace:${workspaceId}`)).toThrow("destroyed");
  expect(() => t.app.keyring.current(`contact:${heard.contact.id}`)).toThrow("destroyed");
  expect(await nameOf(workspaceId)).toBe("");
  expect(await held()).toEqual([]);
  const { rows } = await t.admin.query<{ row_counts: Record<string, number> }>(
    "select reason, row_counts, file_count from workspace_closure where id = $1",
    [workspaceId],
  );
  expect(rows).toMatchObject([{ reason: "owner", file_count: 2, row_counts: { message: 2, contact: 1 } }]);
  // by kinds that people know; every row that was deleted is counted in one of them
  const mailed = t.mail.list().find(({ template }) => template === "workspace_closed")?.text ?? "";
  const kinds = new Map(
    [...mailed.matchAll(/^  ([^\n:]+): (\d+)$/gm)].map(([, kind = "", count]) => [kind, Number(count)]),
  );
  expect(Object.fromEntries(kinds)).toMatchObject({
    ...{ "Messages, reactions and their statuses": 2, Conversations: 1, "What was noted about files": 1 },
    // a contact, and a number and a user id of theirs
    "Names, numbers and fields of contacts": 3,
  });
  const sum = (counts: Iterable<number>): number => [...counts].reduce((all, count) => all + count, 0);
  expect(sum(kinds.values())).toBe(sum(Object.values(rows[0]?.row_counts ?? {})));
  // nobody else's row is touched, and a second run finds nothing
  expect(await rowsOf(bystander.id)).toEqual(expect.arrayContaining(["api_key", "member", "event"]));
  await purgeDue(t.app);
});

test("reopening within the 30 days brings people and channels back, keys stay revoked; afterwards it is too late", async () => {
  const shop = await givenShop(t, sim, "key");
  const workspaceId = shop.workspace.id;
  const api = await owner(workspaceId);
  const reopen = () => api.post(`/v1/workspaces/${workspaceId}/reopen`, {});
  expect((await reopen()).body).toMatchObject({ code: "workspace.not_closing" });
  await api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId) });
  t.clock.advance(DAY_MS / 4);
  expect((await reopen()).status).toBe(204);
  expect((await api.patch(`/v1/workspaces/${workspaceId}`, { name: "Again" })).status).toBe(200);
  expect((await shop.workspace.api.get("/v1/contacts")).status).toBe(401);
  await expect.poll(() => t.app.channels.peek(shop.channelId)?.id).toBe(shop.channelId);
  t.clock.advance(40 * DAY_MS);
  await purgeDue(t.app);
  expect(await rowsOf(workspaceId)).toContain("channel");
});

test("a hold keeps a closed workspace from being deleted, until it is released; it is in the audit trail [GEN-26]", async () => {
  const shop = await givenShop(t, sim, "key");
  const workspaceId = shop.workspace.id;
  const heard = await shop.hears({ person: "pavel", text: "hello" });
  const api = await owner(workspaceId);
  const until = (days: number) => new Date(t.clock.ms() + days * DAY_MS).toISOString();
  const place = (body: object) =>
    api.post<{ id: string }>("/v1/holds", { contactId: heard.contact.id, reason: "legal_claim", ...body });
  expect((await place({ until: until(400) })).status).toBe(400);
  expect((await place({ until: until(90), contactId: "con_unknown" })).status).toBe(404);
  expect((await place({ until: until(90), reason: "because" })).status).toBe(400);
  const admin = await t.given.member(workspaceId, "admin");
  expect((await admin.api.post("/v1/holds", { reason: "legal_claim", until: until(90) })).status).toBe(403);
  const held = await place({ until: until(90) });
  expect(held).toMatchObject({ status: 201, body: { contactId: heard.contact.id, reason: "legal_claim" } });
  await api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId) });
  t.clock.advance(31 * DAY_MS);
  await purgeDue(t.app);
  expect(await rowsOf(workspaceId)).toContain("message");
  const again = await owner(workspaceId);
  expect((await again.post(`/v1/holds/${held.body.id}/release`, {})).status).toBe(200);
  expect((await again.post(`/v1/holds/${held.body.id}/release`, {})).body).toMatchObject({ code: "hold.over" });
  const trail = JSON.stringify((await again.get("/v1/audit-entries")).body);
  expect(trail).toContain("hold.placed");
  expect(trail).toContain("hold.released");
  await purgeDue(t.app);
  expect(await rowsOf(workspaceId)).toEqual(["erasure_ledger"]);
});

test("a hold placed in the moment before the purge keeps everything; one that comes after it began is refused [GEN-26]", async () => {
  const { id: workspaceId } = await t.given.workspace();
  const api = await owner(workspaceId);
  await api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId) });
  t.clock.advance(31 * DAY_MS);
  const until = new Date(t.clock.ms() + 10 * DAY_MS);
  // as placing a hold does, but held open
  const placing = await t.admin.connect();
  await placing.query("begin");
  await placing.query("select 1 from workspace where id = $1 for no key update", [workspaceId]);
  await placing.query(
    `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_at) values ($1, 'hld_late', 'workspace', $1, 'legal_claim', $2, $3)`,
    [workspaceId, until, t.clock.now()],
  );
  const purge = purgeDue(t.app);
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await expect.poll(async () => (await t.admin.query(waiting)).rowCount, { timeout: 20_000 }).toBeGreaterThan(0);
  await placing.query("commit");
  placing.release();
  await purge;
  expect(await rowsOf(workspaceId)).toEqual(expect.arrayContaining(["legal_hold", "member", "event"]));
  expect(await rowsOf(workspaceId)).not.toContain("erasure_ledger");
  expect(() => t.app.keyring.current(`workspace:${workspaceId}`)).not.toThrow();
  expect(await nameOf(workspaceId)).not.toBe("");

  await t.admin.query("delete from legal_hold where id = 'hld_late'");
  await t.admin.query(
    `insert into erasure_ledger (workspace_id, id, kind, subject_id, key_ids, at) values ($1, $2, 'workspace_closed', $1, '{}', $3)`,
    [workspaceId, `closed_${workspaceId}`, t.clock.now()],
  );
  const again = await owner(workspaceId);
  const late = await again.post("/v1/holds", { reason: "legal_claim", until: until.toISOString() });
  expect(late).toMatchObject({ status: 409, body: { code: "workspace.closing" } });
  await purgeDue(t.app);
  expect(await rowsOf(workspaceId)).toEqual(["erasure_ledger"]);
});

test("of a deleted workspace only rows stay that a statute keeps, each until a day, and on that day they go [MSJ-31]", async () => {
  const { id: workspaceId } = await t.given.workspace();
  const api = await owner(workspaceId);
  await api.post("/v1/labels", { name: "Label", color: "blue" });
  // what people are told lives 90 days by itself
  await api.post("/v1/api-keys", { name: "Till", scopes: ["member:read"] });
  const told = "select 1 from notification where about_workspace = $1";
  expect((await t.admin.query(told, [workspaceId])).rowCount).toBeGreaterThan(0);
  await api.post(`/v1/workspaces/${workspaceId}/close`, { name: await nameOf(workspaceId) });
  t.clock.advance(31 * DAY_MS);
  await purgeDue(t.app);
  const left = async () => {
    const found: string[] = [];
    for (const { name } of t.app.registry.tables) {
      const sql = `select 1 from ${name} t where t::text like '%' || $1 || '%' limit 1`;
      if ((await t.admin.query(sql, [workspaceId])).rowCount) found.push(name);
    }
    return found.toSorted();
  };
  const outliving = outlivingTables(t.app.registry.tables).filter(({ outlives }) => outlives === "workspace");
  expect(await left()).toEqual(outliving.map(({ table }) => table).toSorted());
  expect(outliving.map(({ table, years, from }) => `${table}: ${years} years from ${from}`).toSorted()).toEqual([
    "erasure_ledger: 10 years from at",
    "workspace: 3 years from closedAt",
    "workspace_closure: 3 years from purgedAt",
  ]);
  t.clock.advance(1094 * DAY_MS);
  await sweepAll(t.app);
  await purgeDue(t.app);
  expect(await left()).toEqual(["erasure_ledger", "workspace", "workspace_closure"]);
  t.clock.advance(2 * DAY_MS);
  await sweepAll(t.app);
  await purgeDue(t.app);
  expect(await left()).toEqual(["erasure_ledger"]);
  t.clock.advance((3650 - 1094 - 2 - 1) * DAY_MS);
  await sweepAll(t.app);
  expect(await left()).toEqual(["erasure_ledger"]);
  t.clock.advance(2 * DAY_MS);
  await sweepAll(t.app);
  expect(await left()).toEqual([]);
  // and the file beside the keyring, which still has it, calls no database stale for that
  await refuseStaleDatabase(t.app);
});
