import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { newId } from "../platform/ids.ts";
import type { ConsentView } from "./consent.ts";
import { recordConsents } from "./record-consents.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const record = (shop: Shop, contactId: string, body: object) =>
  shop.api.post<ConsentView & { code?: string }>(`/v1/contacts/${contactId}/consents`, body);
const marketing = { purpose: "marketing", method: "form" };

async function offer(shop: Shop, conversationId: string, purpose = "marketing"): Promise<string> {
  const { body } = await shop.send({ conversationId, type: "text", text: "20 % off", purpose });
  await shop.sent();
  const read = await shop.read(body.id);
  return read.error?.code ?? read.status;
}

/** What the provider reports when a person stops or resumes marketing. */
async function prefers(shop: Shop, value: "stop" | "resume"): Promise<void> {
  const person = sim.people().find((one) => one.key === "wanjiru");
  const timestamp = Math.floor(t.clock.ms() / 1000);
  const detail = `User requested to ${value} marketing messages`;
  const preference = {
    wa_id: person?.waId,
    user_id: person?.userId,
    category: "marketing_messages",
    value,
    timestamp,
    detail,
  };
  const metadata = { display_phone_number: "15550001111", phone_number_id: shop.phoneNumberId };
  await sim.emit({
    ...{ field: "user_preferences", phoneNumberId: shop.phoneNumberId },
    value: { messaging_product: "whatsapp", metadata, user_preferences: [preference] },
  });
}

const put = (shop: Shop, contactId: string, action: string, method: string) =>
  t.app.db.tx({ workspaceIds: [shop.workspace.id] }, (tx) =>
    recordConsents(
      tx,
      [
        {
          ...{ workspaceId: shop.workspace.id, id: newId("cns"), contactId, channelId: null, purpose: "marketing" },
          ...{ action, method, occurredAt: t.clock.now() },
        },
      ],
      t.clock.now(),
    ),
  );

describe("consents", () => {
  test("are a ledger: added to, read page by page, never changed", async () => {
    const shop = await givenShop(t, sim);
    const { contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    const first = await record(shop, contact.id, { ...marketing, action: "granted" });
    expect(first.status, JSON.stringify(first.body)).toBe(201);
    t.clock.advance(1000);
    await record(shop, contact.id, { ...marketing, action: "withdrawn", channelId: shop.channelId });
    const path = `/v1/contacts/${contact.id}/consents`;
    const page = (await shop.api.get<Page<ConsentView>>(`${path}?limit=1`)).body;
    const next = (await shop.api.get<Page<ConsentView>>(`${path}?limit=1&cursor=${page.nextCursor}`)).body;
    expect([...page.data, ...next.data].map((one) => [one.action, one.channelId])).toEqual([
      ["withdrawn", shop.channelId],
      ["granted", null],
    ]);
    expect(next.nextCursor).toBeNull();
    const future = new Date(t.clock.ms() + 1000).toISOString();
    expect((await record(shop, contact.id, { ...marketing, action: "granted", occurredAt: future })).status).toBe(400);
    expect((await record(shop, contact.id, { ...marketing, action: "platform_resume" })).status).toBe(400);
    expect((await record(shop, contact.id, { ...marketing, action: "granted", method: "provider" })).status).toBe(400);
    expect((await record(shop, "con_00000000000000000000000000", { ...marketing, action: "granted" })).status).toBe(
      404,
    );
  });

  test.each(["withdrawn", "objected"])(
    "the team cannot override what a person %s, and nothing of that purpose is sent [GEN-34 ONE-51]",
    async (action) => {
      const shop = await givenShop(t, sim);
      const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
      expect(await offer(shop, id)).toBe("delivered");
      await record(shop, contact.id, { ...marketing, action });
      t.clock.advance(1000);
      const again = await record(shop, contact.id, { ...marketing, action: "granted" });
      expect([again.status, again.body.code]).toEqual([409, "consent.refused_by_person"]);
      // an entry that crossed with the refusal lifts it no more than one that came later
      await put(shop, contact.id, "granted", "form");
      expect(await offer(shop, id)).toBe("message.opted_out");
      expect(await offer(shop, id, "service")).toBe("delivered");
      expect(sim.messages({ phoneNumberId: shop.phoneNumberId })).toHaveLength(2);
      // the person themself
      await put(shop, contact.id, "confirmed", "double_opt_in");
      expect(await offer(shop, id)).toBe("delivered");
    },
  );

  test("a stop told to the provider holds on its channel until the provider reports a resume [MSJ-16]", async () => {
    const shop = await givenShop(t, sim);
    const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    await prefers(shop, "stop");
    expect(await offer(shop, id)).toBe("message.opted_out");
    expect((await record(shop, contact.id, { ...marketing, action: "granted" })).status).toBe(409);
    const { body } = await shop.send({
      conversationId: id,
      type: "text",
      text: "your parcel",
      purpose: "utility",
    });
    await shop.sent();
    expect((await shop.read(body.id)).status).toBe("delivered");
    t.clock.advance(60_000);
    await prefers(shop, "resume");
    expect(await offer(shop, id)).toBe("delivered");
  });

  test("a marketing template is marketing whatever the caller calls it, also when the stop came after it was accepted [MSJ-16]", async () => {
    const shop = await givenShop(t, sim);
    const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    await t.admin.query(
      `insert into template (workspace_id, id, channel_id, name, language, category, status, components, updated_at)
       values ($1, 'tpl_1', $2, 'hello_world', 'en_US', 'marketing', 'approved', '[]', $3)`,
      [shop.workspace.id, shop.channelId, t.clock.now()],
    );
    const { body } = await shop.send({
      ...{ conversationId: id, type: "template", purpose: "utility" },
      template: { name: "hello_world", language: "en_US" },
      scheduledAt: new Date(t.clock.ms() + 60_000).toISOString(),
    });
    await record(shop, contact.id, { ...marketing, action: "objected" });
    t.clock.advance(61_000);
    await shop.sent();
    expect((await shop.read(body.id)).error?.code).toBe("message.opted_out");
    expect(sim.messages({ phoneNumberId: shop.phoneNumberId })).toEqual([]);
  });

  test("the provider's refusal is remembered, so that it is not asked again", async () => {
    const shop = await givenShop(t, sim);
    const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 131050, times: 1, accept: false });
    expect(await offer(shop, id)).toBe("message.opted_out");
    const { body } = await shop.api.get<Page<ConsentView>>(`/v1/contacts/${contact.id}/consents`);
    expect(body.data.map((one) => [one.action, one.method])).toEqual([["platform_stop", "provider"]]);
    expect(await offer(shop, id)).toBe("message.opted_out");
    expect(sim.messages({ phoneNumberId: shop.phoneNumberId })).toEqual([]);
  });
});
