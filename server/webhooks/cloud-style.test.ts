// Statuses for programs that were written for Meta's webhooks, read by one of them.
import { createHmac } from "node:crypto";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { startWhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { startReceiver, type Received } from "../test/receiver.ts";
import { givenShop } from "../test/shop.ts";
import { ana, givenFollowed, libraryAccepts } from "../test/webhooks.ts";

const sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false });
const t = createTestApp({
  providerOrigins: () => [sim.url],
  env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" },
});
afterAll(() => sim[Symbol.asyncDispose]());

interface Body {
  object: string;
  entry: { id: string; changes: { field: string; value: { statuses?: object[]; contacts?: object[] } }[] }[];
}

test("sent, delivered, read and failed come as Meta tells them, under the id that the send was answered with", async () => {
  const shop = await givenShop(t, sim, "key");
  const there = await startReceiver();
  onTestFinished(() => there[Symbol.asyncDispose]());
  const made = await shop.api.post<{ secret: string }>("/v1/webhook-endpoints", {
    ...{ url: `${there.url}/meta`, style: "cloud_api", eventTypes: ["*"], ordered: true },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await shop.hears({ person: "wanjiru", text: "Is it back?" });
  const send = async (text: string): Promise<string> => {
    const answer = await fetch(`${t.url}/graph/v26.0/${shop.channelId}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${shop.workspace.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ messaging_product: "whatsapp", to: "+254700000101", type: "text", text: { body: text } },
        biz_opaque_callback_data: "order-7",
      }),
    });
    const { messages } = (await answer.json()) as { messages: { id: string }[] };
    await shop.sent();
    return messages[0]?.id ?? "";
  };
  const good = await send("Yes, from Friday");
  await sim.reads({ person: "wanjiru" });
  await shop.sent();
  const bad = await send("#error:131026 nobody");
  await t.app.deliverer?.idle();

  const bodies = there.requests.map((request: Received) => request.json as unknown as Body);
  const values = bodies.flatMap(({ entry }) => entry.flatMap(({ changes }) => changes.map(({ value }) => value)));
  const statuses = values.filter((value) => value.statuses !== undefined);
  const about = (id: string, status: string) => ({
    ...{ id, status, timestamp: expect.stringMatching(/^\d{10}$/), recipient_id: "254700000101" },
    biz_opaque_callback_data: "order-7",
  });
  const metadata = { display_phone_number: expect.stringMatching(/^\w+$/), phone_number_id: shop.channelId };
  const contact = { profile: { name: expect.any(String) }, wa_id: "254700000101" };
  const told = (status: string) => ({
    ...{ messaging_product: "whatsapp", metadata, contacts: [expect.objectContaining(contact)] },
    statuses: [expect.objectContaining(about(good, status))],
  });
  const failure = { code: 131026, title: expect.any(String), message: expect.any(String) };
  expect(statuses).toEqual([
    told("sent"),
    told("delivered"),
    told("read"),
    {
      ...{ messaging_product: "whatsapp", metadata },
      statuses: [
        {
          ...about(bad, "failed"),
          errors: [
            {
              ...{ ...failure, error_data: { details: expect.stringMatching(/\w/) } },
              href: expect.stringMatching(/^https:\/\/developers\.facebook\.com\//),
            },
          ],
        },
      ],
    },
  ]);
  // a client of Meta's API reads the same: its own check of the signature, its own reading of the body
  const read = there.requests.flatMap(({ body, headers }) => {
    const signatureHeader = String(headers["x-hub-signature-256"]);
    expect(verifySignature({ appSecret: made.body.secret, rawBody: body, signatureHeader })).toBe(true);
    const { phoneNumberId, statuses: some, messages } = normalizeWebhook(JSON.parse(body));
    expect(phoneNumberId).toBe(shop.channelId);
    return [...messages.map(({ type }) => type), ...some.map(({ id, status }) => `${status} ${id}`)];
  });
  expect(read).toEqual(["text", `sent ${good}`, `delivered ${good}`, `read ${good}`, `failed ${bad}`]);
});

test("messages and statuses have WhatsApp's shape, signed like Meta's over the raw body", async () => {
  const { channel, hears, receiver, endpoint, deliveries } = await givenFollowed(t);
  const there = await receiver();
  const { id, secret } = await endpoint(there, { style: "cloud_api", eventTypes: ["*"] });
  await hears(["Ciao!"], ana);
  await t.app.deliverer?.idle();
  expect(there.requests).toHaveLength(1);
  const [request] = there.requests;
  expect(request?.json).toEqual({
    object: "whatsapp_business_account",
    entry: [
      {
        id: expect.any(String),
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: expect.any(String), phone_number_id: channel.id },
              contacts: [{ profile: { name: "Ana Ruiz" }, wa_id: ana.phone }],
              messages: [
                {
                  from: ana.phone,
                  id: expect.stringMatching(/^wamid\./),
                  timestamp: expect.stringMatching(/^\d{10}$/),
                  type: "text",
                  text: { body: "Ciao!" },
                },
              ],
            },
          },
        ],
      },
    ],
  });
  const expected = createHmac("sha256", secret)
    .update(request?.body ?? "")
    .digest("hex");
  expect(request?.headers["x-hub-signature-256"]).toBe(`sha256=${expected}`);
  expect(request && libraryAccepts(secret, request)).toBe(true);
  expect(await deliveries(id)).toMatchObject([{ eventType: "message.received", state: "delivered" }]);
});
