import diagnostics from "node:diagnostics_channel";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { ApiClient } from "../test/api.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { change, envelope, givenChannel, post, says } from "../test/hooks.ts";
import type { ChannelView } from "./channel-view.ts";
import fs from "node:fs";
import path from "node:path";
import { KeyDestroyed } from "../platform/keyring.ts";
import { describe as describeTable } from "../platform/table.ts";
import { channelHealthTable, channelTable } from "./channel.table.ts";
import { openSecrets, secretsSubject } from "./channel-secrets.ts";
import { channelCheckJob, channelForgetJob, channelLetGoJob, channelPurgeJob } from "./channels.jobs.ts";
import { channelRecheckJob } from "./recheck.jobs.ts";
import type { ChannelHealthView } from "./read-channel-health.ts";

let sim: WhatsAppCloudSim;
/** another account, which no other test has channels of */
let other: WhatsAppCloudSim;
/** one that does not answer any more */
let away: string;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
  other = await startWhatsAppCloudSim({ wabaId: "777000111222333" });
  const closed = await startWhatsAppCloudSim();
  away = closed.url;
  await closed[Symbol.asyncDispose]();
});
const t = createTestApp({ providerOrigins: () => [sim.url, other.url, away] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]));

const bodyFor = (phoneNumberId: string, more: { settings?: object; secrets?: object } = {}) => ({
  provider: "whatsapp_cloud",
  name: "Shop",
  settings: { phoneNumberId, wabaId: sim.wabaId, apiBaseUrl: sim.url, ...more.settings },
  secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken, ...more.secrets },
});

