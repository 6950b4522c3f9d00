import { expect, test } from "vitest";

import type { Address } from "../address.ts";
import type { OutboundContent, OutboundMedia, TemplateButton, TemplateParameter } from "../outbound-message.ts";
import { composeMessage } from "./compose.ts";

const to: Address = { kind: "phone", value: "+2348030000117" };
const file = (providerMediaId: string, filename?: string): OutboundMedia => ({
  mimeType: "application/pdf",
  byteLength: 1,
  providerMediaId,
  ...(filename !== undefined && { filename }),
  open: () => Promise.reject(new Error("not opened when it is already there")),
});
const upload = async (media: OutboundMedia) => media.providerMediaId ?? "";
const compose = (content: OutboundContent) => composeMessage({ to, content }, upload);

test("a phone number always leaves with its plus; a user id and a group have their own places", async () => {
  const content = { kind: "text", text: "x" } as const;
  const bodies = await Promise.all(
    [
      { kind: "phone", value: "2348030000117" } as const,
      { kind: "wa_user_id", value: "JP.40071200201" } as const,
      { kind: "group", value: "GRP-77" } as const,
    ].map((address) => composeMessage({ to: address, content }, upload)),
  );
  expect(bodies).toMatchObject([
    { recipient_type: "individual", to: "+2348030000117" },
    { recipient_type: "individual", recipient: "JP.40071200201" },
    { recipient_type: "group", to: "GRP-77" },
  ]);
  expect(bodies[1]).not.toHaveProperty("to");
});

test("an address of another network is refused", async () => {
  const run = composeMessage({ to: { kind: "psid", value: "1" }, content: { kind: "text", text: "x" } }, upload);
  await expect(run).rejects.toMatchObject({ fault: { kind: "rejected", sentence: "not_supported_here" } });
});

test("callback data and the quoted message go along; a reaction quotes nothing", async () => {
  const frame = { to, replyTo: "wamid.A", callbackData: "att_1" };
  expect(await composeMessage({ ...frame, content: { kind: "text", text: "x" } }, upload)).toMatchObject({
    context: { message_id: "wamid.A" },
    biz_opaque_callback_data: "att_1",
  });
  const reaction = { kind: "reaction", targetProviderMessageId: "wamid.A", emoji: null } as const;
  const body = await composeMessage({ ...frame, content: reaction }, upload);
  expect(body).toMatchObject({ type: "reaction", reaction: { message_id: "wamid.A", emoji: "" } });
  expect(body).not.toHaveProperty("context");
});

const contents: [OutboundContent, object][] = [
  [
    { kind: "text", text: "Hi" },
    { type: "text", text: { body: "Hi", preview_url: false } },
  ],
  [
    { kind: "image", media: file("m1"), caption: "c" },
    { type: "image", image: { id: "m1", caption: "c" } },
  ],
  [
    { kind: "video", media: file("m2") },
    { type: "video", video: { id: "m2" } },
  ],
  [
    { kind: "audio", media: file("m3") },
    { type: "audio", audio: { id: "m3" } },
  ],
  [
    { kind: "voice", media: file("m4") },
    { type: "audio", audio: { id: "m4", voice: true } },
  ],
  [
    { kind: "document", media: file("m5", "a.pdf") },
    { type: "document", document: { id: "m5", filename: "a.pdf" } },
  ],
  [
    { kind: "sticker", media: file("m6") },
    { type: "sticker", sticker: { id: "m6" } },
  ],
  [
    { kind: "location", latitude: 1, longitude: 2, name: "n", address: "a" },
    { type: "location", location: { latitude: 1, longitude: 2, name: "n", address: "a" } },
  ],
  [
    {
      kind: "contacts",
      contacts: [
        { name: "Bode Ade", phones: [{ number: "+23480", type: "WORK" }], emails: [], urls: [], addresses: [] },
      ],
    },
    {
      type: "contacts",
      contacts: [
        { name: { formatted_name: "Bode Ade", first_name: "Bode Ade" }, phones: [{ phone: "+23480", type: "WORK" }] },
      ],
    },
  ],
  [
    {
      kind: "interactive",
      interactive: {
        kind: "buttons",
        header: { kind: "image", media: file("m7") },
        body: "b",
        footer: "f",
        buttons: [{ id: "1", title: "One" }],
      },
    },
    {
      type: "interactive",
      interactive: {
        type: "button",
        header: { type: "image", image: { id: "m7" } },
        body: { text: "b" },
        footer: { text: "f" },
        action: { buttons: [{ type: "reply", reply: { id: "1", title: "One" } }] },
      },
    },
  ],
  [
    {
      kind: "interactive",
      interactive: {
        kind: "list",
        header: { kind: "text", text: "h" },
        body: "b",
        buttonText: "Open",
        sections: [{ title: "S", rows: [{ id: "1", title: "One", description: "d" }] }],
      },
    },
    {
      type: "interactive",
      interactive: {
        type: "list",
        header: { type: "text", text: "h" },
        body: { text: "b" },
        action: { button: "Open", sections: [{ title: "S", rows: [{ id: "1", title: "One", description: "d" }] }] },
      },
    },
  ],
  [
    { kind: "interactive", interactive: { kind: "cta_url", body: "b", buttonText: "Go", url: "https://example.org" } },
    {
      type: "interactive",
      interactive: {
        type: "cta_url",
        body: { text: "b" },
        action: { name: "cta_url", parameters: { display_text: "Go", url: "https://example.org" } },
      },
    },
  ],
  [
    { kind: "interactive", interactive: { kind: "location_request", body: "Where?" } },
    {
      type: "interactive",
      interactive: { type: "location_request_message", body: { text: "Where?" }, action: { name: "send_location" } },
    },
  ],
];

