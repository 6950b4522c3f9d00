import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageView } from "../messages/message-view.ts";
import type { InboundEvent } from "../providers/inbound-event.ts";
import { createTestApp } from "../test/app.ts";
import type { ApiClient } from "../test/api.ts";
import { change, contactOf, envelope, givenChannel, messageOf, post, says, type HookChannel } from "../test/hooks.ts";

const t = createTestApp();
beforeAll(() => t.clock.set("2026-11-20T10:00:00.000Z"));

interface Fixture {
  name: string;
  field: string;
  value: Record<string, unknown>;
  expect: (Partial<InboundEvent> & { type: InboundEvent["type"] })[];
}
const folder = path.join(import.meta.dirname, "../providers/whatsapp-cloud/fixtures");
const fixtures = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Fixture[],
);

const ana = { phone: "393331112222", name: "Ana" };
const text = (body: string) => ({ type: "text", text: { body } });
const minutesAgo = (n: number): Date => new Date(t.clock.ms() - n * 60_000);

async function given(input: { contentMode?: string } = {}): Promise<{ channel: HookChannel; api: ApiClient }> {
  const workspace = await t.given.workspace();
  return { channel: await givenChannel(t, workspace, input), api: workspace.owner.api };
}

const conversations = async (api: ApiClient): Promise<ConversationView[]> =>
  (await api.get<{ data: ConversationView[] }>("/v1/conversations?limit=100")).body.data;

async function thread(api: ApiClient): Promise<MessageView[]> {
  const found: MessageView[] = [];
  for (const { id } of await conversations(api))
    found.push(...(await api.get<{ data: MessageView[] }>(`/v1/conversations/${id}/messages?limit=100`)).body.data);
  return found;
}

const send = async (channel: HookChannel, body: object): Promise<void> =>
  expect((await post(t, channel, body)).status).toBe(200);
const sendMessages = (channel: HookChannel, ...messages: object[]): Promise<void> =>
  send(channel, envelope(channel, change(channel, { contacts: [contactOf(ana)], messages })));

describe("every kind that the provider reads", () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s is stored", async (_name, fixture) => {
    const { channel, api } = await given();
    await send(channel, envelope(channel, change(channel, fixture.value, fixture.field)));
    const kept = await t.admin.query<{ kind: string; name: string }>(
      "select kind, name from inbound_event where channel_id = $1",
      [channel.id],
    );
    expect(kept.rows.filter((row) => row.kind === "poison")).toEqual([]);
    const shown = await thread(api);
    for (const event of fixture.expect) {
      if (event.type === "message_received" || event.type === "message_echoed")
        expect(shown.map((message) => message.direction)).toContain(
          event.type === "message_received" ? "inbound" : "outbound",
        );
      if (event.type === "unknown") expect(kept.rows.length).toBeGreaterThan(0);
      if (event.type === "message_status") expect(await count("early_status", channel)).toBeGreaterThan(0);
      if (event.type === "message_reacted") expect(await count("reaction", channel)).toBeGreaterThan(0);
      if (event.type === "preference_changed") expect(await count("consent_event", channel)).toBeGreaterThan(0);
      if (event.type === "channel_changed" || event.type === "provider_error")
        expect(await count("channel_health", channel)).toBe(1);
    }
  });
});

const count = async (table: string, channel: HookChannel): Promise<number> =>
  Number((await t.admin.query(`select count(*) from ${table} where channel_id = $1`, [channel.id])).rows[0].count);

test("an address book that a phone shares adds nobody: who was talked with gets the name in it, all others stay out [ONE-17]", async () => {
  const { channel, api } = await given();
  const stranger = "4915155500017";
  const entry = (phone: string, name: string) => ({
    ...{ type: "contact", action: "add", metadata: { timestamp: "1795165200" } },
    contact: { full_name: name, first_name: name, phone_number: phone },
  });
  const shares = (...book: object[]) =>
    send(channel, envelope(channel, change(channel, { state_sync: book }, "smb_app_state_sync")));
  const people = async () =>
    (await api.get<{ data: { name: string | null }[] }>("/v1/contacts")).body.data.map(({ name }) => name);
  const identities = async () =>
    (await t.admin.query("select 1 from contact_identity where workspace_id = $1", [channel.workspaceId])).rowCount;
  await shares(entry(ana.phone, "Ana of the bakery"), entry(stranger, "My dentist"));
  expect([await people(), await identities()]).toEqual([[], 0]);
  await sendMessages(channel, messageOf(ana, "wamid.book", minutesAgo(9), text("Hello")));
  const known = await identities();
  await shares(entry(ana.phone, "Ana of the bakery"), entry(stranger, "My dentist"));
  expect([await people(), await identities()]).toEqual([["Ana of the bakery"], known]);
  // one who writes is stored from then on
  await sendMessages(
    channel,
    messageOf({ phone: stranger, name: "Dr. Weh" }, "wamid.dentist", minutesAgo(8), text("Your tooth")),
  );
  expect(await people()).toHaveLength(2);
});

