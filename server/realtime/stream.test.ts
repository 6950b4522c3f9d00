import { describe, expect, test } from "vitest";
import { revokeApiKey } from "../identity/api-keys.ts";
import { removeMember } from "../identity/members.ts";
import type { Ctx } from "../platform/context.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says, type HookChannel } from "../test/hooks.ts";
import { listen, type HeardEvent, type Listener } from "../test/stream.ts";

const t = createTestApp();
const ana = { phone: "393331112222", name: "Ana Ruiz" };

async function givenInbox() {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  return { workspace, channel };
}
const write = (channel: HookChannel, text: string, person = ana) =>
  post(t, channel, says(channel, person, `wamid.${text}.${channel.id}`, t.clock.now(), text));

/** Accepted, but nothing goes out to a provider in these tests. */
const later = () => new Date(t.clock.ms() + 12 * 3_600_000).toISOString();

const textOf = ({ data }: HeardEvent): string | undefined => (data["message"] as { text?: string } | undefined)?.text;
const says_ = (text: string) => (event: HeardEvent) => event.event === "message.received" && textOf(event) === text;
const positions = ({ heard }: Listener): number[] =>
  heard.filter(({ event }) => event !== "ready").map(({ data }) => Number(data["position"]));
const heardTexts = ({ heard }: Listener): string[] =>
  heard.filter(({ event }) => event === "message.received").map((event) => textOf(event) ?? "");

