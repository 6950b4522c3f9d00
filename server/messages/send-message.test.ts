import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import { createTestApp } from "../test/app.ts";
import { mp3, mp4, ogg, png, upload, webp } from "../test/files.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import type { BatchView } from "./message-batch.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const code = (answer: { status: number; body: unknown }) => [answer.status, (answer.body as { code?: string }).code];

describe("what is sent", () => {
  const kinds: [string, (shop: Shop) => Promise<object>, (body: Record<string, unknown>) => unknown, unknown][] = [
    [
      "text",
      async () => ({ type: "text", text: "Hello *there* مرحبا 🙂", hasLinkPreview: true }),
      (b) => b["text"],
      { body: "Hello *there* مرحبا 🙂", preview_url: true },
    ],
    [
      "location",
      async () => ({ type: "location", location: { latitude: 41.4, longitude: 2.17, name: "Park" } }),
      (b) => b["location"],
      { latitude: 41.4, longitude: 2.17, name: "Park" },
    ],
    [
      "contacts",
      async () => ({ type: "contacts", contacts: [{ name: "Ana Ruiz", phones: [{ number: "+34600111222" }] }] }),
      (b) => b["contacts"],
      [expect.objectContaining({ name: expect.objectContaining({ formatted_name: "Ana Ruiz" }) })],
    ],
    [
      "buttons",
      async () => ({
        type: "interactive",
        interactive: { kind: "buttons", body: "Sure?", buttons: [{ id: "y", title: "Yes" }] },
      }),
      (b) => b["interactive"],
      expect.objectContaining({ type: "button", body: { text: "Sure?" } }),
    ],
    [
      "list",
      async () => ({
        type: "interactive",
        interactive: {
          ...{ kind: "list", body: "Which?", buttonText: "Choose" },
          sections: [{ title: "Sizes", rows: [{ id: "s", title: "Small" }] }],
        },
      }),
      (b) => b["interactive"],
      expect.objectContaining({ type: "list" }),
    ],
    [
      "link button",
      async () => ({
        type: "interactive",
        interactive: { kind: "cta_url", body: "See", buttonText: "Open", url: "https://example.com/a" },
      }),
      (b) => b["interactive"],
      expect.objectContaining({ type: "cta_url" }),
    ],
    [
      "location request",
      async () => ({ type: "interactive", interactive: { kind: "location_request", body: "Where are you?" } }),
      (b) => b["interactive"],
      expect.objectContaining({ type: "location_request_message" }),
    ],
    [
      "template with its parameters",
      async () => ({
        type: "template",
        template: {
          ...{ name: "order_update", language: "en_US" },
          body: ["Wanjiru", "A-17"].map((text) => ({ kind: "text", text })),
          buttons: [{ kind: "url", index: 0, suffix: "A-17" }],
        },
      }),
      (b) => (b["template"] as { name: string }).name,
      "order_update",
    ],
    ...(
      [
        ["image", png, { caption: "look" }],
        ["video", mp4, {}],
        ["audio", mp3, {}],
        ["voice", ogg, {}],
        ["document", png, { caption: "the bill" }],
        ["sticker", webp, {}],
      ] as const
    ).map(([type, bytes, more]): (typeof kinds)[number] => [
      type,
      async (shop) => ({ type, attachment: { id: await upload(t.url, shop, bytes, "bill.pdf"), ...more } }),
      (b) => (b[type === "voice" ? "audio" : type] as { id?: string; link?: string }).link ?? "uploaded",
      "uploaded",
    ]),
  ];

  test("every kind arrives as it was meant, in order, and is shown in the thread [ONE-16]", async () => {
    const shop = await givenShop(t, sim);
    const conversation = await shop.hears({ person: "wanjiru", text: "hi" });
    for (const [name, make] of kinds) {
      const sent = await shop.send({ conversationId: conversation.id, ...(await make(shop)) });
      expect(sent.status, `${name} ${JSON.stringify(sent.body)}`).toBe(202);
    }
    await shop.sent();
    const thread = (await shop.thread(conversation.id)).toReversed().slice(1);
    for (const [at, [name]] of kinds.entries()) {
      const message = thread[at];
      expect([name, message?.status, message?.error?.providerCode]).toEqual([name, "delivered", undefined]);
    }
    const arrived = sim.messages({ phoneNumberId: shop.phoneNumberId });
    expect(arrived.length).toBe(kinds.length);
    for (const [at, [name, , pick, wanted]] of kinds.entries())
      expect([name, pick(arrived[at]?.body ?? {})]).toEqual([name, wanted]);
  });

  test("a quote goes out with the provider's id, and comes back with ours", async () => {
    const shop = await givenShop(t, sim);
    const conversation = await shop.hears({ person: "pavel", text: "which colour?" });
    const [question] = await shop.thread(conversation.id);
    const answer = await shop.send({
      ...{ conversationId: conversation.id, type: "text", text: "green" },
      replyTo: question?.id,
    });
    await shop.sent();
    const [sent] = sim.messages({ phoneNumberId: shop.phoneNumberId });
    expect(sent?.replyTo).toBe(question?.providerMessageId);
    expect(answer.body.replyTo).toMatchObject({ messageId: question?.id });
    await shop.hears({ person: "pavel", text: "thanks", replyTo: sent?.id ?? "" });
    expect((await shop.thread(conversation.id))[0]).toMatchObject({
      text: "thanks",
      replyTo: { messageId: answer.body.id },
    });
    const elsewhere = await shop.hears({ person: "mei", text: "other" });
    const foreign = { conversationId: elsewhere.id, type: "text", text: "x", replyTo: question?.id };
    expect(code(await shop.send(foreign))).toEqual([404, "not_found"]);
  });

  test("reactions go both ways, are no line of the thread and count nowhere [M24-17]", async () => {
    const shop = await givenShop(t, sim);
    const conversation = await shop.hears({ person: "wanjiru", text: "we won" });
    const [said] = await shop.thread(conversation.id);
    const react = (emoji: string | null) =>
      shop.send({ conversationId: conversation.id, type: "reaction", reaction: { messageId: said?.id, emoji } });
    const shown = async () =>
      (await shop.thread(conversation.id)).map((message) => message.reactions.map((r) => r.emoji));
    expect((await react("🎉")).status).toBe(202);
    await shop.sent();
    expect(await shown()).toEqual([["🎉"]]);
    await react("❤️");
    await shop.sent();
    expect(
      sim.messages({ direction: "in", person: "wanjiru", phoneNumberId: shop.phoneNumberId })[0]?.reactions,
    ).toEqual([{ by: "business", emoji: "❤️" }]);
    const answer = await shop.send({ conversationId: conversation.id, type: "text", text: "great" });
    await shop.sent();
    const providerMessageId = (await shop.read(answer.body.id)).providerMessageId;
    await sim.says({
      person: "wanjiru",
      phoneNumberId: shop.phoneNumberId,
      reaction: { messageId: providerMessageId ?? "", emoji: "👍" },
    });
    expect(await shown()).toEqual([["👍"], ["❤️"]]);
    expect((await react(null)).status).toBe(202);
    await shop.sent();
    expect(await shown()).toEqual([["👍"], []]);
    const { body } = await shop.api.get<ConversationView>(`/v1/conversations/${conversation.id}`);
    expect([body.lastMessage?.id, body.lastMessage?.type, body.unreadCount]).toEqual([answer.body.id, "text", 1]);
  });

  test("a reaction that fails is not shown any more", async () => {
    const shop = await givenShop(t, sim);
    const conversation = await shop.hears({ person: "wanjiru", text: "hm" });
    const [said] = await shop.thread(conversation.id);
    sim.fault({ kind: "error", code: 131026, times: 1, accept: false });
    const reaction = { messageId: said?.id, emoji: "🙈" };
    const sent = await shop.send({ conversationId: conversation.id, type: "reaction", reaction });
    await shop.sent();
    expect((await shop.read(sent.body.id)).status).toBe("failed");
    expect((await shop.thread(conversation.id))[0]?.reactions).toEqual([]);
  });
});