describe("a thread", () => {
  test("is in the order of the provider's times, whatever the order of arrival", async () => {
    const { channel, api } = await given();
    for (const n of [3, 1, 2])
      await sendMessages(channel, messageOf(ana, `wamid.t${n}`, minutesAgo(10 - n), text(`${n}`)));
    const shown = await thread(api);
    const inOrder = shown.toSorted((a, b) => (a.sortAt < b.sortAt ? -1 : 1)).map((message) => message.text);
    expect(inOrder).toEqual(["1", "2", "3"]);
    expect([inOrder, inOrder.toReversed()]).toContainEqual(shown.map((message) => message.text));
    expect((await conversations(api))[0]).toMatchObject({
      lastMessageAt: minutesAgo(7).toISOString(),
      serviceWindow: { isOpen: true, expiresAt: new Date(minutesAgo(7).getTime() + 86_400_000).toISOString() },
    });
  });

  test("comes back when it was resolved or snoozed and the person writes", async () => {
    const { channel, api } = await given();
    await send(channel, says(channel, ana, "wamid.r1", minutesAgo(9), "1"));
    const [first] = await conversations(api);
    await api.patch(`/v1/conversations/${first?.id}`, { status: "resolved" });
    await send(channel, says(channel, ana, "wamid.r2", minutesAgo(8), "2"));
    expect(await conversations(api)).toMatchObject([{ status: "open", unreadCount: 2 }]);
  });

  test.each(["metadata-only", "days:365"])(
    "shows nothing of what was withdrawn before it came (%s)",
    async (contentMode) => {
      const { channel, api } = await given({ contentMode });
      const revoke = { type: "revoke", revoke: { original_message_id: "wamid.early" } };
      await sendMessages(channel, messageOf(ana, "wamid.early.revoke", minutesAgo(7), revoke));
      await sendMessages(channel, messageOf(ana, "wamid.early", minutesAgo(9), text("regretted")));
      expect((await t.admin.query("select name from inbound_event where channel_id = $1", [channel.id])).rows).toEqual(
        [],
      );
      const [message] = await thread(api);
      expect([message?.text, typeof message?.deletedAt]).toEqual([undefined, "string"]);
    },
  );

  test("shows an edit, and nothing of a withdrawn message, in every order of arrival", async () => {
    const { channel, api } = await given();
    const original = (id: string) => messageOf(ana, id, minutesAgo(9), text("first words"));
    const edit = (id: string) =>
      messageOf(ana, `${id}.edit`, minutesAgo(8), {
        type: "edit",
        edit: { original_message_id: id, message: { type: "text", text: { body: "better words" } } },
      });
    const revoke = (id: string) =>
      messageOf(ana, `${id}.revoke`, minutesAgo(7), { type: "revoke", revoke: { original_message_id: id } });
    await sendMessages(channel, original("wamid.e1"));
    await sendMessages(channel, edit("wamid.e1"));
    await sendMessages(channel, edit("wamid.e2"));
    await sendMessages(channel, original("wamid.e2"));
    await sendMessages(channel, original("wamid.d1"), edit("wamid.d1"), revoke("wamid.d1"));
    await sendMessages(channel, revoke("wamid.d2"));
    await sendMessages(channel, edit("wamid.d2"), original("wamid.d2"));
    const shown = await thread(api);
    expect(shown).toHaveLength(4);
    const edited = shown.filter((message) => message.text !== undefined);
    expect(edited.map((message) => [message.text, message.editedAt])).toEqual([
      ["better words", minutesAgo(8).toISOString()],
      ["better words", minutesAgo(8).toISOString()],
    ]);
    expect(shown.filter((message) => message.deletedAt === minutesAgo(7).toISOString())).toHaveLength(2);
    const bytes = await t.admin.query(
      "select 1 from message where channel_id = $1 and deleted_at is not null and content is not null",
      [channel.id],
    );
    expect(bytes.rowCount).toBe(0);
  });

  test("shows the newest reaction of a person, none that was taken back, and waits for the message [M24-17]", async () => {
    const { channel, api } = await given();
    const react = (n: number, emoji: string | undefined) =>
      messageOf(ana, `wamid.re${n}`, minutesAgo(9 - n), {
        type: "reaction",
        reaction: { message_id: "wamid.liked", ...(emoji === undefined ? {} : { emoji }) },
      });
    await sendMessages(channel, react(2, "🎉"));
    await sendMessages(channel, messageOf(ana, "wamid.liked", minutesAgo(20), text("look")));
    await sendMessages(channel, react(1, "👍"));
    const emojis = async () =>
      (await thread(api)).map((message) => message.reactions.map((reaction) => reaction.emoji));
    expect(await emojis()).toEqual([["🎉"]]);
    await sendMessages(channel, react(3, undefined));
    expect(await emojis()).toEqual([[]]);
    expect((await conversations(api))[0]?.unreadCount).toBe(1);
  });

  test("of a history raises no unread, opens no window, and takes media that follow", async () => {
    const { channel, api } = await given();
    const at = String(minutesAgo(60 * 30).getTime() / 1000);
    const old = (id: string, from: string, more: object) => ({ id, from, timestamp: at, ...more });
    const messages = [
      old("wamid.h1", ana.phone, text("from long ago")),
      { ...old("wamid.h2", "15550001111", text("our answer")), to: ana.phone, history_context: { status: "READ" } },
      old("wamid.h3", ana.phone, { type: "media_placeholder" }),
    ];
    const history = [{ metadata: { phase: 0, chunk_order: 1, progress: 50 }, threads: [{ id: ana.phone, messages }] }];
    for (let i = 0; i < 2; i++) await send(channel, envelope(channel, change(channel, { history }, "history")));
    const image = { type: "image", image: { id: "1234", mime_type: "image/jpeg", sha256: "ab".repeat(32) } };
    await send(
      channel,
      envelope(channel, change(channel, { messages: [old("wamid.h3", ana.phone, image)] }, "history")),
    );
    expect(await conversations(api)).toMatchObject([
      { status: "resolved", unreadCount: 0, serviceWindow: { isOpen: false } },
    ]);
    const shown = await thread(api);
    expect(new Set(shown.map((message) => `${message.direction} ${message.type} ${message.status}`))).toEqual(
      new Set(["inbound text received", "outbound text read", "inbound image received"]),
    );
    const types = await t.admin.query(
      "select distinct type from event where channel_id = $1 and type like 'message.%'",
      [channel.id],
    );
    expect(types.rows).toEqual([{ type: "message.imported" }]);
  });

  test("of a metadata-only channel is sealed under a key of the channel's day", async () => {
    const { channel, api } = await given({ contentMode: "metadata-only" });
    await send(channel, says(channel, ana, "wamid.pipe", minutesAgo(1), "through the pipe"));
    expect((await thread(api))[0]?.text).toBe("through the pipe");
    t.app.keyring.destroy(`channel:${channel.id}/2026-11-20`);
    expect((await thread(api))[0]).toMatchObject({ type: "text", status: "received" });
    expect((await thread(api))[0]?.text).toBeUndefined();
  });
});