describe("GET /v1/stream", () => {
  test("begins with the position and tells what happens, rendered, at once", async () => {
    const { workspace, channel } = await givenInbox();
    const inbox = await listen(workspace.owner.api);
    const ready = await inbox.until(({ event }) => event === "ready");
    await write(channel, "hello");
    const received = await inbox.until(says_("hello"));
    expect(Number(received.id)).toBe(received.data["position"]);
    expect(Number(received.id)).toBeGreaterThan(Number(ready.data["position"]));
    expect(received.data).toMatchObject({
      type: "message.received",
      message: { text: "hello", channelId: channel.id },
      conversation: { inboundCount: 1, contact: { name: "Ana Ruiz" }, lastMessage: { text: "hello" } },
    });
    expect(received.data["conversation"]).not.toHaveProperty("unreadCount");
    expect(inbox.heard.map(({ event }) => event)).toEqual([
      "ready",
      "contact.created",
      "conversation.created",
      "message.received",
    ]);
    inbox.close();
  });

  test("sends a tick without the message it stands under", async () => {
    const { workspace, channel } = await givenInbox();
    await write(channel, "question");
    const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
    const conversationId = body.data[0]?.id;
    const sent = await workspace.api.post<{ id: string }>("/v1/messages", {
      conversationId,
      type: "text",
      text: "answer",
      scheduledAt: later(),
    });
    expect(sent.status).toBe(202);
    const index = (
      await t.admin.query("select provider_message_index from message where direction = 'inbound' limit 1")
    ).rows;
    expect(index).toHaveLength(1);
    const inbox = await listen(workspace.owner.api);
    await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
      const { messageDelivered } = await import("../messages/message-events.ts");
      const ids = {
        messageId: sent.body.id,
        conversationId: String(conversationId),
        contactId: "con_1",
        channelId: channel.id,
      };
      await t.app.emit(tx, messageDelivered, [
        { workspaceId: workspace.id, channelId: channel.id, conversationId: ids.conversationId, payload: ids },
      ]);
    });
    const tick = await inbox.until(({ event }) => event === "message.delivered");
    expect(tick.data).toMatchObject({
      messageId: sent.body.id,
      conversationId,
      status: "delivered",
      at: t.clock.now().toISOString(),
    });
    expect(tick.data).not.toHaveProperty("message");
    inbox.close();
  });

  test("shows a conversation once in a burst, with its last event", async () => {
    const { workspace, channel } = await givenInbox();
    const inbox = await listen(workspace.owner.api);
    await t.app.db.tx({ workspaceIds: [workspace.id] }, async () => {});
    const body = says(channel, ana, "wamid.burst0", t.clock.now(), "burst 0") as { entry: object[] };
    for (let n = 1; n < 4; n++)
      body.entry.push(
        ...(says(channel, ana, `wamid.burst${n}`, t.clock.now(), `burst ${n}`) as { entry: object[] }).entry,
      );
    await post(t, channel, body);
    await inbox.until(says_("burst 3"));
    const carrying = inbox.heard.filter(({ data }) => "conversation" in data);
    expect(carrying.map(textOf)).toEqual(["burst 3"]);
    expect(carrying[0]?.data["conversation"]).toMatchObject({ inboundCount: 4 });
    inbox.close();
  });

  test("a client that was away gets what it missed, then goes on, with nothing left out or twice", async () => {
    const { workspace, channel } = await givenInbox();
    const first = await listen(workspace.owner.api);
    await write(channel, "before");
    const last = await first.until(says_("before"));
    first.close();
    await first.ended;
    for (let n = 0; n < 30; n++) await write(channel, `away ${n}`);
    // live events come while the replay is under way
    const writing = Promise.all(Array.from({ length: 20 }, (_, n) => write(channel, `back ${n}`)));
    const second = await listen(workspace.owner.api, { lastEventId: String(last.id) });
    await writing;
    await write(channel, "the end");
    await second.until(says_("the end"));
    expect(second.heard[0]).toMatchObject({ event: "ready", id: last.id });
    const from = Number(last.id);
    expect(positions(second)).toEqual(positions(second).map((_, i) => from + 1 + i));
    expect(new Set(heardTexts(second)).size).toBe(51);
    second.close();
  });

  test("tells a client to start over when it was away for too long, or comes from another life of the database", async () => {
    const { workspace, channel } = await givenInbox();
    const { labelChanged } = await import("../conversations/label.ts");
    const many = Array.from({ length: 5_001 }, (_, n) => ({
      workspaceId: workspace.id,
      payload: { labelId: `lbl_${n}` },
    }));
    const first = await listen(workspace.owner.api);
    const ready = await first.until(({ event }) => event === "ready");
    first.close();
    await first.ended;
    await t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) => t.app.emit(tx, labelChanged, many as never));
    for (const lastEventId of [String(ready.id), "999999"]) {
      const inbox = await listen(workspace.owner.api, { lastEventId });
      const reset = await inbox.until(({ event }) => event === "reset");
      await write(channel, `after reset of ${lastEventId}`);
      await inbox.until(says_(`after reset of ${lastEventId}`));
      expect(positions(inbox)).toEqual(positions(inbox).map((_, i) => Number(reset.id) + i));
      inbox.close();
    }
  });

  test("starts over when the log was cut behind the client", async () => {
    const { workspace, channel } = await givenInbox();
    const first = await listen(workspace.owner.api);
    await write(channel, "one");
    const last = await first.until(says_("one"));
    first.close();
    await write(channel, "two");
    await write(channel, "three");
    await t.admin.query("delete from event where workspace_id = $1 and position <= $2", [
      workspace.id,
      Number(last.id) + 1,
    ]);
    const second = await listen(workspace.owner.api, { lastEventId: String(last.id) });
    await second.until(({ event }) => event === "reset");
    expect(heardTexts(second)).toEqual([]);
    second.close();
  });

  test("tells each listener only of the channels they may see, and of other workspaces nothing", async () => {
    const { workspace, channel } = await givenInbox();
    const hidden = await givenChannel(t, workspace);
    const agent = await t.given.member(workspace.id, "agent", { channelIds: [channel.id] });
    const stranger = await t.given.workspace();
    const from = String((await listenOnce(workspace.owner.api)).id);
    const all = await listen(workspace.owner.api);
    const some = await listen(agent.api);
    const none = await listen(stranger.owner.api);
    await write(hidden, "hidden", { phone: "393339998888", name: "Hidden" });
    await write(channel, "shown");
    await Promise.all([all.until(says_("shown")), some.until(says_("shown"))]);
    expect(heardTexts(all)).toEqual(["hidden", "shown"]);
    expect(heardTexts(some)).toEqual(["shown"]);
    expect(JSON.stringify(some.heard)).not.toContain(hidden.id);
    const replayed = await listen(agent.api, { lastEventId: from });
    await replayed.until(says_("shown"));
    expect(JSON.stringify(replayed.heard)).not.toContain(hidden.id);
    await write(await givenChannel(t, stranger), "elsewhere");
    await none.until(says_("elsewhere"));
    expect(heardTexts(none)).toEqual(["elsewhere"]);
    for (const listener of [all, some, none, replayed]) listener.close();
  });

  test("tells of a read mark only the member whose it is, with how far they read", async () => {
    const { workspace, channel } = await givenInbox();
    const other = await t.given.member(workspace.id, "admin");
    await write(channel, "unread");
    const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
    const mine = await listen(workspace.owner.api);
    const theirs = await listen(other.api);
    await workspace.owner.api.post(`/v1/conversations/${body.data[0]?.id}/read`, {});
    await write(channel, "later");
    await Promise.all([mine.until(says_("later")), theirs.until(says_("later"))]);
    const marks = ({ heard }: Listener) => heard.filter(({ event }) => event === "conversation.updated");
    expect(marks(mine)).toMatchObject([{ data: { changed: ["read"], readCount: 1 } }]);
    expect(marks(theirs)).toEqual([]);
    for (const listener of [mine, theirs]) listener.close();
  });

  test("passes on a private note to the team", async () => {
    const { workspace, channel } = await givenInbox();
    await write(channel, "hm");
    const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
    const inbox = await listen(workspace.owner.api);
    expect(
      await workspace.owner.api.post(`/v1/conversations/${body.data[0]?.id}/notes`, { text: "be kind" }),
    ).toMatchObject({ status: 201 });
    const note = await inbox.until(({ event }) => event === "note.changed");
    expect(note.data).toMatchObject({ note: { text: "be kind" } });
    inbox.close();
  });

  test("ends when the login is signed out, the key revoked or the member removed, and starts over for other rights", async () => {
    const { workspace, channel } = await givenInbox();
    const agent = await t.given.member(workspace.id, "agent");
    const leaver = await t.given.member(workspace.id, "agent");
    const moved = await t.given.member(workspace.id, "agent");
    const key = await t.given.apiKey(workspace.id);
    const [signedOut, removed, revoked, regranted, staying] = await Promise.all(
      [agent.api, leaver.api, key.api, moved.api, workspace.owner.api].map((api) => listen(api)),
    );
    for (const listener of [signedOut, removed, revoked, regranted, staying])
      await listener?.until(({ event }) => event === "ready");
    expect((await agent.api.post("/v1/sign-out")).status).toBeLessThan(300);
    await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
      const ctx = { ...t.app, tx, workspaceId: workspace.id, actor: { kind: "system" } } as unknown as Ctx;
      await removeMember(ctx, leaver.memberId);
      await revokeApiKey(ctx, key.id);
    });
    const patched = await workspace.owner.api.patch(`/v1/members/${moved.memberId}`, { channelIds: [channel.id] });
    expect(patched.status).toBe(200);
    await Promise.all([signedOut?.ended, removed?.ended, revoked?.ended, regranted?.ended]);
    expect(regranted?.heard.at(-1)?.event).toBe("reset");
    await write(channel, "still here");
    await staying?.until(says_("still here"));
    staying?.close();
  });

  test("refuses strangers, people without the workspace and keys without the permission", async () => {
    const { workspace } = await givenInbox();
    const stranger = await t.given.workspace();
    const key = await t.given.apiKey(workspace.id, { scopes: ["event:read"] });
    expect((await listen(t.anyone)).status).toBe(401);
    expect((await listen(key.api)).status).toBe(403);
    expect((await listen(stranger.owner.api, { query: `?workspaceId=${workspace.id}` })).status).toBe(404);
  });
});

