// Edits, withdrawals and polls of ours, over a linked phone, as the person's phone shows them.
import { startWhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { contentSweepJob } from "../messages/content.jobs.ts";
import type { MessageDetail } from "../messages/view-message.ts";
import { findPoll } from "../sessions/find-poll.ts";
import { createTestApp } from "../test/app.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";
import { givenShop, type Page } from "../test/shop.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const now = (): number => testing.clock.ms();
const sim = await startWhatsappLinked({ now });
const cloud = await startWhatsAppCloudSim({ now, pairLimit: false });
const testing = createTestApp({ providerOrigins: () => [sim.url, cloud.url] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), cloud[Symbol.asyncDispose]()]));

const friend = "14155550123";
const pace = { perSecond: 100, perContactMs: 0 };
let phone: LinkedPhone;
let conversationId: string;

async function givenPhone(): Promise<[LinkedPhone, string]> {
  const workspace = await testing.given.workspace();
  const linked = await givenLinkedPhone(workspace, workspace.owner.api, sim, { pace });
  await linked.pair();
  await sim.says({ person: friend, to: linked.phone, text: "Is it open?" });
  const { id } = await eventually(async () => (await linked.conversations())[0], "a conversation");
  return [linked, id];
}
beforeAll(async () => {
  [phone, conversationId] = await givenPhone();
});

const isOut = (message: MessageDetail): boolean => !["queued", "failed"].includes(message.status);
const arrives = (linked: LinkedPhone, id: string): Promise<MessageDetail> =>
  eventually(async () => {
    const message = await linked.read(id);
    return isOut(message) && message;
  }, `the sending of ${id}`);
/** An acknowledgement may be faster than the record of the sending, which changes the message. */
const becomes = (linked: LinkedPhone, id: string, what: Partial<MessageDetail>): Promise<MessageDetail> =>
  eventually(
    async () => {
      const message = await linked.read(id);
      return Object.entries(what).every(([name, value]) => message[name as keyof MessageDetail] === value) && message;
    },
    `${id} with ${Object.keys(what).join()}`,
  );
async function sends(linked: LinkedPhone, body: object): Promise<MessageDetail> {
  const { status, body: queued } = await linked.send(body);
  expect(status, JSON.stringify(queued)).toBe(202);
  return arrives(linked, queued.id);
}
const path = (id: string): string => `/v1/messages/${id}`;
const shown = (id: string | null) => sim.messages({ id: id ?? "" })[0];
const eventsOf = async (type: string, id: string): Promise<number> => {
  const { body } = await phone.api.get<Page<{ data: { messageId?: string } }>>(`/v1/events?types=${type}`);
  return JSON.stringify(body.data).split(id).length - 1;
};
const finds = async (linked: LinkedPhone, word: string): Promise<string[]> => {
  await testing.app.indexer?.idle();
  const { body } = await linked.api.get<Page<{ message: { id: string } }>>(`/v1/search?q=${word}`);
  return JSON.stringify(body).match(/msg_[0-9a-z]{26}/g) ?? [];
};

test("an edited text changes in place, on the person's phone, in the thread and in the search", async () => {
  const sent = await sends(phone, { conversationId, type: "text", text: "until sevenish" });
  expect(await finds(phone, "sevenish")).toContain(sent.id);
  const edit = await phone.api.patch<MessageDetail>(path(sent.id), { text: "until eightish" });
  expect(edit).toMatchObject({ status: 202, body: { type: "edit", status: "queued", text: "until eightish" } });
  const read = await becomes(phone, sent.id, { text: "until eightish" });
  expect(read.editedAt).toBe(testing.clock.now().toISOString());
  expect(isOut(await phone.read(edit.body.id))).toBe(true);
  expect(shown(sent.providerMessageId)).toMatchObject({ text: "until eightish", isEdited: true });
  expect((await phone.thread(conversationId)).map(({ id }) => id)).not.toContain(edit.body.id);
  expect(await finds(phone, "eightish")).toEqual([sent.id]);
  expect(await finds(phone, "sevenish")).toEqual([]);
  expect(await eventsOf("message.edited", sent.id)).toBeGreaterThan(0);
});

