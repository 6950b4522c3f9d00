import fs from "node:fs";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channelCheckJob } from "../channels/channels.jobs.ts";
import { createTestApp } from "../test/app.ts";
import type { ApiClient } from "../test/api.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import type { IncidentView } from "./incident.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { probeJob } from "./uptime.jobs.ts";
import type { UptimeView } from "./uptime.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());
// services are the installation's: each test begins without a past
beforeEach(async () => void (await t.admin.query("truncate probe, uptime_day, incident")));

const minute = 60_000;
const day = 24 * 60 * minute;

/** So many minutes go by, each with its probe. The search keeps up; jobs, which nobody takes here, are no backlog. */
async function minutesPass(count: number): Promise<void> {
  await t.app.indexer?.idle();
  await t.admin.query("delete from graphile_worker._private_jobs");
  for (let i = 0; i < count; i++) {
    t.clock.advance(minute);
    await probeJob.run(t.app, {});
  }
}
const uptime = async (api: ApiClient) => (await api.get<UptimeView>("/v1/uptime")).body;
const channelOf = async (shop: Shop) =>
  (await uptime(shop.workspace.api)).channels.find(({ id }) => id === shop.channelId);
const serviceOf = async (shop: Shop, name: string) =>
  (await uptime(shop.workspace.api)).services.find(({ id }) => id === name);
const incidents = async (api: ApiClient) => (await api.get<Page<IncidentView>>("/v1/incidents")).body.data;
const events = async (shop: Shop) =>
  (
    await t.admin.query<{ type: string; reason: string | null }>(
      `select type, payload ->> 'reason' as reason from event where channel_id = $1 and type in ('channel.connected', 'channel.disconnected')
       order by position`,
      [shop.channelId],
    )
  ).rows.map(({ type, reason }) => [type, ...(reason === null ? [] : [reason])].join(" "));

