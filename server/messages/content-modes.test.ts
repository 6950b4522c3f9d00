import fs from "node:fs";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import { mediaFetchJob, mediaSweepJob } from "../media/media.jobs.ts";
import type { EventView } from "../realtime/render-events.ts";
import { createTestApp } from "../test/app.ts";
import { indexKeyTokens } from "../test/search.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { contentApplyJob, contentSweepJob } from "./content.jobs.ts";
import type { MessageDetail } from "./view-message.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const hour = 3_600_000;
const day = 24 * hour;
const sweep = (): Promise<void> => contentSweepJob.run(t.app, {});

async function change(shop: Shop, contentMode: string): Promise<void> {
  const { status } = await shop.api.patch(`/v1/channels/${shop.channelId}`, { contentMode });
  expect(status).toBe(200);
  await t.app.channels.reload(shop.channelId);
}
async function shopOf(contentMode: string): Promise<Shop> {
  const shop = await givenShop(t, sim, "key");
  if (contentMode !== "metadata-only") await change(shop, contentMode);
  // a looser mode begins a minute later
  t.clock.advance(61_000);
  return shop;
}
const preview = async (shop: Shop, mode = "") =>
  (await shop.api.get(`/v1/channels/${shop.channelId}/content-mode${mode && `?mode=${mode}`}`)).body;
const isGone = (message: MessageDetail): boolean => {
  if (message.contentDestroyedAt === undefined) return false;
  expect(message).toMatchObject({ content: null, attachments: [], reactions: [] });
  expect(message).not.toHaveProperty("text");
  return true;
};
const row = async (id: string) =>
  (await t.admin.query<{ content: Buffer | null; kid: string }>("select content from message where id = $1", [id]))
    .rows[0];
