import { Client, MessageType } from "@great-detail/whatsapp";
import { GraphApiError, WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import { markMessageRead, sendImageMessage, sendTextMessage, uploadMedia } from "@whatsapp-cloudapi/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mediaFetchJob } from "../media/media.jobs.ts";
import { createTestApp } from "../test/app.ts";
import { png } from "../test/files.ts";
import { cloudLine, graphCaller, linkedLine, type Line } from "../test/graph-lines.ts";

// a linked phone has real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let sim: WhatsAppCloudSim;
let phones: WhatsAppLinkedSim;
beforeAll(async () => {
  phones = await startWhatsappLinked({ now: () => t.clock.ms() });
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url, phones.url] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), phones[Symbol.asyncDispose]()]));

const lines = [cloudLine(t, () => sim), linkedLine(t, () => phones)];

const picture = (): Blob => new Blob([new Uint8Array(png)], { type: "image/png" });

const caller = (line: Pick<Line, "apiKey">) => graphCaller(t.url, line);
const message = (line: Pick<Line, "person">, more: object) => ({
  messaging_product: "whatsapp",
  to: line.person,
  ...more,
});

describe.each(lines)("an unchanged Cloud API client over $kind", ({ open }) => {
  test("@kapso/whatsapp-cloud-api sends text, a file twice, a reaction and a reply, and marks as read", async () => {
    const line = await open();
    const client = new WhatsAppClient({ accessToken: line.apiKey, baseUrl: `${t.url}/graph`, graphVersion: "v26.0" });
    const [phoneNumberId = ""] = line.names;
    const to = line.person;
    const said = await line.hears("Is the blue one back?");

    await client.messages.markRead({ phoneNumberId, messageId: said.providerId, typingIndicator: { type: "text" } });
    await line.sawRead(said.providerId);
    const sent = await client.messages.sendText({
      ...{ phoneNumberId, to, body: "Yes, from Friday", contextMessageId: said.providerId },
      bizOpaqueCallbackData: "order-7",
    });
    expect(sent.contacts).toEqual([{ input: to, waId: "254700000101" }]);
    const { id } = await client.media.upload({
      ...{ phoneNumberId, type: "image/png", file: picture(), fileName: "kettle.png" },
    });
    for (const caption of ["This one", "or again"])
      await client.messages.sendImage({ phoneNumberId, to, image: { id, caption } });
    await client.messages.sendReaction({ phoneNumberId, to, reaction: { messageId: said.id, emoji: "👍" } });

    expect(await line.arrived()).toMatchObject([
      { type: "text", text: "Yes, from Friday", replyTo: said.providerId },
      { type: "image", text: "This one" },
      { type: "image", text: "or again" },
      { type: "reaction", reaction: "👍" },
    ]);
    const file = await client.media.get({ mediaId: id });
    expect(file).toMatchObject({ id, mimeType: "image/png", fileSize: png.length });
    expect(Buffer.from((await client.media.download({ mediaId: id })) as ArrayBuffer).equals(png)).toBe(true);
    expect(await client.media.delete({ mediaId: id })).toEqual({ success: true });
    await expect(client.media.get({ mediaId: id })).rejects.toThrow(GraphApiError);
  });

  test("@great-detail/whatsapp sends text, a file, a reaction and a reply, reads a file and marks as read", async () => {
    const line = await open();
    const headers = { Authorization: `Bearer ${line.apiKey}` };
    const sdk = new Client({ baseUrl: `${t.url}/graph`, graphVersion: "v26.0", request: { headers } });
    const [phoneNumberID = ""] = line.names;
    const to = line.person;
    const said = await line.hears("Broken");
    await sdk.message.createStatus({ phoneNumberID, status: "read", message_id: said.id }).json();
    await line.sawRead(said.providerId);

    const first = await sdk.message
      .createMessage({ phoneNumberID, to, type: MessageType.Text, text: { body: "We are sorry" } })
      .json();
    expect(first.messages).toMatchObject([{ id: expect.stringMatching(/^msg_/) }]);
    const uploaded = await sdk.media
      .upload({ phoneNumberID, mimeType: "image/png", file: picture(), filename: "a.png" })
      .json();
    await sdk.message
      .createMessage({
        phoneNumberID,
        to,
        type: MessageType.Document,
        document: { id: uploaded.id, filename: "bill.png" },
      })
      .json();
    await sdk.message
      .createMessage({
        phoneNumberID,
        to,
        type: MessageType.Reaction,
        // its types take a reaction for a file
        reaction: { message_id: said.providerId, emoji: "🙏" } as object as { id: string },
      })
      .json();
    await sdk.message
      .createMessage({
        ...{ phoneNumberID, to, type: MessageType.Text, text: { body: "A new one is on its way" } },
        context: { message_id: said.id },
      })
      .json();
    expect(await line.arrived()).toMatchObject([
      { type: "text", text: "We are sorry" },
      { type: "document" },
      { type: "reaction", reaction: "🙏" },
      { type: "text", replyTo: said.providerId },
    ]);

    const received = await line.hearsPicture();
    await mediaFetchJob.run(t.app, { workspaceId: line.workspaceId, attachmentId: received });
    const link = await sdk.media.getURL({ mediaID: received, phoneNumberID }).json();
    const downloaded = await fetch(link.url, { headers });
    expect([downloaded.status, downloaded.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(await sdk.media.delete({ mediaID: uploaded.id }).json()).toEqual({ success: true });
  });

  // it has no call for reactions and replies
  test("@whatsapp-cloudapi/client sends text and a file, and marks as read with typing", async () => {
    const line = await open();
    const [from = ""] = line.names;
    const at = { accessToken: line.apiKey, from, baseUrl: `${t.url}/graph` };
    const to = line.person;
    const said = await line.hears("Are you there?");
    await markMessageRead({ ...at, messageId: said.id, showTypingIndicator: true });
    await line.sawRead(said.providerId);
    const sent = await sendTextMessage({ ...at, to, text: "Here we are", bizOpaqueCallbackData: "order-8" });
    expect(sent.messages).toMatchObject([{ id: expect.stringMatching(/^msg_/) }]);
    const { id: mediaId } = await uploadMedia({ ...at, file: picture() });
    await sendImageMessage({ ...at, to, mediaId, caption: "This one" });
    expect(await line.arrived()).toMatchObject([
      { type: "text", text: "Here we are" },
      { type: "image", text: "This one" },
    ]);
    await expect(sendTextMessage({ ...at, to: "nobody", text: "?" })).rejects.toThrow('"code":131009');
  });

  test("the id of an answer is the one that later replies, reads and statuses know", async () => {
    const line = await open();
    const call = caller(line);
    const [name = ""] = line.names;
    await line.hears("hello");
    const first = await call(`/v26.0/${name}/messages`, message(line, { text: { body: "one" } }));
    const id = first.body.messages[0]?.id ?? "";
    await line.arrived();
    const second = await call(
      `/v26.0/${name}/messages`,
      message(line, { type: "text", text: { body: "two" }, context: { message_id: id } }),
    );
    expect(second.status, JSON.stringify(second.body)).toBe(200);
    const [one, two] = await line.arrived();
    expect(one?.text).toBe("one");
    expect(two?.replyTo).toEqual(expect.stringMatching(/./));
    const read = await t.app.db.tx({ workspaceIds: [line.workspaceId] }, (tx) =>
      tx.query<{ status: number; same: boolean }>(
        `select a.status, b.reply_to_index = a.provider_message_index as same from message a, message b where a.id = $1 and b.id = $2`,
        [id, second.body.messages[0]?.id],
      ),
    );
    expect(read).toEqual([{ status: expect.any(Number), same: true }]);
    expect(read[0]?.status).toBeGreaterThanOrEqual(20);
  });
});

describe("what the paths take", () => {
  test("a number is named by its channel's id, the provider's id or its digits, with any version from v1 to v99 or none", async () => {
    const line = await lines[0]?.open();
    if (!line) throw new Error("no line");
    const call = caller(line);
    await line.hears("hi");
    await t.admin.query(
      `insert into channel_health (workspace_id, channel_id, details, updated_at) values ($1, $2, '{"phone":"+4930901820"}', $3)
       on conflict (workspace_id, channel_id) do update set details = excluded.details`,
      [line.workspaceId, line.channelId, t.clock.now()],
    );
    for (const name of [line.channelId, ...line.names, "4930901820", "+49%2030%20901820"])
      for (const version of ["/v1", "/v26.0", "/v99.0", ""]) {
        const sent = await call(`${version}/${name}/messages`, message(line, { text: { body: `${name} ${version}` } }));
        expect(sent.status, `${version}/${name} ${JSON.stringify(sent.body)}`).toBe(200);
      }
    for (const version of ["v0", "v100", "26", "vx"]) {
      const sent = await call(`/${version}/${line.channelId}/messages`, message(line, { text: { body: "no" } }));
      expect([sent.status, sent.body.error.code]).toEqual([400, 2500]);
    }
    expect(await line.arrived()).toHaveLength(16);
  });

  test("every kind of message becomes what our own API sends", async () => {
    const line = await lines[0]?.open();
    if (!line) throw new Error("no line");
    const call = caller(line);
    await line.hears("hi");
    const form = new FormData();
    form.set("messaging_product", "whatsapp");
    form.set("type", "image/png");
    form.set("file", new Blob([new Uint8Array(png)]), "a.png");
    const uploaded = (await (
      await fetch(`${t.url}/graph/v26.0/${line.channelId}/media`, {
        ...{ method: "POST", headers: { authorization: `Bearer ${line.apiKey}` }, body: form },
      })
    ).json()) as { id: string };
    const header = { type: "image", image: { id: uploaded.id } };
    const kinds: [object, object][] = [
      [{ type: "location", location: { latitude: "41.4", longitude: 2.17, name: "Park" } }, { type: "location" }],
      [
        {
          type: "contacts",
          contacts: [
            { name: { formatted_name: "Ana Ruiz" }, phones: [{ phone: "+34600111222" }], birthday: "1990-05-01" },
          ],
        },
        { type: "contacts" },
      ],
      [
        {
          type: "interactive",
          interactive: {
            ...{ type: "button", header, body: { text: "Sure?" } },
            action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] },
          },
        },
        { type: "interactive" },
      ],
      [
        {
          type: "interactive",
          interactive: {
            ...{ type: "list", body: { text: "Which?" }, footer: { text: "small print" } },
            action: { button: "Choose", sections: [{ title: "Sizes", rows: [{ id: "s", title: "Small" }] }] },
          },
        },
        { type: "interactive" },
      ],
      [
        {
          type: "interactive",
          interactive: {
            ...{ type: "cta_url", body: { text: "See" } },
            action: { name: "cta_url", parameters: { display_text: "Open", url: "https://example.com/a" } },
          },
        },
        { type: "interactive" },
      ],
      [
        {
          type: "template",
          template: {
            ...{ name: "order_update", language: { code: "en_US" } },
            components: [
              {
                type: "BODY",
                parameters: [
                  { type: "text", text: "Wanjiru" },
                  { type: "text", text: "A-17" },
                ],
              },
              { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "A-17" }] },
            ],
          },
        },
        { type: "template" },
      ],
    ];
    for (const [more] of kinds) {
      const sent = await call(`/v26.0/${line.channelId}/messages`, message(line, more));
      expect(sent.status, JSON.stringify(sent.body)).toBe(200);
    }
    expect(await line.arrived()).toMatchObject(kinds.map(([, seen]) => seen));
    const own = sim.messages({ phoneNumberId: line.names[0] ?? "", direction: "out" }).map(({ body }) => body);
    expect(own[0]?.["location"]).toEqual({ latitude: 41.4, longitude: 2.17, name: "Park" });
    expect(own[1]?.["contacts"]).toMatchObject([{ birthday: "1990-05-01" }]);
    expect(own[2]?.["interactive"]).toMatchObject({ header: { type: "image" } });
    expect(own[5]?.["template"]).toMatchObject({ name: "order_update", language: { code: "en_US" } });
  });

  test("what the sender gave along comes back with the message, and nowhere else", async () => {
    const line = await lines[0]?.open();
    if (!line) throw new Error("no line");
    await line.hears("hi");
    const sent = await caller(line)(
      `/v26.0/${line.channelId}/messages`,
      message(line, { text: { body: "with data" }, biz_opaque_callback_data: "order-7" }),
    );
    const { api } = await t.given.apiKey(line.workspaceId);
    const read = await api.get(`/v1/messages/${sent.body.messages[0]?.id}`);
    expect(read.body).toMatchObject({ text: "with data", callbackData: "order-7" });
    await line.arrived();
    expect(Object.keys(sim.countsByCallbackData())).not.toContain("order-7");
  });

  test("a repeat with the same Idempotency-Key gives the first answer and sends nothing more", async () => {
    const line = await lines[0]?.open();
    if (!line) throw new Error("no line");
    await line.hears("hi");
    const body = message(line, { text: { body: "once" } });
    const headers = { "idempotency-key": "graph-1" };
    const call = caller(line);
    const first = await call(`/v26.0/${line.channelId}/messages`, body, { headers });
    const again = await call(`/v26.0/${line.channelId}/messages`, body, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const other = await call(`/v26.0/${line.channelId}/messages`, { ...body, type: "text" }, { headers });
    expect([other.status, other.body.error.code]).toEqual([409, 100]);
    expect(await line.arrived()).toHaveLength(1);
  });
});
