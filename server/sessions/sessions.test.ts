import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp } from "../test/app.ts";
import { startReceiver } from "../test/receiver.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";
import type { GivenWorkspace } from "../test/given.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const logLines: string[] = [];
const friend = "14155550123";
const testing = createTestApp({
  ...{ providerOrigins: () => [sim.url], logLines },
  env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" },
});
afterAll(() => sim[Symbol.asyncDispose]());

let owner: GivenWorkspace;
let linked: LinkedPhone;
const newPhone = (): Promise<LinkedPhone> => givenLinkedPhone(owner, owner.owner.api, sim);

const statusOf = async ({ api, channelId }: LinkedPhone) =>
  (await api.get<{ status: string }>(`/v1/channels/${channelId}`)).body.status;

beforeAll(async () => {
  owner = await testing.given.workspace();
  linked = await newPhone();
});

test("nobody pairs before somebody agreed that it is no official API; who agreed, to which words and when is kept for each phone [ONE-15 ONE-20]", async () => {
  const path = `/v1/channels/${linked.channelId}/session`;
  expect((await linked.session()).state).toBe("unpaired");
  const refused = await linked.api.post<{ code: string; version: string; text: string }>(path, { method: "qr" });
  expect(refused).toMatchObject({ status: 422, body: { code: "session.acknowledgement_required" } });
  expect(refused.body.text).toMatch(/not WhatsApp's official API/);
  const hash = createHash("sha256").update(refused.body.text).digest("hex");
  // an agreement to other words is none
  const other = createHash("sha256").update("other words").digest("hex");
  expect((await linked.api.post(path, { method: "qr", acknowledgement: other })).status).toBe(422);
  const agreed = () =>
    testing.admin.query<{ by: string; hash: string; at: Date }>(
      `select acknowledged_by as by, acknowledged_version as hash, acknowledged_at as at from session where channel_id = $1`,
      [linked.channelId],
    );
  expect((await agreed()).rows).toEqual([]);
  const view = await linked.pair();
  expect(view).toMatchObject({
    phone: `+${linked.phone}`,
    acknowledgement: { version: refused.body.version, by: owner.owner.memberId },
  });
  expect(view.qr).toBeUndefined();
  expect(await statusOf(linked)).toBe("connected");
  const channel = await linked.api.get(`/v1/channels/${linked.channelId}`);
  expect(channel.body).toMatchObject({ isOfficial: false, hasSession: true });
  const { rows } = await agreed();
  expect(rows).toEqual([{ by: owner.owner.memberId, hash, at: testing.clock.now() }]);
  // agreed for this phone alone: the next is asked anew
  const next = await newPhone();
  const asked = await next.api.post<{ code: string }>(`/v1/channels/${next.channelId}/session`, { method: "qr" });
  expect(asked).toMatchObject({ status: 422, body: { code: "session.acknowledgement_required" } });
});

test("what people write is in the inbox under one contact, and an answer gets its ticks", async () => {
  await sim.says({ person: friend, to: linked.phone, text: "Is it open?" });
  const conversation = await eventually(async () => (await linked.conversations())[0], "a conversation");
  expect(conversation.contact.identities.map(({ kind }) => kind)).toEqual(["wa_lid", "phone"]);
  const sent = await linked.send({ conversationId: conversation.id, type: "text", text: "Until six" });
  expect(sent.status).toBe(202);
  const message = await eventually(async () => {
    const now = await linked.read(sent.body.id);
    return now.status === "delivered" || now.status === "read" ? now : undefined;
  }, "delivery");
  expect(message.statuses.map(({ status }) => status)).toEqual(expect.arrayContaining(["queued", "sent", "delivered"]));
  expect(sim.received({ person: friend }).filter(({ text }) => text === "Until six")).toHaveLength(1);
});

test("no code, key, number or text of a session is in the log, and its rows hold nothing in clear [API-06]", async () => {
  const needles = [friend, linked.phone, "Is it open?", "Until six"];
  for (const needle of needles) expect(logLines.filter((line) => line.includes(needle))).toEqual([]);
  const tables = ["session", "session_key", "decrypt_journal", "session_lease"];
  for (const table of tables) {
    const { rows } = await testing.admin.query<{ row: string }>(`select x::text as row from ${table} x`);
    if (table === "session_key") expect(rows.length).toBeGreaterThan(100);
    for (const needle of needles)
      for (const { row } of rows) {
        expect(row).not.toContain(needle);
        expect(row).not.toContain(Buffer.from(needle).toString("hex"));
      }
  }
});

test("a restart keeps the pairing; what came meanwhile is delivered", async () => {
  const before = (await linked.conversations()).length;
  await linked.api.post(`/v1/channels/${linked.channelId}/session/restart`);
  await sim.says({ person: "14155550199", to: linked.phone, text: "While you were away" });
  await eventually(async () => (await linked.conversations()).length === before + 1, "the new conversation");
  await linked.reaches("connected");
});

test("a pairing, a connection, its loss and a ban are told by the API, the channel and a webhook [API-05]", async () => {
  await using receiver = await startReceiver();
  const one = await newPhone();
  const { channelId, api } = one;
  const made = await api.post("/v1/webhook-endpoints", {
    ...{ url: `${receiver.url}/hook`, eventTypes: ["session.*", "channel.*"], channelIds: [channelId] },
  });
  expect(made.status).toBe(201);
  const told = (type: string) =>
    receiver.requests.filter(({ json }) => json.type === type).map(({ json }) => json.data);
  const hears = (type: string, what: object) =>
    eventually(
      () => told(type).some((data) => Object.entries(what).every(([key, value]) => data[key] === value)),
      `${type} ${JSON.stringify(what)}`,
    );
  const qr = (await one.session()).notice?.version;
  await api.post(`/v1/channels/${channelId}/session`, { method: "qr", acknowledgement: qr });
  await one.reaches("pairing", (view) => view.qr !== undefined);
  await hears("session.changed", { channelId, state: "pairing" });
  await sim.scan({ phone: one.phone, qr: (await one.session()).qr ?? "" });
  await one.reaches("connected");
  await hears("session.changed", { channelId, state: "connected" });
  await hears("channel.connected", { channelId });
  sim.refuseLogins({ code: 503 });
  sim.disconnect({ phone: one.phone });
  await one.reaches("backing_off");
  await hears("session.changed", { channelId, state: "backing_off" });
  await one.reaches("connected");
  sim.ban({ phone: one.phone });
  expect((await one.reaches("failed")).reason).toMatch(/^banned_/);
  expect(await statusOf(one)).toBe("needs_attention");
  await eventually(
    () =>
      told("session.changed").some(
        (data) => data["state"] === "failed" && String(data["reason"]).startsWith("banned_"),
      ),
    "the ban",
  );
  await hears("channel.disconnected", { channelId, reason: "session_failed" });
  // a code that links a phone goes to nobody's server
  expect(JSON.stringify(receiver.requests.map(({ body }) => body))).not.toMatch(/"qr"|pairingCode/);
});