describe("what is refused", () => {
  test("is refused with its code, before anything is written", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    const [said] = await shop.thread(conversationId);
    const text = { type: "text", text: "x" };
    const tries: [object, number, string][] = [
      [{ channelId: shop.channelId, to: "+254700000009", ...text }, 409, "message.window_closed"],
      [{ channelId: shop.channelId, to: "0700000009", ...text }, 400, "message.address_unusable"],
      [{ channelId: shop.channelId, to: { contactId: "con_00000000000000000000000000" }, ...text }, 404, "not_found"],
      [{ channelId: "chn_00000000000000000000000000", to: "+254700000009", ...text }, 404, "not_found"],
      [{ conversationId: "cnv_00000000000000000000000000", ...text }, 404, "not_found"],
      [{ conversationId, type: "text", text: "x".repeat(4097) }, 409, "message.unsupported"],
      [{ conversationId, type: "text", text: "  " }, 400, "validation_failed"],
      [{ conversationId, type: "image", attachment: { id: "att_00000000000000000000000000" } }, 409, "media.unusable"],
      [{ conversationId, type: "image", attachment: { id: await upload(t.url, shop, mp3) } }, 409, "media.unusable"],
      [{ conversationId, type: "voice", attachment: { id: await upload(t.url, shop, mp3) } }, 409, "media.unusable"],
      [{ conversationId, ...text, scheduledAt: new Date(t.clock.ms() + 366 * 86_400_000) }, 409, "message.unsupported"],
      [{ conversationId, ...text, scheduledAt: new Date(t.clock.ms() + 25 * 3_600_000) }, 409, "message.window_closed"],
      [
        { conversationId, type: "reaction", reaction: { messageId: "msg_00000000000000000000000000", emoji: "x" } },
        404,
        "not_found",
      ],
    ];
    for (const [body, status, problem] of tries)
      expect([body, ...code(await shop.send(body))]).toEqual([body, status, problem]);
    const toNobody = {
      code: "validation_failed",
      issues: [{ path: "body", message: expect.stringContaining("channelId") }],
    };
    for (const part of [{ to: "+254700000009" }, { channelId: shop.channelId }])
      expect((await shop.send({ ...part, ...text })).body).toMatchObject(toNobody);
    const { body } = await shop.api.get<Page<ConversationView>>("/v1/conversations");
    expect(body.data.map((view) => view.lastMessage?.id)).toEqual([said?.id]);
    expect((await shop.api.get<Page<unknown>>("/v1/contacts")).body.data.length).toBe(1);
    const toContact = { channelId: shop.channelId, to: { contactId: contact.id }, ...text };
    expect(await shop.send(toContact)).toMatchObject({ status: 202, body: { conversationId } });
    await shop.sent();
    await shop.api.delete(`/v1/channels/${shop.channelId}`);
    await t.app.channels.reload(shop.channelId);
    expect(code(await shop.send({ conversationId, ...text }))).toEqual([409, "message.channel_disconnected"]);
  });

  test("an agent limited to other channels can neither write nor reach a contact by its id", async () => {
    const other = await givenShop(t, sim);
    const shop = await givenShop(t, sim);
    const { id: conversationId, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    const agent = await t.given.member(shop.workspace.id, "agent", { channelIds: [other.channelId] });
    for (const where of [
      { conversationId },
      { channelId: shop.channelId, to: "+254711000111" },
      { channelId: shop.channelId, to: { contactId: contact.id } },
    ])
      expect((await agent.api.post("/v1/messages", { ...where, type: "text", text: "x" })).status).toBe(404);
  });
});

