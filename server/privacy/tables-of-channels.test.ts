import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, expect, test, vi } from "vitest";
import { describe } from "../platform/table.ts";
import { allFeatures, allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, reports, says, statusOf } from "../test/hooks.ts";
import { givenLinkedPhone } from "../test/linked-phone.ts";

// a phone that is linked for real: encryption and sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const dayMs = 86_400_000;
const declared = allTables.map(describe);
const countOf = async (sql: string): Promise<number> => (await t.admin.query(sql)).rowCount ?? 0;

test("a workspace without a channel has nothing in any table of channels, whatever else its people do; once channels receive those tables fill [M24-04 ONE-24]", async () => {
  const workspace = await t.given.workspace();
  const { owner, id } = workspace;
  const of = (name: string) => (name === "channel" ? "" : "and channel_id is not null");
  const ofChannels = declared.filter(({ name, columns }) => name === "channel" || "channelId" in columns);
  const filled = async (): Promise<string[]> => {
    const counts = await Promise.all(
      ofChannels.map(async ({ name }) =>
        (await countOf(`select 1 from ${name} where workspace_id = '${id}' ${of(name)} limit 1`)) > 0 ? [name] : [],
      ),
    );
    return counts.flat().toSorted();
  };
  expect(ofChannels.map(({ name }) => name)).toEqual(
    expect.arrayContaining((allFeatures[0]?.tables ?? []).map((made) => describe(made).name)),
  );
  const act = async (
    method: "post" | "patch",
    at: string,
    body: object,
  ): Promise<{ id: string; data: { id: string }[] }> => {
    const answer = await owner.api[method]<{ id: string; data: { id: string }[] }>(at, body);
    if (answer.status >= 300) throw new Error(`${at}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await act("patch", `/v1/workspaces/${id}`, { name: "Renamed" });
  await act("post", "/v1/invitations", { role: "agent" });
  const agent = await t.given.member(id, "agent");
  await act("patch", `/v1/members/${agent.memberId}`, { role: "admin" });
  await act("post", "/v1/api-keys", { name: "Key", scopes: ["contact:read"] });
  const label = await act("post", "/v1/labels", { name: "VIP", color: "blue" });
  await act("post", "/v1/saved-replies", { shortcut: "hours", text: "From nine." });
  await act("post", "/v1/saved-views", { name: "Mine", filter: {} });
  await act("patch", "/v1/alert-settings", { recipients: "owners" });
  await act("post", "/v1/breaches", { kind: "confidentiality", description: "A lost laptop.", peopleAffected: 1 });
  await act("post", "/v1/holds", { reason: "legal_claim", until: new Date(t.clock.ms() + 90 * dayMs).toISOString() });
  const imported = await owner.api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [{ phone: "+393331112222", name: "Ana" }],
    attestation: { isLawful: true, basis: "contract" },
  });
  expect(imported.status).toBeLessThan(300);
  const people = (await owner.api.get<{ data: { id: string }[] }>("/v1/contacts")).body.data;
  expect(people).toHaveLength(1);
  await act("post", "/v1/contact-attributes", { name: "city", label: "City", type: "text", category: "user.content" });
  await act("patch", `/v1/contacts/${people[0]?.id}`, { attributes: { city: "Rome" } });
  expect(await filled()).toEqual([]);

  const channel = await givenChannel(t, workspace);
  const at = t.clock.now();
  const ada = { phone: "14155550111", name: "Ada" };
  for (const [wamid, content] of [
    ["wamid.1", "Hello"],
    ["wamid.2", { type: "image", image: { id: "1", mime_type: "image/png", sha256: "x" } }],
    ["wamid.3", { type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } }],
  ] as const)
    expect((await post(t, channel, says(channel, ada, wamid, at, content))).status).toBe(200);
  await post(t, channel, reports(channel, statusOf("wamid.unknown", "sent", at)));
  const phone = await givenLinkedPhone(workspace, owner.api, sim);
  const past = [{ from: "14155550199", to: phone.phone, text: "of old", at: t.clock.ms() - 7 * dayMs }];
  sim.addPhone({ phone: phone.phone });
  sim.pastMessages({ messages: past });
  await phone.pair();
  await sim.says({ person: "14155550123", to: phone.phone, text: "Is it open?" });
  await expect.poll(async () => (await phone.conversations()).length).toBe(2);
  // what the phone holds of the past stays there, because nobody chose to take it over
  expect(await countOf(`select 1 from session where workspace_id = '${id}' and history_days = 0`)).toBe(1);
  await act("post", `/v1/channels/${phone.channelId}/session/share`, {});
  const [conversation] = (await phone.conversations()).filter(({ channelId }) => channelId === channel.id);
  await act("patch", `/v1/conversations/${conversation?.id}`, { addLabels: [label.id] });
  // one goes out at any moment, the other stays in the outbox
  const scheduledAt = new Date(t.clock.ms() + 3_600_000).toISOString();
  for (const more of [{}, { scheduledAt }])
    await act("post", "/v1/messages", { conversationId: conversation?.id, type: "text", text: "Hello", ...more });
  const elsewhere: Readonly<Record<string, string>> = {
    consent_event: "consent.test.ts: words of people, by channel",
    ...{ contact_link: "contact-page.test.ts", page_code: "contact-page.test.ts" },
    ...{ inbound_event: "write-arrivals.test.ts", template: "template.test.ts", decrypt_journal: "log-out.test.ts" },
    ...{
      first_contact: "gates.test.ts",
      message_day: "content-modes.test.ts",
      message_search: "written after the commit",
    },
    session_lease: "held while a process has the session",
  };
  const full = new Set<string>();
  const stillEmpty = async (): Promise<string[]> => {
    for (const name of await filled()) full.add(name);
    return ofChannels.map(({ name }) => name).filter((name) => !full.has(name) && !(name in elsewhere));
  };
  await expect.poll(stillEmpty).toEqual([]);
  expect(full.size).toBeGreaterThan(10);
});
