import { expect, test } from "vitest";
import type { Says } from "./inbound.ts";
import { startWhatsAppCloudSim } from "./server.ts";
import { startBusiness } from "./test-business.ts";

async function startAll(now?: () => number) {
  const sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0, ...(now ? { now } : {}) });
  const business = await startBusiness(sim.appSecret, sim.verifyToken);
  await sim.setWebhook({ url: business.url });
  return { sim, business };
}

test("every kind arrives in Meta's shape", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const first = (await sim.says({ text: "first" })).messageId;
  const kinds: [Says, string, object][] = [
    [
      { image: { caption: "c" } },
      "image",
      { image: { mime_type: "image/jpeg", caption: "c", url: expect.stringContaining("attachments") as string } },
    ],
    [{ voice: true }, "audio", { audio: { voice: true, mime_type: "audio/ogg; codecs=opus" } }],
    [{ audio: true }, "audio", { audio: { voice: false } }],
    [{ document: { filename: "a.pdf" } }, "document", { document: { filename: "a.pdf" } }],
    [{ sticker: true }, "sticker", { sticker: { animated: false } }],
    [{ location: true }, "location", { location: { latitude: -1.2884 } }],
    [{ contacts: true }, "contacts", { contacts: [{ origin: "other" }] }],
    [{ reaction: { messageId: first, emoji: "👍" } }, "reaction", { reaction: { message_id: first, emoji: "👍" } }],
    [{ buttonReply: { id: "b", title: "B" } }, "interactive", { interactive: { button_reply: { id: "b" } } }],
    [{ listReply: { id: "l", title: "L" } }, "interactive", { interactive: { type: "list_reply" } }],
    [
      { flowReply: { response: { a: 1 } } },
      "interactive",
      { interactive: { nfm_reply: { response_json: '{"a":1}' } } },
    ],
    [{ templateReply: { payload: "p", text: "t" } }, "button", { button: { payload: "p", text: "t" } }],
    [{ order: true }, "order", { order: { product_items: [{ quantity: 1 }] } }],
    [{ unsupported: true }, "unsupported", { errors: [{ code: 131051 }] }],
    [
      { edit: { messageId: first, text: "2nd" } },
      "edit",
      { edit: { original_message_id: first, message: { text: { body: "2nd" } } } },
    ],
    [{ revoke: { messageId: first } }, "revoke", { revoke: { original_message_id: first } }],
    [{ text: "r", replyTo: first, forwarded: true }, "text", { context: { id: first, forwarded: true } }],
    [{ text: "ad", referral: true }, "text", { referral: { source_type: "ad" } }],
    [{ raw: { type: "hologram", hologram: { x: 1 } } }, "hologram", { hologram: { x: 1 } }],
  ];
  for (const [input, type, shape] of kinds) {
    business.received.length = 0;
    await sim.says(input);
    expect(business.items("messages")[0], JSON.stringify(input)).toMatchObject({ type, ...shape });
  }
});

test("a reaction taken back has no emoji", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const { messageId } = await sim.says({ text: "first" });
  await sim.says({ reaction: { messageId } });
  expect(business.items("messages")[1]?.reaction).toEqual({ message_id: messageId });
});

test("people without a phone number have no from and no wa_id; ids and times are strings", async () => {
  const { sim, business } = await startAll(() => 1_790_000_000_500);
  await using _sim = sim;
  await using _business = business;
  for (const person of ["mei", "ines", "pavel"]) await sim.says({ person, text: "Hi" });
  const [mei, ines, pavel] = business.items("messages");
  expect(mei).not.toHaveProperty("from");
  expect(mei).toMatchObject({ from_user_id: "JP.71004400103", timestamp: "1790000000" });
  expect(ines).toMatchObject({ from_parent_user_id: "PT.ENT.9910044001" });
  expect(pavel).toMatchObject({ from: "359880000102" });
  expect(business.values()[0]?.contacts).toEqual([
    { profile: { name: "Mei Tanaka", username: "mei.tanaka" }, user_id: "JP.71004400103" },
  ]);
});

test("a changed number comes from the old one and renames the user id", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await sim.says({ changesNumber: { phone: "+254 700 000 199" } });
  await sim.says({ text: "New number" });
  expect(business.items("messages")).toMatchObject([
    {
      from: "254700000101",
      type: "system",
      system: { type: "user_changed_number", wa_id: "254700000199", previous_user_id: "KE.71004400101" },
    },
    { from: "254700000199", from_user_id: "KE.710044001019" },
  ]);
});

test("media of a webhook can be downloaded with the token until the link expires", async () => {
  let at = 1_790_000_000_000;
  const { sim, business } = await startAll(() => at);
  await using _sim = sim;
  await using _business = business;
  const headers = { authorization: `Bearer ${sim.accessToken}` };
  const magic: Record<string, string> = {
    image: "ffd8ff",
    voice: "4f676753",
    audio: "fffb",
    video: "0000001c66747970",
    sticker: "52494646",
    document: "255044462d",
  };
  for (const [kind, start] of Object.entries(magic)) {
    business.received.length = 0;
    await sim.says({ [kind]: true });
    const message = business.items("messages")[0] as Record<string, unknown> & { type: string };
    const { url, id } = message[message.type] as { url: string; id: string };
    const bytes = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
    expect(bytes.toString("hex").startsWith(start), kind).toBe(true);
    expect((await fetch(url)).status).toBe(401);
    at += 5 * 60_000;
    expect((await fetch(url, { headers })).status).toBe(404);
    const node = (await (await fetch(`${sim.url}/v26.0/${id}`, { headers })).json()) as { url: string };
    expect((await fetch(node.url, { headers })).status).toBe(200);
    sim.expireMediaLinks({ mediaId: id });
    expect((await fetch(node.url, { headers })).status).toBe(404);
  }
  at += 8 * 86_400_000;
  const [last] = business.items("messages") as { document: { id: string } }[];
  expect((await fetch(`${sim.url}/v26.0/${last?.document.id}`, { headers })).status).toBe(400);
});
