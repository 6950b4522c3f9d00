import { beforeEach, describe, expect, test } from "vitest";
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import { advanceRequest } from "../privacy/advance-request.ts";
import type { Address } from "../providers/address.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { givenChannel, post, says, type HookChannel } from "../test/hooks.ts";
import type { ConversationView } from "./conversation-view.ts";
import { touchConversations } from "./touch-conversations.ts";
import { wakeSnoozed } from "./wake-snoozed.ts";

const t = createTestApp();
interface Page<T> {
  data: T[];
}
type Reach = { channelId: string; conversationId: string | null };

let count = 0;
let workspace: GivenWorkspace;
let api: ApiClient;
let channel: HookChannel;
/** Imported, never wrote. */
let contactId: string;
let phone: string;

const importOne = async (row: object): Promise<string> => {
  const { body } = await workspace.api.post<Page<{ contactId: string }>>("/v1/contacts/import", {
    ...{ contacts: [row], attestation: { isLawful: true, basis: "contract" } },
  });
  return body.data[0]?.contactId ?? "";
};
beforeEach(async () => {
  workspace = await t.given.workspace();
  api = workspace.owner.api;
  channel = await givenChannel(t, workspace);
  phone = `25471${String(++count).padStart(7, "0")}`;
  contactId = await importOne({ name: "Wanjiru Otieno", phone: `+${phone}` });
  t.clock.advance(1_000);
});

const open = (body: object = {}, by = api) =>
  by.post<ConversationView & { code: string; detail?: string }>("/v1/conversations", {
    ...{ contactId, channelId: channel.id },
    ...body,
  });
const opened = async (body: object = {}, by = api): Promise<ConversationView> => {
  const answer = await open(body, by);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const refused = async (body: object, by = api): Promise<string> => {
  const answer = await open(body, by);
  return `${answer.status} ${answer.body.code}`;
};
const list = async (query = "", by = api): Promise<ConversationView[]> =>
  (await by.get<Page<ConversationView>>(`/v1/conversations${query}`)).body.data;
const ids = async (query = "", by = api): Promise<string[]> => (await list(query, by)).map(({ id }) => id);
const counts = async () => (await api.get("/v1/conversation-counts")).body;
const reach = async (id = contactId, by = api): Promise<Reach[]> =>
  (await by.get<Page<Reach>>(`/v1/contacts/${id}/channels`)).body.data;
const writes = async (from: string, text = "hello"): Promise<void> => {
  const body = says(channel, { phone: from }, `wamid.o${++count}`, t.clock.now(), text);
  expect((await post(t, channel, body)).status).toBe(200);
};
const events = async (type: string): Promise<unknown[]> =>
  (await workspace.api.get<Page<unknown>>(`/v1/events?types=${type}`)).body.data;
/** As somebody whom a channel has met. */
const met = (aliases: { kind: "psid" | "group"; value: string }[], isGroup = false): Promise<string> =>
  t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
    const ref = { workspaceId: workspace.id, aliases, isGroup };
    return (await resolveContacts(t.app, tx, [ref])).contactIds[0] ?? "";
  });