test.each(contents.map(([content, body]) => ({ name: nameOf(content), content, body })))(
  "$name has the body that the Cloud API documents [GEN-16]",
  async ({ content, body }) => {
    expect(await compose(content)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+2348030000117",
      ...body,
    });
  },
);

function nameOf(content: OutboundContent): string {
  return content.kind === "interactive" ? `interactive ${content.interactive.kind}` : content.kind;
}

const parameters: [TemplateParameter, object][] = [
  [
    { kind: "text", text: "t" },
    { type: "text", text: "t" },
  ],
  [
    { kind: "text", name: "day", text: "Friday" },
    { type: "text", parameter_name: "day", text: "Friday" },
  ],
  [
    { kind: "currency", fallback: "€ 10", code: "EUR", amount1000: 10_000 },
    { type: "currency", currency: { fallback_value: "€ 10", code: "EUR", amount_1000: 10_000 } },
  ],
  [
    { kind: "date_time", fallback: "3 May" },
    { type: "date_time", date_time: { fallback_value: "3 May" } },
  ],
  [
    { kind: "image", media: file("m1") },
    { type: "image", image: { id: "m1" } },
  ],
  [
    { kind: "document", media: file("m2", "b.pdf") },
    { type: "document", document: { id: "m2", filename: "b.pdf" } },
  ],
  [
    { kind: "location", latitude: 1, longitude: 2 },
    { type: "location", location: { latitude: 1, longitude: 2 } },
  ],
];
const buttons: [TemplateButton, object][] = [
  [
    { kind: "quick_reply", index: 0, payload: "p" },
    { sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "p" }] },
  ],
  [
    { kind: "url", index: 1, suffix: "s" },
    { sub_type: "url", index: "1", parameters: [{ type: "text", text: "s" }] },
  ],
  [
    { kind: "copy_code", index: 2, code: "C" },
    { sub_type: "copy_code", index: "2", parameters: [{ type: "coupon_code", coupon_code: "C" }] },
  ],
  [
    { kind: "flow", index: 3, token: "t", data: { a: 1 } },
    {
      sub_type: "flow",
      index: "3",
      parameters: [{ type: "action", action: { flow_token: "t", flow_action_data: { a: 1 } } }],
    },
  ],
  [
    { kind: "catalog", index: 4, thumbnailProductId: "x" },
    {
      sub_type: "catalog",
      index: "4",
      parameters: [{ type: "action", action: { thumbnail_product_retailer_id: "x" } }],
    },
  ],
];

test("a template carries every kind of parameter, button, card and offer", async () => {
  const template = {
    name: "spring_offer",
    language: "en_US",
    header: [{ kind: "image", media: file("m9") }] as const,
    body: parameters.map(([parameter]) => parameter),
    buttons: buttons.map(([button]) => button),
    offerExpiresAt: new Date(1_795_165_200_000),
    cards: [{ header: [{ kind: "video", media: file("m8") }] }, { body: [{ kind: "text", text: "two" }] }] as const,
  };
  expect(await compose({ kind: "template", template })).toMatchObject({
    type: "template",
    template: {
      name: "spring_offer",
      language: { code: "en_US" },
      components: [
        { type: "header", parameters: [{ type: "image", image: { id: "m9" } }] },
        { type: "body", parameters: parameters.map(([, body]) => body) },
        ...buttons.map(([, body]) => ({ type: "button", ...body })),
        {
          type: "limited_time_offer",
          parameters: [{ type: "limited_time_offer", limited_time_offer: { expiration_time_ms: 1_795_165_200_000 } }],
        },
        {
          type: "carousel",
          cards: [
            { card_index: 0, components: [{ type: "header", parameters: [{ type: "video", video: { id: "m8" } }] }] },
            { card_index: 1, components: [{ type: "body", parameters: [{ type: "text", text: "two" }] }] },
          ],
        },
      ],
    },
  });
});

test("a template without values has no components", async () => {
  const body = await compose({ kind: "template", template: { name: "hello_world", language: "en_US" } });
  expect(body["template"]).toEqual({ name: "hello_world", language: { code: "en_US" } });
});

test.each([
  ["text", { kind: "text", text: "x".repeat(4097) }],
  ["caption", { kind: "image", media: file("m1"), caption: "x".repeat(1025) }],
] as const)("a %s beyond the limit is refused, never cut", async (_name, content) => {
  await expect(compose(content)).rejects.toMatchObject({ fault: { kind: "rejected", sentence: "too_long" } });
});