const subjectOf = (sealed: Buffer): string => t.app.keyring.find(sealed.readBigInt64BE(1))?.subject ?? "destroyed";
const blobs = (): number =>
  fs
    .readdirSync(path.join(t.app.config.dataDir, "blobs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).length;

describe("a metadata-only channel", () => {
  test("is what an API key makes, and days:365 what the web app makes", async () => {
    const workspace = await t.given.workspace();
    const made = async (api: typeof workspace.api, phoneNumberId: string) =>
      (
        await api.post("/v1/channels", {
          ...{ provider: "whatsapp_cloud", name: "N", settings: { phoneNumberId, wabaId: "1" } },
          secrets: { accessToken: "a", appSecret: "b", verifyToken: "c" },
        })
      ).body["contentMode"];
    expect(await made(workspace.api, "101")).toBe("metadata-only");
    expect(await made(workspace.owner.api, "102")).toBe("days:365");
  });

  test("clears what it sent 24 h after it was delivered; recipient, type, status and times stay [M24-08 API-07 API-08]", async () => {
    const shop = await shopOf("metadata-only");
    const conversation = await shop.hears({ person: "wanjiru", text: "hello from me" });
    const sent = await shop.send({ conversationId: conversation.id, type: "text", text: "secretword for you" });
    expect(subjectOf((await row(sent.body.id))?.content ?? Buffer.alloc(0))).toMatch(
      new RegExp(`^channel:${shop.channelId}/2026-`),
    );
    await shop.sent();
    t.clock.advance(23 * hour);
    await sweep();
    expect(await shop.read(sent.body.id)).toMatchObject({ text: "secretword for you", status: "delivered" });
    t.clock.advance(hour);
    await sweep();
    const after = await shop.read(sent.body.id);
    expect(isGone(after)).toBe(true);
    expect(after).toMatchObject({
      ...{ type: "text", status: "delivered", direction: "outbound", contactId: conversation.contact.id },
      statuses: [{ status: "queued" }, { status: "sent" }, { status: "delivered" }],
      contentDestroyedAt: t.clock.now().toISOString(),
    });
    expect((await row(sent.body.id))?.content).toBeNull();
    expect(after).toMatchObject({ channelId: shop.channelId, author: { kind: "api_key" } });
    // recipient, type, status, times and ids: what a row may hold from here on
    const { rows } = await t.admin.query<{ key: string }>(
      `select key from message m, jsonb_each(to_jsonb(m)) where m.channel_id = $1 and m.direction = 'outbound' and value <> 'null'`,
      [shop.channelId],
    );
    const mayStay =
      /^(workspace_id|id|(conversation|channel|contact|author|provider_message)_id|provider_message_index|author_kind|direction|type|status|purpose|\w+_at)$/;
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ key }) => !mayStay.test(key))).toEqual([]);
  });

  test("clears what came 24 h after its receipt, with file, blob and reaction; events, list and search show nothing of it [API-08]", async () => {
    const shop = await shopOf("metadata-only");
    const before = blobs();
    const conversation = await shop.hears({ person: "wanjiru", image: { caption: "secretword" } });
    const [message] = await shop.thread(conversation.id);
    const attachmentId = message?.attachments[0]?.id ?? "";
    await mediaFetchJob.run(t.app, { workspaceId: shop.workspace.id, attachmentId });
    await shop.hears({ person: "wanjiru", reaction: { messageId: message?.providerMessageId ?? "", emoji: "🙏" } });
    expect(await shop.read(message?.id ?? "")).toMatchObject({
      ...{ text: "secretword", reactions: [{ emoji: "🙏" }] },
      attachments: [{ id: attachmentId, state: "stored" }],
    });
    expect(blobs()).toBe(before + 1);
    const sealed = await t.admin.query<{ blob_key: Buffer; emoji: Buffer }>(
      `select a.blob_key, r.emoji from attachment a, reaction r where a.id = $1 and r.channel_id = $2`,
      [attachmentId, shop.channelId],
    );
    for (const value of Object.values(sealed.rows[0] ?? {})) expect(subjectOf(value)).toContain(`${shop.channelId}/`);
    // never in the list, never in the search
    const listed = await shop.api.get<ConversationView>(`/v1/conversations/${conversation.id}`);
    expect(listed.body.lastMessage).toMatchObject({ type: "image" });
    expect(listed.body.lastMessage).not.toHaveProperty("text");
    await t.app.indexer?.idle();
    expect(await indexKeyTokens(t, shop.workspace.id)).toMatchObject({ messages: 0 });
    const events = async () => JSON.stringify((await shop.api.get<Page<EventView>>("/v1/events?limit=100")).body);
    expect(await events()).toContain("secretword");

    t.clock.advance(day);
    await sweep();
    expect(isGone(await shop.read(message?.id ?? ""))).toBe(true);
    expect(await events()).not.toContain("secretword");
    expect(await events()).toContain('"content":null');
    expect((await shop.api.get(`/v1/media/${attachmentId}`)).status).toBe(409);
    await mediaSweepJob.run(t.app, {});
    expect(blobs()).toBe(before);
    expect((await shop.api.get(`/v1/media/${attachmentId}`)).status).toBe(404);
    const left = await t.admin.query(
      "select (select count(*)::int from attachment where id = $1) + (select count(*)::int from reaction where channel_id = $2) as n",
      [attachmentId, shop.channelId],
    );
    expect(left.rows).toEqual([{ n: 0 }]);
    const cleared = await shop.api.get<ConversationView>(`/v1/conversations/${conversation.id}`);
    expect(cleared.body.lastMessage).toMatchObject({ type: "image", contentDestroyedAt: t.clock.now().toISOString() });
  });

  test("keeps nothing longer than 72 h after it was due, whatever became of it, counted from the planned time [API-08]", async () => {
    const shop = await shopOf("metadata-only");
    const conversation = await shop.hears({ person: "pavel", text: "hi" });
    sim.configure({ autoStatuses: false });
    const send = async (more: object) =>
      (await shop.send({ conversationId: conversation.id, type: "text", text: "soon", ...more })).body.id;
    const now = await send({});
    const later = await send({ scheduledAt: new Date(t.clock.ms() + 20 * hour).toISOString() });
    await shop.sent();
    sim.configure({ autoStatuses: true });
    t.clock.advance(71 * hour);
    await sweep();
    expect(await shop.read(now)).toMatchObject({ text: "soon", status: "sent" });
    t.clock.advance(hour);
    await sweep();
    expect(isGone(await shop.read(now))).toBe(true);
    expect(await shop.read(later)).toMatchObject({ text: "soon" });
    t.clock.advance(20 * hour);
    await sweep();
    expect(isGone(await shop.read(later))).toBe(true);
  });

  test("a day's key is destroyed once nothing may be left under it, and not before [API-08]", async () => {
    const shop = await shopOf("metadata-only");
    const conversation = await shop.hears({ person: "layla", text: "hi" });
    const sent = await shop.send({ conversationId: conversation.id, type: "text", text: "under the key" });
    await shop.sent();
    const sealed = (await row(sent.body.id))?.content ?? Buffer.alloc(0);
    const subject = subjectOf(sealed);
    const today = Date.parse(`${subject.slice(-10)}T00:00:00Z`);
    t.clock.set(today + 4 * day);
    await sweep();
    expect(t.app.keyring.parts(`channel:${shop.channelId}/`)).toContain(subject);
    t.clock.set(today + 4 * day + 2 * hour);
    await sweep();
    expect(t.app.keyring.parts(`channel:${shop.channelId}/`)).not.toContain(subject);
    // a copy of the row, from a backup say, is noise
    await t.admin.query("update message set content = $2, content_destroyed_at = null where id = $1", [
      sent.body.id,
      sealed,
    ]);
    const back = await shop.read(sent.body.id);
    expect(back).toMatchObject({ content: null });
    expect(JSON.stringify(back)).not.toContain("under the key");
    // the next day has a key of its own
    expect((await shop.hears({ person: "layla", text: "again" })).lastMessage?.type).toBe("text");
  });

  test("an edit that comes after the end brings nothing back", async () => {
    const shop = await shopOf("metadata-only");
    const conversation = await shop.hears({ person: "mei", text: "first" });
    const [message] = await shop.thread(conversation.id);
    t.clock.advance(day);
    await sweep();
    await sim.says({
      ...{ person: "mei", phoneNumberId: shop.phoneNumberId },
      edit: { messageId: message?.providerMessageId ?? "", text: "second" },
    });
    expect(isGone(await shop.read(message?.id ?? ""))).toBe(true);
    expect((await row(message?.id ?? ""))?.content).toBeNull();
  });
});

