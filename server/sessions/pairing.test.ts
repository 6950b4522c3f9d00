import { expect, test } from "vitest";
import { openBus } from "../platform/bus.ts";
import { eventually, leaseOf, testPhones } from "../test/linked-phone.ts";
import { HEARD_MS } from "./session.ts";

const { sim, testing, newPhone } = await testPhones();

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
  await leaseOf(testing, one);
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
  const agent = await testing.given.member(one.workspaceId, "agent");
  const seen = await agent.api.get<{ state: string; qr?: string }>(path);
  expect(seen.body).toMatchObject({ state: "pairing" });
  expect(seen.body.qr).toBeUndefined();
});