test("a message that is taken back is gone for everybody, with every edit of it", async () => {
  const sent = await sends(phone, { conversationId, type: "text", text: "a secretive line" });
  const edit = await phone.api.patch<MessageDetail>(path(sent.id), { text: "a secretive word" });
  await becomes(phone, sent.id, { text: "a secretive word" });
  const taken = await phone.api.delete<MessageDetail>(path(sent.id));
  expect(taken).toMatchObject({ status: 200, body: { type: "delete" } });
  const read = await becomes(phone, sent.id, { deletedAt: testing.clock.now().toISOString() });
  expect(read.content).toBeNull();
  expect(read.text).toBeUndefined();
  expect((await phone.read(edit.body.id)).text).toBeUndefined();
  expect(shown(sent.providerMessageId)).toMatchObject({ isRevoked: true });
  expect(await finds(phone, "secretive")).toEqual([]);
  expect(await eventsOf("message.deleted", sent.id)).toBeGreaterThan(0);
  for (const again of [phone.api.patch(path(sent.id), { text: "x" }), phone.api.delete(path(sent.id))])
    expect(await again).toMatchObject({ status: 409, body: { code: "message.not_changeable" } });
});

test("what is not ours, no text, empty or unknown cannot be edited, and each answer says why", async () => {
  const heard = (await phone.thread(conversationId)).find(({ direction }) => direction === "inbound");
  const place = await sends(phone, { conversationId, type: "location", location: { latitude: 1, longitude: 2 } });
  const refused = async (id: string | undefined, text = "x") => {
    const { status, body } = await phone.api.patch<{ code: string; detail?: string }>(path(id ?? ""), { text });
    return [status, body.code, body.detail];
  };
  expect(await refused(heard?.id)).toEqual([409, "message.not_changeable", "Somebody else wrote it."]);
  expect(await refused(place.id)).toEqual([409, "message.not_changeable", "Only a text can be edited."]);
  expect((await refused(place.id, " ")).slice(0, 1)).toEqual([400]);
  expect((await refused("msg_00000000000000000000000000")).slice(0, 2)).toEqual([404, "not_found"]);
  const other = await testing.given.workspace();
  expect((await other.api.patch(path(place.id), { text: "x" })).status).toBe(404);
});

test("an edit comes too late after fifteen minutes, also when it had to wait; a withdrawal after sixty hours", async () => {
  const sent = await sends(phone, { conversationId, type: "text", text: "as it was" });
  // another send of this conversation has an unknown outcome: what comes after it waits
  await testing.admin.query(
    `insert into outbox (workspace_id, message_id, channel_id, conversation_id, due_at, order_at, state)
     select workspace_id, id, channel_id, conversation_id, sort_at, sort_at, 'unsettled' from message where id = $1`,
    [sent.id],
  );
  const edit = await phone.api.patch<MessageDetail>(path(sent.id), { text: "too late" });
  expect(edit.status).toBe(202);
  testing.clock.advance(15 * 60_000 + 1_000);
  expect(await phone.api.patch(path(sent.id), { text: "x" })).toMatchObject({
    ...{ status: 409, body: { code: "message.change_too_late" } },
  });
  await testing.admin.query("delete from outbox where message_id = $1", [sent.id]);
  testing.app.drain?.wake();
  const failed = await eventually(async () => {
    const message = await phone.read(edit.body.id);
    return message.status === "failed" && message;
  }, "a failure");
  expect(failed.error).toMatchObject({ code: "message.change_too_late", sentenceKey: "change_too_late" });
  expect(await phone.read(sent.id)).toMatchObject({ text: "as it was" });
  expect(shown(sent.providerMessageId)).toMatchObject({ text: "as it was", isEdited: false });
  await testing.admin.query("update message set sent_at = sent_at - interval '60 hours' where id = $1", [sent.id]);
  expect(await phone.api.delete(path(sent.id))).toMatchObject({
    ...{ status: 409, body: { code: "message.change_too_late" } },
  });
});

test("a poll shows who chose what: a vote, another one instead, and one taken back", async () => {
  const question = { question: "When?", options: ["Today", "Tomorrow", "Never"], isMultipleChoice: true };
  const poll = await sends(phone, { conversationId, type: "poll", poll: question });
  const messageId = poll.providerMessageId ?? "";
  const contactId = poll.contactId;
  await sim.waitForReceived({ person: friend, type: "poll" });
  const votes = async (options: string[]) => {
    await sim.says({ person: friend, to: phone.phone, vote: { messageId, options } });
    return eventually(
      async () => {
        const { poll: now } = await phone.read(poll.id);
        return JSON.stringify(now?.votes.flatMap((vote) => vote.options)) === JSON.stringify(options) && now;
      },
      `the vote ${options.join(" and ")}`,
    );
  };
  expect(await votes(["Today", "Never"])).toMatchObject({
    ...{ question: "When?", isMultipleChoice: true },
    options: [
      { text: "Today", votes: 1 },
      { text: "Tomorrow", votes: 0 },
      { text: "Never", votes: 1 },
    ],
    votes: [{ from: contactId, options: ["Today", "Never"] }],
  });
  testing.clock.advance(2_000);
  await votes(["Tomorrow"]);
  testing.clock.advance(2_000);
  expect(await votes([])).toMatchObject({ votes: [] });
  expect(await eventsOf("message.voted", poll.id)).toBeGreaterThan(0);
  const two = { ...question, options: ["same", "same"] };
  expect((await phone.send({ conversationId, type: "poll", poll: two })).status).toBe(400);
});

