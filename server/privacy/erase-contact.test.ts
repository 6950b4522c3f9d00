import { expect, test } from "vitest";
import { declareAttributes } from "../test/attributes.ts";
import { createTestApp } from "../test/app.ts";
import { change, contactOf, envelope, givenChannel, messageOf, post, reports, says, statusOf } from "../test/hooks.ts";
import type { GivenWorkspace } from "../test/given.ts";
import type { Page } from "../test/shop.ts";
import { seal } from "../platform/seal.ts";
import { advanceRequest } from "./advance-request.ts";
import { scanForNeedles } from "./scan-for-needles.ts";
import type { RequestView } from "./view-request.ts";

const t = createTestApp();

interface Contact {
  id: string;
  name: string | null;
  attributes: Record<string, string>;
}

const contactsOf = async (workspace: GivenWorkspace): Promise<Contact[]> =>
  (await workspace.api.get<Page<Contact>>("/v1/contacts")).body.data;

/** As the job does it. */
async function finished(workspace: GivenWorkspace, requestId: string): Promise<RequestView> {
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId });
  const { body } = await workspace.api.get<RequestView>(`/v1/subject-requests/${requestId}`);
  expect(body.state).toBe("done");
  return body;
}

const ann = { phone: "254711000001", name: "Zanzibarina Quux" };

async function plant(said: string) {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const now = t.clock.ms();
  await post(t, channel, says(channel, ann, "wamid.ann1", now, said));
  await post(t, channel, says(channel, { phone: "254711000002", name: "Bob" }, "wamid.bob1", now, "I am Bob and stay"));
  const [contact] = (await contactsOf(workspace)).filter(({ name }) => name === ann.name);
  if (!contact) throw new Error("nobody wrote");
  return { workspace, channel, contact };
}

test("an erase takes everything of one person in every store and nothing of others, and says so [M24-14 M24-17 M24-38 GEN-25 GEN-27 GEN-32]", async () => {
  const said = "the password is Xylophonist";
  const { workspace, channel, contact } = await plant(said);
  const { api } = workspace;
  await declareAttributes(api, "shoe");
  await api.patch(`/v1/contacts/${contact.id}`, { attributes: { shoe: "sizeCanaryFortyTwo" } });
  const [conversation] = (
    await api.get<Page<{ id: string; contact: { id: string } }>>("/v1/conversations")
  ).body.data.filter((one) => one.contact.id === contact.id);
  await api.post(`/v1/conversations/${conversation?.id}/notes`, { text: "noteCanaryMarmalade" });
  const queued = await api.post("/v1/messages", {
    ...{ conversationId: conversation?.id, type: "text", text: "laterCanaryPumpernickel" },
    scheduledAt: new Date(t.clock.ms() + 3_600_000).toISOString(),
  });
  expect(queued.status, JSON.stringify(queued.body)).toBe(202);
  // a reaction, a status of a message of theirs that is told twice, and what could not be read
  await post(
    t,
    channel,
    envelope(
      channel,
      change(channel, {
        contacts: [contactOf(ann)],
        messages: [
          messageOf(ann, "wamid.ann2", t.clock.ms(), {
            type: "reaction",
            reaction: { message_id: "wamid.ann1", emoji: "🦜" },
          }),
        ],
      }),
    ),
  );
  await post(t, channel, reports(channel, statusOf("wamid.ann1", "delivered", t.clock.ms())));
  await post(
    t,
    channel,
    envelope(channel, change(channel, { strange: { from: ann.phone, text: "rawCanaryGargoyle" } }, "never_seen")),
  );
  await t.app.indexer?.idle();
  const rawBefore = await t.admin.query("select 1 from inbound_event where workspace_id = $1", [workspace.id]);
  expect(rawBefore.rowCount).toBe(1);
  // what a receiver answered may repeat what it was told
  const answer = await t.admin.query<{ id: string; position: string; created_at: Date }>(
    "select id, position, created_at from event where workspace_id = $1 and conversation_id = $2 limit 1",
    [workspace.id, conversation?.id],
  );
  const place = { table: "delivery_attempt", column: "answer", row: "dat_1", workspace: workspace.id };
  const key = t.app.keyring
    .ensure([{ subject: `workspace:${workspace.id}`, parent: null }])
    .get(`workspace:${workspace.id}`);
  await t.admin.query(
    `insert into delivery (workspace_id, id, endpoint_id, event_id, event_type, position, event_at, state, due_at)
     values ($1, 'dlv_1', 'whe_1', $2, 'message.received', $3, $4, 'delivered', $4)`,
    [workspace.id, answer.rows[0]?.id, answer.rows[0]?.position, answer.rows[0]?.created_at],
  );
  await t.admin.query(
    `insert into delivery_attempt (workspace_id, id, delivery_id, started_at, duration_ms, outcome, answer)
     values ($1, 'dat_1', 'dlv_1', $2, 1, 'accepted', $3)`,
    [workspace.id, t.clock.now(), key && seal(key, place, said)],
  );
  const found = await api.get<Page<{ id: string }>>("/v1/search?q=Xylophonist");
  expect(found.body.data).toHaveLength(1);

  const asked = await api.delete<{ id: string; state: string; dueAt: string }>(`/v1/contacts/${contact.id}`);
  expect([asked.status, asked.body.state]).toEqual([202, "accepted"]);
  expect(Date.parse(asked.body.dueAt) - t.clock.ms()).toBe(15 * 86_400_000);
  const done = await finished(workspace, asked.body.id);
  expect(done.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
    expect.arrayContaining(["ledger done", "key done", "scan done", "receipt done"]),
  );
  const deleted = Object.fromEntries(done.receipt?.deleted.map(({ what, count }) => [what, count]) ?? []);
  expect(deleted).toMatchObject({
    ...{ contact: 1, contact_identity: 1, conversation: 1, message: 2, note: 1, reaction: 1, inbound_event: 1 },
    ...{ queued_sends: 1, delivery_attempt: 1, search_entries: 2 },
  });
  expect(done.receipt?.retained.map(({ why }) => why)).toContain("erase_again_after_restore");

  expect((await api.get(`/v1/contacts/${contact.id}`)).status).toBe(404);
  expect((await contactsOf(workspace)).map(({ name }) => name)).toEqual(["Bob"]);
  expect((await api.get<Page<object>>("/v1/search?q=Xylophonist")).body.data).toEqual([]);
  expect(() => t.app.keyring.current(`contact:${contact.id}`)).toThrow("destroyed");
  const left = await scanForNeedles(t.app, ["Zanzibarina", "Xylophonist", "sizeCanaryFortyTwo", "254711000001"]);
  expect(left).toEqual([]);
  // rows that still name them are in tables that a statute keeps, and nowhere else
  const naming: string[] = [];
  for (const { name, privacy } of t.app.registry.tables) {
    const { rowCount } = await t.admin.query(`select 1 from ${name} t where t::text like '%' || $1 || '%' limit 1`, [
      contact.id,
    ]);
    if (rowCount) naming.push(`${name} ${privacy.legal?.outlives}`);
  }
  expect(naming).toEqual(
    expect.arrayContaining(["event person", "subject_request person", "erasure_ledger workspace"]),
  );
  expect(naming.filter((one) => one.endsWith("undefined"))).toEqual([]);
  const events = await api.get<Page<{ type: string; data: object }>>("/v1/events?types=contact.erased");
  expect(events.body.data.map(({ data }) => data)).toEqual([{ contactId: contact.id }]);
  const stays = await t.admin.query("select 1 from message where workspace_id = $1", [workspace.id]);
  expect(stays.rowCount).toBe(1);
});

