import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { open } from "../platform/seal.ts";
import { openBus } from "../platform/bus.ts";
import { createTestApp } from "../test/app.ts";
import { startReceiver } from "../test/receiver.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";
import { whatsappLinked } from "../providers/whatsapp-linked/whatsapp-linked.ts";
import { destroyLink } from "./destroy-link.ts";
import { acquireLeases, renewLeases, TTL_MS, type Lease } from "./lease.ts";
import { HEARD_MS } from "./session.ts";
import { createSessionStore, FencedOut, linkSubject } from "./session-store.ts";
import { createStateWriter } from "./write-state.ts";

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

let owner: Awaited<ReturnType<typeof testing.given.workspace>>;
let linked: LinkedPhone;
const newPhone = (): Promise<LinkedPhone> => givenLinkedPhone(owner, owner.owner.api, sim);
const statusOf = async ({ api, channelId }: LinkedPhone) =>
  (await api.get<{ status: string }>(`/v1/channels/${channelId}`)).body.status;

const keysOf = async ({ channelId }: LinkedPhone): Promise<number | null> =>
  (await testing.admin.query("select 1 from session_key where channel_id = $1", [channelId])).rowCount;
/** A session that no process has, and a lease of it. */
async function leaseOf({ workspaceId, channelId }: LinkedPhone): Promise<Lease> {
  await testing.admin.query(
    `insert into session (workspace_id, channel_id, state, since, updated_at) values ($1, $2, 'unpaired', $3, $3)`,
    [workspaceId, channelId, testing.clock.now()],
  );
  const [lease] = await acquireLeases(testing.app, "own_first", [{ workspaceId, channelId }]);
  if (!lease) throw new Error("no lease");
  return lease;
}

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

test("each phone's credentials are in a namespace of its own: a worker of one can neither find nor open another's [API-23]", async () => {
  const [one, two] = [await newPhone(), await newPhone()];
  const [leaseOne, leaseTwo] = [await leaseOf(one), await leaseOf(two)];
  const [storeOne, storeTwo] = [
    createSessionStore(testing.app, leaseOne, 1),
    createSessionStore(testing.app, leaseTwo, 1),
  ];
  const secret = (text: string) => [{ kind: "creds", id: "creds", value: Buffer.from(text) }];
  await storeOne.commit(secret("of one"));
  await storeTwo.commit(secret("of two"));
  const read = async (store: typeof storeOne) =>
    Buffer.from((await store.get("creds", ["creds"])).get("creds") ?? []).toString();
  expect([await read(storeOne), await read(storeTwo)]).toEqual(["of one", "of two"]);
  // the same name has another place and another key with each channel
  const rowsOf = async ({ channelId }: LinkedPhone) =>
    (
      await testing.admin.query<{ key_index: Buffer; value: Buffer }>(
        "select key_index, value from session_key where channel_id = $1",
        [channelId],
      )
    ).rows;
  const [[rowOne], [rowTwo]] = [await rowsOf(one), await rowsOf(two)];
  if (!rowOne || !rowTwo) throw new Error("no credentials");
  expect(rowOne.key_index.equals(rowTwo.key_index)).toBe(false);

  const subjects = [one, two].map(({ channelId }) => linkSubject(channelId, 1));
  const keys = testing.app.keyring.ensure(subjects.map((subject) => ({ subject, parent: `workspace:${owner.id}` })));
  const place = (index: Buffer) => ({
    ...{ table: "session_key", column: "value", workspace: owner.id },
    row: `${one.channelId}/creds/${index.toString("hex")}`,
  });
  expect(open(testing.app.keyring, place(rowOne.key_index), rowOne.value).toString()).toBe("of one");
  // under the other's key the very same place does not open
  const [keyOne, keyTwo] = subjects.map((subject) => keys.get(subject));
  expect(keyOne?.kid).not.toBe(keyTwo?.kid);
  // and whoever lays one's sealed bytes in the other's place opens nothing
  await testing.admin.query("update session_key set value = $2 where channel_id = $1", [two.channelId, rowOne.value]);
  await expect(read(storeTwo)).rejects.toThrow();
  await testing.admin.query("update session_key set value = $2 where channel_id = $1", [two.channelId, rowTwo.value]);
  // a worker that does not own the other's session writes nothing there
  const stray = createSessionStore(testing.app, { ...leaseOne, channelId: two.channelId, owner: "own_stray" }, 1);
  await expect(stray.commit(secret("planted"))).rejects.toThrow(FencedOut);
  expect(await read(storeTwo)).toBe("of two");
  for (const store of [storeOne, storeTwo, stray]) await store.close();
  // nor is there a folder in which they could meet: nothing that holds a session writes files
  const folders = ["sessions", "providers/whatsapp-linked"].map((name) => path.join(import.meta.dirname, "..", name));
  const files = folders.flatMap((cwd) => globSync("*.ts", { cwd }).map((file) => path.join(cwd, file)));
  expect(files.length).toBeGreaterThan(30);
  const writers = files.filter(
    (file) => !file.endsWith(".test.ts") && /node:fs|useMultiFileAuthState/.test(readFileSync(file, "utf8")),
  );
  expect(writers).toEqual([]);
});