describe("a channel with days", () => {
  test("clears N days after the message, full never [GEN-05 MSJ-06]", async () => {
    const short = await shopOf("days:2");
    const heard = await short.hears({ person: "wanjiru", text: "two days" });
    const said = heard.id;
    const [message] = await short.thread(said);
    expect(subjectOf((await row(message?.id ?? ""))?.content ?? Buffer.alloc(0))).toBe(`contact:${heard.contact.id}`);
    const whole = await shopOf("full");
    const kept = (await whole.hears({ person: "wanjiru", text: "for ever" })).id;
    t.clock.advance(2 * day - 2 * hour);
    await sweep();
    expect((await short.thread(said))[0]).toMatchObject({ text: "two days" });
    t.clock.advance(2 * hour);
    await sweep();
    expect((await short.thread(said)).map(isGone)).toEqual([true]);
    t.clock.advance(400 * day);
    await sweep();
    expect((await whole.thread(kept))[0]).toMatchObject({ text: "for ever" });
  });

  test("keeps what was said with a restricted person, and takes it when the restriction ends [GEN-33]", async () => {
    const shop = await shopOf("days:2");
    const heard = await shop.hears({ person: "mei", text: "for a claim" });
    const other = await shop.hears({ person: "pavel", text: "for nothing" });
    const [message] = await shop.thread(heard.id);
    await shop.hears({ person: "mei", reaction: { messageId: message?.providerMessageId ?? "", emoji: "🙏" } });
    const restrict = (at: Date | null) =>
      t.admin.query("update contact set restricted_at = $2 where id = $1", [heard.contact.id, at]);
    await restrict(t.clock.now());
    t.clock.advance(3 * day);
    await sweep();
    expect(await shop.read(message?.id ?? "")).toMatchObject({ text: "for a claim", reactions: [{ emoji: "🙏" }] });
    expect((await shop.thread(other.id)).map(isGone)).toEqual([true]);
    await restrict(null);
    await sweep();
    expect((await shop.thread(heard.id)).map(isGone)).toEqual([true]);
  });

  test("a search finds a message until its content goes", async () => {
    const shop = await shopOf("days:3");
    await shop.hears({ person: "wanjiru", text: "findable words" });
    await t.app.indexer?.idle();
    const hits = async () => (await shop.api.get<Page<unknown>>("/v1/search?q=findable")).body.data.length;
    expect(await hits()).toBe(1);
    t.clock.advance(3 * day);
    await sweep();
    expect(await hits()).toBe(0);
    expect(await indexKeyTokens(t, shop.workspace.id)).toMatchObject({ messages: 0 });
  });
});

