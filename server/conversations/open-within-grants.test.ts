// Whoever is limited to channels learns nothing of people outside them by trying their numbers.
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