test("a restart keeps the pairing; what came meanwhile is delivered", async () => {
  const before = (await linked.conversations()).length;
  await linked.api.post(`/v1/channels/${linked.channelId}/session/restart`);
  await sim.says({ person: "14155550199", to: linked.phone, text: "While you were away" });
  await eventually(async () => (await linked.conversations()).length === before + 1, "the new conversation");
  await linked.reaches("connected");
});

test("a logout destroys the keys and says so [API-06]", async () => {
  const one = await newPhone();
  await one.pair();
  await one.api.delete(`/v1/channels/${one.channelId}/session`);
  await one.reaches("logged_out");
  expect(await keysOf(one)).toBe(0);
  expect(await statusOf(one)).toBe("needs_attention");
});

test("a logout without a connection makes one to take the device off the phone's list, and says so when that fails", async () => {
  const devicesOf = ({ phone }: LinkedPhone) => sim.phone({ phone }).devices.length;
  const lostOne = async (refusals: number): Promise<LinkedPhone> => {
    const one = await newPhone();
    await one.pair();
    sim.refuseLogins({ code: 503, times: refusals });
    sim.disconnect({ phone: one.phone });
    // the loss of the line is one, the first refusal another
    await one.reaches("backing_off", ({ attempts }) => attempts >= 2);
    return one;
  };
  const reached = await lostOne(1);
  await reached.api.delete(`/v1/channels/${reached.channelId}/session`);
  expect((await reached.reaches("logged_out")).reason).toBe("asked");
  expect(devicesOf(reached)).toBe(0);

  const unreached = await lostOne(20);
  await unreached.api.delete(`/v1/channels/${unreached.channelId}/session`);
  expect((await unreached.reaches("logged_out")).reason).toBe("asked_unconfirmed");
  sim.clearFaults();
  expect(devicesOf(unreached)).toBe(1);
  expect(await keysOf(unreached)).toBe(0);
});

test("a pairing can be called off, and begun again: each time its code is there, and nobody agrees twice", async () => {
  const one = await newPhone();
  const path = `/v1/channels/${one.channelId}/session`;
  const { notice } = await one.session();
  const ask = (more = {}) => one.api.post(path, { method: "code", phoneNumber: `+${one.phone}`, ...more });
  const codeShows = async () => (await one.reaches("pairing", (view) => view.pairingCode !== undefined)).pairingCode;
  expect(await ask({ acknowledgement: notice?.version })).toMatchObject({ status: 202, body: { state: "pairing" } });
  const first = await codeShows();
  await one.api.delete(path);
  const view = await one.reaches("unpaired");
  expect(view).toMatchObject({ notice: null });
  expect([view.reason, view.pairingCode]).toEqual([undefined, undefined]);
  expect((await ask()).status).toBe(202);
  const second = await codeShows();
  expect(second).not.toBe(first);
  // without waiting for what became of the first command
  await one.api.delete(path);
  await ask();
  await one.reaches("pairing", ({ pairingCode }) => pairingCode !== undefined && pairingCode !== second);
  await sim.enterCode({ phone: one.phone, code: (await one.session()).pairingCode ?? "" });
  await one.reaches("connected");
});

