import fastifyFactory from "fastify";
import { describe, expect, test } from "vitest";
import type { ChannelHealthView } from "../channels/read-channel-health.ts";
import type { ConversationView } from "../conversations/conversation-view.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { change, contactOf, envelope, givenChannel, messageOf, post, says, type HookChannel } from "../test/hooks.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { registerHooks } from "./hooks.ts";
import { createIntake } from "./intake.ts";
import type { InboundEventView } from "./review-events.ts";

const t = createTestApp();
const ana = { phone: "393331112222", name: "Ana" };
const text = (body: string) => ({ type: "text", text: { body } });
const place = { type: "location", location: { latitude: 45.07, longitude: 7.69 } };

const ids = async (channel: HookChannel): Promise<string[]> => {
  const { api } = await t.given.apiKey(channel.workspaceId);
  const { body } = await api.get<{ data: ConversationView[] }>("/v1/conversations");
  const found: string[] = [];
  for (const { id } of body.data) {
    const thread = await api.get<{ data: { providerMessageId: string }[] }>(
      `/v1/conversations/${id}/messages?limit=100`,
    );
    found.push(...thread.body.data.map((message) => message.providerMessageId));
  }
  return found.toSorted();
};

const kept = async (workspace: GivenWorkspace, channel: HookChannel): Promise<InboundEventView[]> =>
  (await workspace.api.get<{ data: InboundEventView[] }>(`/v1/channels/${channel.id}/inbound-events`)).body.data;

/** The database refuses locations of this channel: the kind of failure that no check in advance can find. */
async function refuseLocations(channel: HookChannel): Promise<() => Promise<void>> {
  const name = `refuse_${channel.id}`;
  await t.admin.query(`create function ${name}() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = '22023'; end $$`);
  await t.admin.query(`create trigger ${name} before insert on message for each row
    when (new.channel_id = '${channel.id}' and new.type = 'location') execute function ${name}()`);
  return async () => void (await t.admin.query(`drop trigger ${name} on message`));
}

describe("one bad part", () => {
  test("is kept, counted and replayable, and takes none of its neighbours down", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const neighbour = await givenChannel(t, await t.given.workspace());
    const heal = await refuseLocations(channel);
    const messages = Array.from({ length: 9 }, (_, i) =>
      messageOf(ana, `wamid.p${i}`, t.clock.now(), i === 4 ? place : text(`n ${i}`)),
    );
    const answers = await Promise.all([
      post(t, channel, envelope(channel, change(channel, { contacts: [contactOf(ana)], messages }))),
      ...Array.from({ length: 20 }, (_, i) =>
        post(t, neighbour, says(neighbour, ana, `wamid.q${i}`, t.clock.now(), "fine")),
      ),
    ]);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await ids(channel)).toEqual([0, 1, 2, 3, 5, 6, 7, 8].map((i) => `wamid.p${i}`));
    expect(await ids(neighbour)).toHaveLength(20);

    const [event, ...rest] = await kept(workspace, channel);
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ kind: "poison", name: "message_received", errorCode: "22023", attempts: 0 });
    await t.app.health.flush();
    const health = (await workspace.api.get<ChannelHealthView>(`/v1/channels/${channel.id}/health`)).body;
    expect(health).toMatchObject({
      poisonCount: 1,
      lastErrorCode: "22023",
      lastWebhookAt: t.clock.now().toISOString(),
    });

    const failed = await workspace.api.post(`/v1/inbound-events/${event?.id}/replay`);
    expect([failed.status, failed.body]).toMatchObject([
      409,
      { code: "inbound_event.replay_failed", errorCode: "22023" },
    ]);
    expect((await kept(workspace, channel))[0]).toMatchObject({ attempts: 1 });
    await heal();
    const replayed = await workspace.api.post(`/v1/inbound-events/${event?.id}/replay`);
    expect([replayed.status, replayed.body]).toMatchObject([200, { resolvedAt: t.clock.now().toISOString() }]);
    expect(await ids(channel)).toContain("wamid.p4");
    expect(await kept(workspace, channel)).toEqual([]);
    await workspace.api.post(`/v1/inbound-events/${event?.id}/replay`);
    expect(await ids(channel)).toHaveLength(9);
  });

  test("is kept once for all its redeliveries, sealed, and readable by managers only", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const heal = await refuseLocations(channel);
    for (let i = 0; i < 3; i++) await post(t, channel, says(channel, ana, "wamid.again", t.clock.now(), place));
    await heal();
    const [event, ...rest] = await kept(workspace, channel);
    expect(rest).toEqual([]);
    const whole = await workspace.api.get<{ body: { providerMessageId: string } }>(`/v1/inbound-events/${event?.id}`);
    expect(whole.body.body).toMatchObject({ type: "message_received", providerMessageId: "wamid.again" });
    const agent = await t.given.member(workspace.id, "agent");
    expect((await agent.api.get(`/v1/inbound-events/${event?.id}`)).status).toBe(403);
    const stranger = await t.given.workspace();
    expect((await stranger.api.get(`/v1/inbound-events/${event?.id}`)).status).toBe(404);
    const row = await t.admin.query("select body, address_tokens from inbound_event where id = $1", [event?.id]);
    expect(row.rows[0].body.includes(Buffer.from("wamid.again"))).toBe(false);
    expect(row.rows[0].address_tokens).toHaveLength(1);
  });

  test("is the only raw body that is kept: sealed until it is dealt with, gone 72 h later, and a replay of one that was applied changes nothing [M24-18]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const rows = async () =>
      (await t.admin.query<{ body: Buffer }>("select body from inbound_event where channel_id = $1", [channel.id]))
        .rows;
    await post(t, channel, says(channel, ana, "wamid.fine", t.clock.now(), "quokka"));
    expect(await rows()).toEqual([]);
    const heal = await refuseLocations(channel);
    const odd = messageOf(ana, "wamid.odd", t.clock.now(), {
      ...place,
      location: { ...place.location, name: "quokka" },
    });
    await post(t, channel, envelope(channel, change(channel, { contacts: [contactOf(ana)], messages: [odd] })));
    const [row, ...more] = await rows();
    expect([more, row?.body.includes("quokka"), row?.body.includes("wamid")]).toEqual([[], false, false]);
    await heal();
    const [{ id } = { id: "" }] = await kept(workspace, channel);
    const replay = async () => (await workspace.api.post<InboundEventView>(`/v1/inbound-events/${id}/replay`)).body;
    const { resolvedAt } = await replay();
    const before = await ids(channel);
    expect(before).toEqual(["wamid.fine", "wamid.odd"]);
    const events = async () =>
      (
        await t.admin.query<{ type: string }>("select type from event where workspace_id = $1", [workspace.id])
      ).rows.filter(({ type }) => !type.startsWith("api_key"));
    const told = await events();
    t.clock.advance(71 * 3_600_000);
    expect((await replay()).resolvedAt).toBe(resolvedAt);
    expect([await ids(channel), await events()]).toEqual([before, told]);
    await sweepAll(t.app);
    expect(await rows()).toHaveLength(1);
    t.clock.advance(2 * 3_600_000);
    await sweepAll(t.app);
    expect(await rows()).toEqual([]);
    expect(await ids(channel)).toEqual(before);
  });

  test("that nobody can read is kept raw, and resolved by hand", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    for (const body of ["{not json", "[]", '{"object":"page","entry":[]}'])
      expect((await post(t, channel, body)).status).toBe(200);
    const found = await kept(workspace, channel);
    expect(new Set(found.map((item) => item.errorCode))).toEqual(
      new Set(["foreign_object", "not_an_object", "not_json"]),
    );
    for (const { id } of found) {
      expect((await workspace.api.post(`/v1/inbound-events/${id}/replay`)).status).toBe(409);
      expect((await workspace.api.post(`/v1/inbound-events/${id}/resolve`)).status).toBe(200);
    }
    expect(await kept(workspace, channel)).toEqual([]);
  });
});

