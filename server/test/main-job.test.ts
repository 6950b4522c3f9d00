// The main job, end to end: a customer writes on WhatsApp, the team answers, the ticks turn blue. Real server, real simulator.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageView } from "../messages/message-view.ts";
import { createTestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url], hasJobs: true });
afterAll(() => sim[Symbol.asyncDispose]());

interface Page<T> {
  data: T[];
}

async function connect(): Promise<{ workspace: GivenWorkspace; channelId: string; phoneNumberId: string }> {
  const workspace = await t.given.workspace();
  // a verified number belongs to one channel of the installation
  const number = sim.addPhoneNumber({});
  const { status, body } = await workspace.owner.api.post<{ id: string; status: string; webhookUrl: string }>(
    "/v1/channels",
    {
      provider: "whatsapp_cloud",
      name: "Shop",
      settings: { phoneNumberId: number.id, wabaId: sim.wabaId, apiBaseUrl: sim.url },
      secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
    },
  );
  expect(status, JSON.stringify(body)).toBe(201);
  await sim.setWebhook({ url: new URL(new URL(body.webhookUrl).pathname, t.url).href });
  return { workspace, channelId: body.id, phoneNumberId: number.id };
}

describe("the main job", () => {
  test("a person writes, the team answers once, and the statuses come to blue ticks [GEN-12 API-13]", async () => {
    const { workspace, channelId, phoneNumberId } = await connect();
    const { api } = workspace.owner;
    await sim.says({ phoneNumberId, person: "wanjiru", text: "Is the blue one back?" });

    const list = await api.get<Page<ConversationView>>("/v1/conversations?status=open");
    const conversation = list.body.data[0];
    expect(conversation).toMatchObject({
      channelId,
      unreadCount: 1,
      contact: { name: "Wanjiru Otieno" },
      lastMessage: { text: "Is the blue one back?", direction: "inbound" },
      serviceWindow: { isOpen: true },
    });
    if (!conversation) return;
    t.clock.advance(1_000);

    const sent = await api.post<MessageView>(
      "/v1/messages",
      { conversationId: conversation.id, type: "text", text: "Yes, from Friday." },
      { "idempotency-key": "answer-1" },
    );
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    expect(sent.body).toMatchObject({ status: "queued", text: "Yes, from Friday.", author: { kind: "member" } });
    const repeated = await api.post<MessageView>(
      "/v1/messages",
      { conversationId: conversation.id, type: "text", text: "Yes, from Friday." },
      { "idempotency-key": "answer-1" },
    );
    expect(repeated.body.id).toBe(sent.body.id);

    await t.app.drain?.idle();
    await sim.settled();
    expect(sim.messages({ text: "Yes, from Friday." })).toHaveLength(1);
    await sim.reads({ person: "wanjiru" });

    const read = await api.get<MessageView & { statuses: { status: string }[] }>(`/v1/messages/${sent.body.id}`);
    expect(read.body.status).toBe("read");
    expect(read.body.statuses.map((step) => step.status)).toEqual(["queued", "sent", "delivered", "read"]);
    expect(read.body.providerMessageId).toMatch(/^wamid\./);

    const thread = await api.get<Page<MessageView>>(`/v1/conversations/${conversation.id}/messages`);
    expect(thread.body.data.map((message) => message.text)).toEqual(["Yes, from Friday.", "Is the blue one back?"]);
  });

  test("a photo is fetched, measured and shown; an upload goes out as bytes", async () => {
    const { workspace, phoneNumberId } = await connect();
    const { api } = workspace.owner;
    await sim.says({ phoneNumberId, person: "pavel", image: { caption: "like this one" } });
    const [conversation] = (await api.get<Page<ConversationView>>("/v1/conversations")).body.data;
    const inThread = async () =>
      (await api.get<Page<MessageView>>(`/v1/conversations/${conversation?.id}/messages`)).body.data;
    await expect.poll(async () => (await inThread())[0]?.attachments[0]?.state, { timeout: 10_000 }).toBe("stored");
    const [photo] = await inThread();
    expect(photo).toMatchObject({ type: "image", text: "like this one" });
    expect(photo?.attachments[0]?.width).toBeGreaterThan(0);
    const bytes = await fetch(`${t.url}/v1/media/${photo?.attachments[0]?.id}/content`, { headers: api.headers });
    expect([bytes.status, bytes.headers.get("content-type")]).toEqual([200, photo?.attachments[0]?.mimeType]);
    const picture = Buffer.from(await bytes.arrayBuffer());

    const link = await api.get<{ url: string }>(`/v1/media/${photo?.attachments[0]?.id}`);
    const linked = await fetch(new URL(new URL(link.body.url).pathname, t.url), { headers: api.headers });
    expect(Buffer.from(await linked.arrayBuffer()).equals(picture)).toBe(true);
    t.clock.advance(6 * 60_000);
    expect((await fetch(new URL(new URL(link.body.url).pathname, t.url), { headers: api.headers })).status).toBe(404);

    const form = new FormData();
    form.append("file", new Blob([picture], { type: "image/jpeg" }), "answer.jpg");
    const upload = await fetch(`${t.url}/v1/media`, { method: "POST", headers: api.headers, body: form });
    const media = (await upload.json()) as { id: string };
    expect(upload.status, JSON.stringify(media)).toBe(201);
    const sent = await api.post<MessageView>("/v1/messages", {
      conversationId: conversation?.id,
      type: "image",
      attachment: { id: media.id, caption: "This?" },
    });
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    await t.app.drain?.idle();
    const arrived = sim.messages({ text: "This?" });
    expect(arrived.map((message) => message.type)).toEqual(["image"]);
    const again = await api.post("/v1/messages", {
      conversationId: conversation?.id,
      type: "image",
      attachment: { id: media.id },
    });
    expect([again.status, again.body["code"]]).toEqual([409, "media.unusable"]);
  });

  test("outside the window only a template is taken, and it arrives [MSJ-02]", async () => {
    const { workspace, channelId } = await connect();
    const { api } = workspace.owner;
    const text = await api.post("/v1/messages", { channelId, to: "+254700000001", type: "text", text: "Hello" });
    expect([text.status, text.body["code"]]).toEqual([409, "message.window_closed"]);
    await expect
      .poll(
        async () => (await api.get<Page<{ name: string }>>(`/v1/channels/${channelId}/templates`)).body.data.length,
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
    const sent = await api.post<MessageView>("/v1/messages", {
      channelId,
      to: "+254700000001",
      type: "template",
      template: { name: "hello_world", language: "en_US" },
    });
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    await t.app.drain?.idle();
    await sim.settled();
    const read = await api.get<MessageView>(`/v1/messages/${sent.body.id}`);
    expect(read.body.status).toBe("delivered");
  });

  test("what the provider refuses fails with a sentence that says what to do", async () => {
    const { workspace, phoneNumberId } = await connect();
    const { api } = workspace.owner;
    await sim.says({ phoneNumberId, person: "layla", text: "مرحبا" });
    const [conversation] = (await api.get<Page<ConversationView>>("/v1/conversations")).body.data;
    const ids = await Promise.all(
      ["#error:131026 a", "#fail:131047 b"].map(async (body) => {
        const { body: message } = await api.post<MessageView>("/v1/messages", {
          conversationId: conversation?.id,
          type: "text",
          text: body,
        });
        return message.id;
      }),
    );
    await t.app.drain?.idle();
    await sim.settled();
    const errors = await Promise.all(ids.map(async (id) => (await api.get<MessageView>(`/v1/messages/${id}`)).body));
    expect(errors.map((message) => [message.status, message.error?.code])).toEqual([
      ["failed", "message.recipient_unreachable"],
      ["failed", "message.window_closed"],
    ]);
    expect(errors[0]?.error?.sentence.length).toBeGreaterThan(40);
  });

  test("an answer that was lost is never sent again: a status settles it, silence reports it", async () => {
    const { workspace, phoneNumberId } = await connect();
    const { api } = workspace.owner;
    await sim.says({ phoneNumberId, person: "mei", text: "hi" });
    const [conversation] = (await api.get<Page<ConversationView>>("/v1/conversations")).body.data;
    const say = async (body: string) =>
      (await api.post<MessageView>("/v1/messages", { conversationId: conversation?.id, type: "text", text: body })).body
        .id;
    const read = async (id: string) => (await api.get<MessageView>(`/v1/messages/${id}`)).body;

    sim.fault({ kind: "close", accept: true, times: 1 });
    const settled = await say("taken, but the line broke");
    await t.app.drain?.idle();
    await sim.settled();
    await t.app.drain?.settle();
    expect((await read(settled)).status).toBe("delivered");

    sim.fault({ kind: "close", accept: false, times: 1 });
    const lost = await say("never taken, and nobody can know");
    await t.app.drain?.idle();
    await sim.settled();
    await t.app.drain?.settle();
    expect((await read(lost)).status).toBe("queued");
    t.clock.advance(121_000);
    await t.app.drain?.settle();
    expect(await read(lost)).toMatchObject({ status: "failed", error: { code: "message.outcome_unknown" } });
    expect(sim.messages({ text: "the line broke" })).toHaveLength(1);
    expect(sim.messages({ text: "nobody can know" })).toHaveLength(0);
  });

  test("messages of one conversation arrive in the order they were written, however fast", async () => {
    const { workspace, phoneNumberId } = await connect();
    const { api } = workspace.owner;
    await sim.says({ phoneNumberId, person: "wanjiru", text: "tell me everything" });
    const [conversation] = (await api.get<Page<ConversationView>>("/v1/conversations")).body.data;
    const texts = Array.from({ length: 20 }, (_, n) => `step ${String(n).padStart(2, "0")}`);
    for (const text of texts) {
      t.clock.advance(1);
      await api.post("/v1/messages", { conversationId: conversation?.id, type: "text", text });
    }
    await t.app.drain?.idle();
    expect(sim.messages({ text: "step " }).map((message) => message.text)).toEqual(texts);
  });
});
