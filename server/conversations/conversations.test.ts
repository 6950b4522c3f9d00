import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { change, contactOf, envelope, givenChannel, messageOf, post, says, type HookChannel } from "../test/hooks.ts";
import type { ConversationView } from "./conversation-view.ts";
import { wakeSnoozed } from "./wake-snoozed.ts";

const t = createTestApp();
interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

let count = 0;
const person = (n: number) => ({ phone: `39340${String(n).padStart(7, "0")}`, name: `Person ${n}` });
const writes = async (channel: HookChannel, n: number, text = "hello", at = t.clock.now()): Promise<void> => {
  expect((await post(t, channel, says(channel, person(n), `wamid.v${++count}`, at, text))).status).toBe(200);
};
const list = async (api: ApiClient, query = ""): Promise<ConversationView[]> =>
  (await api.get<Page<ConversationView>>(`/v1/conversations${query}`)).body.data;
const names = (views: readonly ConversationView[]): (string | null)[] => views.map((view) => view.contact.name);

async function walk(api: ApiClient, query: string, limit: number): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await api.get<Page<ConversationView>>(`/v1/conversations?limit=${limit}${query}${more}`);
    found.push(...names(body.data));
    cursor = body.nextCursor;
  }
  return found;
}

describe("the list", () => {
  let workspace: GivenWorkspace;
  let api: ApiClient;
  const channels: HookChannel[] = [];
  let labelId = "";
  let agent: Awaited<ReturnType<typeof t.given.member>>;
  let all: ConversationView[];

  beforeAll(async () => {
    workspace = await t.given.workspace();
    api = workspace.owner.api;
    channels.push(await givenChannel(t, workspace), await givenChannel(t, workspace));
    agent = await t.given.member(workspace.id, "agent", { channelIds: [channels[0]?.id ?? ""] });
    labelId = (await api.post<{ id: string }>("/v1/labels", { name: "refund", color: "red" })).body.id;
    // the first six share one second, and wrote before the others
    for (let n = 0; n < 12; n++) {
      const channel = channels[n % 2];
      if (channel) await writes(channel, n, `text ${n}`, new Date(t.clock.ms() + (n < 6 ? 0 : n * 1000)));
    }
    all = await list(api);
    const change = (n: number, patch: object) =>
      api.patch(`/v1/conversations/${all.find((view) => view.contact.name === `Person ${n}`)?.id}`, patch);
    for (const n of [0, 3, 6, 9]) await change(n, { status: "resolved" });
    for (const n of [0, 1, 2]) await change(n, { addLabels: [labelId] });
    for (const n of [2, 4, 6]) await change(n, { assigneeId: agent.memberId });
    await change(5, { assigneeId: "me" });
    await change(7, { status: "snoozed" });
  });

  const expected = (keep: (n: number) => boolean): string[] =>
    names(all)
      .flatMap((name) => name ?? [])
      .filter((name) => keep(Number(name.slice(7))));
  const isResolved = (n: number): boolean => [0, 3, 6, 9].includes(n);

  test("is in the order of the last message, ties in one fixed order", () => {
    expect(names(all).slice(0, 6)).toEqual([11, 10, 9, 8, 7, 6].map((n) => `Person ${n}`));
    const ties = all.slice(6).map((view) => view.id);
    expect(ties).toEqual(ties.toSorted().toReversed());
  });

  const filters: [string, string, (n: number) => boolean][] = [
    ["nothing", "", () => true],
    ["status", "&status=resolved", isResolved],
    ["open", "&status=open", (n) => !isResolved(n) && n !== 7],
    ["channel", "&channelId=C0", (n) => n % 2 === 0],
    ["channel and status", "&channelId=C1&status=open", (n) => n % 2 === 1 && !isResolved(n) && n !== 7],
    ["assignee", "&assignee=AGENT", (n) => [2, 4, 6].includes(n)],
    ["assignee and status", "&assignee=AGENT&status=open", (n) => [2, 4].includes(n)],
    ["me", "&assignee=me", (n) => n === 5],
    ["nobody", "&assignee=none", (n) => ![2, 4, 5, 6].includes(n)],
    ["nobody, channel, status", "&assignee=none&channelId=C1&status=resolved", (n) => [3, 9].includes(n)],
    ["label", "&label=LABEL", (n) => n < 3],
    ["label, status, channel", "&label=LABEL&status=open&channelId=C0", (n) => n === 2],
    ["label of nobody", "&label=lbl_00000000000000000000000000", () => false],
    ["number", `&q=${encodeURIComponent("+39 340 0000004")}`, (n) => n === 4],
    ["number and status", `&q=${encodeURIComponent("+393400000000")}&status=open`, () => false],
  ];
  test.each(filters)("filtered by %s, page by page, misses and repeats nobody", async (_name, query, keep) => {
    const real = query
      .replace("C0", channels[0]?.id ?? "")
      .replace("C1", channels[1]?.id ?? "")
      .replace("AGENT", agent.memberId)
      .replace("LABEL", labelId);
    for (const limit of [1, 2, 5, 50]) expect(await walk(api, real, limit)).toEqual(expected(keep));
  });

  test("an agent limited to a channel sees it only, whatever the filter [M24-19]", async () => {
    expect(await walk(agent.api, "", 2)).toEqual(expected((n) => n % 2 === 0));
    expect(await walk(agent.api, "&status=resolved", 50)).toEqual(expected((n) => n % 2 === 0 && isResolved(n)));
    expect(await walk(agent.api, `&channelId=${channels[1]?.id}`, 50)).toEqual([]);
    expect(await walk(agent.api, `&label=${labelId}`, 1)).toEqual(expected((n) => n === 0 || n === 2));
    const foreign = all.find((view) => view.channelId === channels[1]?.id);
    for (const path of ["", "/messages", "/notes"])
      expect((await agent.api.get(`/v1/conversations/${foreign?.id}${path}`)).status).toBe(404);
    expect((await agent.api.patch(`/v1/conversations/${foreign?.id}`, { status: "resolved" })).status).toBe(404);
    expect((await agent.api.get(`/v1/contacts/${foreign?.contact.id}`)).status).toBe(404);
    const counts = await agent.api.get("/v1/conversation-counts");
    expect(counts.body).toEqual({ mine: 2, unassigned: 2, all: 4, mentioned: 0 });
  });

  test("a cursor of another kind is refused", async () => {
    const { status, body } = await api.get("/v1/conversations?cursor=bm9wZQ");
    expect([status, body["code"]]).toEqual([400, "validation_failed"]);
  });
});

