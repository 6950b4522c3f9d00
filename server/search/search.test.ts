import { describe, expect, test } from "vitest";
import type { ContactView } from "../contacts/contact-view.ts";
import type { MessageView } from "../messages/message-view.ts";
import { indexKeyTokens } from "../test/search.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { change, envelope, givenChannel, messageOf, post, says, type HookChannel, type Person } from "../test/hooks.ts";
import { rebuildSearch } from "./rebuild-search.ts";
import { forgetInSearch } from "./search-lock.ts";

const t = createTestApp();
const ana = { phone: "393331112222", name: "Ana Ruiz" };

interface Found {
  data: { message: MessageView; contact: ContactView | null }[];
  contacts: ContactView[];
  nextCursor: string | null;
}
const search = async (api: ApiClient, q: string, more = ""): Promise<Found> =>
  (await api.get<Found>(`/v1/search?q=${encodeURIComponent(q)}${more}`)).body;
const texts = (found: Found): (string | undefined)[] => found.data.map(({ message }) => message.text);
const found = async (api: ApiClient, q: string): Promise<(string | undefined)[]> => texts(await search(api, q));

let count = 0;
async function hear(channel: HookChannel, words: string[], person: Person = ana): Promise<void> {
  const start = t.clock.ms() - words.length * 1000;
  for (const [i, text] of words.entries())
    await post(t, channel, says(channel, person, `wamid.s${++count}`, start + i * 1000, text));
}
const indexed = (): Promise<void> => t.app.indexer?.idle() ?? Promise.reject(new Error("no indexer"));

async function givenInbox(options: { contentMode?: string } = {}) {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace, options);
  return { workspace, api: workspace.api, channel };
}

