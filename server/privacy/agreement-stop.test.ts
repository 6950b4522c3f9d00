// Without the agreements nothing is sent; everything else goes on.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { routes } from "../app.ts";
import { acceptAgreements, type AgreementView } from "../identity/agreements.ts";
import { announceAgreements, noteAgreements } from "../notifications/announce-agreements.ts";
import { mailNotificationJob } from "../notifications/notification.jobs.ts";
import type { Tx } from "../platform/db.ts";
import { createTestApp } from "../test/app.ts";
import type { ApiClient } from "../test/api.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { eventually, givenLinkedPhone } from "../test/linked-phone.ts";
import { givenShop } from "../test/shop.ts";
import { replyToConsent } from "./reply-to-consent.ts";

// a linked phone has real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let sim: WhatsAppCloudSim;
let phones: WhatsAppLinkedSim;
beforeAll(async () => {
  phones = await startWhatsappLinked({ now: () => t.clock.ms() });
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url, phones.url] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), phones[Symbol.asyncDispose]()]));

const dayMs = 86_400_000;
const earlier = "0123456789ab";
const outboxOf = async (id: string) =>
  (await t.admin.query("select 1 from outbox where workspace_id = $1", [id])).rowCount ?? 0;
/** As if the words had been others when the workspace accepted them. */
async function acceptedEarlierWords(id: string): Promise<void> {
  const words = JSON.stringify({ en: { title: "Terms", points: ["Nothing was written here."] } });
  await t.admin.query("insert into agreement_text values ($1, 'terms', $2, $3) on conflict do nothing", [
    ...[earlier, words, t.clock.now()],
  ]);
  await t.admin.query("update workspace_agreement set version = $2 where workspace_id = $1 and document = 'terms'", [
    ...[id, earlier],
  ]);
}
const agreementsOf = async (api: ApiClient) => (await api.get<{ data: AgreementView[] }>("/v1/agreements")).body.data;
async function accept(api: ApiClient, document: AgreementView["document"]): Promise<number> {
  const version = (await agreementsOf(api)).find((one) => one.document === document)?.version;
  return (await api.post("/v1/agreements/accept", { document, version })).status;
}
const dueOf = async (id: string): Promise<Date | null> =>
  (await t.admin.query<{ due: Date | null }>("select agreements_due_at as due from workspace where id = $1", [id]))
    .rows[0]?.due ?? null;
const ownerOf = async ({ owner }: GivenWorkspace): Promise<ApiClient> => (await t.given.login(owner)).api;

test("every route that sends is refused until the agreements are accepted, and none of them leaves anything behind [GEN-21]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const linked = await givenLinkedPhone(workspace, api, phones, { pace: { perSecond: 100, perContactMs: 0 } });
  await linked.pair();
  const { channelId } = linked;
  await phones.says({ person: "14155550123", to: linked.phone, text: "Is it open?" });
  const conversation = await eventually(async () => (await linked.conversations())[0], "a conversation");
  const { id: conversationId } = conversation;
  const [heard] = await linked.thread(conversationId);
  const hello = { conversationId, type: "text", text: "Hello" };
  const sends = async () => {
    const { body } = await api.post<{ id: string }>("/v1/messages", hello);
    return eventually(async () => {
      const message = await linked.read(body.id);
      return !["queued", "failed"].includes(message.status) && message;
    }, "the sending");
  };
  const [edited, gone, failed] = [await sends(), await sends(), await sends()];
  await t.admin.query("update message set status = 25 where id = $1", [failed.id]);
  const [later, reaction] = [new Date(t.clock.ms() + dayMs).toISOString(), { messageId: heard?.id, emoji: "👍" }];
  const graph = { messaging_product: "whatsapp", to: "+14155550123", type: "text", text: { body: "Hello" } };
  const contact = `/v1/contacts/${conversation.contact.id}`;
  const calls: Record<string, () => Promise<{ status: number; body: unknown }>> = {
    "message.send": () => api.post("/v1/messages", hello),
    "message.send to an address": () =>
      api.post("/v1/messages", { channelId, to: "+14155550177", type: "text", text: "Hi" }),
    "message.send later": () => api.post("/v1/messages", { ...hello, scheduledAt: later }),
    "message.send of a reaction": () => api.post("/v1/messages", { conversationId, type: "reaction", reaction }),
    "message.send_batch": () => api.post("/v1/messages/batch", { messages: [hello, { ...hello, scheduledAt: later }] }),
    "message.edit": () => api.patch(`/v1/messages/${edited.id}`, { text: "Hello again" }),
    "message.cancel": () => api.delete(`/v1/messages/${gone.id}`),
    "message.retry": () => api.post(`/v1/messages/${failed.id}/retry`),
    "conversation.create": () => api.post("/v1/conversations", { channelId, contactId: conversation.contact.id }),
    "consent.ask": () => api.post(`${contact}/consents/ask`, { channelId, purpose: "marketing", language: "en" }),
    "graph.send": () => api.post(`/graph/v26.0/${channelId}/messages`, graph),
    "graph.send_unversioned": () => api.post(`/graph/${channelId}/messages`, graph),
  };
  const named = new Set(Object.keys(calls).map((name) => name.split(" ")[0]));
  // typing and read marks say nothing and are in no outbox
  const sending = routes.filter((one) => one.permission === "message:send" && one.id !== "conversation.signal");
  expect(named).toEqual(new Set(sending.map(({ id }) => id)));

  const count = async () => (await t.admin.query("select 1 from message where channel_id = $1", [channelId])).rowCount;
  await acceptedEarlierWords(workspace.id);
  await t.admin.query("update workspace set agreements_due_at = $2 where id = $1", [workspace.id, t.clock.now()]);
  const before = await count();
  for (const [name, call] of Object.entries(calls)) {
    const { status, body } = await call();
    const text = JSON.stringify(body);
    if (name.startsWith("graph"))
      expect([name, status, text]).toEqual([name, 403, expect.stringContaining("agreements")]);
    else if (name === "message.send_batch") expect(text.match(/agreement\.required/g), name).toHaveLength(2);
    else expect([name, status, body]).toEqual([name, 403, expect.objectContaining({ code: "agreement.required" })]);
    expect([name, await outboxOf(workspace.id), await count()]).toEqual([name, 0, before]);
  }
  const consents = await api.get<{ data: unknown[] }>(`${contact}/consents`);
  expect(consents.body.data).toEqual([]);

  expect(await accept(workspace.owner.api, "terms")).toBe(200);
  for (const [name, call] of Object.entries(calls)) {
    const { status, body } = await call();
    expect([name, status < 300, JSON.stringify(body)]).toEqual([
      name,
      true,
      expect.not.stringMatching(/agreement\.required|agreements are accepted/),
    ]);
  }
});