const check = (shop: Shop) => channelCheckJob.run(t.app, { workspaceId: shop.workspace.id, channelId: shop.channelId });
const changeToken = (shop: Shop, accessToken: string) =>
  shop.api.patch(`/v1/channels/${shop.channelId}`, {
    secrets: { accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  });

async function connectedShop(): Promise<Shop> {
  const shop = await givenShop(t, sim);
  await check(shop);
  return shop;
}

describe("a channel", () => {
  test("whose credentials are refused is down within a minute, with reason and events, and up when they are right again [ONE-28]", async () => {
    const shop = await connectedShop();
    await minutesPass(2);
    expect(await channelOf(shop)).toMatchObject({ name: "Shop", state: "up", reason: null, since: null, uptime: 1 });
    await changeToken(shop, "wrong");
    await check(shop);
    await minutesPass(1);
    const since = t.clock.now().toISOString();
    expect(await channelOf(shop)).toMatchObject({ state: "down", reason: "check_failed", since });
    await minutesPass(1);
    expect(await channelOf(shop)).toMatchObject({ uptime: 0.5, since });
    await changeToken(shop, sim.accessToken);
    await check(shop);
    // the check's own event ends the incident: nobody waits for the next minute, and nothing is told twice
    const [incident, ...others] = await incidents(shop.workspace.api);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      kind: "channel",
      subject: shop.channelId,
      reason: "check_failed",
      startedAt: since,
    });
    expect(incident?.endedAt).toBe(t.clock.now().toISOString());
    await minutesPass(2);
    expect(await channelOf(shop)).toMatchObject({ state: "up", reason: null, uptime: 4 / 6 });
    expect(await events(shop)).toEqual(["channel.connected", "channel.disconnected check_failed", "channel.connected"]);
  });

  test("whose messages the provider does not take for five minutes is down, and up with the first that goes", async () => {
    const shop = await connectedShop();
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 131000, times: 1_000, accept: false });
    await shop.send({ conversationId, type: "text", text: "anyone?" });
    for (let i = 0; i < 4; i++) {
      await minutesPass(1);
      await shop.sent();
      await t.app.health.flush();
    }
    expect(await channelOf(shop)).toMatchObject({ state: "up" });
    for (let i = 0; i < 3; i++) {
      await minutesPass(1);
      await shop.sent();
      await t.app.health.flush();
    }
    expect(await channelOf(shop)).toMatchObject({ state: "down", reason: "sending_stalled" });
    sim.clearFaults();
    t.clock.advance(30 * minute);
    await shop.sent();
    await t.app.health.flush();
    await minutesPass(1);
    expect(await channelOf(shop)).toMatchObject({ state: "up" });
    expect((await events(shop)).slice(-2)).toEqual(["channel.disconnected sending_stalled", "channel.connected"]);
  });

  test("whose workspace may not send has no outage by what waits, nor is the queue late", async () => {
    const scheduledAt = new Date(t.clock.ms() + 2 * minute).toISOString();
    const waiting = async () => {
      const shop = await connectedShop();
      const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
      const sent = await shop.send({ conversationId, type: "text", text: "later", scheduledAt });
      expect(sent.status).toBe(202);
      return shop;
    };
    const [unbound, suspended, free] = [await waiting(), await waiting(), await waiting()];
    const stop = (column: string, shop: Shop) =>
      t.admin.query(`update workspace set ${column} = $2 where id = $1`, [shop.workspace.id, t.clock.now()]);
    await stop("agreements_due_at", unbound);
    await stop("suspended_at", suspended);
    // looked at from later than the drain's clock, which sends what is due
    const later = new Date(t.clock.ms() + 9 * minute);
    const shops = [unbound, suspended, free].map(({ channelId }) => channelId);
    const outages = `select channel_id, reason from kw.probe_channels($1) where not is_up and channel_id = any ($2)`;
    const client = await t.admin.connect();
    await client.query("begin");
    const { rows } = await client.query(outages, [later, shops]);
    await client.query("rollback");
    client.release();
    expect(rows).toEqual([{ channel_id: free.channelId, reason: "sending_stalled" }]);
    const lag = async () =>
      (await t.admin.query("select oldest_at from kw.queue_lags($1) where queue = 'outbox'", [later])).rows;
    expect(await lag()).toEqual([{ oldest_at: new Date(scheduledAt) }]);
    await stop("suspended_at", free);
    expect(await lag()).toEqual([{ oldest_at: null }]);
    await t.admin.query("delete from outbox");
  });

  test.each(["needs_attention", "disconnected"])(
    "that is %s leaves no queue late by what waits for it",
    async (status) => {
      const shop = await connectedShop();
      const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
      const scheduledAt = new Date(t.clock.ms() + 2 * minute).toISOString();
      expect((await shop.send({ conversationId, type: "text", text: "later", scheduledAt })).status).toBe(202);
      const lag = async () => {
        const at = new Date(t.clock.ms() + 9 * minute);
        return (await t.admin.query("select oldest_at from kw.queue_lags($1) where queue = 'outbox'", [at])).rows;
      };
      expect(await lag()).toEqual([{ oldest_at: new Date(scheduledAt) }]);
      const become = (next: string) =>
        t.admin.query("update channel set status = $2 where id = $1", [shop.channelId, next]);
      await become(status);
      expect(await lag()).toEqual([{ oldest_at: null }]);
      await t.admin.query("delete from outbox");
      await become("connected");
    },
  );

  test("that was never connected is not measured, and one that is removed has no outage", async () => {
    const fresh = await givenShop(t, sim);
    const removed = await connectedShop();
    await changeToken(removed, "wrong");
    await check(removed);
    await minutesPass(1);
    expect(await channelOf(fresh)).toMatchObject({ state: "unknown", uptime: null });
    expect(await incidents(removed.api)).toMatchObject([{ endedAt: null }]);
    await removed.api.delete(`/v1/channels/${removed.channelId}?data=keep`);
    await minutesPass(1);
    expect(await incidents(removed.api)).toMatchObject([{ endedAt: expect.any(String) as string }]);
    expect((await uptime(removed.api)).channels).toEqual([]);
  });

  test("is shown with 30 days, each with what was measured on it, and only to who may see it [API-31]", async () => {
    const shop = await connectedShop();
    await minutesPass(3);
    t.clock.advance(day);
    await minutesPass(2);
    const days = (await channelOf(shop))?.days ?? [];
    expect(days).toHaveLength(30);
    expect(days.slice(-3).map(({ up, down }) => [up, down])).toEqual([
      [0, 0],
      [3, 0],
      [2, 0],
    ]);
    expect(days.at(-1)?.date).toBe(t.clock.now().toISOString().slice(0, 10));
    const stranger = await t.given.workspace();
    expect((await uptime(stranger.api)).channels).toEqual([]);
    const elsewhere = await t.given.member(shop.workspace.id, "agent", {
      channelIds: ["chn_00000000000000000000000000"],
    });
    expect((await uptime(elsewhere.api)).channels).toEqual([]);
    const here = await t.given.member(shop.workspace.id, "agent", { channelIds: [shop.channelId] });
    expect((await uptime(here.api)).channels).toHaveLength(1);
    // an hour without a probe says nothing about now
    t.clock.advance(60 * minute);
    expect(await channelOf(shop)).toMatchObject({ state: "unknown", uptime: 1 });
  });
});