describe("GET /v1/search", () => {
  test("finds words in any script: accents, vowel signs, articles, pairs of letters, beginnings, numbers", async () => {
    const { api, channel } = await givenInbox();
    await hear(channel, [
      "Où est mon café crème ?",
      "أين الطَّلَبِيَّة من فضلك",
      "お届け日はいつですか",
      "我的订单在哪里",
      "Die Straße ist gesperrt",
      "The invoice 2024-7781 is involved",
      "Ring me on 0151 12345678",
    ]);
    await indexed();
    const expected: Record<string, number> = {
      "cafe CREME": 0,
      CAFÉ: 0,
      طلبية: 1,
      الطلبية: 1,
      届け: 2,
      订单: 3,
      strasse: 4,
      invoi: 5,
      "7781": 5,
      "invoice involved": 5,
      "12345678": 6,
      "1234": 6,
    };
    const all = [
      "Où est mon café crème ?",
      "أين الطَّلَبِيَّة من فضلك",
      "お届け日はいつですか",
      "我的订单在哪里",
      "Die Straße ist gesperrt",
      "The invoice 2024-7781 is involved",
      "Ring me on 0151 12345678",
    ];
    for (const [q, at] of Object.entries(expected)) expect(await found(api, q), q).toEqual([all[at]]);
  });

  test("shows nothing that only begins alike, and nothing for a query without words", async () => {
    const { api, channel } = await givenInbox();
    await hear(channel, ["we are involved", "an invoice", "investment"]);
    await indexed();
    // all three share the token of `inve` or `invo` with something asked here
    expect(await found(api, "involv")).toEqual(["we are involved"]);
    expect(await found(api, "invoices")).toEqual([]);
    expect(await found(api, "inv")).toEqual([]);
    expect(await found(api, "involved invoice")).toEqual([]);
    for (const q of ["?", "a", "…"]) expect(await search(api, q)).toEqual({ data: [], contacts: [], nextCursor: null });
    expect((await api.get("/v1/search?q=%20")).status).toBe(400);
    expect((await api.get("/v1/search?q=invoice&cursor=x")).status).toBe(400);
  });

  test("pages newest first, without a hole or a double, also where times are the same", async () => {
    const { api, channel } = await givenInbox();
    const at = t.clock.now();
    for (let n = 0; n < 12; n++) await post(t, channel, says(channel, ana, `wamid.same${n}`, at, `parcel ${n}`));
    await hear(channel, ["parcel older"]);
    await indexed();
    const whole = await search(api, "parcel");
    expect(whole.data).toHaveLength(13);
    expect(texts(whole).at(-1)).toBe("parcel older");
    const pieces: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Found = await search(api, "parcel", `&limit=5${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(page.contacts).toEqual([]);
      pieces.push(...page.data.map(({ message }) => message.id));
      cursor = page.nextCursor;
    }
    expect(pieces).toEqual(whole.data.map(({ message }) => message.id));
  });

  test("finds people by name, user name and any part of a number, and messages with who wrote them", async () => {
    const { api, channel } = await givenInbox();
    await hear(channel, ["hello there"], { phone: "4915112345678", name: "Zoë Müller" });
    await hear(channel, ["hello too"], { userId: "IT.998877665544", name: "Bruno", username: "bruno.bau" });
    await indexed();
    const names = async (q: string) => (await search(api, q)).contacts.map((contact) => contact.name);
    for (const q of ["zoe", "MULLER zoe", "+49 151 12345678", "0151 123 456", "004915112345678", "45678", "5678"])
      expect(await names(q), q).toEqual(["Zoë Müller"]);
    expect(await names("bruno.bau")).toEqual(["Bruno"]);
    for (const q of ["zoe bruno", "12345679", "99999"]) expect(await names(q), q).toEqual([]);
    expect((await search(api, "hello there")).data[0]?.contact?.name).toBe("Zoë Müller");
    const listed = await api.get<{ data: unknown[] }>("/v1/contacts?q=45678");
    expect(listed.body.data).toHaveLength(1);
  });

  test("tells a key without contact:read what was said, and of nobody who they are", async () => {
    const { workspace, channel } = await givenInbox();
    await hear(channel, ["parcel is late"], { phone: "4915112345699", name: "Zoë Müller" });
    await indexed();
    const key = await t.given.apiKey(workspace.id, { scopes: ["message:send", "message:read"] });
    const parcel = await search(key.api, "parcel");
    expect(parcel.data).toMatchObject([{ message: { text: "parcel is late" }, contact: null }]);
    expect([parcel.contacts, (await search(key.api, "zoe")).contacts]).toEqual([[], []]);
    expect(JSON.stringify(parcel)).not.toMatch(/Zo|4915112345699/);
  });

  test("keeps workspaces apart and honours channel grants", async () => {
    const one = await givenInbox();
    const two = await givenInbox();
    const hidden = await givenChannel(t, one.workspace);
    await hear(one.channel, ["umbrella blue"]);
    await hear(hidden, ["umbrella red"], { phone: "4915999999999", name: "Rainer Hidden" });
    await hear(two.channel, ["umbrella green"]);
    await indexed();
    expect(new Set(await found(one.api, "umbrella"))).toEqual(new Set(["umbrella blue", "umbrella red"]));
    expect(await found(two.api, "umbrella")).toEqual(["umbrella green"]);
    const agent = await t.given.member(one.workspace.id, "agent", { channelIds: [one.channel.id] });
    expect(await found(agent.api, "umbrella")).toEqual(["umbrella blue"]);
    expect((await search(agent.api, "rainer")).contacts).toEqual([]);
    expect((await search(one.api, "rainer")).contacts).toHaveLength(1);
    const rows = await t.admin.query(
      "select count(distinct tokens)::int as n from message_search s join message m using (workspace_id) where m.id = s.message_id",
    );
    expect(rows.rows[0].n).toBeGreaterThan(0);
    await expect(t.app.db.pool.query("select * from message_search")).rejects.toMatchObject({ code: "42501" });
  });

  test("follows edits and withdrawals, and forgets what was erased", async () => {
    const { api, channel, workspace } = await givenInbox();
    await hear(channel, ["first wording"]);
    await indexed();
    const edited = {
      type: "edit",
      edit: { original_message_id: `wamid.s${count}`, message: { type: "text", text: { body: "second wording" } } },
    };
    const send = (id: string, content: object) =>
      post(t, channel, envelope(channel, change(channel, { messages: [messageOf(ana, id, t.clock.now(), content)] })));
    await send("wamid.edit", edited);
    await indexed();
    expect(await found(api, "first")).toEqual([]);
    expect(await found(api, "second wording")).toEqual(["second wording"]);
    await send("wamid.revoke", { type: "revoke", revoke: { original_message_id: `wamid.s${count}` } });
    await indexed();
    expect(await found(api, "second wording")).toEqual([]);
    await hear(channel, ["to be erased"]);
    await indexed();
    const hit = (await search(api, "erased")).data[0];
    const messageId = String(hit?.message.id);
    const contactId = String(hit?.contact?.id);
    t.app.keyring.destroy(`contact:${contactId}`);
    expect(await found(api, "erased")).toEqual([]);
    expect((await search(api, "ruiz")).contacts).toEqual([]);
    await t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) =>
      forgetInSearch(tx, { messageIds: [messageId], contactIds: [contactId] }),
    );
    expect(await indexKeyTokens(t, workspace.id)).toEqual({ messages: 0, contacts: 0 });
    await rebuildSearch(t.app, workspace.id);
    expect(await indexKeyTokens(t, workspace.id)).toEqual({ messages: 0, contacts: 0 });
  });

  test("never makes words of what only passes through, not even when the channel keeps content later", async () => {
    const { api, channel, workspace } = await givenInbox({ contentMode: "metadata-only" });
    await hear(channel, ["passing through"]);
    await indexed();
    expect(await found(api, "passing")).toEqual([]);
    expect((await indexKeyTokens(t, workspace.id)).messages).toBe(0);
    await t.admin.query("update channel set content_mode = 'full' where id = $1", [channel.id]);
    await rebuildSearch(t.app, workspace.id);
    expect((await indexKeyTokens(t, workspace.id)).messages).toBe(0);
  });

  test("finds what we send", async () => {
    const { api, channel } = await givenInbox();
    await hear(channel, ["question"]);
    const { body } = await api.get<{ data: { id: string }[] }>("/v1/conversations");
    const scheduledAt = new Date(t.clock.ms() + 12 * 3_600_000).toISOString();
    await api.post("/v1/messages", {
      conversationId: body.data[0]?.id,
      type: "text",
      text: "our considered answer",
      scheduledAt,
    });
    await indexed();
    expect(await found(api, "considered")).toEqual(["our considered answer"]);
  });
});

describe("the index", () => {
  test("is rebuilt from the tables, and catches up by itself where the log no longer reaches back", async () => {
    const { api, channel, workspace } = await givenInbox();
    await hear(channel, ["rebuild one", "rebuild two"]);
    await indexed();
    await t.admin.query("delete from message_search where workspace_id = $1", [workspace.id]);
    await t.admin.query("delete from contact_search where workspace_id = $1", [workspace.id]);
    expect(await found(api, "rebuild")).toEqual([]);
    expect(await rebuildSearch(t.app, workspace.id)).toEqual({ messages: 2, contacts: 1 });
    expect(await found(api, "rebuild")).toEqual(["rebuild two", "rebuild one"]);
    await t.admin.query("delete from message_search where workspace_id = $1", [workspace.id]);
    await t.admin.query("delete from search_cursor where workspace_id = $1", [workspace.id]);
    await t.admin.query("delete from event where workspace_id = $1 and position < 5", [workspace.id]);
    await indexed();
    expect(await found(api, "rebuild")).toEqual(["rebuild two", "rebuild one"]);
  });

  test("follows many messages of many workspaces in batches", async () => {
    const inboxes = await Promise.all(Array.from({ length: 3 }, () => givenInbox()));
    const n = 350;
    for (const { channel } of inboxes) {
      const messages = Array.from({ length: n }, (_, i) =>
        messageOf(ana, `wamid.many${i}`, t.clock.now(), { type: "text", text: { body: `bulk number${i}` } }),
      );
      expect((await post(t, channel, envelope(channel, change(channel, { messages })))).status).toBe(200);
    }
    await indexed();
    for (const { api, workspace } of inboxes) {
      expect((await indexKeyTokens(t, workspace.id)).messages).toBe(n);
      expect(await found(api, "number349")).toEqual(["bulk number349"]);
    }
  });
});
