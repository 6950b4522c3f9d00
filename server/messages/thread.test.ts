import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { png, upload } from "../test/files.ts";
import { givenShop } from "../test/shop.ts";
import type { MessageView } from "./message-view.ts";
import type { MessageDetail } from "./view-message.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const code = (answer: { status: number; body: unknown }) => [answer.status, (answer.body as { code?: string }).code];

describe("the thread", () => {
  test("is read in both directions and around any message, and never shows one twice", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "m00" });
    const path = `/v1/conversations/${id}/messages`;
    // all in one millisecond: only the id orders them
    for (let n = 1; n < 15; n++)
      await shop.send({ conversationId: id, type: "text", text: `m${String(n).padStart(2, "0")}` });
    type Answer = { data: MessageView[]; nextCursor: string | null; previousCursor: string | null };
    const get = async (query: string) => (await shop.api.get<Answer>(`${path}?${query}`)).body;
    const texts = (answer: Answer) => answer.data.map((message) => message.text);
    const every = Array.from({ length: 15 }, (_, n) => `m${String(14 - n).padStart(2, "0")}`);
    for (const limit of [1, 4, 5, 50]) {
      let page = await get(`limit=${limit}`);
      expect(page.previousCursor).toBeNull();
      const down = texts(page);
      while (page.nextCursor) down.push(...texts((page = await get(`limit=${limit}&cursor=${page.nextCursor}`))));
      expect(down).toEqual(every);
      const up = texts(page);
      while (page.previousCursor)
        up.unshift(...texts((page = await get(`limit=${limit}&newerThan=${page.previousCursor}`))));
      expect(up).toEqual(every);
    }
    const middle = (await get("limit=50")).data[7];
    for (const limit of [1, 2, 5, 6]) {
      const around = await get(`limit=${limit}&around=${middle?.id}`);
      expect(around.data.length).toBe(limit);
      expect(texts(around)).toContain(middle?.text);
      expect(around.nextCursor).not.toBeNull();
      expect(texts(around)).toEqual(
        every.slice(every.indexOf(texts(around)[0] ?? ""), every.indexOf(texts(around)[0] ?? "") + limit),
      );
    }
    const other = await shop.hears({ person: "mei", text: "else" });
    expect((await shop.api.get(`/v1/conversations/${other.id}/messages?around=${middle?.id}`)).status).toBe(404);
  });
});

describe("cancel and send again", () => {
  test("what waits can be cancelled until it is handed over, and does not go out", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
    const scheduledAt = new Date(t.clock.ms() + 60_000).toISOString();
    const later = await shop.send({ conversationId, type: "text", text: "later", scheduledAt });
    const last = await shop.send({ conversationId, type: "text", text: "much later", scheduledAt });
    const now = await shop.send({ conversationId, type: "text", text: "at once" });
    await shop.sent();
    expect(sim.messages({ phoneNumberId: shop.phoneNumberId }).map((message) => message.text)).toEqual(["at once"]);
    const cancelled = await shop.api.delete<MessageDetail>(`/v1/messages/${later.body.id}`);
    expect(cancelled.body).toMatchObject({ status: "failed", error: { code: "message.cancelled" } });
    for (const id of [later.body.id, now.body.id])
      expect(code(await shop.api.delete(`/v1/messages/${id}`))).toEqual([409, "message.not_cancellable"]);
    t.clock.advance(61_000);
    await shop.sent();
    expect((await shop.read(last.body.id)).status).toBe("delivered");
    expect(sim.messages({ phoneNumberId: shop.phoneNumberId }).map((message) => message.text)).toEqual([
      "at once",
      "much later",
    ]);
  });

  test("a failed message is sent again as a new one, with a file of its own; the old one stays", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
    const [question] = await shop.thread(conversationId);
    const attachment = { id: await upload(t.url, shop, png, "look.png"), caption: "#error:131026 look" };
    const failed = await shop.send({
      conversationId,
      type: "image",
      attachment,
      replyTo: question?.id,
      purpose: "utility",
    });
    expect(code(await shop.api.post(`/v1/messages/${failed.body.id}/retry`))).toEqual([409, "message.not_failed"]);
    await shop.sent();
    expect((await shop.read(failed.body.id)).status).toBe("failed");
    const path = `/v1/messages/${failed.body.id}/retry`;
    const once = { "idempotency-key": "again" };
    const [again, repeated] = await Promise.all([
      shop.api.post<MessageDetail>(path, undefined, once),
      shop.api.post<MessageDetail>(path, undefined, once),
    ]);
    expect(again.status, JSON.stringify(again.body)).toBe(202);
    expect(repeated.body.id).toBe(again.body.id);
    expect(again.body).toMatchObject({
      status: "queued",
      text: attachment.caption,
      replyTo: { messageId: question?.id },
    });
    expect(again.body.attachments[0]?.id).not.toBe(failed.body.attachments[0]?.id);
    for (const message of [failed, again]) {
      const url = `${t.url}/v1/media/${message.body.attachments[0]?.id}/content`;
      const bytes = Buffer.from(await (await fetch(url, { headers: shop.api.headers })).arrayBuffer());
      expect(bytes.equals(png)).toBe(true);
    }
    expect(code(await shop.api.post(`/v1/messages/${question?.id}/retry`))).toEqual([409, "message.not_failed"]);
  });
});