describe("the conversation with somebody who never wrote", () => {
  test("is made once, also by many at a time, and is the same one each time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => opened()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({
      ...{ contact: { id: contactId, name: "Wanjiru Otieno" }, channelId: channel.id, status: "open" },
      ...{ isEmpty: true, lastMessage: null, unreadCount: 0, inboundCount: 0, assignee: null },
      serviceWindow: { isOpen: false, expiresAt: null },
    });
    t.clock.advance(60_000);
    expect(await opened()).toEqual(all[0]);
    expect(await opened({}, workspace.api)).toEqual(all[0]);
    expect(await events("conversation.created")).toHaveLength(1);
    const rows = await t.admin.query("select 1 from conversation where workspace_id = $1", [workspace.id]);
    expect(rows.rowCount).toBe(1);
  });

  test("stands in no list and no count before something is said or done in it, and is found by who looks for it", async () => {
    await writes("254720000001");
    await writes("254720000002");
    t.clock.advance(1_000);
    const [before, figures] = [await ids(), await counts()];
    const { id } = await opened();
    for (const query of ["", "?status=open", "?assignee=none", `?channelId=${channel.id}`])
      expect([query, await ids(query)]).toEqual([query, before]);
    expect(await counts()).toEqual(figures);
    expect(await ids(`?q=${encodeURIComponent(`+${phone}`)}`)).toEqual([id]);
    const label = await api.post<{ id: string }>("/v1/labels", { name: "new" });
    await api.patch(`/v1/conversations/${id}`, { addLabels: [label.body.id] });
    expect(await ids(`?label=${label.body.id}`)).toEqual([id]);
    const contact = await api.get<{ conversationIds: string[] }>(`/v1/contacts/${contactId}`);
    expect(contact.body.conversationIds).toEqual([id]);
    expect((await api.get<Page<unknown>>(`/v1/conversations/${id}/messages`)).body.data).toEqual([]);
    await t.app.indexer?.idle();
    expect(await list("?q=Wanjiru")).toMatchObject([{ isEmpty: true }]);
  });

  test("somebody's work, and a snooze that is over, are listed though nobody wrote yet", async () => {
    const [first, second] = [await opened(), await opened({ contactId: await importOne({ phone: "+254720000003" }) })];
    t.clock.advance(1_000);
    await api.patch(`/v1/conversations/${first.id}`, { assigneeId: "me" });
    expect(await list("?assignee=me")).toMatchObject([{ id: first.id, isEmpty: false, lastMessage: null }]);
    const snoozedUntil = new Date(t.clock.ms() + 60_000).toISOString();
    await api.patch(`/v1/conversations/${second.id}`, { snoozedUntil });
    expect(await ids("?status=open")).toEqual([first.id]);
    t.clock.advance(60_000);
    await wakeSnoozed(t.app);
    expect((await ids("?status=open")).toSorted()).toEqual([first.id, second.id].toSorted());
    expect(await counts()).toMatchObject({ mine: 1, unassigned: 1, all: 2 });
  });

  test("a note in it is something done: it is in the lists from then on, in the same moment too", async () => {
    const { id } = await opened();
    expect(await ids()).toEqual([]);
    expect((await api.post(`/v1/conversations/${id}/notes`, { text: "call first" })).status).toBe(201);
    expect(await list("?status=open")).toMatchObject([{ id, isEmpty: false, lastMessage: null }]);
    expect(await counts()).toMatchObject({ unassigned: 1, all: 1 });
  });

  test("is the one that a message goes into, and the first of the list from then on", async () => {
    const { id } = await opened();
    await writes("254720000004");
    t.clock.advance(1_000);
    const template = { name: "order_update", language: "de", components: [] };
    const free = await api.post<{ code: string }>("/v1/messages", { conversationId: id, type: "text", text: "Hi" });
    expect(free.body.code).toBe("message.window_closed");
    expect(await ids()).not.toContain(id);
    const sent = await api.post<{ conversationId: string }>("/v1/messages", {
      ...{ channelId: channel.id, to: { contactId }, type: "template", template },
    });
    expect([sent.status, sent.body.conversationId]).toEqual([202, id]);
    expect((await list())[0]).toMatchObject({ id, isEmpty: false, lastMessage: { direction: "outbound" } });
    expect(await events("conversation.created")).toHaveLength(2);
  });

  test("is the one in which their first message arrives, unread", async () => {
    const { id } = await opened();
    t.clock.advance(1_000);
    await writes(phone, "who is this?");
    expect(await list()).toMatchObject([{ id, isEmpty: false, unreadCount: 1, lastMessage: { text: "who is this?" } }]);
  });

  test("takes the times of a history that is older than itself", async () => {
    await writes("254720000012");
    const [newer] = await list();
    t.clock.advance(1_000);
    const { id } = await opened();
    const own = await label(id, newer?.id);
    const at = new Date(t.clock.ms() - 90 * 86_400_000);
    await t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) =>
      touchConversations(
        tx,
        [
          {
            ...{ workspaceId: workspace.id, conversationId: id, inboundCount: 0, lastMessageAt: at },
            ...{ lastMessageId: "msg_old", lastInboundAt: at, isReopening: false },
          },
        ],
        t.clock.now(),
      ),
    );
    expect(await list()).toMatchObject([{ id: newer?.id }, { id, lastMessageAt: at.toISOString() }]);
    expect(await labelled(own)).toEqual([newer?.id, id]);
  });

  test("is made for a number that is nobody's yet, and for whom it belongs to where it is somebody's", async () => {
    const to = "+254 720 000 005";
    const [fresh, again] = [
      await opened({ contactId: undefined, to }),
      await opened({ contactId: undefined, to: "+254720000005" }),
    ];
    expect([again.id, again.contact.identities]).toEqual([fresh.id, [{ kind: "phone", value: "+254720000005" }]]);
    expect((await opened({ contactId: undefined, to: `+${phone}` })).contact.id).toBe(contactId);
    expect(await refused({ contactId: undefined, to: "0720000006" })).toBe("400 message.address_unusable");
    expect(await events("contact.created")).toHaveLength(2);
  });
});

