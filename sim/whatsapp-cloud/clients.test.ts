import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { Client, MessageType } from "@great-detail/whatsapp";
import { expect, test } from "vitest";
import { makeJpeg } from "./media-fixtures.ts";
import { startWhatsAppCloudSim } from "./server.ts";
import { startBusiness } from "./test-business.ts";

async function startAll() {
  const sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0 });
  const business = await startBusiness(sim.appSecret, sim.verifyToken);
  await sim.setWebhook({ url: business.url });
  return { sim, business };
}

test("the kapso client sends text, template, reaction and reply, uploads media and marks as read", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const client = new WhatsAppClient({ accessToken: sim.accessToken, baseUrl: sim.url, graphVersion: "v26.0" });
  const phoneNumberId = sim.phoneNumberId;
  const to = "+254 700-000-101";

  const said = await sim.says({ person: "wanjiru", text: "Is the blue one back?" });
  expect(said.delivery?.state).toBe("delivered");
  await client.messages.markRead({ phoneNumberId, messageId: said.messageId, typingIndicator: { type: "text" } });
  expect((await sim.waitForBusinessRead({ messageId: said.messageId })).readByBusiness).toBe(true);
  expect(sim.typing()).toMatchObject([{ person: "wanjiru", messageId: said.messageId }]);

  const sent = await client.messages.sendText({
    phoneNumberId,
    to,
    body: "Yes, from Friday",
    contextMessageId: said.messageId,
    bizOpaqueCallbackData: "out-1",
  });
  expect(sent.contacts).toMatchObject([{ input: to, waId: "254700000101" }]);
  const upload = await client.media.upload({
    phoneNumberId,
    type: "image/jpeg",
    file: new Blob([new Uint8Array(makeJpeg())], { type: "image/jpeg" }),
    fileName: "kettle.jpg",
  });
  await client.messages.sendImage({ phoneNumberId, to, image: { id: upload.id, caption: "This one" } });
  await client.messages.sendReaction({ phoneNumberId, to, reaction: { messageId: said.messageId, emoji: "👍" } });
  await client.messages.sendTemplate({
    phoneNumberId,
    to,
    template: {
      name: "order_update",
      language: { code: "de" },
      components: [
        {
          type: "body",
          parameters: [
            { type: "text", text: "Wanjiru" },
            { type: "text", text: "1042" },
          ],
        },
      ],
    },
  });
  await sim.settled();

  expect(sim.messages().map((message) => message.type)).toEqual(["text", "image", "reaction", "template"]);
  expect(sim.messages({ type: "text" })[0]).toMatchObject({ replyTo: said.messageId, status: "delivered" });
  expect(sim.messages({ type: "template" })[0]?.text).toBe("Hallo Wanjiru, deine Bestellung 1042 ist unterwegs.");
  expect(sim.messages({ type: "reaction" })[0]?.statuses).toEqual(["sent"]);
  expect(sim.countsByCallbackData()).toEqual({ "out-1": 1 });
  expect(business.received.every((one) => one.isSigned)).toBe(true);
  const echoed = business.items("statuses").filter((status) => status.biz_opaque_callback_data === "out-1");
  expect(echoed.map((status) => status.status)).toEqual(["sent", "delivered"]);
});

test("the great-detail client sends, uploads, downloads by link and lists templates", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const headers = { Authorization: `Bearer ${sim.accessToken}` };
  // Version 9.2.0 drops its graphVersion (no slash after it), so this also shows the paths without a version.
  const sdk = new Client({ baseUrl: sim.url, graphVersion: "v26.0", request: { headers } });
  const phoneNumberID = sim.phoneNumberId;

  const said = await sim.says({ person: "pavel", image: { caption: "Broken" } });
  const sent = await sdk.message
    .createMessage({ phoneNumberID, to: "+359 88 0000102", type: MessageType.Text, text: { body: "We are sorry" } })
    .json();
  expect(sent.messages).toMatchObject([{ id: expect.stringMatching(/^wamid\./) }]);
  await sdk.message.createStatus({ phoneNumberID, status: "read", message_id: said.messageId }).json();

  const inbound = business.items("messages")[0] as { image: { id: string; sha256: string } };
  const link = await sdk.media.getURL({ mediaID: inbound.image.id, phoneNumberID }).json();
  expect(Buffer.from(link.sha256, "hex").toString("base64")).toBe(inbound.image.sha256);
  const downloaded = await fetch(link.url, { headers });
  expect((await downloaded.bytes()).subarray(0, 3)).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));

  const file = new Blob(["%PDF-1.4\n"], { type: "application/pdf" });
  const uploaded = await sdk.media
    .upload({ phoneNumberID, mimeType: "application/pdf", file, filename: "a.pdf" })
    .json();
  await sdk.message
    .createMessage({ phoneNumberID, to: "+359880000102", type: MessageType.Document, document: { id: uploaded.id } })
    .json();
  await sim.settled();
  expect(sim.messages({ person: "pavel" }).map((message) => message.status)).toEqual(["delivered", "delivered"]);
  expect(await sdk.media.delete({ mediaID: uploaded.id }).json()).toEqual({ success: true });
});

test("both clients' own verifiers accept the signature of what arrives, and refuse it for another secret", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await sim.says({ person: "layla", text: "مرحبا" });
  const [received] = business.received;
  const rawBody = received?.raw ?? Buffer.alloc(0);
  const signatureHeader = received?.signature ?? "";
  expect(verifySignature({ appSecret: sim.appSecret, rawBody, signatureHeader })).toBe(true);
  expect(verifySignature({ appSecret: "other", rawBody, signatureHeader })).toBe(false);
  const headers = { "x-hub-signature-256": signatureHeader };
  const event = await new Client().webhook.eventNotification({
    method: "POST",
    query: {},
    headers,
    body: rawBody.toString(),
  });
  await expect(event.verifySignature(sim.appSecret)).resolves.toBeUndefined();
  await expect(event.verifySignature("other")).rejects.toThrow();
});