describe("the queue", () => {
  test("answers 503 with Retry-After beyond its bound, and 200 only for what is stored", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    await using intake = createIntake(t.app, { maxQueued: 10, maxBatch: 5 });
    const server = fastifyFactory();
    void server.register(async (scope) => registerHooks(scope, t.app, intake));
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const lock = await t.admin.connect();
    await lock.query("begin; lock table message in exclusive mode");
    const send = (i: number) => post({ url }, channel, says(channel, ana, `wamid.b${i}`, t.clock.now(), "n"));
    const all = Array.from({ length: 60 }, (_, i) => send(i));
    // those beyond the bound are answered while the others still wait
    const first = await Promise.race(all);
    expect([first.status, first.headers.get("retry-after")]).toEqual([503, "2"]);
    await lock.query("commit");
    lock.release();
    const statuses = (await Promise.all(all)).map((answer) => answer.status);
    const accepted = statuses.flatMap((status, i) => (status === 200 ? [`wamid.b${i}`] : []));
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(await ids(channel)).toEqual(accepted.toSorted());
    expect((await send(1000)).status).toBe(200);
    await server.close();
  });

  test("promises nothing when the transaction cannot be committed", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const blocker = await t.admin.connect();
    await blocker.query("begin; lock table conversation in access exclusive mode");
    const pending = post(t, channel, says(channel, ana, "wamid.cut", t.clock.now(), "n"));
    const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    let pids: number[] = [];
    while (pids.length === 0) pids = (await t.admin.query(waiting)).rows.map((row) => row.pid as number);
    await t.admin.query("select pg_terminate_backend(pid) from unnest($1::int[]) as x (pid)", [pids]);
    expect((await pending).status).toBe(503);
    await blocker.query("rollback");
    blocker.release();
    expect(await ids(channel)).toEqual([]);
    expect((await post(t, channel, says(channel, ana, "wamid.cut", t.clock.now(), "n"))).status).toBe(200);
    expect(await ids(channel)).toEqual(["wamid.cut"]);
  });
});