describe("what a send would refuse is refused before", () => {
  test("people and channels that are not there, or of another workspace", async () => {
    const other = await t.given.workspace();
    const foreign = await givenChannel(t, other);
    for (const body of [
      { contactId: "con_00000000000000000000000000" },
      { channelId: "chn_00000000000000000000000000" },
      { channelId: foreign.id },
    ])
      expect([body, await refused(body)]).toEqual([body, "404 not_found"]);
    expect(await refused({ channelId: foreign.id }, other.api)).toBe("404 not_found");
    expect((await other.api.get(`/v1/contacts/${contactId}/channels`)).status).toBe(404);
  });

  test("a channel that is disconnected, and one that was removed, by its name", async () => {
    await t.admin.query("update channel set status = 'disconnected' where id = $1", [channel.id]);
    await t.app.channels.reload(channel.id);
    expect(await reach()).toEqual([]);
    expect(await refused({})).toBe("409 message.channel_disconnected");
    expect((await api.delete(`/v1/channels/${channel.id}`)).status).toBe(204);
    const { body } = await open();
    expect([body.code, body.detail]).toEqual(["message.channel_disconnected", "The channel was removed."]);
  });

  test("somebody whose data is not used for now", async () => {
    const { id } = await opened();
    await t.admin.query("update contact set restricted_at = $2 where id = $1", [contactId, t.clock.now()]);
    expect(await refused({})).toBe("409 contact.restricted");
    expect((await api.get<ConversationView>(`/v1/conversations/${id}`)).body.isRestricted).toBe(true);
  });

  test("somebody whom the channel cannot reach, and a group that it is not in", async () => {
    const stranger = await met([{ kind: "psid", value: "7700" }]);
    const group = await met([{ kind: "group", value: "120363000000@g.us" }], true);
    for (const id of [stranger, group]) {
      expect(await refused({ contactId: id })).toBe("400 message.address_unusable");
      expect(await reach(id)).toEqual([]);
    }
    await t.admin.query(
      `insert into conversation (workspace_id, id, channel_id, contact_id, last_message_at, created_at, updated_at)
       values ($1, 'cnv_group' || $3, $2, $3, $4, $4, $4)`,
      [workspace.id, channel.id, group, t.clock.now()],
    );
    const heard = await opened({ contactId: group });
    expect(await reach(group)).toEqual([{ channelId: channel.id, conversationId: heard.id }]);
  });

  test("an erased person; and one that was merged is who they became", async () => {
    const userId = "KE.7349120865530274";
    const other = await importOne({ userId });
    await opened({ contactId: other });
    await post(t, channel, says(channel, { phone, userId }, `wamid.o${++count}`, t.clock.now(), "it is me"));
    const [merged] = await list();
    expect([contactId, other]).toContain(merged?.contact.id);
    for (const id of [contactId, other])
      expect(await opened({ contactId: id })).toMatchObject({ id: merged?.id, contact: { id: merged?.contact.id } });
    const asked = await workspace.api.post<{ id: string }>("/v1/subject-requests", {
      ...{ type: "erase", contactId: merged?.contact.id },
    });
    await advanceRequest(t.app, { workspaceId: workspace.id, requestId: asked.body.id });
    for (const id of [contactId, other]) expect(await refused({ contactId: id })).toBe("404 not_found");
    const rows = await t.admin.query("select 1 from conversation where workspace_id = $1", [workspace.id]);
    expect(rows.rowCount).toBe(0);
  });

  test("whoever is limited to channels opens and sees theirs alone", async () => {
    const second = await givenChannel(t, workspace);
    const agent = await t.given.member(workspace.id, "agent", { channelIds: [channel.id] });
    // nobody they know of
    expect(await refused({}, agent.api)).toBe("404 not_found");
    expect((await agent.api.get(`/v1/contacts/${contactId}/channels`)).status).toBe(404);
    const { id } = await opened();
    expect((await opened({}, agent.api)).id).toBe(id);
    expect(await refused({ channelId: second.id }, agent.api)).toBe("404 not_found");
    expect(await reach(contactId, agent.api)).toEqual([{ channelId: channel.id, conversationId: id }]);
    expect(await reach()).toEqual([
      { channelId: channel.id, conversationId: id },
      { channelId: second.id, conversationId: null },
    ]);
    for (const scope of ["message:send", "conversation:read"] as const) {
      const half = (await t.given.apiKey(workspace.id, { scopes: [scope] })).api;
      expect([scope, await refused({}, half)]).toEqual([scope, "403 forbidden"]);
    }
  });
});

