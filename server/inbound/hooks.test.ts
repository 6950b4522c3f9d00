import { describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageView } from "../messages/message-view.ts";
import { createTestApp } from "../test/app.ts";
import { change, contactOf, envelope, givenChannel, messageOf, post, says, sign } from "../test/hooks.ts";

const t = createTestApp();
const ana = { phone: "393331112222", name: "Ana Ruiz" };
const at = () => t.clock.now();

const countMessages = async (channelId: string): Promise<number> =>
  Number((await t.admin.query("select count(*) from message where channel_id = $1", [channelId])).rows[0].count);

describe("a hook", () => {
  test("answers the handshake of its own verify token, and no other", async () => {
    const channel = await givenChannel(t, await t.given.workspace(), { isVerified: false });
    const ask = (token: string, path = `/hooks/whatsapp_cloud/${channel.id}`) =>
      fetch(`${t.url}${path}?hub.mode=subscribe&hub.challenge=abc123&hub.verify_token=${token}`);
    const right = await ask(channel.verifyToken);
    expect([right.status, await right.text()]).toEqual([200, "abc123"]);
    expect((await ask("wrong")).status).toBe(403);
    expect((await ask(channel.verifyToken, "/hooks/meta")).status).toBe(200);
    expect((await ask("wrong", "/hooks/meta")).status).toBe(403);
    expect((await ask(channel.verifyToken, "/hooks/whatsapp_cloud/chn_unknown")).status).toBe(404);
    expect((await ask(channel.verifyToken, `/hooks/messenger/${channel.id}`)).status).toBe(404);
  });

  test("stores nothing of a body that is unsigned, wrongly signed or for no channel [M24-15]", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const body = says(channel, ana, "wamid.unsigned", at(), "hello");
    const raw = JSON.stringify(body);
    const unsigned = await fetch(`${t.url}/hooks/whatsapp_cloud/${channel.id}`, { method: "POST", body: raw });
    expect(unsigned.status).toBe(401);
    expect(unsigned.headers.get("content-type")).toContain("application/problem+json");
    expect((await post(t, channel, body, { secret: "another" })).status).toBe(401);
    expect((await post(t, channel, body, { headers: { "x-hub-signature-256": "sha256=zz" } })).status).toBe(401);
    expect(
      (await post(t, channel, `${raw} `, { headers: { "x-hub-signature-256": sign(channel.appSecret, raw) } })).status,
    ).toBe(401);
    const stranger = await post(t, channel, body, { path: "/hooks/whatsapp_cloud/chn_00000000000000000000000000" });
    expect([stranger.status, stranger.headers.get("content-type")]).toEqual([
      404,
      unsigned.headers.get("content-type"),
    ]);
    expect((await post(t, channel, body, { path: "/hooks/meta", secret: "another" })).status).toBe(401);
    expect(await countMessages(channel.id)).toBe(0);
    const kept = await t.admin.query("select 1 from inbound_event where channel_id = $1", [channel.id]);
    expect(kept.rowCount).toBe(0);
  });

  test("refuses a body over 3 MB and takes one just under", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const big = "x".repeat(3 * 1024 * 1024 + 1);
    expect((await post(t, channel, big)).status).toBe(413);
    const body = says(channel, ana, "wamid.padded", at(), "padded") as Record<string, unknown>;
    const padded = JSON.stringify({ ...body, padding: "x".repeat(2.9 * 1024 * 1024) });
    expect((await post(t, channel, padded)).status).toBe(200);
    expect(await countMessages(channel.id)).toBe(1);
  });

  test("makes a message visible before it answers, with its sender, text and the provider's time [M24-15]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const sentAt = new Date(at().getTime() - 90_000);
    expect((await post(t, channel, says(channel, ana, "wamid.first", sentAt, "Ciao!"))).status).toBe(200);
    const { body } = await workspace.owner.api.get<{ data: ConversationView[] }>("/v1/conversations");
    expect(body.data).toHaveLength(1);
    const [conversation] = body.data;
    expect(conversation).toMatchObject({ channelId: channel.id, status: "open", unreadCount: 1 });
    expect(conversation?.contact).toMatchObject({ name: "Ana Ruiz" });
    expect(conversation?.contact?.identities).toContainEqual({ kind: "phone", value: "+393331112222" });
    expect(conversation?.serviceWindow).toEqual({
      isOpen: true,
      expiresAt: new Date(sentAt.getTime() + 24 * 3_600_000).toISOString(),
    });
    const thread = await workspace.api.get<{ data: MessageView[] }>(`/v1/conversations/${conversation?.id}/messages`);
    expect(thread.body.data).toMatchObject([
      {
        type: "text",
        text: "Ciao!",
        direction: "inbound",
        status: "received",
        providerMessageId: "wamid.first",
        sentAt: sentAt.toISOString(),
        receivedAt: at().toISOString(),
      },
    ]);
  });

  test("stores a message once however often and however concurrently it is delivered", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const bodies = Array.from({ length: 5 }, (_, i) => says(channel, ana, `wamid.dup${i}`, at(), `n ${i}`));
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => post(t, channel, bodies[i % 5])));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await countMessages(channel.id)).toBe(5);
    const counted = await t.admin.query("select inbound_count from conversation where channel_id = $1", [channel.id]);
    expect(counted.rows.map((row) => Number(row.inbound_count))).toEqual([5]);
    const events = await t.admin.query("select 1 from event where channel_id = $1 and type = 'message.received'", [
      channel.id,
    ]);
    expect(events.rowCount).toBe(5);
  });

  test("gives every entry, change and message of a body to its own channel at the app's URL, by that channel's own secret", async () => {
    const [one, two, three] = [await t.given.workspace(), await t.given.workspace(), await t.given.workspace()];
    const secret = "shared-app-secret";
    const a = await givenChannel(t, one, { appSecret: secret });
    const b = await givenChannel(t, two, { appSecret: secret });
    const foreign = await givenChannel(t, three, { appSecret: "their-own" });
    const unverified = await givenChannel(t, three, { appSecret: secret, isVerified: false });
    const part = (channel: typeof a, ids: string[]) =>
      change(channel, {
        contacts: [contactOf(ana)],
        messages: ids.map((id) => messageOf(ana, id, at(), { type: "text", text: { body: id } })),
      });
    const body = {
      object: "whatsapp_business_account",
      entry: [
        { id: a.wabaId, changes: [part(a, ["wamid.a1", "wamid.a2"]), part(b, ["wamid.b1"])] },
        { id: foreign.wabaId, changes: [part(foreign, ["wamid.f1"]), part(unverified, ["wamid.u1"])] },
      ],
    };
    expect((await post(t, a, body, { path: "/hooks/meta" })).status).toBe(200);
    expect(await Promise.all([a, b, foreign, unverified].map((channel) => countMessages(channel.id)))).toEqual([
      2, 1, 0, 0,
    ]);
    const rows = await t.admin.query("select distinct workspace_id from message where channel_id = any ($1)", [
      [a.id, b.id],
    ]);
    expect(new Set(rows.rows.map((row) => row.workspace_id))).toEqual(new Set([one.id, two.id]));
  });

  test("keeps a part for an unknown number at the channel whose URL it came to", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const elsewhere = { ...channel, phoneNumberId: "999000111" };
    expect((await post(t, channel, says(elsewhere, ana, "wamid.else", at(), "lost?"))).status).toBe(200);
    expect(await countMessages(channel.id)).toBe(0);
    const list = await workspace.api.get<{ data: object[] }>(`/v1/channels/${channel.id}/inbound-events`);
    expect(list.body.data).toMatchObject([{ kind: "unknown", name: "message_received", errorCode: "route_unknown" }]);
  });

  test("answers 200 and stores nothing for an envelope without news", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    expect((await post(t, channel, envelope(channel, change(channel, { statuses: [] })))).status).toBe(200);
  });
});