describe("a changed mode", () => {
  const apply = (shop: Shop): Promise<void> =>
    contentApplyJob.run(t.app, { workspaceId: shop.workspace.id, channelId: shop.channelId });
  const waitingJobs = async (shop: Shop): Promise<number> =>
    (
      await t.admin.query<{ n: number }>("select count(*)::int as n from graphile_worker.jobs where key = $1", [
        `content.apply_mode/${shop.channelId}`,
      ])
    ).rows[0]?.n ?? -1;

  test("that is stricter says beforehand what it destroys, then applies to what is stored already", async () => {
    const shop = await shopOf("full");
    const old = await shop.hears({ person: "wanjiru", image: { caption: "old" } });
    t.clock.advance(10 * day);
    const young = await shop.hears({ person: "pavel", text: "young" });
    expect(await preview(shop, "days:9")).toEqual({
      ...{ contentMode: "full", mode: "days:9", isStricter: true },
      ...{ destroys: { messages: 1, files: 1 }, waiting: { messages: 0, files: 0 } },
    });
    expect(await preview(shop, "days:11")).toMatchObject({ isStricter: true, destroys: { messages: 0, files: 0 } });
    expect(await preview(shop, "metadata-only")).toMatchObject({ destroys: { messages: 2, files: 1 } });
    expect(await preview(shop)).toMatchObject({ mode: "full", isStricter: false, destroys: { messages: 0, files: 0 } });
    expect((await shop.api.get(`/v1/channels/${shop.channelId}/content-mode?mode=days:0`)).status).toBe(400);

    await change(shop, "days:9");
    expect(await waitingJobs(shop)).toBe(1);
    expect(await preview(shop)).toMatchObject({ contentMode: "days:9", waiting: { messages: 1, files: 1 } });
    await apply(shop);
    expect((await shop.thread(old.id)).map(isGone)).toEqual([true]);
    expect((await shop.thread(young.id))[0]).toMatchObject({ text: "young" });
    expect(await preview(shop)).toMatchObject({ waiting: { messages: 0, files: 0 } });
  });

  test("to metadata-only takes the channel out of search and list at once, and ends the rest in its time", async () => {
    const shop = await shopOf("full");
    const conversation = await shop.hears({ person: "wanjiru", text: "whisper" });
    await t.app.indexer?.idle();
    expect(await indexKeyTokens(t, shop.workspace.id)).toMatchObject({ messages: 1 });
    await change(shop, "metadata-only");
    await apply(shop);
    expect(await indexKeyTokens(t, shop.workspace.id)).toMatchObject({ messages: 0 });
    const listed = await shop.api.get<ConversationView>(`/v1/conversations/${conversation.id}`);
    expect(listed.body.lastMessage).not.toHaveProperty("text");
    expect((await shop.thread(conversation.id))[0]).toMatchObject({ text: "whisper" });
    t.clock.advance(day);
    await sweep();
    expect((await shop.thread(conversation.id)).map(isGone)).toEqual([true]);
  });

  test("that is looser applies only to what comes", async () => {
    const shop = await shopOf("metadata-only");
    const first = await shop.hears({ person: "wanjiru", text: "passing through" });
    await change(shop, "full");
    expect(await waitingJobs(shop)).toBe(0);
    t.clock.advance(61_000);
    const second = await shop.hears({ person: "pavel", text: "to be kept" });
    t.clock.advance(30 * day);
    await sweep();
    expect((await shop.thread(first.id)).map(isGone)).toEqual([true]);
    expect((await shop.thread(second.id))[0]).toMatchObject({ text: "to be kept" });
  });

  test("that is taken back before it began leaves the stricter one in force", async () => {
    const shop = await shopOf("metadata-only");
    await change(shop, "full");
    await change(shop, "metadata-only");
    t.clock.advance(120_000);
    const said = await shop.hears({ person: "wanjiru", text: "still a pipe" });
    t.clock.advance(day);
    await sweep();
    expect((await shop.thread(said.id)).map(isGone)).toEqual([true]);
  });

  test("goes on for a removed channel whose conversations were kept", async () => {
    const shop = await shopOf("days:2");
    const said = await shop.hears({ person: "wanjiru", text: "after the end" });
    await shop.api.delete(`/v1/channels/${shop.channelId}?data=keep`);
    t.clock.advance(2 * day);
    await sweep();
    expect((await shop.thread(said.id)).map(isGone)).toEqual([true]);
  });
});

describe("the sweep", () => {
  test("takes a big channel page by page, passes a row that is busy, and tells its readers how much went", async () => {
    const shop = await shopOf("days:1");
    const conversation = await shop.hears({ person: "wanjiru", text: "the first" });
    await t.admin.query(
      `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, content, status, sort_at, received_at)
       select workspace_id, 'msg_' || lpad(n::text, 26, '0'), conversation_id, channel_id, contact_id, direction, type, content, status,
         sort_at - n * interval '1 second', received_at
       from message, generate_series(1, 1300) n where conversation_id = $1`,
      [conversation.id],
    );
    t.clock.advance(day);
    const busy = await t.admin.connect();
    await busy.query("begin");
    await busy.query("select 1 from message where id = $1 for update", [`msg_${"7".padStart(26, "0")}`]);
    await sweep();
    expect(await preview(shop)).toMatchObject({ waiting: { messages: 1 } });
    await busy.query("rollback");
    busy.release();
    await sweep();
    expect(await preview(shop)).toMatchObject({ waiting: { messages: 0 } });
    const { data } = (await shop.api.get<Page<EventView>>("/v1/events?types=channel.content_cleared")).body;
    expect(data.map((event) => event.data["messages"]).reduce((sum: number, n) => sum + Number(n), 0)).toBe(1301);
    expect(Math.max(...data.map((event) => Number(event.data["messages"])))).toBeLessThanOrEqual(500);
  });

  test("says on /metrics since when everything due is cleared", async () => {
    await sweep();
    t.clock.advance(10 * 60_000);
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    expect(metrics).toMatch(/^keepword_content_sweep_lag_seconds 600$/m);
  });
});
