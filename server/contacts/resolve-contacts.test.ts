import { describe, expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageView } from "../messages/message-view.ts";
import { createTestApp } from "../test/app.ts";
import {
  change,
  envelope,
  givenChannel,
  post,
  reports,
  says,
  statusOf,
  type HookChannel,
  type Person,
} from "../test/hooks.ts";
import type { GivenWorkspace } from "../test/given.ts";

const t = createTestApp();
let count = 0;
const id = (): string => `wamid.c${++count}`;
const phone = "393334445555";
const userId = "IT.73491208655302741918";

async function given(): Promise<{ workspace: GivenWorkspace; channel: HookChannel }> {
  const workspace = await t.given.workspace();
  return { workspace, channel: await givenChannel(t, workspace) };
}

async function writes(channel: HookChannel, person: Person, text: string): Promise<void> {
  expect((await post(t, channel, says(channel, person, id(), t.clock.now(), text))).status).toBe(200);
}

const conversations = async (workspace: GivenWorkspace): Promise<ConversationView[]> =>
  (await workspace.owner.api.get<{ data: ConversationView[] }>("/v1/conversations")).body.data;

const texts = async (workspace: GivenWorkspace, conversationId: string): Promise<(string | undefined)[]> =>
  (await workspace.api.get<{ data: MessageView[] }>(`/v1/conversations/${conversationId}/messages`)).body.data.map(
    (message) => message.text,
  );

describe("who someone is", () => {
  test("a person without a number is one contact, and the number joins when it is told", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { userId, name: "Kim", username: "kim.b" }, "no number");
    await writes(channel, { userId, phone, name: "Kim" }, "with number");
    await writes(channel, { phone }, "number only");
    const [only, ...others] = await conversations(workspace);
    expect(others).toEqual([]);
    expect(only?.contact.name).toBe("Kim");
    expect(only?.contact.identities.map((identity) => identity.kind).toSorted()).toEqual([
      "phone",
      "username",
      "wa_user_id",
    ]);
    expect(await texts(workspace, only?.id ?? "")).toEqual(
      expect.arrayContaining(["no number", "with number", "number only"]),
    );
  });

  test("two contacts that turn out to be one person become one, with every message", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { phone, name: "By number" }, "first");
    await writes(channel, { userId, name: "By id" }, "second");
    expect(await conversations(workspace)).toHaveLength(2);
    await writes(channel, { phone, userId }, "third");
    const [only, ...others] = await conversations(workspace);
    expect(others).toEqual([]);
    expect(only?.unreadCount).toBe(3);
    expect(new Set(await texts(workspace, only?.id ?? ""))).toEqual(new Set(["first", "second", "third"]));
    await writes(channel, { userId }, "fourth");
    expect(await conversations(workspace)).toHaveLength(1);
    // erasing the one that stayed must reach what was sealed for the other
    t.app.keyring.destroy(`contact:${only?.contact.id}`);
    expect(new Set(await texts(workspace, only?.id ?? ""))).toEqual(new Set([undefined]));
  });

  test("a status that names number and id joins them", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { phone, name: "Number" }, "first");
    const told = { recipient_id: phone, recipient_user_id: userId };
    await post(t, channel, reports(channel, statusOf(id(), "delivered", t.clock.now(), told)));
    await writes(channel, { userId }, "second");
    expect(await conversations(workspace)).toHaveLength(1);
  });

  test("a changed number stays the same person, with a line in the thread that is not unread", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { phone, name: "Mo" }, "old number");
    const system = { type: "user_changed_number", wa_id: "393339990000", body: "Mo changed" };
    const message = { from: phone, id: id(), timestamp: String(t.clock.ms() / 1000), type: "system", system };
    expect((await post(t, channel, envelope(channel, change(channel, { messages: [message] })))).status).toBe(200);
    await writes(channel, { phone: "393339990000" }, "new number");
    const [only, ...others] = await conversations(workspace);
    expect(others).toEqual([]);
    expect(only?.unreadCount).toBe(2);
  });

  test("the same new person in many bodies at once is one contact with one conversation", async () => {
    const { workspace, channel } = await given();
    const second = await givenChannel(t, workspace);
    await Promise.all(
      Array.from({ length: 80 }, (_, i) => {
        const person = i % 3 === 0 ? { userId } : i % 3 === 1 ? { phone, userId } : { phone, userId, name: "Lu" };
        return writes(i % 2 === 0 ? channel : second, person, `n${i}`);
      }),
    );
    const all = await conversations(workspace);
    expect(all.map((item) => item.channelId).toSorted()).toEqual([channel.id, second.id].toSorted());
    expect(new Set(all.map((item) => item.contact.id)).size).toBe(1);
    expect(all.reduce((sum, item) => sum + item.unreadCount, 0)).toBe(80);
  });

  test("a name from the provider follows the profile, one from the team stays", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { phone, name: "One" }, "1");
    await writes(channel, { phone, name: "Two" }, "2");
    const [first] = await conversations(workspace);
    expect(first?.contact.name).toBe("Two");
    await workspace.api.patch(`/v1/contacts/${first?.contact.id}`, { name: "Our name" });
    await writes(channel, { phone, name: "Three" }, "3");
    expect((await conversations(workspace))[0]?.contact.name).toBe("Our name");
  });

  test("someone who was erased and writes again is a new contact", async () => {
    const { workspace, channel } = await given();
    await writes(channel, { phone, name: "Gone" }, "before");
    const [before] = await conversations(workspace);
    t.app.keyring.destroy(`contact:${before?.contact.id}`);
    await writes(channel, { phone, name: "Back" }, "after");
    const after = (await conversations(workspace)).filter((item) => item.contact.id !== before?.contact.id);
    expect(after.map((item) => item.contact.name)).toEqual(["Back"]);
    expect(await texts(workspace, after[0]?.id ?? "")).toEqual(["after"]);
  });

  test("the same number in two workspaces is two contacts", async () => {
    const [one, two] = [await given(), await given()];
    await Promise.all([writes(one.channel, { phone }, "a"), writes(two.channel, { phone }, "b")]);
    const [a] = await conversations(one.workspace);
    const [b] = await conversations(two.workspace);
    expect(a?.contact.id).not.toBe(b?.contact.id);
  });
});