test("asked twice it is one request; asked about someone unknown the answer is the same", async () => {
  const { workspace, contact } = await plant("hello");
  const { api } = workspace;
  const first = await api.delete<{ id: string }>(`/v1/contacts/${contact.id}`);
  const again = await api.delete<{ id: string }>(`/v1/contacts/${contact.id}`);
  if (again.status === 202) expect(again.body.id).toBe(first.body.id);
  await finished(workspace, first.body.id);
  const known = await api.post<Record<string, unknown>>("/v1/subject-requests", {
    type: "erase",
    identity: "+254711000002",
  });
  const unknown = await api.post<Record<string, unknown>>("/v1/subject-requests", {
    type: "erase",
    identity: "+254799999999",
  });
  const shape = ({ status, body }: typeof known) => [status, { ...body, id: "", receivedAt: "", dueAt: "" }];
  expect(shape(unknown)).toEqual(shape(known));
  const [ofKnown, ofUnknown] = [
    await finished(workspace, String(known.body["id"])),
    await finished(workspace, String(unknown.body["id"])),
  ];
  expect(ofUnknown.steps.map(({ step }) => step)).toEqual(ofKnown.steps.map(({ step }) => step));
  expect(ofUnknown.identity).toBeNull();
  expect(await contactsOf(workspace)).toEqual([]);
  expect(ofUnknown.receipt).toEqual({ deleted: [], retained: [] });
  const foreign = await t.given.workspace();
  expect((await foreign.api.delete(`/v1/contacts/${contact.id}`)).status).toBe(404);
  expect((await foreign.api.get(`/v1/subject-requests/${first.body.id}`)).status).toBe(404);
});

test("who writes again after an erase is someone new, with a key of their own [GEN-32]", async () => {
  const { workspace, channel, contact } = await plant("before");
  const asked = await workspace.api.delete<{ id: string }>(`/v1/contacts/${contact.id}`);
  await finished(workspace, asked.body.id);
  await post(t, channel, says(channel, ann, "wamid.ann9", t.clock.ms(), "after"));
  const [again] = (await contactsOf(workspace)).filter(({ name }) => name === ann.name);
  expect(again?.id).not.toBe(contact.id);
  expect(t.app.keyring.current(`contact:${again?.id}`)).toBeDefined();
});

test("the keys of everyone who was merged into a person are destroyed with theirs [GEN-32]", async () => {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const now = t.clock.ms();
  await post(t, channel, says(channel, { phone: "254711000031", name: "Merged Canary" }, "wamid.m1", now, "by number"));
  await post(t, channel, says(channel, { userId: "KE.merged31" }, "wamid.m2", now, "by id"));
  const ids = (await contactsOf(workspace)).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  await post(t, channel, says(channel, { phone: "254711000031", userId: "KE.merged31" }, "wamid.m3", now, "both"));
  const [one, ...rest] = await contactsOf(workspace);
  expect(rest).toEqual([]);
  const asked = await workspace.api.delete<{ id: string }>(`/v1/contacts/${one?.id}`);
  await finished(workspace, asked.body.id);
  for (const id of ids) expect(() => t.app.keyring.current(`contact:${id}`)).toThrow("destroyed");
  const rows = await t.admin.query(
    "select 1 from contact where workspace_id = $1 union all select 1 from message where workspace_id = $1",
    [workspace.id],
  );
  expect(rows.rowCount).toBe(0);
});
