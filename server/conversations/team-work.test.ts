// What a team does together: many conversations at once, replies that all may use, colleagues who are named in a note.
import { describe, expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says, type HookChannel } from "../test/hooks.ts";
import type { ConversationView } from "./conversation-view.ts";
import type { NoteView } from "./note.ts";
import type { SavedReplyView } from "./saved-reply.ts";

const t = createTestApp();
let count = 0;

const list = async (api: ApiClient, query = ""): Promise<ConversationView[]> =>
  (await api.get<{ data: ConversationView[] }>(`/v1/conversations${query}`)).body.data;
const idsOf = (views: readonly ConversationView[]): string[] => views.map(({ id }) => id).toSorted();

async function write(channel: HookChannel, n: number): Promise<void> {
  const person = { phone: `39347${String(n).padStart(7, "0")}`, name: `Person ${n}` };
  await post(t, channel, says(channel, person, `wamid.t${++count}`, t.clock.now(), "hello"));
}

/** Three conversations on one channel, one on another, and an agent who sees the first channel only. */
async function givenTeam() {
  const workspace = await t.given.workspace();
  const [shop, desk] = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
  for (const n of [1, 2, 3]) await write(shop, n);
  await write(desk, 4);
  const agent = await t.given.member(workspace.id, "agent", { channelIds: [shop.id] });
  const { api } = workspace.owner;
  const all = await list(api);
  const inShop = idsOf(all.filter(({ channelId }) => channelId === shop.id));
  return {
    workspace,
    api,
    agent,
    inShop,
    everything: idsOf(all),
    inDesk: all.find((view) => view.channelId === desk.id),
  };
}

describe("many conversations at once", () => {
  test("are assigned, labelled, resolved and read in one request, and each tells of it [ONE-01]", async () => {
    const { api, agent, inShop } = await givenTeam();
    const { id: labelId } = (await api.post<{ id: string }>("/v1/labels", { name: "vip" })).body;
    const before = (await api.get<{ lastPosition: string }>("/v1/events?limit=500")).body.lastPosition;
    const { status, body } = await api.patch<{ data: ConversationView[] }>("/v1/conversations", {
      ...{ ids: [...inShop, ...inShop.slice(1)], assigneeId: agent.memberId, addLabels: [labelId] },
      ...{ status: "resolved", isRead: true },
    });
    expect([status, idsOf(body.data)]).toEqual([200, inShop]);
    for (const view of body.data) {
      const { assignee, labels, status: now, unreadCount } = view;
      expect({ assignee, labels, now, unreadCount }).toEqual({
        ...{ assignee: { id: agent.memberId }, labels: [labelId], now: "resolved", unreadCount: 0 },
      });
    }
    type Said = { data: { type: string; data: { conversationId: string; changed: string[] } }[] };
    const { data } = (await api.get<Said>(`/v1/events?types=conversation.updated&after=${before}`)).body;
    const told = data.filter((event) => !event.data.changed.includes("read"));
    expect(told.map((event) => event.data.conversationId).toSorted()).toEqual(inShop);
    const unread = await api.patch<{ data: ConversationView[] }>("/v1/conversations", { ids: inShop, isRead: false });
    expect(unread.body.data.map((view) => view.unreadCount)).toEqual([1, 1, 1]);
  });

  test("change all together or not at all", async () => {
    const { api, agent, everything } = await givenTeam();
    const refused = await api.patch("/v1/conversations", {
      ...{ ids: everything, status: "resolved", assigneeId: agent.memberId },
    });
    expect(refused.body).toMatchObject({ code: "conversation.assignee_unknown" });
    expect((await list(api, "?status=open")).length).toBe(4);
  });

  test("leave out what is gone or not the caller's to see", async () => {
    const { agent, everything, inShop } = await givenTeam();
    const ids = [...everything, "cnv_00000000000000000000000000"];
    const { status, body } = await agent.api.patch<{ data: ConversationView[] }>("/v1/conversations", {
      ...{ ids, status: "snoozed", snoozedUntil: new Date(t.clock.ms() + 3_600_000).toISOString() },
    });
    expect([status, idsOf(body.data)]).toEqual([200, inShop]);
    for (const wrong of [[], Array.from({ length: 101 }, (_, n) => `cnv_${n}`)])
      expect((await agent.api.patch("/v1/conversations", { ids: wrong, status: "open" })).status).toBe(400);
  });
});