describe("services", () => {
  test("are up, each in its own row, the mail server once in a quarter of an hour", async () => {
    const shop = await connectedShop();
    await minutesPass(15);
    const { services } = await uptime(shop.api);
    expect(services.map(({ id, state }) => `${id} ${state}`)).toEqual(
      ["server", "database", "blobs", "mail", "outbox", "webhooks", "media", "search", "jobs", "sweeps"].map(
        (id) => `${id} up`,
      ),
    );
    expect(services.map(({ days }) => days.reduce((sum, { up }) => sum + up, 0))).toEqual([
      ...[15, 15, 15, 1],
      ...[15, 15, 15, 15, 15, 15],
    ]);
  });

  test("that a blob cannot be written shows as unreachable, and ends with the first that can", async () => {
    const shop = await connectedShop();
    const blobs = path.resolve(t.app.config.dataDir, "blobs");
    fs.renameSync(blobs, `${blobs}.away`);
    fs.writeFileSync(blobs, "no folder");
    await minutesPass(1);
    expect(await serviceOf(shop, "blobs")).toMatchObject({ state: "down", reason: "unreachable" });
    expect(await serviceOf(shop, "database")).toMatchObject({ state: "up" });
    fs.rmSync(blobs);
    fs.renameSync(`${blobs}.away`, blobs);
    await minutesPass(1);
    expect(await serviceOf(shop, "blobs")).toMatchObject({ state: "up", uptime: 0.5 });
    expect(await incidents(shop.workspace.api)).toMatchObject([
      { kind: "service", subject: "blobs", reason: "unreachable" },
    ]);
  });

  test("a server that did not run is down for just those minutes, in the counts and as an incident", async () => {
    const shop = await connectedShop();
    t.clock.set(new Date(Math.floor(t.clock.ms() / day) * day + 23 * 60 * minute));
    await minutesPass(1);
    const before = t.clock.now().toISOString();
    t.clock.advance(2 * 60 * minute);
    await probeJob.run(t.app, {});
    const after = t.clock.now().toISOString();
    const server = await serviceOf(shop, "server");
    expect(server?.days.slice(-2).map(({ up, down }) => [up, down])).toEqual([
      [1, 58],
      [1, 61],
    ]);
    expect(server).toMatchObject({ state: "up", reason: null });
    expect(await incidents(shop.workspace.api)).toMatchObject([
      { subject: "server", reason: "not_running", startedAt: before, endedAt: after },
    ]);
    // one run may be late, and a minute that is run twice counts once
    t.clock.advance(minute);
    await minutesPass(1);
    await probeJob.run(t.app, {});
    expect(await incidents(shop.workspace.api)).toHaveLength(1);
    expect((await serviceOf(shop, "server"))?.days.at(-1)).toMatchObject({ up: 2, down: 61 });
  });

  test("a queue whose oldest work is five minutes late is behind, and its lag is a metric", async () => {
    const shop = await connectedShop();
    const { id: conversationId } = await shop.hears({ person: "wanjiru", text: "hi" });
    await t.app.drain?.[Symbol.asyncDispose]();
    await shop.send({ conversationId, type: "text", text: "late" });
    await minutesPass(4);
    expect(await serviceOf(shop, "outbox")).toMatchObject({ state: "up" });
    await minutesPass(2);
    expect(await serviceOf(shop, "outbox")).toMatchObject({ state: "down", reason: "behind" });
    expect(await channelOf(shop)).toMatchObject({ state: "down", reason: "sending_stalled" });
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    expect(metrics).toContain('keepword_queue_lag_seconds{queue="outbox"} 360');
    for (const queue of ["webhooks", "media", "search", "jobs"])
      expect(metrics).toMatch(new RegExp(`keepword_queue_lag_seconds\\{queue="${queue}"\\} \\d`));
    expect(metrics).toMatch(/keepword_channels\{status="connected"\} \d/);
    expect(metrics).toContain('keepword_incidents_open{kind="service"} 1');
    expect(metrics).toContain('keepword_incidents_open{kind="channel"} 1');
  });
});

test("probes live for a week, their days for more than a year [API-30]", async () => {
  const shop = await connectedShop();
  await minutesPass(1);
  const count = async (table: string) =>
    Number((await t.admin.query(`select count(*) as n from ${table} where subject = $1`, [shop.channelId])).rows[0].n);
  t.clock.advance(7 * day - minute);
  await sweepAll(t.app);
  expect(await count("probe")).toBe(1);
  t.clock.advance(2 * minute);
  await sweepAll(t.app);
  expect([await count("probe"), await count("uptime_day")]).toEqual([0, 1]);
  expect(await channelOf(shop)).toMatchObject({ state: "unknown", uptime: 1 });
  t.clock.advance(392 * day);
  await sweepAll(t.app);
  expect(await count("uptime_day")).toBe(1);
  t.clock.advance(2 * day);
  await sweepAll(t.app);
  expect(await count("uptime_day")).toBe(0);
});
