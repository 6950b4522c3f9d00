import { beforeEach, expect, test } from "vitest";
import { channelConnected, channelDisconnected, type ChannelDownReason } from "../channels/channel-events.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { givenChannel, type HookChannel } from "../test/hooks.ts";
import { mailAlertsJob } from "./alert.ts";

const t = createTestApp();
let workspace: GivenWorkspace;
let shops: [HookChannel, HookChannel];
beforeEach(async () => {
  workspace = await t.given.workspace();
  shops = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
  await workspace.owner.api.patch(`/v1/channels/${shops[1].id}`, { name: "Praxis" });
});

const minute = 60_000;
const emit = (run: Parameters<typeof t.app.db.tx<void>>[1]) => t.app.db.tx({ workspaceIds: [workspace.id] }, run);
const item = ({ id }: HookChannel) => ({ workspaceId: workspace.id, channelId: id, payload: { channelId: id } });
const down = (channel: HookChannel, reason: ChannelDownReason = "check_failed") =>
  emit((tx) => t.app.emit(tx, channelDisconnected, [{ ...item(channel), payload: { channelId: channel.id, reason } }]));
const up = (channel: HookChannel) => emit((tx) => t.app.emit(tx, channelConnected, [item(channel)]));
const waiting = async (): Promise<number> =>
  (await t.admin.query("select 1 from graphile_worker.jobs where key = $1", [`alerts:${workspace.id}`])).rows.length;
/** The queue takes the job that waits, if one does. */
async function tell(): Promise<void> {
  if ((await waiting()) === 0) return;
  await t.admin.query("delete from graphile_worker._private_jobs where key = $1", [`alerts:${workspace.id}`]);
  await mailAlertsJob.run(t.app, { workspaceId: workspace.id });
}
const mails = (to: string) => t.mail.list().filter((mail) => mail.to === to);

test("owners and admins get one mail for all channels that stopped, with the reason and where to look; agents get none [ONE-28]", async () => {
  const admin = await t.given.member(workspace.id, "admin");
  const agent = await t.given.member(workspace.id, "agent");
  await down(shops[0]);
  await down(shops[1], "sending_stalled");
  await tell();
  for (const { email } of [workspace.owner, admin]) {
    const [mail, ...more] = mails(email);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe("2 channels are not working");
    expect(mail?.text).toContain("Shop does not work since");
    expect(mail?.text).toContain("Praxis does not work since");
    expect(mail?.text).toContain("none was sent for five minutes");
    expect(mail?.text).toContain("/health");
  }
  expect(mails(agent.email)).toEqual([]);
});

test("a channel that recovers is told of, once, and not earlier than ten minutes after the last mail", async () => {
  await down(shops[1]);
  await tell();
  t.clock.advance(4 * minute);
  await up(shops[1]);
  await tell();
  expect(mails(workspace.owner.email)).toHaveLength(1);
  // it waits for its time
  expect(await waiting()).toBe(1);
  t.clock.advance(6 * minute);
  await tell();
  const [last, first, ...more] = mails(workspace.owner.email);
  expect(more).toEqual([]);
  expect(first?.subject).toBe("Praxis is not working");
  expect(last?.subject).toBe("Praxis is working again");
  expect(last?.text).toContain("after 4 minutes");
  await up(shops[1]);
  t.clock.advance(60 * minute);
  await tell();
  expect(mails(workspace.owner.email)).toHaveLength(2);
});

test("a channel that stops and starts all the time makes a mail every ten minutes, no more", async () => {
  for (let i = 0; i < 30; i++) {
    await down(shops[0], "session_lost");
    await tell();
    t.clock.advance(minute);
    await up(shops[0]);
    await tell();
    t.clock.advance(minute);
  }
  expect(mails(workspace.owner.email).length).toBeGreaterThan(4);
  expect(mails(workspace.owner.email).length).toBeLessThanOrEqual(7);
});

test("the workspace chooses who is told: only owners, or nobody; an agent may not choose", async () => {
  const admin = await t.given.member(workspace.id, "admin");
  const agent = await t.given.member(workspace.id, "agent");
  const path = "/v1/alert-settings";
  expect((await agent.api.get(path)).body).toEqual({ recipients: "owners_and_admins", language: "en" });
  expect((await agent.api.patch(path, { recipients: "nobody" })).status).toBe(403);
  expect((await admin.api.patch(path, { recipients: "everyone" })).status).toBe(400);
  expect((await admin.api.patch(path, { recipients: "owners" })).body).toEqual({
    recipients: "owners",
    language: "en",
  });
  await down(shops[0]);
  await tell();
  expect([mails(workspace.owner.email).length, mails(admin.email).length]).toEqual([1, 0]);
  await admin.api.patch(path, { recipients: "nobody" });
  t.clock.advance(60 * minute);
  await up(shops[0]);
  await tell();
  expect([mails(workspace.owner.email).length, mails(admin.email).length]).toEqual([1, 0]);
  const other = await t.given.workspace();
  expect((await other.api.get(path)).body).toEqual({ recipients: "owners_and_admins", language: "en" });
});

test("nobody is told of a channel that they removed, nor of another workspace's", async () => {
  const other = await t.given.workspace();
  await workspace.owner.api.delete(`/v1/channels/${shops[0].id}?data=keep`);
  expect(await waiting()).toBe(0);
  await down(shops[1]);
  await workspace.owner.api.delete(`/v1/channels/${shops[1].id}?data=keep`);
  await tell();
  expect([mails(workspace.owner.email), mails(other.owner.email)]).toEqual([[], []]);
});

test.each([
  ["de", "Shop funktioniert nicht", "seit fünf Minuten ging keine hinaus"],
  ["ar", "Shop: لا تعمل", "لم يُرسل شيء منذ خمس دقائق"],
])("the mails speak the language that the workspace chose: %s", async (language, subject, why) => {
  const chosen = await workspace.owner.api.patch("/v1/alert-settings", { language });
  expect(chosen.body).toEqual({ recipients: "owners_and_admins", language });
  await workspace.owner.api.patch(`/v1/channels/${shops[0].id}`, { name: "Shop" });
  await down(shops[0], "sending_stalled");
  await tell();
  const [mail] = mails(workspace.owner.email);
  expect(mail?.subject).toBe(subject);
  expect(mail?.text).toContain(why);
  expect((await workspace.owner.api.patch("/v1/alert-settings", { language: "fr" })).status).toBe(400);
});