describe("once", () => {
  test("twenty requests at a time with one key make one message [GEN-12 API-13]", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "layla", text: "مرحبا" });
    const body = { conversationId, type: "text", text: "only once" };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.send(body, { "idempotency-key": "k" })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    await shop.sent();
    expect(sim.messages({ text: "only once" })).toHaveLength(1);
    const other = await shop.send({ ...body, text: "another" }, { "idempotency-key": "k" });
    expect(code(other)).toEqual([409, "idempotency_conflict"]);
  });

  test("a batch takes and refuses each for itself, in order, and repeats its answer", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
    const text = (value: string) => ({ conversationId, type: "text", text: value });
    const template = { type: "template", template: { name: "hello_world", language: "en_US" } };
    const messages = [
      ...[text("b1"), { channelId: shop.channelId, to: "+254700111222", type: "text", text: "closed" }, text("b2")],
      ...[{ channelId: shop.channelId, to: "+254700111333", ...template }, text("b3")],
    ];
    const post = () => shop.api.post<BatchView>("/v1/messages/batch", { messages }, { "idempotency-key": "batch" });
    const [first, second] = await Promise.all([post(), post()]);
    expect(first.status, JSON.stringify(first.body)).toBe(202);
    expect(second.body).toEqual(first.body);
    expect(first.body.data.map((one) => (one.isAccepted ? one.message.type : one.problem.code))).toEqual([
      ...["text", "message.window_closed", "text", "template", "text"],
    ]);
    await shop.sent();
    const arrived = sim.messages({ phoneNumberId: shop.phoneNumberId });
    expect(arrived.filter((message) => message.text.startsWith("b")).map((message) => message.text)).toEqual([
      "b1",
      "b2",
      "b3",
    ]);
    expect(arrived).toHaveLength(4);
    // the refused one left neither a contact nor a conversation
    expect((await shop.api.get<Page<unknown>>("/v1/conversations")).body.data).toHaveLength(2);
    const { body } = await shop.api.get<ConversationView>(`/v1/conversations/${conversationId}`);
    expect(body.lastMessage?.text).toBe("b3");
  });

  test("500 messages are accepted with a few dozen statements", async () => {
    const shop = await givenShop(t, sim);
    let statements = 0;
    const tx = t.app.db.tx.bind(t.app.db);
    t.app.db.tx = (scope, fn) =>
      tx(scope, (inner) =>
        fn({
          ...inner,
          orm: inner.orm,
          named: (...call) => {
            statements++;
            return inner.named(...call);
          },
        }),
      );
    try {
      const messages = Array.from({ length: 500 }, (_, n) => ({
        ...{ channelId: shop.channelId, to: `+25470${String(1_000_000 + n)}`, type: "template" },
        template: { name: "hello_world", language: "en_US" },
        scheduledAt: new Date(t.clock.ms() + 86_400_000),
      }));
      const { body } = await shop.api.post<BatchView>("/v1/messages/batch", { messages });
      expect(body.data.filter((one) => one.isAccepted)).toHaveLength(500);
    } finally {
      t.app.db.tx = tx;
    }
    expect(statements).toBeLessThan(60);
  });
});
