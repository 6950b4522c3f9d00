import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behindChannels, cloudChannel, createChannel, readChannel, readHealth } from "../test/channels.ts";
import { createTestApp } from "../test/app.ts";
import { change, envelope, givenChannel, post, says } from "../test/hooks.ts";
import type { ChannelView } from "./channel-view.ts";
import { channelRecheckJob } from "./recheck.jobs.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const bodyFor = (phoneNumberId: string, more: { settings?: object; secrets?: object } = {}) =>
  cloudChannel(sim, phoneNumberId, more);

const { check, eventsOf } = behindChannels(t);

describe("a channel", () => {
  test("answers verifying at once, receives at once, and is connected when its check succeeds", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await createChannel(workspace.owner.api, bodyFor(phoneNumberId));
    expect(channel).toMatchObject({ status: "verifying", contentMode: "days:365", verifiedAt: null });
    expect(channel).toMatchObject({ isOfficial: true, hasSession: false });
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
    expect(await readChannel(workspace.api, channel.id)).toMatchObject({
      status: "connected",
      verifiedAt: t.clock.now().toISOString(),
    });
    expect(await readHealth(workspace.api, channel.id)).toMatchObject({
      checkState: "ok",
      details: { check: { isSubscribed: true, quality: "green" } },
    });
    expect(await eventsOf(channel.id)).toEqual(
      expect.arrayContaining(["channel.updated", "message.received", "channel.connected"]),
    );
  });

  test("with a wrong token needs attention, and new secrets heal it", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const channel = await createChannel(workspace.api, bodyFor(phoneNumberId, { secrets: { accessToken: "wrong" } }));
    await check(workspace, channel.id);
    expect(await readChannel(workspace.api, channel.id)).toMatchObject({ status: "needs_attention", verifiedAt: null });
    expect(await readHealth(workspace.api, channel.id)).toMatchObject({ checkState: "failed", checkCode: "190" });
    const patched = await workspace.api.patch<ChannelView>(`/v1/channels/${channel.id}`, {
      name: "Renamed",
      secrets: { accessToken: sim.accessToken },
    });
    expect(patched.body).toMatchObject({ name: "Renamed", status: "verifying" });
    await check(workspace, channel.id);
    expect(await readChannel(workspace.api, channel.id)).toMatchObject({ name: "Renamed", status: "connected" });
  });

  test("is asked about again within the hour without any traffic, one that needs attention is not", async () => {
    const workspace = await t.given.workspace();
    const channel = await createChannel(workspace.api, bodyFor(sim.addPhoneNumber({}).id));
    const broken = await createChannel(
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
    const holder = await createChannel(first.api, bodyFor(phoneNumberId));
    await check(first, holder.id);
    const rival = await createChannel(second.api, bodyFor(phoneNumberId));
    await check(second, rival.id);
    expect(await readChannel(second.api, rival.id)).toMatchObject({ status: "needs_attention", verifiedAt: null });
    expect(await readHealth(second.api, rival.id)).toMatchObject({ checkState: "failed", checkCode: "route_taken" });
    expect(await readChannel(first.api, holder.id)).toMatchObject({ status: "connected" });
  });

  test("made with a key is metadata-only unless it says otherwise", async () => {
    const workspace = await t.given.workspace();
    const first = await createChannel(workspace.api, bodyFor(sim.addPhoneNumber({}).id));
    expect(first.contentMode).toBe("metadata-only");
    const second = await createChannel(workspace.api, { ...bodyFor(sim.addPhoneNumber({}).id), contentMode: "full" });
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

  test("shows what the provider reports about it, newest of each kind, and stops where the provider stops it [MSJ-04]", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const report = (value: object, field: string) => post(t, channel, envelope(channel, change(channel, value, field)));
    await report({ display_phone_number: "15550001111", event: "THROUGHPUT_UPGRADE" }, "phone_number_quality_update");
    expect((await readChannel(workspace.api, channel.id)).status).toBe("connected");
    const ban = { ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "March 2, 2026" } };
    await report({ event: "DISABLED_UPDATE", ...ban }, "account_update");
    expect((await readChannel(workspace.api, channel.id)).status).toBe("needs_attention");
    const { details } = await readHealth(workspace.api, channel.id);
    expect(details).toMatchObject({ ban: { severity: "stop" } });
  });
});

test("the pace of a linked phone can be changed and taken back; other settings and other numbers cannot", async () => {
  const { owner } = await t.given.workspace();
  const linked = await createChannel(owner.api, {
    provider: "whatsapp_linked",
    name: "Phone",
    settings: {},
    secrets: {},
  });
  const patch = (id: string, settings: object) =>
    owner.api.patch<ChannelView & { code: string; detail: string; errors: unknown }>(`/v1/channels/${id}`, {
      settings,
    });
  const pace = { perSecond: 5, perContactMs: 1000 };
  expect(await patch(linked.id, { pace })).toMatchObject({ status: 200, body: { settings: { pace } } });
  expect((await readChannel(owner.api, linked.id)).settings).toEqual({ pace });
  expect(await patch(linked.id, { pace: null })).toMatchObject({ status: 200, body: { settings: {} } });
  for (const wrong of [{ ...pace, perSecond: 0 }, { perSecond: 5 }, { ...pace, burst: 9 }, "fast"]) {
    const answer = await patch(linked.id, { pace: wrong });
    expect([answer.status, answer.body.code]).toEqual([400, "validation_failed"]);
    expect(JSON.stringify(answer.body)).toContain("body.settings.pace");
  }
  expect(await patch(linked.id, { apiBaseUrl: sim.url })).toMatchObject({
    ...{ status: 409, body: { code: "channel.setting_fixed", detail: "Can be changed: pace." } },
  });
  const cloud = await createChannel(owner.api, bodyFor(sim.addPhoneNumber({}).id));
  expect(await patch(cloud.id, { phoneNumberId: "1" })).toMatchObject({
    ...{ status: 409, body: { code: "channel.setting_fixed", detail: "Can be changed: storage." } },
  });
  expect((await readChannel(owner.api, cloud.id)).settings).toEqual(cloud.settings);
});