test("a pairing whose process ended is over, and can be begun again", async () => {
  const one = await newPhone();
  await testing.admin.query(
    `insert into session (workspace_id, channel_id, state, since, updated_at) values ($1, $2, 'pairing', $3, $3)`,
    [one.workspaceId, one.channelId, testing.clock.now()],
  );
  expect(await one.session()).toMatchObject({ state: "unpaired", reason: "pairing_interrupted" });
  await one.pair();
});

test("a pairing that no process takes up says so after 20 s, instead of turning for ever", async () => {
  const one = await newPhone();
  await leaseOf(one);
  await testing.admin.query("update session_lease set owner = 'own_silent', expires_at = $2 where channel_id = $1", [
    ...[one.channelId, new Date(testing.clock.ms() + 60_000)],
  ]);
  const elsewhere = await openBus({ url: testing.app.ownerUrl });
  await elsewhere.show("own_silent");
  await testing.admin.query("update session set command = 'pair', command_no = 1 where channel_id = $1", [
    one.channelId,
  ]);
  testing.clock.advance(HEARD_MS + 1);
  expect((await one.session()).state).toBe("pairing");
  await elsewhere[Symbol.asyncDispose]();
  await eventually(async () => (await one.session()).reason === "pairing_interrupted", "the end of the wait");
});

test("keys are not destroyed before what they opened is stored", async () => {
  const one = await newPhone();
  const lease = await leaseOf(one);
  const store = createSessionStore(testing.app, lease, 1);
  const creds = { me: { id: `${one.phone}:1@s.whatsapp.net` } };
  const attrs = { id: "3EB0LEFT", from: "14155550177@s.whatsapp.net", type: "text", t: "1795000000" };
  // padded as the network does: a conversation of 9 bytes, and one byte that says how many to cut
  const plaintext = Buffer.concat([Buffer.from([0x0a, 9]), Buffer.from("Left here"), Buffer.from([1])]);
  const entry = Buffer.from(JSON.stringify({ attrs, plaintext: plaintext.toString("base64") }));
  await store.commit([{ kind: "creds", id: "creds", value: Buffer.from(JSON.stringify(creds)) }], {
    hash: Buffer.alloc(32, 1),
    entry,
  });
  await store.close();
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  await destroyLink(testing.app, lease, 1, { provider: receive, isOver: () => false });
  expect((await one.conversations()).map(({ lastMessage }) => lastMessage?.text)).toContain("Left here");
  expect(await keysOf(one)).toBe(0);
});