describe("the event log", () => {
  test("is followed without a gap while 32 senders write to several workspaces", async () => {
    const { channel } = await given();
    const other = await given();
    const total = 640;
    const followed: { position: number; type: string }[] = [];
    let last = 0;
    let isDone = false;
    const reader = (async () => {
      for (;;) {
        const wasDone = isDone;
        const rows = await t.app.db.tx({ workspaceIds: [channel.workspaceId] }, (tx) =>
          tx.query<{ position: number; type: string }>(
            "select position, type from event where workspace_id = $1 and position > $2 order by position",
            [channel.workspaceId, last],
          ),
        );
        followed.push(...rows);
        last = rows.at(-1)?.position ?? last;
        if (wasDone && rows.length === 0) return;
      }
    })();
    let next = 0;
    const writer = async (): Promise<void> => {
      for (let i = next++; i < total; i = next++) {
        const target = i % 4 === 3 ? other.channel : channel;
        const person = { phone: `39333${String(1_000_000 + (i % 40))}` };
        await send(target, says(target, person, `wamid.w${i}`, minutesAgo(1), `${i}`));
      }
    };
    await Promise.all(Array.from({ length: 32 }, writer));
    isDone = true;
    await reader;
    const positions = followed.map((row) => row.position);
    const all = await t.admin.query("select count(*), max(position) from event where workspace_id = $1", [
      channel.workspaceId,
    ]);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(positions.length).toBe(Number(all.rows[0].count));
    expect(followed.filter((row) => row.type === "message.received")).toHaveLength((total * 3) / 4);
  });
});