test("a vote that is faster than the record of its poll's sending can be read: the poll is found by our own id", async () => {
  const poll = { question: "Now?", options: ["Yes", "No"] };
  const scheduledAt = new Date(now() + 3_600_000).toISOString();
  const { body } = await phone.send({ conversationId, type: "poll", poll, scheduledAt });
  const unrecorded = { providerMessageId: "3EB0NOTRECORDED" };
  expect(await findPoll(testing.app, phone, unrecorded)).toBeUndefined();
  const found = await findPoll(testing.app, phone, { ...unrecorded, callbackData: body.id });
  expect(found).toMatchObject({ options: poll.options, votesKey: expect.any(Uint8Array) });
  const elsewhere = { ...phone, channelId: "chn_elsewhere" };
  expect(await findPoll(testing.app, elsewhere, { ...unrecorded, callbackData: body.id })).toBeUndefined();
});

test("a poll of somebody else is shown with the votes on it", async () => {
  await sim.says({ person: friend, to: phone.phone, poll: { question: "Tea?", options: ["Yes", "No"] } });
  const heard = await eventually(
    async () => (await phone.thread(conversationId)).find(({ poll }) => poll?.question === "Tea?"),
    "the poll",
  );
  expect(heard.poll).toMatchObject({ isMultipleChoice: false, votes: [] });
  const vote = { messageId: heard.providerMessageId ?? "", options: ["No"] };
  await sim.says({ person: friend, to: phone.phone, vote });
  await eventually(async () => (await phone.read(heard.id)).poll?.votes[0]?.options[0] === "No", "the vote");
});

test("in a channel that keeps nothing, an edit is sealed for the day, is in no search and is cleared with its message", async () => {
  const [linked, id] = await givenPhone();
  await linked.api.patch(`/v1/channels/${linked.channelId}`, { contentMode: "metadata-only" });
  await testing.app.channels.reload(linked.channelId);
  const sent = await sends(linked, { conversationId: id, type: "text", text: "passing through" });
  const edit = await linked.api.patch<MessageDetail>(path(sent.id), { text: "still passing" });
  await becomes(linked, sent.id, { text: "still passing" });
  expect(shown(sent.providerMessageId)).toMatchObject({ text: "still passing", isEdited: true });
  expect(await finds(linked, "passing")).toEqual([]);
  testing.clock.advance(4 * 86_400_000);
  await contentSweepJob.run(testing.app, {});
  const { rows } = await testing.admin.query<{ n: number }>(
    "select count(*)::int as n from message where id = any ($1) and content is not null",
    [[sent.id, edit.body.id]],
  );
  expect(rows).toEqual([{ n: 0 }]);
});

test("the Cloud API changes nothing that was sent and has no polls: the answer says so, and nothing is queued", async () => {
  const shop = await givenShop(testing, cloud, "key");
  const conversation = await shop.hears({ person: "wanjiru", text: "hi" });
  const { body: sent } = await shop.send({ conversationId: conversation.id, type: "text", text: "hello" });
  await shop.sent();
  const poll = { question: "?", options: ["a", "b"] };
  const answers = [
    await shop.api.patch<{ code: string; detail: string }>(path(sent.id), { text: "x" }),
    await shop.api.delete<{ code: string; detail: string }>(path(sent.id)),
    await shop.send({ conversationId: conversation.id, type: "poll", poll }),
  ];
  expect(answers.map(({ status, body }) => [status, (body as { detail?: string }).detail])).toEqual([
    [409, "WhatsApp Cloud API cannot edit a message that was sent."],
    [409, "WhatsApp Cloud API cannot delete a message that was sent."],
    [409, "This channel cannot send poll."],
  ]);
  expect(await shop.thread(conversation.id)).toHaveLength(2);
});