test("what became of a session is written though the database cut the line in the middle of it", async () => {
  const one = await newPhone();
  const lease = await leaseOf(one);
  const { write } = createStateWriter(testing.app, lease, {
    isLost: () => false,
    isStopping: () => false,
    lose: () => undefined,
  });
  const inTheWay = await testing.admin.connect();
  try {
    await inTheWay.query("begin");
    await inTheWay.query("select 1 from session where channel_id = $1 for update", [one.channelId]);
    const written = write({ state: "connecting", is_wanted: true, linked_at: testing.clock.now() });
    const cut = await eventually(async () => {
      const { rows } = await testing.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like 'update session s%'`,
      );
      return rows.length > 0 || undefined;
    }, "a write that waits");
    expect(cut).toBe(true);
    await inTheWay.query("rollback");
    await written;
  } finally {
    inTheWay.release();
  }
  expect((await one.session()).linkedAt).not.toBeNull();
});

test("a link is not paired over, also while it looks for its connection", async () => {
  const one = await newPhone();
  await one.pair();
  const pair = () => one.api.post<{ code?: string }>(`/v1/channels/${one.channelId}/session`, { method: "qr" });
  expect(await pair()).toMatchObject({ status: 409, body: { code: "session.already_linked" } });
  sim.refuseLogins({ code: 503 });
  sim.disconnect({ phone: one.phone });
  await one.reaches("backing_off");
  expect(await pair()).toMatchObject({ status: 409, body: { code: "session.already_linked" } });
  await one.reaches("connected");
});

test("the phone's own logout is noticed, and it can be linked again", async () => {
  const other = await newPhone();
  await other.pair();
  sim.unlink({ phone: other.phone });
  expect((await other.reaches("logged_out")).reason).toBe("device_removed");
  await other.pair();
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

test("a link shows the code to whoever holds the phone, without a login, for half an hour", async () => {
  const one = await newPhone();
  const path = `/v1/channels/${one.channelId}/session`;
  const { body } = await one.api.post<{ version: string }>(path, { method: "qr" });
  await one.api.post(path, { method: "qr", acknowledgement: body.version });
  await one.reaches("pairing", (view) => view.qr !== undefined);
  const share = await one.api.post<{ token: string; url: string }>(`${path}/share`);
  expect(share.status).toBe(201);
  const read = () => testing.anyone.post<{ qr: string }>("/v1/session-links/read", { token: share.body.token });
  expect((await read()).body.qr).toMatch(/,/);
  await sim.scan({ phone: one.phone, qr: (await read()).body.qr });
  await one.reaches("connected");
  expect((await read()).body.qr).toBeUndefined();
  testing.clock.advance(31 * 60_000);
  expect(await read()).toMatchObject({ status: 404, body: { code: "session.link_not_valid" } });
});

test("whoever may only read the channel sees the state, never the code", async () => {
  const one = await newPhone();
  const path = `/v1/channels/${one.channelId}/session`;
  const { body } = await one.api.post<{ version: string }>(path, { method: "qr" });
  await one.api.post(path, { method: "qr", acknowledgement: body.version });
  await one.reaches("pairing", (view) => view.qr !== undefined);
  const agent = await testing.given.member(owner.id, "agent");
  const seen = await agent.api.get<{ state: string; qr?: string }>(path);
  expect(seen.body).toMatchObject({ state: "pairing" });
  expect(seen.body.qr).toBeUndefined();
});

test("an owner that lost its lease cannot write, and notices", async () => {
  const one = await newPhone();
  const at = { workspaceId: one.workspaceId, channelId: one.channelId };
  const first = await leaseOf(one);
  expect(await acquireLeases(testing.app, "own_second", [at], ["own_other"])).toEqual([]);
  testing.clock.advance(TTL_MS);
  const [second] = await acquireLeases(testing.app, "own_second", [at]);
  expect(second?.fence).toBe(2);
  const store = createSessionStore(testing.app, first, 1);
  await expect(store.commit([{ kind: "creds", id: "creds", value: Buffer.from("{}") }])).rejects.toThrow(FencedOut);
  expect([...(await renewLeases(testing.app, [first]))]).toEqual([]);
  expect((await store.get("creds", ["creds"])).size).toBe(0);
  await store.close();
});

test("what a process owned is taken over soon after it ends, and neither while it lives nor while it renews without being shown", async () => {
  const one = await newPhone();
  const elsewhere = await openBus({ url: testing.app.ownerUrl });
  await elsewhere.show("own_elsewhere");
  const first = await leaseOf(one);
  await testing.admin.query("update session_lease set owner = 'own_elsewhere' where channel_id = $1", [one.channelId]);
  await testing.admin.query("update session set is_wanted = true, linked_at = since where channel_id = $1", [
    one.channelId,
  ]);
  const lease = async () =>
    (await testing.admin.query("select owner, fence::int from session_lease where channel_id = $1", [one.channelId]))
      .rows[0];
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  testing.clock.advance(7_000);
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  await renewLeases(testing.app, [{ ...first, owner: "own_elsewhere" }]);
  await elsewhere[Symbol.asyncDispose]();
  await eventually(
    async () => (await testing.admin.query("select 1 where not kw.is_present('own_elsewhere')")).rowCount === 1,
    "the end of the lock",
  );
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  testing.clock.advance(7_000);
  await eventually(async () => {
    await testing.app.sessions?.look();
    return (await lease())?.fence === 2;
  }, "another owner");
  expect((await lease())?.owner).not.toBe("own_elsewhere");
});