describe("saved replies", () => {
  test("are the whole team's, found by a shortcut that is there once, sealed where they lie", async () => {
    const { workspace, api, agent } = await givenTeam();
    const text = "Hello {{firstName}}, we open at nine.";
    const made = await api.post<SavedReplyView>("/v1/saved-replies", { shortcut: " Hours ", text });
    expect([made.status, made.body]).toMatchObject([201, { shortcut: "hours", text }]);
    expect((await agent.api.get<{ data: SavedReplyView[] }>("/v1/saved-replies")).body.data).toEqual([made.body]);
    const again = await agent.api.post("/v1/saved-replies", { shortcut: "hours", text: "Nine." });
    expect(again.body).toMatchObject({ code: "saved_reply.shortcut_taken" });
    expect((await api.post("/v1/saved-replies", { shortcut: "two words", text })).status).toBe(400);
    const path = `/v1/saved-replies/${made.body.id}`;
    expect((await agent.api.patch(path, { text: "From ten." })).body).toMatchObject({
      shortcut: "hours",
      text: "From ten.",
    });
    const { rows } = await t.admin.query<{ body: Buffer }>("select body from saved_reply where workspace_id = $1", [
      workspace.id,
    ]);
    expect(rows[0]?.body.includes("From ten.")).toBe(false);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.patch(path, { text })).status).toBe(404);
    const { body } = await api.get<{ data: { type: string }[] }>("/v1/events?types=saved_reply.*");
    expect(body.data).toHaveLength(3);
  });
});

describe("mentions", () => {
  test("are counted and listed for whom they name until they have read the conversation [ONE-01]", async () => {
    const { api, agent, inShop } = await givenTeam();
    const [id = ""] = inShop;
    const note = { text: "@agent please look", mentionedIds: [agent.memberId] };
    const { status, body } = await api.post<NoteView>(`/v1/conversations/${id}/notes`, note);
    expect([status, body.mentionedIds]).toEqual([201, [agent.memberId]]);
    const counted = async (by: ApiClient): Promise<number> =>
      (await by.get<{ mentioned: number }>("/v1/conversation-counts")).body.mentioned;
    expect([await counted(agent.api), await counted(api)]).toEqual([1, 0]);
    await api.patch(`/v1/conversations/${id}`, { status: "resolved" });
    expect(idsOf(await list(agent.api, "?mentioned=me"))).toEqual([id]);
    await agent.api.post(`/v1/conversations/${id}/read`, { unread: 1 });
    expect(await counted(agent.api)).toBe(1);
    await agent.api.post(`/v1/conversations/${id}/read`, {});
    expect([await counted(agent.api), await list(agent.api, "?mentioned=me")]).toEqual([0, []]);
    const notes = await agent.api.get<{ data: NoteView[] }>(`/v1/conversations/${id}/notes`);
    expect(notes.body.data).toMatchObject([{ mentionedIds: [agent.memberId] }]);
  });

  test("name nobody who may not see the conversation: the note is not written", async () => {
    const { api, agent, inDesk, inShop } = await givenTeam();
    for (const [id, memberId] of [
      [inDesk?.id, agent.memberId],
      [inShop[0], "mem_00000000000000000000000000"],
    ]) {
      const note = { text: "look", mentionedIds: [memberId] };
      const { body } = await api.post(`/v1/conversations/${id}/notes`, note);
      expect(body).toMatchObject({ code: "note.mention_unknown" });
      expect((await api.get<{ data: NoteView[] }>(`/v1/conversations/${id}/notes`)).body.data).toEqual([]);
    }
  });

  test("go with their note", async () => {
    const { api, agent, inShop } = await givenTeam();
    const path = `/v1/conversations/${inShop[0]}/notes`;
    const { body } = await api.post<NoteView>(path, { text: "look", mentionedIds: [agent.memberId] });
    expect((await api.delete(`${path}/${body.id}`)).status).toBe(204);
    expect(await list(agent.api, "?mentioned=me")).toEqual([]);
  });
});
