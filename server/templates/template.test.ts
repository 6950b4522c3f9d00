import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { templateSyncJob } from "./template.jobs.ts";
import type { TemplateView } from "./template.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const path = (shop: Shop): string => `/v1/channels/${shop.channelId}/templates`;
const list = async (shop: Shop): Promise<TemplateView[]> =>
  (await shop.api.get<Page<TemplateView>>(path(shop))).body.data;
const sync = (shop: Shop): Promise<void> => templateSyncJob.run(t.app, { channelId: shop.channelId });
const events = async (shop: Shop): Promise<number> =>
  (await shop.api.get<Page<unknown>>("/v1/events?types=template.changed")).body.data.length;
const body = { type: "BODY", text: "Hello {{1}}, it is back.", example: { body_text: [["Ana"]] } };

test("a sync copies every template with its status, says what changed, and a second one changes nothing", async () => {
  const shop = await givenShop(t, sim);
  await sync(shop);
  const found = await list(shop);
  expect(found.map((one) => `${one.name} ${one.language} ${one.category} ${one.status}`)).toEqual(
    expect.arrayContaining([
      "hello_world en_US utility approved",
      "order_update de utility approved",
      "new_collection en marketing approved",
      "paused_offer en marketing paused",
    ]),
  );
  expect(found.map((one) => one.name)).toEqual(found.map((one) => one.name).toSorted());
  const before = await events(shop);
  expect(before).toBe(found.length);
  await sync(shop);
  expect([await events(shop), (await list(shop)).map((one) => one.id)]).toEqual([before, found.map((one) => one.id)]);
});

test("a template is handed in, reviewed by webhook, and removed; what is gone at the provider goes with the next sync", async () => {
  const shop = await givenShop(t, sim);
  await t.admin.query("update channel set verified_at = $2, status = 'connected' where id = $1", [
    shop.channelId,
    t.clock.now(),
  ]);
  await t.app.channels.reload(shop.channelId);
  const made = await shop.api.post<TemplateView>(path(shop), {
    ...{ name: "back_in_stock", language: "en", category: "utility", components: [body] },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.status).toBe("pending");
  await sim.templateStatus({ name: "back_in_stock", status: "REJECTED", reason: "INVALID_FORMAT" });
  await sim.settled();
  const one = async () => (await list(shop)).find((template) => template.name === "back_in_stock");
  expect(await one()).toMatchObject({ status: "rejected", rejectedReason: expect.stringMatching(/invalid_format/i) });
  await sim.templateStatus({ name: "back_in_stock", status: "APPROVED" });
  await sim.settled();
  expect((await one())?.status).toBe("approved");
  const count = await events(shop);
  expect((await shop.api.delete(`${path(shop)}/${made.body.id}`)).status).toBe(204);
  expect([await one(), await events(shop)]).toEqual([undefined, count + 1]);
  expect((await shop.api.delete(`${path(shop)}/${made.body.id}`)).status).toBe(404);

  await t.admin.query(
    `insert into template (workspace_id, id, channel_id, name, language, category, status, components, updated_at)
     values ($1, 'tpl_gone', $2, 'gone', 'en', 'utility', 'approved', '[]', $3)`,
    [shop.workspace.id, shop.channelId, t.clock.now()],
  );
  await sync(shop);
  expect((await list(shop)).some((template) => template.name === "gone")).toBe(false);
  const { body: log } = await shop.api.get<Page<{ data: { templateId: string } }>>("/v1/events?types=template.changed");
  expect(JSON.stringify(log.data)).toContain("tpl_gone");
});

test("what the provider refuses is refused with its code, and nothing is kept", async () => {
  const shop = await givenShop(t, sim);
  const twice = { name: "hello_world", language: "en_US", category: "utility", components: [body] };
  const answer = await shop.api.post<{ code: string; providerCode: string }>(path(shop), twice);
  expect([answer.status, answer.body.code]).toEqual([422, "template.refused"]);
  expect(answer.body.providerCode).toMatch(/^100\//);
  expect(await list(shop)).toEqual([]);
  expect((await shop.api.post(path(shop), { ...twice, name: "Bad Name" })).status).toBe(400);
});

test("templates are for those who may see the channel; agents cannot change them", async () => {
  const shop = await givenShop(t, sim);
  const other = await givenShop(t, sim);
  const agent = await t.given.member(shop.workspace.id, "agent");
  const blind = await t.given.member(shop.workspace.id, "agent", { channelIds: [other.channelId] });
  const twice = { name: "mine", language: "en", category: "utility", components: [body] };
  expect((await agent.api.get(path(shop))).status).toBe(200);
  expect((await agent.api.post(path(shop), twice)).status).toBe(403);
  expect((await blind.api.get(path(shop))).status).toBe(404);
  expect((await other.api.get(path(shop))).status).toBe(404);
  expect((await other.api.post(path(shop), twice)).status).toBe(404);
});
