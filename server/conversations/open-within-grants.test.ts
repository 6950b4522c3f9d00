// Whoever is limited to channels learns nothing of people outside them by trying their numbers, be it to open a conversation or to send.
import { expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel } from "../test/hooks.ts";

const t = createTestApp();

test("a number of somebody outside one's channels, restricted or not, is answered as one that is nobody's", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace.owner;
  const [own, other] = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
  const [spoken, restricted, strange] = ["+254720000001", "+254720000002", "+254720000003"];
  const imported = await api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [
      { name: "Wanjiru Otieno", phone: spoken },
      { name: "Achieng", phone: restricted },
    ],
    attestation: { isLawful: true, basis: "contract" },
  });
  const people = imported.body.data.map(({ contactId }) => contactId);
  const contactId = people[0] ?? "";
  const open = (by: ApiClient, body: object) => by.post<{ id: string }>("/v1/conversations", body);
  expect((await open(api, { contactId, channelId: other.id })).status).toBe(200);
  await t.admin.query("update contact set restricted_at = $2 where id = $1", [people[1], t.clock.now()]);
  const events = async (type: string) =>
    (await workspace.api.get<{ data: unknown[] }>(`/v1/events?types=${type}`)).body.data;
  const before = [await events("contact.created"), await events("conversation.created")];

  const agent = await t.given.member(workspace.id, "agent", { channelIds: [own.id] });
  const scopes = ["message:send", "conversation:read", "contact:read"] as const;
  const key = await t.given.apiKey(workspace.id, { scopes, channelIds: [own.id] });
  for (const { api: by } of [agent, key]) {
    const answers: unknown[] = [];
    for (const to of [strange, spoken, restricted]) {
      const { status, body } = await open(by, { to, channelId: own.id });
      answers.push({ status, body: { ...body, traceId: undefined } });
    }
    expect(answers[0]).toMatchObject({ status: 403, body: { code: "conversation.person_unseen" } });
    expect(answers.slice(1)).toEqual([answers[0], answers[0]]);
    for (const id of people) expect((await by.get(`/v1/contacts/${id}`)).status).toBe(404);
  }
  expect([await events("contact.created"), await events("conversation.created")]).toEqual(before);

  // once there is a conversation on their channel they see the person, and the number leads there
  const { id } = (await open(api, { contactId, channelId: own.id })).body;
  expect((await open(agent.api, { to: spoken, channelId: own.id })).body).toMatchObject({
    ...{ id, contact: { name: "Wanjiru Otieno" } },
  });
});

test("nor by sending to it; a key that may look at nobody sends to every number, and its sends tell nothing of the person", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace.owner;
  const [own, other] = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
  const [spoken, imported, strange] = ["+254720000011", "+254720000012", "+254720000013"];
  const { body } = await api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [
      { name: "Wanjiru Otieno", phone: spoken },
      { name: "Achieng", phone: imported },
    ],
    attestation: { isLawful: true, basis: "contract" },
  });
  const people = body.data.map(({ contactId }) => contactId);
  const [contactId = ""] = people;
  expect((await api.post("/v1/conversations", { contactId, channelId: other.id })).status).toBe(200);
  const template = { type: "template", template: { name: "order_ready", language: "en" } };
  const to = (number: string) => ({ channelId: own.id, to: number, ...template });
  const untraced = ({ status, body: answer }: { status: number; body: object }) => ({
    ...{ status, body: { ...answer, traceId: undefined } },
  });
  const conversations = async () =>
    (await t.admin.query("select channel_id from conversation where workspace_id = $1", [workspace.id])).rowCount;

  const agent = await t.given.member(workspace.id, "agent", { channelIds: [own.id] });
  const reads = [["contact:read"], ["conversation:read"], ["conversation:write"], ["privacy:manage"]] as const;
  const keys = await Promise.all(
    reads.map(([scope]) =>
      t.given.apiKey(workspace.id, { scopes: ["message:send", "message:read", scope], channelIds: [own.id] }),
    ),
  );
  for (const { api: by } of [agent, ...keys]) {
    const answers = [];
    for (const number of [strange, spoken, imported])
      answers.push(untraced(await by.post<object>("/v1/messages", to(number))));
    expect(answers[0]).toMatchObject({ status: 403, body: { code: "conversation.person_unseen" } });
    expect(answers.slice(1)).toEqual([answers[0], answers[0]]);
    const batch = await by.post<{ data: object[] }>("/v1/messages/batch", { messages: [to(strange), to(spoken)] });
    const refused = { isAccepted: false, problem: { code: "conversation.person_unseen" } };
    expect(batch.body.data).toMatchObject([refused, refused]);
  }
  expect(await conversations()).toBe(1);

  const scopes = ["message:send", "message:read", "event:read", "template:read"] as const;
  const sender = await t.given.apiKey(workspace.id, { scopes, channelIds: [own.id] });
  for (const number of [strange, spoken, imported]) {
    const sent = await sender.api.post<{ id: string }>("/v1/messages", to(number));
    expect(sent.status).toBe(202);
    expect(JSON.stringify([sent.body, (await sender.api.get("/v1/events?limit=100")).body])).not.toMatch(
      /Wanjiru|Achieng/,
    );
  }
  for (const id of people) expect((await sender.api.get(`/v1/contacts/${id}`)).status).toBe(403);
  // the conversation is on their channel now: they see the person, and write by the number too
  expect((await agent.api.post("/v1/messages", to(spoken))).status).toBe(202);
});
