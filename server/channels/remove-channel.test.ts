import diagnostics from "node:diagnostics_channel";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behindChannels, cloudChannel, createChannel } from "../test/channels.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import { channelForgetJob, channelPurgeJob } from "./channels.jobs.ts";
import { channelRecheckJob } from "./recheck.jobs.ts";

let sim: WhatsAppCloudSim;
/** another account, which no other test has channels of */
let other: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
  other = await startWhatsAppCloudSim({ wabaId: "777000111222333" });
});
const t = createTestApp({ providerOrigins: () => [sim.url, other.url] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]));

const { check, secretsOf, eventsOf } = behindChannels(t);

describe("a channel", () => {
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
    expect(await eventsOf(channel.id)).toContain("channel.disconnected");
    await channelForgetJob.run(t.app, { workspaceId: workspace.id, channelId: channel.id });
    expect(await secretsOf(channel.id)).toBeNull();
  });

  test("that is removed makes no call to its provider any more, and what waits to be sent there is not sent [M24-36]", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await createChannel(workspace.api, { ...cloudChannel(sim, phoneNumberId), contentMode: "full" });
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
      await check(workspace, (await createChannel(workspace.api, cloudChannel(sim, sim.addPhoneNumber({}).id))).id);
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
});
