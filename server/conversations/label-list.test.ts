import { beforeEach, describe, expect, test } from "vitest";
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { givenChannel, post, says, type HookChannel } from "../test/hooks.ts";
import { conversationStatuses, type ConversationView } from "./conversation-view.ts";
import { wakeSnoozed } from "./wake-snoozed.ts";

const t = createTestApp();
let workspace: GivenWorkspace;
let api: ApiClient;
let channel: HookChannel;
let label: string;
let count = 0;

const list = async (query: string): Promise<ConversationView[]> =>
  (await api.get<{ data: ConversationView[] }>(`/v1/conversations?label=${label}${query}`)).body.data;
const ids = async (query: string): Promise<string[]> => (await list(query)).map(({ id }) => id);
const patch = async (id: string, body: object): Promise<void> =>
  expect((await api.patch(`/v1/conversations/${id}`, body)).status).toBe(200);
const writes = async (phone: string): Promise<void> => {
  const sent = says(channel, { phone, name: "Akinyi" }, `wamid.l${++count}`, t.clock.now(), "hello");
  expect((await post(t, channel, sent)).status).toBe(200);
};
async function given(phone: string): Promise<string> {
  await writes(phone);
  const { body } = await api.get<{ data: ConversationView[] }>("/v1/conversations?limit=1");
  return body.data[0]?.id ?? "";
}

/** The label's lists name it where it stands, and nowhere else. */
async function expectPlaced(id: string, status: string, assignee: string | null): Promise<void> {
  const member = assignee ?? "none";
  for (const by of [
    "",
    `&assignee=${member}`,
    `&channelId=${channel.id}`,
    `&assignee=${member}&channelId=${channel.id}`,
  ])
    for (const wanted of ["", ...conversationStatuses])
      expect([by, wanted, await ids(by + (wanted && `&status=${wanted}`))]).toEqual([
        ...[by, wanted, wanted === "" || wanted === status ? [id] : []],
      ]);
  expect(await ids(assignee === null ? "&assignee=me" : "&assignee=none")).toEqual([]);
}

beforeEach(async () => {
  workspace = await t.given.workspace();
  api = workspace.owner.api;
  channel = await givenChannel(t, workspace);
  label = (await api.post<{ id: string }>("/v1/labels", { name: "refund" })).body.id;
  t.clock.advance(1_000);
});

describe("a label's list", () => {
  test("follows what is done with its conversations, and what is said in them", async () => {
    const { memberId } = await t.given.member(workspace.id, "agent");
    const id = await given("254712000001");
    await patch(id, { status: "pending" });
    await patch(id, { addLabels: [label] });
    await expectPlaced(id, "pending", null);
    await patch(id, { status: "resolved", assigneeId: memberId });
    await expectPlaced(id, "resolved", memberId);
    t.clock.advance(1_000);
    await writes("254712000001");
    await expectPlaced(id, "open", memberId);
    await patch(id, { snoozedUntil: new Date(t.clock.ms() + 60_000).toISOString(), assigneeId: null });
    await expectPlaced(id, "snoozed", null);
    t.clock.advance(60_000);
    await wakeSnoozed(t.app);
    await expectPlaced(id, "open", null);
  });

  test("has of two that become one the one that stays, where it stands now", async () => {
    const { memberId } = await t.given.member(workspace.id, "agent");
    const kept = await given("254712000002");
    await patch(kept, { status: "resolved" });
    t.clock.advance(1_000);
    const gone = await given("254712000003");
    await patch(gone, { assigneeId: memberId, addLabels: [label] });
    await expectPlaced(gone, "open", memberId);
    const aliases = ["254712000002", "254712000003"].map((phone) => ({ kind: "phone" as const, value: `+${phone}` }));
    await t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) =>
      resolveContacts(t.app, tx, [{ workspaceId: workspace.id, aliases }]),
    );
    const [left, ...more] = (await api.get<{ data: ConversationView[] }>("/v1/conversations")).body.data;
    expect(more).toEqual([]);
    await expectPlaced(left?.id ?? "", "open", memberId);
  });

  test.each(["label", "state"])("misses nothing of two changes at once, the %s first", async (first) => {
    const id = await given("254712000004");
    const held = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const early = t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
      if (first === "label") {
        const put = "insert into conversation_label (workspace_id, conversation_id, label_id) values ($1, $2, $3)";
        await tx.query(put, [workspace.id, id, label]);
      } else {
        const resolve = "update conversation set status = 'resolved' where workspace_id = $1 and id = $2";
        await tx.query(resolve, [workspace.id, id]);
      }
      held.resolve();
      await done.promise;
    });
    await held.promise;
    const late = patch(id, first === "label" ? { status: "resolved" } : { addLabels: [label] });
    const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while ((await t.admin.query(waits)).rowCount === 0);
    done.resolve();
    await Promise.all([early, late]);
    await expectPlaced(id, "resolved", null);
  });
});