async function listenOnce(api: Parameters<typeof listen>[0]): Promise<HeardEvent> {
  const listener = await listen(api);
  const ready = await listener.until(({ event }) => event === "ready");
  listener.close();
  await listener.ended;
  return ready;
}

describe("a client that does not keep up", () => {
  test("is never buffered without bound: it reads the log again and still gets everything once", async () => {
    const { workspace, channel } = await givenInbox();
    const stop = new AbortController();
    const { memberId, personId } = workspace.owner;
    const rows = await t.admin.query("select id from login where person_id = $1", [personId]);
    const actor = {
      kind: "member",
      personId,
      memberId,
      loginId: rows.rows[0].id,
      role: "owner",
      channelIds: null,
    } as const;
    const stream = t.app.realtime.follow({
      workspaceId: workspace.id,
      actor,
      lastEventId: undefined,
      signal: stop.signal,
    });
    const pull = stream[Symbol.asyncIterator]();
    const frameOf = async (): Promise<string> => ((await pull.next()).value as { frame: string }).frame;
    let text = await frameOf();
    const fast = await listen(workspace.owner.api);
    for (let n = 0; n < 40; n++) {
      const text = `${n} ${"long ".repeat(4_000)}`.trim();
      await post(t, channel, says(channel, ana, `wamid.long${n}`, t.clock.now(), text));
    }
    await fast.until(({ data }) => textOf({ id: "", event: "", data })?.startsWith("39 ") === true);
    expect(t.app.realtime.load().queuedLetters).toBeLessThan(300_000);
    while (!text.includes('"text":"39 ')) text += await frameOf();
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids.slice(1)).toEqual(ids.slice(1).map((_, i) => (ids[0] ?? 0) + 1 + i));
    stop.abort();
    expect((await pull.next()).done).toBe(true);
    fast.close();
    await fast.ended;
  });
});