/** An address turns out to be of the person of `phone`, by a list of the team's. */
const become = (address: Address): Promise<string | null | undefined> =>
  t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
    const aliases = [{ kind: "phone" as const, value: `+${phone}` }, address];
    return (await resolveContacts(t.app, tx, [{ workspaceId: workspace.id, aliases }])).contactIds[0];
  });

/** The ids of a label's list, page by page. */
async function labelled(label: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ""; ;) {
    const { body } = await api.get<Page<{ id: string }> & { nextCursor: string | null }>(
      `/v1/conversations?label=${label}&limit=1${cursor}`,
    );
    found.push(...body.data.map(({ id }) => id));
    if (body.nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

const label = async (...conversations: (string | undefined)[]): Promise<string> => {
  const { body } = await api.post<{ id: string }>("/v1/labels", { name: "new" });
  for (const id of conversations) await api.patch(`/v1/conversations/${id}`, { addLabels: [body.id] });
  return body.id;
};

describe("an empty conversation leaves alone what is counted from what people said", () => {
  test.each(["both", "the older", "the younger"])(
    "people who become one have done nothing in it: %s had one",
    async (which) => {
      const userId = `KE.73491208655${String(++count).padStart(5, "0")}`;
      const other = await importOne({ userId });
      if (which !== "the younger") await opened();
      if (which !== "the older") await opened({ contactId: other });
      t.clock.advance(60_000);
      const person = await become({ kind: "wa_user_id", value: userId });
      expect(await ids()).toEqual([]);
      expect(await counts()).toMatchObject({ all: 0 });
      const left = await opened({ contactId: person });
      expect(left).toMatchObject({ isEmpty: true, contact: { id: person } });
    },
  );

  test.each(["older", "younger"])("what somebody did in the %s of two stays done", async (which) => {
    const userId = `KE.73491208655${String(++count).padStart(5, "0")}`;
    const other = await importOne({ userId });
    const [older, younger] = [await opened(), await opened({ contactId: other })];
    t.clock.advance(60_000);
    const { id } = which === "older" ? older : younger;
    expect((await api.post(`/v1/conversations/${id}/notes`, { text: "call first" })).status).toBe(201);
    await become({ kind: "wa_user_id", value: userId });
    expect(await list()).toMatchObject([{ isEmpty: false, lastMessage: null }]);
  });

  test("a label's list shows it where the messages stand that it got, also on later pages", async () => {
    const old = "254720000010";
    const other = await importOne({ phone: `+${old}` });
    await writes(old, "long ago");
    t.clock.advance(60_000);
    await writes("254720000011");
    const [newest, before] = await list();
    t.clock.advance(60_000);
    const empty = await opened();
    const first = await label(empty.id, newest?.id);
    expect(await labelled(first)).toEqual([empty.id, newest?.id]);
    expect(await become({ kind: "phone", value: `+${old}` })).toBe(contactId);
    expect([before?.contact.id, (await labelled(first)).length]).toEqual([other, 2]);
    expect(await labelled(first)).toEqual([newest?.id, empty.id]);
  });

  test("of two that become one, the one in which somebody wrote says when, what and in which state", async () => {
    const userId = "KE.7349120865530275";
    const other = await importOne({ userId });
    await writes(phone, "long ago");
    const [real] = await list();
    await api.patch(`/v1/conversations/${real?.id}`, { status: "resolved" });
    t.clock.advance(3_600_000);
    const empty = await opened({ contactId: other });
    const told = await become({ kind: "wa_user_id", value: userId });
    const [left, ...more] = await list("?status=resolved");
    expect(more).toEqual([]);
    expect(left).toMatchObject({
      ...{ contact: { id: told }, lastMessage: { text: "long ago" }, lastMessageAt: real?.lastMessageAt },
      ...{ isEmpty: false, status: "resolved" },
    });
    expect(await ids("?status=open")).toEqual([]);
    expect((await api.get(`/v1/conversations/${empty.id}`)).status).toBe(left?.id === empty.id ? 200 : 404);
  });

  test("whom nobody spoke with is forgotten in time, whoever opened a conversation meanwhile [GEN-24]", async () => {
    const due = async () =>
      (await t.admin.query("select id from kw.sweepable_contacts($1, 100, $2, null)", [t.clock.now(), workspace.id]))
        .rows;
    // an import is a word of the ledger: the days count from it
    t.clock.advance(1_094 * 86_400_000);
    await opened({}, workspace.api);
    expect(await due()).toEqual([]);
    t.clock.advance(2 * 86_400_000);
    expect(await due()).toEqual([{ id: contactId }]);
    await writes(phone);
    expect(await due()).toEqual([]);
  });
});