test("new words leave 30 days: a day before their end all goes on, a day after it nothing is sent but all comes in, and what waits goes out on acceptance [GEN-21]", async () => {
  const other = await t.given.workspace();
  const shop = await givenShop(t, sim, "key");
  const { id } = shop.workspace;
  const reached = () => sim.messages({ phoneNumberId: shop.phoneNumberId, direction: "out" }).map(({ text }) => text);
  const says = async (text: string) => {
    const heard = await shop.hears({ person: "wanjiru", text: "Are you there?" });
    const answer = await shop.send({ conversationId: heard.id, type: "text", text });
    await t.app.drain?.idle();
    return [answer.status, (answer.body as { code?: string }).code];
  };
  const waits = async (text: string, inMs: number) => {
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "When?" });
    const scheduledAt = new Date(t.clock.ms() + inMs).toISOString();
    return (await shop.send({ conversationId, type: "text", text, scheduledAt })).status;
  };
  await acceptedEarlierWords(id);
  const asked = async () =>
    (
      await t.admin.query(
        "select 1 from graphile_worker.jobs where task_identifier = 'notification.announce_agreements'",
      )
    ).rowCount;
  for (let starts = 0; starts < 2; starts++) {
    await noteAgreements(t.app);
    expect(await asked()).toBe(1);
    await announceAgreements(t.app);
  }
  // other words on the last day but one give their own 30 days, a restart with the same none
  t.clock.advance(29 * dayMs);
  await noteAgreements(t.app);
  expect((await dueOf(id))?.getTime()).toBe(t.clock.ms() + dayMs);
  await t.admin.query("update workspace set agreements_due_for = 'others' where id = $1", [id]);
  await noteAgreements(t.app);
  const end = t.clock.ms() + 30 * dayMs;
  expect([(await dueOf(id))?.getTime(), await dueOf(other.id)]).toEqual([end, null]);
  const told = async (api: ApiClient) =>
    (await api.get<{ data: { topic: string }[] }>("/v1/me/notifications")).body.data.map(({ topic }) => topic);
  expect(await told(await ownerOf(shop.workspace))).toEqual(["agreements_changed"]);
  expect(await told(await ownerOf(other))).toEqual([]);
  const changes = (await agreementsOf(shop.api)).map(({ changesPath }) => changesPath);
  expect(changes).toEqual([`/privacy/terms?since=${earlier}`, null]);
  const page = await (await fetch(t.url + changes[0])).text();
  expect(page).toContain("<del>Nothing was written here.</del>");
  expect(page).toMatch(/In these words since <time.*What is new since those of <time/s);
  expect(page).not.toContain(earlier);
  expect(page.match(/<ins>/g)?.length).toBeGreaterThan(10);

  t.clock.set(end - dayMs);
  expect(await says("before the end")).toEqual([202, undefined]);
  expect(await waits("held", dayMs - 3_600_000)).toBe(202);
  t.clock.set(end + dayMs);
  // another start puts nothing off, nor do other words now
  await noteAgreements(t.app);
  await t.admin.query("update workspace set agreements_due_for = 'others' where id = $1", [id]);
  await noteAgreements(t.app);
  expect((await dueOf(id))?.getTime()).toBe(end);
  expect(await says("after the end")).toEqual([403, "agreement.required"]);
  expect(reached()).toEqual(["before the end"]);
  expect(await outboxOf(id)).toBe(1);

  // what people write comes in, and a STOP holds without a word of ours
  const stop = await shop.hears({ person: "pavel", text: "STOP" });
  expect(await shop.thread(stop.id)).toHaveLength(1);
  await replyToConsent(t.app, { workspaceId: id, contactId: stop.contact.id });
  expect(await outboxOf(id)).toBe(1);
  const { body } = await shop.api.get<{ data: { action: string }[] }>(`/v1/contacts/${stop.contact.id}/consents`);
  expect(body.data.map(({ action }) => action)).toContain("withdrawn");
  expect((await shop.api.post("/v1/subject-requests", { identity: "+60123456789", type: "portability" })).status).toBe(
    202,
  );

  // another workspace's acceptance is no help, and an admin cannot bind the workspace
  await t.given.login(other.owner);
  expect(await accept(await ownerOf(other), "terms")).toBe(200);
  const admin = await t.given.member(id, "admin");
  expect(await accept(admin.api, "terms")).toBe(403);
  expect(await accept(shop.api, "terms")).toBe(403);
  expect(await says("still nothing")).toEqual([403, "agreement.required"]);
  expect(await accept(await ownerOf(shop.workspace), "terms")).toBe(200);
  await t.app.drain?.idle();
  expect(reached()).toEqual(["before the end", "held"]);
  expect(await says("again")).toEqual([202, undefined]);
  const trail = await shop.api.get<{ data: { action: string }[] }>("/v1/audit-entries?limit=50");
  expect(trail.body.data.map(({ action }) => action)).toContain("workspace.agreements_accepted");
});