async function create(api: ApiClient, body: object): Promise<ChannelView> {
  const answer = await api.post<ChannelView>("/v1/channels", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const check = (workspace: GivenWorkspace, channelId: string): Promise<void> =>
  channelCheckJob.run(t.app, { workspaceId: workspace.id, channelId });
const read = async (api: ApiClient, id: string) => (await api.get<ChannelView>(`/v1/channels/${id}`)).body;
const health = async (api: ApiClient, id: string) =>
  (await api.get<ChannelHealthView>(`/v1/channels/${id}/health`)).body;
const secretsOf = async (channelId: string): Promise<Buffer | null | undefined> =>
  (await t.admin.query<{ secrets: Buffer | null }>("select secrets from channel where id = $1", [channelId])).rows[0]
    ?.secrets;
const isSubscribed = async (): Promise<boolean> => {
  const url = `${other.url}/v25.0/${other.wabaId}/subscribed_apps`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${other.accessToken}` } });
  const { data } = (await answer.json()) as { data: unknown[] };
  return data.length > 0;
};
/** A connected channel of the other account. */
async function connectOther(workspace: GivenWorkspace): Promise<{ id: string; phoneNumberId: string }> {
  const { id: phoneNumberId } = other.addPhoneNumber({});
  const { wabaId, accessToken, appSecret, verifyToken } = other;
  const { id } = await create(workspace.api, {
    ...{ provider: "whatsapp_cloud", name: "Branch", settings: { phoneNumberId, wabaId, apiBaseUrl: other.url } },
    secrets: { accessToken, appSecret, verifyToken },
  });
  await check(workspace, id);
  return { id, phoneNumberId };
}
/** Everything the database still says of a channel itself. */
const known = async (channelId: string): Promise<string> =>
  JSON.stringify([
    (await t.admin.query("select * from channel where id = $1", [channelId])).rows,
    (await t.admin.query("select * from channel_health where channel_id = $1", [channelId])).rows,
  ]);
const events = async (channelId: string): Promise<string[]> =>
  (await t.admin.query("select type from event where channel_id = $1 order by position", [channelId])).rows.map((row) =>
    String(row.type),
  );

describe("a channel that is let go", () => {
  const openable = (workspaceId: string, channelId: string, sealed: Buffer) => () =>
    openSecrets(t.app, { workspaceId, channelId }, sealed);

  test("is ended with its provider once no other channel is of that account, and its token and its key are gone [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const [first, last] = [await connectOther(workspace), await connectOther(workspace)];
    for (const [one, stays] of [
      [first, true],
      [last, false],
    ] as const) {
      const at = { workspaceId: workspace.id, channelId: one.id };
      const sealed = await secretsOf(one.id);
      if (!sealed) throw new Error("no token was planted");
      expect(openable(workspace.id, one.id, sealed)()).toMatchObject({ accessToken: other.accessToken });
      expect(await isSubscribed()).toBe(true);
      expect((await workspace.api.delete(`/v1/channels/${one.id}`)).status).toBe(204);
      await t.app.channels.reload(one.id);
      await channelLetGoJob.run(t.app, at);
      expect(await isSubscribed()).toBe(stays);
      expect(await secretsOf(one.id)).toBeNull();
      expect(openable(workspace.id, one.id, sealed)).toThrow(KeyDestroyed);
      expect(() => t.app.keyring.current(secretsSubject(one.id))).toThrow(KeyDestroyed);
    }
  });

  test("loses its token within five minutes also when its provider cannot be reached [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const unreachable = { wabaId: "1", apiBaseUrl: away };
    const { id } = await create(workspace.api, bodyFor(phoneNumberId));
    await t.admin.query("update channel set settings = settings || $2, account_key = '1' where id = $1", [
      id,
      unreachable,
    ]);
    const sealed = await secretsOf(id);
    const since = t.clock.ms();
    expect((await workspace.api.delete(`/v1/channels/${id}`)).status).toBe(204);
    const at = { workspaceId: workspace.id, channelId: id };
    await expect(channelLetGoJob.run(t.app, at)).rejects.toThrow();
    expect(await secretsOf(id)).toEqual(sealed);
    const { rows } = await t.admin.query<{ run_at: Date }>(
      `select j.run_at from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = 'channel.forget' and j.payload ->> 'channelId' = $1`,
      [id],
    );
    const dueAt = rows[0]?.run_at.getTime() ?? Infinity;
    expect(dueAt - since).toBeLessThan(5 * 60_000);
    t.clock.advance(dueAt - since);
    await channelForgetJob.run(t.app, at);
    expect(await secretsOf(id)).toBeNull();
    expect(openable(workspace.id, id, sealed ?? Buffer.alloc(0))).toThrow(KeyDestroyed);
  });

  test("had a token that no answer showed, and that only what speaks with the provider opens [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const { id } = await connectOther(workspace);
    for (const url of ["/v1/channels", `/v1/channels/${id}`, `/v1/channels/${id}/health`]) {
      const answer = await workspace.owner.api.get(url);
      expect([url, answer.status]).toEqual([url, 200]);
      expect(JSON.stringify(answer.body)).not.toContain(other.accessToken);
    }
    expect(JSON.stringify(await events(id))).not.toContain(other.accessToken);
    expect(await known(id)).not.toContain(other.accessToken);
    const server = path.resolve(import.meta.dirname, "..");
    const opening = fs
      .readdirSync(server, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => /channel-secrets\.ts"/.test(fs.readFileSync(path.join(server, file), "utf8")))
      .filter((file) => /\bopenSecrets\(/.test(fs.readFileSync(path.join(server, file), "utf8")));
    // the directory that the provider's calls are made from, new keys beside those that stay, and the last call
    expect(opening.toSorted()).toEqual(["channels/channel-directory.ts", "channels/channels.ts", "channels/let-go.ts"]);
  });

  test("was declared by its ids, once in a workspace, and leaves none of them behind [ONE-19]", async () => {
    const declared = [channelTable, channelHealthTable].flatMap((table) =>
      Object.entries(describeTable(table).columns).flatMap(([name, { category }]) =>
        category === "organization.unique_id" ? [name] : [],
      ),
    );
    expect(declared.toSorted()).toEqual(["accountKey", "details", "routeKey", "settings"]);
    const workspace = await t.given.workspace();
    for (const data of ["keep", "purge"] as const) {
      const { id, phoneNumberId } = await connectOther(workspace);
      const again = bodyFor(phoneNumberId, { settings: { wabaId: other.wabaId, apiBaseUrl: other.url } });
      const twice = await workspace.api.post("/v1/channels", again);
      expect([twice.status, twice.body["code"]]).toEqual([409, "channel.number_taken"]);
      const { rows } = await t.admin.query<{ phone: string }>(
        "select details ->> 'phone' as phone from channel_health where channel_id = $1",
        [id],
      );
      const ids = [phoneNumberId, other.wabaId, rows[0]?.phone ?? "no phone was found"];
      for (const one of ids) expect(await known(id)).toContain(one);
      expect((await workspace.api.delete(`/v1/channels/${id}?data=${data}`)).status).toBe(204);
      const at = { workspaceId: workspace.id, channelId: id };
      await (data === "keep" ? channelLetGoJob : channelPurgeJob).run(t.app, at);
      for (const one of ids) expect(await known(id)).not.toContain(one);
      expect((await known(id)).includes("Branch")).toBe(data === "keep");
      // and the number is free
      expect((await workspace.api.post("/v1/channels", again)).status).toBe(201);
      await t.admin.query("update channel set deleted_at = created_at where route_key = $1", [phoneNumberId]);
    }
  });
});

describe("a channel", () => {
  test("answers verifying at once, receives at once, and is connected when its check succeeds", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await create(workspace.owner.api, bodyFor(phoneNumberId));
    expect(channel).toMatchObject({ status: "verifying", contentMode: "days:365", verifiedAt: null });
    expect(new URL(channel.webhookUrl).pathname).toBe(`/hooks/whatsapp_cloud/${channel.id}`);
    expect(JSON.stringify(channel)).not.toContain(sim.appSecret);
    const hook = {
      ...{ id: channel.id, workspaceId: workspace.id, phoneNumberId, wabaId: sim.wabaId },
      appSecret: sim.appSecret,
    };
    const early = says(
      { ...hook, verifyToken: "" },
      { phone: "393330001111" },
      "wamid.early",
      t.clock.now(),
      "already?",
    );
    expect((await post(t, { ...hook, verifyToken: "" }, early)).status).toBe(200);

    await check(workspace, channel.id);
    expect(await read(workspace.api, channel.id)).toMatchObject({
      status: "connected",
      verifiedAt: t.clock.now().toISOString(),
    });
    expect(await health(workspace.api, channel.id)).toMatchObject({
      checkState: "ok",
      details: { check: { isSubscribed: true, quality: "green" } },
    });
    expect(await events(channel.id)).toEqual(
      expect.arrayContaining(["channel.updated", "message.received", "channel.connected"]),
    );
  });

  test("with a wrong token needs attention, and new secrets heal it", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await create(workspace.api, bodyFor(phoneNumberId, { secrets: { accessToken: "wrong" } }));
    await check(workspace, channel.id);
    expect(await read(workspace.api, channel.id)).toMatchObject({ status: "needs_attention", verifiedAt: null });
    expect(await health(workspace.api, channel.id)).toMatchObject({ checkState: "failed", checkCode: "190" });
    const patched = await workspace.api.patch<ChannelView>(`/v1/channels/${channel.id}`, {
      name: "Renamed",
      secrets: { accessToken: sim.accessToken },
    });
    expect(patched.body).toMatchObject({ name: "Renamed", status: "verifying" });
    await check(workspace, channel.id);
    expect(await read(workspace.api, channel.id)).toMatchObject({ name: "Renamed", status: "connected" });
  });

  test("is asked about again within the hour without any traffic, one that needs attention is not", async () => {
    const workspace = await t.given.workspace();
    const channel = await create(workspace.api, bodyFor(sim.addPhoneNumber({}).id));
    const broken = await create(
      workspace.api,
      bodyFor(sim.addPhoneNumber({}).id, { secrets: { accessToken: "wrong" } }),
    );
    await check(workspace, channel.id);
    await check(workspace, broken.id);
    const asked = async (): Promise<unknown[]> => {
      const keys = [channel.id, broken.id].map((id) => `channel.check/${id}`);
      await t.admin.query("select graphile_worker.remove_job(k) from unnest($1::text[]) k", [keys]);
      await channelRecheckJob.run(t.app, {});
      const sql = "select key from graphile_worker.jobs where key = any ($1::text[])";
      return (await t.admin.query(sql, [keys])).rows;
    };
    t.clock.advance(39 * 60_000);
    expect(await asked()).toEqual([]);
    t.clock.advance(2 * 60_000);
    expect(await asked()).toEqual([{ key: `channel.check/${channel.id}` }]);
  });

  test("cannot be verified for a number that another channel of the installation holds", async () => {
    const [first, second] = [await t.given.workspace(), await t.given.workspace()];
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const holder = await create(first.api, bodyFor(phoneNumberId));
    await check(first, holder.id);
    const rival = await create(second.api, bodyFor(phoneNumberId));
    await check(second, rival.id);
    expect(await read(second.api, rival.id)).toMatchObject({ status: "needs_attention", verifiedAt: null });
    expect(await health(second.api, rival.id)).toMatchObject({ checkState: "failed", checkCode: "route_taken" });
    expect(await read(first.api, holder.id)).toMatchObject({ status: "connected" });
  });

  test("made with a key is metadata-only unless it says otherwise", async () => {
    const workspace = await t.given.workspace();
    const first = await create(workspace.api, bodyFor(sim.addPhoneNumber({}).id));
    expect(first.contentMode).toBe("metadata-only");
    const second = await create(workspace.api, { ...bodyFor(sim.addPhoneNumber({}).id), contentMode: "full" });
    expect(second.contentMode).toBe("full");
  });

  test("is refused for a foreign origin, an unknown provider or wrong fields, without repeating a secret", async () => {
    const { api } = await t.given.workspace();
    const foreign = await api.post(
      "/v1/channels",
      bodyFor("1", { settings: { apiBaseUrl: "https://evil.example.com" } }),
    );
    expect([foreign.status, foreign.body["code"]]).toEqual([422, "channel.origin_refused"]);
    const missing = await api.post("/v1/channels", { ...bodyFor("1"), provider: "messenger" });
    expect([missing.status, missing.body["code"]]).toEqual([422, "channel.provider_unavailable"]);
    const wrong = await api.post("/v1/channels", bodyFor("1", { secrets: { accessToken: "has spaces in it" } }));
    expect([wrong.status, wrong.body]).toMatchObject([
      400,
      { code: "validation_failed", issues: [{ path: "body.secrets.accessToken" }] },
    ]);
    expect(JSON.stringify(wrong.body)).not.toContain("has spaces");
  });

  test("is visible only to members and keys that were given it [M24-19]", async () => {
    const workspace = await t.given.workspace();
    const [seen, hidden] = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
    const agent = await t.given.member(workspace.id, "agent", { channelIds: [seen.id] });
    const key = await t.given.apiKey(workspace.id, { channelIds: [seen.id] });
    for (const api of [agent.api, key.api]) {
      const list = await api.get<{ data: ChannelView[] }>("/v1/channels");
      expect(list.body.data.map((channel) => channel.id)).toEqual([seen.id]);
      expect((await api.get(`/v1/channels/${hidden.id}`)).status).toBe(404);
      expect((await api.get(`/v1/channels/${hidden.id}/health`)).status).toBe(404);
    }
    expect((await key.api.patch(`/v1/channels/${hidden.id}`, { name: "x" })).status).toBe(404);
  });

  test("is listed page by page, newest first", async () => {
    const workspace = await t.given.workspace();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await givenChannel(t, workspace)).id);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page: { body: { data: ChannelView[]; nextCursor: string | null } } = await workspace.api.get(
        `/v1/channels?limit=2${query}`,
      );
      found.push(...page.body.data.map((channel) => channel.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(ids.toReversed());
  });

  test("that is removed stops receiving at once, keeps its conversations, and forgets its secrets [M24-36]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const body = says(channel, { phone: "393330002222" }, "wamid.kept", t.clock.now(), "hello");
    expect((await post(t, channel, body)).status).toBe(200);
    expect((await workspace.api.delete(`/v1/channels/${channel.id}`)).status).toBe(204);
    await t.app.channels.reload(channel.id);
    expect((await post(t, channel, body)).status).toBe(404);
    expect((await workspace.api.get(`/v1/channels/${channel.id}`)).status).toBe(404);
    const list = await workspace.api.get<{ data: object[] }>("/v1/conversations");
    expect(list.body.data).toHaveLength(1);
    expect(await events(channel.id)).toContain("channel.disconnected");
    await channelForgetJob.run(t.app, { workspaceId: workspace.id, channelId: channel.id });
    expect(await secretsOf(channel.id)).toBeNull();
  });

  test("that is removed makes no call to its provider any more, and what waits to be sent there is not sent [M24-36]", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await create(workspace.api, { ...bodyFor(phoneNumberId), contentMode: "full" });
    await check(workspace, channel.id);
    const { wabaId, appSecret, verifyToken } = sim;
    const target = { id: channel.id, workspaceId: workspace.id, phoneNumberId, wabaId, appSecret, verifyToken };
    await post(t, target, says(target, { phone: "393330004444" }, "wamid.first", t.clock.now(), "hello"));
    const later = await workspace.api.post<{ id: string }>("/v1/messages", {
      ...{ channelId: channel.id, to: "+393330004444", type: "text", text: "too late" },
      scheduledAt: new Date(t.clock.ms() + 60_000).toISOString(),
    });
    expect(later.status, JSON.stringify(later.body)).toBe(202);
    expect((await workspace.api.delete(`/v1/channels/${channel.id}`)).status).toBe(204);
    await t.app.channels.reload(channel.id);
    const calls: string[] = [];
    const listen = (message: unknown): void => {
      const { origin, path: to } = (message as { request: { origin: string; path: string } }).request;
      if (origin === sim.url) calls.push(to);
    };
    diagnostics.subscribe("undici:request:create", listen);
    try {
      t.clock.advance(61_000);
      await t.app.drain?.idle();
      await check(workspace, channel.id);
      await channelRecheckJob.run(t.app, {});
      expect(calls).toEqual([]);
      // the listener is not deaf: a channel that is there is asked about
      await check(workspace, (await create(workspace.api, bodyFor(sim.addPhoneNumber({}).id))).id);
      expect(calls.length).toBeGreaterThan(0);
    } finally {
      diagnostics.unsubscribe("undici:request:create", listen);
    }
    expect(sim.messages({ phoneNumberId })).toEqual([]);
  });

  test("that is purged leaves no row of what was said [M24-36 API-04]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    await post(t, channel, says(channel, { phone: "393330003333" }, "wamid.gone", t.clock.now(), "hello"));
    await t.admin.query("update channel set settings = settings || $2 where id = $1", [
      channel.id,
      { apiBaseUrl: other.url },
    ]);
    expect((await workspace.api.delete(`/v1/channels/${channel.id}?data=purge`)).status).toBe(204);
    await channelPurgeJob.run(t.app, { workspaceId: workspace.id, channelId: channel.id });
    for (const table of ["message", "conversation", "channel_health", "inbound_event", "attachment", "session"]) {
      const left = await t.admin.query(`select 1 from ${table} where channel_id = $1`, [channel.id]);
      expect([table, left.rowCount]).toEqual([table, 0]);
    }
    expect((await t.admin.query("select 1 from channel where id = $1", [channel.id])).rowCount).toBe(0);
  });

  test("shows what the provider reports about it, newest of each kind, and stops where the provider stops it [MSJ-04]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const report = (value: object, field: string) => post(t, channel, envelope(channel, change(channel, value, field)));
    await report({ display_phone_number: "15550001111", event: "THROUGHPUT_UPGRADE" }, "phone_number_quality_update");
    expect((await read(workspace.api, channel.id)).status).toBe("connected");
    const ban = { ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "March 2, 2026" } };
    await report({ event: "DISABLED_UPDATE", ...ban }, "account_update");
    expect((await read(workspace.api, channel.id)).status).toBe("needs_attention");
    const { details } = await health(workspace.api, channel.id);
    expect(details).toMatchObject({ ban: { severity: "stop" } });
  });
});

test("the pace of a linked phone can be changed and taken back; other settings and other numbers cannot", async () => {
  const { owner } = await t.given.workspace();
  const linked = await create(owner.api, { provider: "whatsapp_linked", name: "Phone", settings: {}, secrets: {} });
  const patch = (id: string, settings: object) =>
    owner.api.patch<ChannelView & { code: string; detail: string; errors: unknown }>(`/v1/channels/${id}`, {
      settings,
    });
  const pace = { perSecond: 5, perContactMs: 1000 };
  expect(await patch(linked.id, { pace })).toMatchObject({ status: 200, body: { settings: { pace } } });
  expect((await read(owner.api, linked.id)).settings).toEqual({ pace });
  expect(await patch(linked.id, { pace: null })).toMatchObject({ status: 200, body: { settings: {} } });
  for (const wrong of [{ ...pace, perSecond: 0 }, { perSecond: 5 }, { ...pace, burst: 9 }, "fast"]) {
    const answer = await patch(linked.id, { pace: wrong });
    expect([answer.status, answer.body.code]).toEqual([400, "validation_failed"]);
    expect(JSON.stringify(answer.body)).toContain("body.settings.pace");
  }
  expect(await patch(linked.id, { apiBaseUrl: sim.url })).toMatchObject({
    ...{ status: 409, body: { code: "channel.setting_fixed", detail: "Can be changed: pace." } },
  });
  const cloud = await create(owner.api, bodyFor(sim.addPhoneNumber({}).id));
  expect(await patch(cloud.id, { phoneNumberId: "1" })).toMatchObject({
    ...{ status: 409, body: { code: "channel.setting_fixed", detail: "Can be changed: storage." } },
  });
  expect((await read(owner.api, cloud.id)).settings).toEqual(cloud.settings);
});