describe("one conversation", () => {
  async function given(): Promise<{ workspace: GivenWorkspace; channel: HookChannel; id: string; api: ApiClient }> {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    await writes(channel, 1);
    const { api } = workspace.owner;
    return { workspace, channel, api, id: (await list(api))[0]?.id ?? "" };
  }
  const events = async (api: ApiClient, type: string): Promise<unknown[]> =>
    (await api.get<Page<{ data: unknown }>>(`/v1/events?types=${type}`)).body.data;

  test("goes to members who may see its channel, and to nobody else", async () => {
    const { workspace, channel, api, id } = await given();
    const other = await givenChannel(t, workspace);
    const may = await t.given.member(workspace.id, "agent", { channelIds: [channel.id] });
    const mayNot = await t.given.member(workspace.id, "agent", { channelIds: [other.id] });
    const stranger = (await t.given.workspace()).owner;
    const assign = (assigneeId: string | null) =>
      api.patch<ConversationView>(`/v1/conversations/${id}`, { assigneeId });
    expect((await assign(may.memberId)).body.assignee).toEqual({ id: may.memberId });
    for (const memberId of [mayNot.memberId, stranger.memberId, "mem_00000000000000000000000000"]) {
      const { status, body } = await assign(memberId);
      expect([status, (body as unknown as { code: string }).code]).toEqual([409, "conversation.assignee_unknown"]);
    }
    expect((await api.get<ConversationView>(`/v1/conversations/${id}`)).body.assignee).toEqual({ id: may.memberId });
    expect((await assign(null)).body.assignee).toBeNull();
    const byKey = await workspace.api.patch(`/v1/conversations/${id}`, { assigneeId: "me" });
    expect(byKey.status).toBe(409);
  });

  test("announces a change once, and not what changes nothing", async () => {
    const { api, id } = await given();
    const patch = (body: object) => api.patch(`/v1/conversations/${id}`, body);
    const before = (await events(api, "conversation.updated")).length;
    await patch({ status: "open", assigneeId: null });
    expect((await events(api, "conversation.updated")).length).toBe(before);
    await patch({ status: "resolved", assigneeId: "me" });
    await patch({ status: "resolved", assigneeId: "me" });
    expect((await events(api, "conversation.updated")).length).toBe(before + 1);
  });

  test("a label that is not there is refused, and nothing of the request is kept", async () => {
    const { api, id } = await given();
    const bad = { status: "resolved", addLabels: ["lbl_00000000000000000000000000"] };
    const { status, body } = await api.patch(`/v1/conversations/${id}`, bad);
    expect([status, body["code"]]).toEqual([409, "conversation.label_unknown"]);
    expect((await list(api, "?status=open")).map((view) => view.id)).toEqual([id]);
  });

  test("labels are put, taken off, renamed and removed everywhere; names are unique [ONE-01]", async () => {
    const { api, id } = await given();
    const { body: label } = await api.post<{ id: string }>("/v1/labels", { name: "vip" });
    expect((await api.post("/v1/labels", { name: "vip" })).body["code"]).toBe("label.name_taken");
    const labels = async () => (await api.get<ConversationView>(`/v1/conversations/${id}`)).body.labels;
    await api.patch(`/v1/conversations/${id}`, { addLabels: [label.id, label.id] });
    expect(await labels()).toEqual([label.id]);
    await api.patch(`/v1/conversations/${id}`, { removeLabels: [label.id] });
    expect(await labels()).toEqual([]);
    await api.patch(`/v1/conversations/${id}`, { addLabels: [label.id] });
    expect((await api.patch(`/v1/labels/${label.id}`, { color: "blue" })).body).toMatchObject({ name: "vip" });
    expect((await api.delete(`/v1/labels/${label.id}`)).status).toBe(204);
    expect(await labels()).toEqual([]);
  });

  test("a snooze ends at its time, and at once when the person writes", async () => {
    const { channel, api, id } = await given();
    const until = new Date(t.clock.ms() + 3_600_000).toISOString();
    const snooze = (body: object) => api.patch<ConversationView>(`/v1/conversations/${id}`, body);
    expect((await snooze({ snoozedUntil: until })).body).toMatchObject({ status: "snoozed", snoozedUntil: until });
    for (const wrong of [
      { status: "open", snoozedUntil: until },
      { snoozedUntil: new Date(t.clock.ms() - 1).toISOString() },
    ])
      expect((await snooze(wrong)).status).toBe(400);
    t.clock.advance(3_599_000);
    await wakeSnoozed(t.app);
    expect((await list(api, "?status=snoozed")).length).toBe(1);
    const before = (await events(api, "conversation.updated")).length;
    t.clock.advance(1_000);
    await wakeSnoozed(t.app);
    expect((await list(api, "?status=open"))[0]).toMatchObject({ id, snoozedUntil: null });
    expect((await events(api, "conversation.updated")).length).toBe(before + 1);
    await snooze({ status: "snoozed" });
    await writes(channel, 1, "hello?");
    expect((await list(api, "?status=open"))[0]?.id).toBe(id);
  });

  test("is unread for each member by themself, and can be marked unread from a message on", async () => {
    const { workspace, channel, api, id } = await given();
    const agent = await t.given.member(workspace.id, "agent");
    await writes(channel, 1, "two");
    await writes(channel, 1, "three");
    const unread = async (as: ApiClient) => (await list(as))[0]?.unreadCount;
    expect([await unread(api), await unread(agent.api)]).toEqual([3, 3]);
    expect((await api.post<ConversationView>(`/v1/conversations/${id}/read`, {})).body.unreadCount).toBe(0);
    expect([await unread(api), await unread(agent.api), await unread(workspace.api)]).toEqual([0, 3, 0]);
    await writes(channel, 1, "four");
    expect(await unread(api)).toBe(1);
    await api.post(`/v1/conversations/${id}/read`, { unread: 2 });
    expect([await unread(api), await unread(agent.api)]).toEqual([2, 4]);
    await api.post(`/v1/conversations/${id}/read`, { unread: 99 });
    expect(await unread(api)).toBe(4);
  });

  test("notes are private to the team; authors and managers remove them [ONE-01]", async () => {
    const { workspace, channel, api, id } = await given();
    const [anna, ben] = [await t.given.member(workspace.id, "agent"), await t.given.member(workspace.id, "agent")];
    const path = `/v1/conversations/${id}/notes`;
    const first = await anna.api.post<{ id: string }>(path, { text: "knows the owner" }, { "idempotency-key": "n1" });
    const again = await anna.api.post<{ id: string }>(path, { text: "knows the owner" }, { "idempotency-key": "n1" });
    expect([first.status, again.body.id]).toEqual([201, first.body.id]);
    const second = await anna.api.post<{ id: string }>(path, { text: "second" });
    const read = async () => (await ben.api.get<Page<{ text: string; authorId: string }>>(path)).body.data;
    expect((await read()).map((note) => [note.text, note.authorId])).toEqual([
      ["knows the owner", anna.memberId],
      ["second", anna.memberId],
    ]);
    expect((await ben.api.delete(`${path}/${first.body.id}`)).status).toBe(404);
    expect((await anna.api.delete(`${path}/${first.body.id}`)).status).toBe(204);
    expect((await api.delete(`${path}/${second.body.id}`)).status).toBe(204);
    expect(await read()).toEqual([]);
    const thread = await api.get<Page<{ text?: string }>>(`/v1/conversations/${id}/messages`);
    expect(thread.body.data.map((message) => message.text)).toEqual(["hello"]);
    const blind = await t.given.member(workspace.id, "agent", { channelIds: [(await givenChannel(t, workspace)).id] });
    expect((await blind.api.post(path, { text: "x" })).status).toBe(404);
    expect(channel.workspaceId).toBe(workspace.id);
  });

  test("saved views are one's own, unless they are shared, and belong to people", async () => {
    const { workspace, api } = await given();
    const agent = await t.given.member(workspace.id, "agent");
    const filter = { status: "open", assignee: "me" };
    const own = await api.post<{ id: string }>("/v1/saved-views", { name: "Mine", filter });
    const shared = await api.post<{ id: string }>("/v1/saved-views", { name: "Ours", filter, isShared: true });
    const seen = await agent.api.get<Page<{ id: string; isMine: boolean; filter: object }>>("/v1/saved-views");
    expect(seen.body.data).toEqual([{ id: shared.body.id, name: "Ours", filter, isShared: true, isMine: false }]);
    expect((await agent.api.delete(`/v1/saved-views/${shared.body.id}`)).status).toBe(404);
    expect((await api.delete(`/v1/saved-views/${own.body.id}`)).status).toBe(204);
    expect((await workspace.api.get("/v1/saved-views")).status).toBe(403);
  });
});