test("a new workspace sends once both agreements are accepted, not one; one from before this was asked has 30 days [GEN-21]", async () => {
  const workspace = await t.given.workspace({ hasAgreed: false });
  const send = async () =>
    (
      await workspace.api.post<{ code: string }>("/v1/messages", {
        channelId: "chn_00000000000000000000000000",
        to: "+60123456789",
        type: "text",
        text: "Hi",
      })
    ).body.code;
  expect(await send()).toBe("agreement.required");
  await noteAgreements(t.app);
  expect(await send()).toBe("agreement.required");
  const me = async () =>
    (await workspace.owner.api.get<{ memberships: { workspace: { agreementsDueAt: string | null } }[] }>("/v1/me")).body
      .memberships[0]?.workspace.agreementsDueAt;
  expect(await me()).toBe((await dueOf(workspace.id))?.toISOString());
  expect(await accept(workspace.owner.api, "data_processing")).toBe(200);
  expect(await send()).toBe("agreement.required");
  expect(await accept(workspace.owner.api, "terms")).toBe(200);
  expect([await send(), await me()]).toEqual(["not_found", null]);

  const old = await t.given.workspace({ hasAgreed: false });
  await t.admin.query("update workspace set agreements_due_at = null where id = $1", [old.id]);
  await noteAgreements(t.app);
  expect((await dueOf(old.id))?.getTime()).toBe(t.clock.ms() + 30 * dayMs);
});

test("two acceptances at the same time count together [GEN-21]", async () => {
  const { id: workspaceId } = await t.given.workspace({ hasAgreed: false });
  const scope = { workspaceIds: [workspaceId] };
  const acceptOf = (document: AgreementView["document"]) => (tx: Tx) =>
    acceptAgreements(t.app, tx, { workspaceId, memberId: null, documents: [document] });
  let second: Promise<void> | undefined;
  let isDone = false;
  await t.app.db.tx(scope, async (tx) => {
    await acceptOf("terms")(tx);
    second = t.app.db.tx(scope, acceptOf("data_processing")).finally(() => (isDone = true));
    const waits = async () =>
      (
        await t.admin.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rowCount !== 0; // what the app does by itself may wait as well
    await eventually(async () => isDone || (await waits()), "the second acceptance under way");
  });
  await second;
  expect(await dueOf(workspaceId)).toBeNull();
});

test("the mail about new words is not written to whoever accepted them meanwhile, or closes the workspace", async () => {
  const tell = async (meanwhile: (workspace: GivenWorkspace) => Promise<unknown>) => {
    const workspace = await t.given.workspace();
    await acceptedEarlierWords(workspace.id);
    await noteAgreements(t.app);
    await announceAgreements(t.app);
    await meanwhile(workspace);
    const { rows } = await t.admin.query<{ id: string }>(
      "select id from notification where about_workspace = $1 and topic = 'agreements_changed'",
      [workspace.id],
    );
    for (const { id } of rows) await mailNotificationJob.run(t.app, { notificationId: id });
    return [rows.length, t.mail.list().filter(({ to }) => to === workspace.owner.email).length];
  };
  expect(await tell(() => Promise.resolve())).toEqual([1, 1]);
  expect(await tell(({ owner }) => accept(owner.api, "terms"))).toEqual([1, 0]);
  const closes = ({ id }: GivenWorkspace) =>
    t.admin.query("update workspace set closing_at = $2, purge_at = $2 where id = $1", [id, t.clock.now()]);
  expect(await tell(closes)).toEqual([1, 0]);
});