describe("plans", () => {
  test("list and thread walk their indexes: no sort of more than a page's rows, with 6,000 conversations", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const agent = await t.given.member(workspace.id, "agent", { channelIds: [channel.id] });
    const batch = Array.from({ length: 300 }, (_, n) => ({
      contact: contactOf(person(n)),
      message: messageOf(person(n), `wamid.plan${n}`, t.clock.ms() - n * 1000, { type: "text", text: { body: "x" } }),
    }));
    const value = { contacts: batch.map((one) => one.contact), messages: batch.map((one) => one.message) };
    expect((await post(t, channel, envelope(channel, change(channel, value)))).status).toBe(200);
    // rows of the same shape, made where they lie: 6,000 conversations and a thread of 6,000
    const ws = workspace.id;
    await t.admin.query(
      `insert into contact (workspace_id, id, is_group, created_at, updated_at) select $1, 'con_plan' || n, false, $2, $2
       from generate_series(1, 6000) n`,
      [ws, t.clock.now()],
    );
    await t.admin.query(
      `insert into conversation (workspace_id, id, channel_id, contact_id, status, assignee_id, last_message_id, last_message_at,
         created_at, updated_at)
       select $1, 'cnv_plan' || n, $2, 'con_plan' || n, (array['open','resolved','pending','snoozed'])[1 + n % 4],
         case when n % 7 = 0 then $3 end, 'msg_last' || n, $4::timestamptz - n * interval '1 min', $4, $4 from generate_series(1, 6000) n`,
      [ws, channel.id, agent.memberId, t.clock.now()],
    );
    const [{ id: threadId } = { id: "" }] = await list(workspace.owner.api, "?limit=1");
    await t.admin.query(
      `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, status, sort_at, received_at)
       select m.workspace_id, 'msg_plan' || n, m.conversation_id, m.channel_id, m.contact_id, 'inbound', 'text', 0,
         m.sort_at - n * interval '1 s', m.received_at from message m, generate_series(1, 6000) n
       where m.workspace_id = $1 and m.conversation_id = $2`,
      [ws, threadId],
    );
    await t.admin.query("analyze conversation, message, contact");

    const plans: { sort: string; rows: number; text: string }[] = [];
    const realTx = t.app.db.tx.bind(t.app.db);
    const explain = async (name: string, text: string, values: unknown[]): Promise<void> => {
      const { rows } = await t.admin.query<{ "QUERY PLAN": { Plan: object }[] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      const visit = (node: Record<string, unknown>): void => {
        const input = (node["Plans"] as Record<string, unknown>[] | undefined) ?? [];
        // of contacts, a scan is the cheaper way while there are few
        const isScan = node["Node Type"] === "Seq Scan" && node["Relation Name"] !== "contact";
        if (isScan || /Sort/.test(String(node["Node Type"]))) {
          const size = Math.max(0, ...input.map((child) => Number(child["Actual Rows"])), Number(node["Actual Rows"]));
          plans.push({
            sort: `${String(node["Node Type"])} ${name}`,
            rows: size,
            text: JSON.stringify(node).slice(0, 300),
          });
        }
        input.forEach(visit);
      };
      visit(rows[0]?.["QUERY PLAN"][0]?.Plan as Record<string, unknown>);
    };
    const seen: [string, string, unknown[]][] = [];
    t.app.db.tx = (scope, fn) =>
      realTx(scope, (tx) =>
        fn({
          ...tx,
          orm: tx.orm,
          named: (name, text, values) => {
            if (/^(conversation\.list|message\.(older|newer|up_to))/.test(name)) seen.push([name, text, values ?? []]);
            return tx.named(name, text, values);
          },
        }),
      );
    try {
      const { api } = workspace.owner;
      for (const query of [
        ...["", "?status=open", `?channelId=${channel.id}`, `?channelId=${channel.id}&status=resolved`],
        ...[`?assignee=${agent.memberId}`, `?assignee=${agent.memberId}&status=open`, "?assignee=none&status=open"],
      ])
        expect((await list(api, query)).length).toBe(50);
      expect((await list(agent.api, "?status=open")).length).toBe(50);
      expect((await list(agent.api)).length).toBe(50);
      const thread = `/v1/conversations/${threadId}/messages`;
      const page = await api.get<Page<{ id: string }>>(thread);
      await api.get(`${thread}?cursor=${page.body.nextCursor}`);
      await api.get(`${thread}?around=msg_plan3000`);
    } finally {
      t.app.db.tx = realTx;
    }
    expect(seen.length).toBeGreaterThanOrEqual(13);
    for (const [name, text, values] of seen) await explain(name, text, values);
    expect(plans.filter((plan) => plan.rows > 1000)).toEqual([]);
    // a plan kept for all cursors seeks its page as well
    for (const [name, text] of seen.filter(([each]) => each.startsWith("message."))) {
      const { rows } = await t.admin.query<{ "QUERY PLAN": string }>(`explain (generic_plan) ${text}`);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect([name, plan]).toEqual([
        name,
        expect.stringMatching(/message_thread on message m .*\n +Index Cond: .*sort_at/),
      ]);
    }
  });
});
