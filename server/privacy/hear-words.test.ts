import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConsentView } from "../contacts/consent.ts";
import { consentSentence, readConsentWord } from "../contacts/consent-words.ts";
import { languages } from "../platform/languages.ts";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { expireConsents } from "./expire-consents.ts";
import { replyToConsent } from "./reply-to-consent.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;
const ledger = async (shop: Shop, contactId: string) =>
  (await shop.api.get<Page<ConsentView>>(`/v1/contacts/${contactId}/consents`)).body.data;
const texts = (shop: Shop) =>
  sim
    .messages({ phoneNumberId: shop.phoneNumberId })
    .map((one) => (one.body as { text?: { body: string } }).text?.body);

/** Twice, as a queue may run a job again. */
async function confirm(shop: Shop, contactId: string): Promise<void> {
  const input = { workspaceId: shop.workspace.id, contactId };
  await replyToConsent(t.app, input);
  await replyToConsent(t.app, input);
  await shop.sent();
}

async function offer(shop: Shop, conversationId: string): Promise<string> {
  const { body } = await shop.send({ conversationId, type: "text", text: "20 % off", purpose: "marketing" });
  await shop.sent();
  const read = await shop.read(body.id);
  return read.error?.code ?? read.status;
}

test.each([
  ["STOP", "start", "no more marketing messages"],
  [" Stopp! ", "Anmelden", "keine Werbenachrichten"],
  ["إيقاف", "ابدأ", "لن تصلك رسائل تسويقية"],
  ["Baja", "alta", "no recibirás mensajes publicitarios"],
  ["SAIR", "iniciar", "não receberá mais mensagens de marketing"],
])("%s holds at once and is confirmed once; %s takes it back [GEN-34 ONE-51]", async (stop, start, confirmation) => {
  const shop = await givenShop(t, sim);
  const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  // accepted before the stop, due after it: the gate is at the time of sending
  const { body: late } = await shop.send({
    ...{ conversationId: id, type: "text", text: "20 % off", purpose: "marketing" },
    scheduledAt: new Date(t.clock.ms() + 60_000).toISOString(),
  });
  await shop.hears({ person: "wanjiru", text: stop });
  t.clock.advance(60_000);
  await shop.sent();
  expect((await shop.read(late.id)).error?.code).toBe("message.opted_out");
  expect(await offer(shop, id)).toBe("message.opted_out");
  await confirm(shop, contact.id);
  expect(texts(shop)).toEqual([expect.stringContaining(confirmation)]);
  // said again, it holds already and is not answered again
  await shop.hears({ person: "wanjiru", text: stop });
  await confirm(shop, contact.id);
  expect(texts(shop)).toHaveLength(1);
  const again = await shop.api.post(`/v1/contacts/${contact.id}/consents`, {
    ...{ purpose: "marketing", action: "granted", method: "verbal" },
  });
  expect(again.status).toBe(409);
  await shop.hears({ person: "wanjiru", text: start });
  await confirm(shop, contact.id);
  expect(texts(shop)).toHaveLength(2);
  expect(await offer(shop, id)).toBe("delivered");
  const [granted, , withdrawn] = await ledger(shop, contact.id);
  expect([granted?.method, withdrawn?.action, withdrawn?.proof?.["word"]]).toEqual(["keyword", "withdrawn", "stop"]);
});

test("start from somebody who never said stop agrees to nothing: no entry, no answer [M24-03]", async () => {
  const shop = await givenShop(t, sim);
  const { contact } = await shop.hears({ person: "wanjiru", text: "start" });
  await confirm(shop, contact.id);
  expect([await ledger(shop, contact.id), texts(shop)]).toEqual([[], []]);
  await shop.hears({ person: "wanjiru", text: "stop" });
  await shop.hears({ person: "wanjiru", text: "start" });
  expect((await ledger(shop, contact.id)).map(({ action }) => action)).toEqual(["granted", "withdrawn"]);
});

test.each(languages)("%s: a reply names a word that is heard as what it says", (language) => {
  for (const [kind, named] of [
    ["stop", "start"],
    ["start", "stop"],
    ["yes", "stop"],
    ["ask", "yes"],
  ] as const) {
    const reply = consentSentence(kind, language, { name: "", purpose: "" });
    const heard = reply.split(/[^\p{L}\p{M}]+/u).filter((word) => readConsentWord(word)?.word === named);
    expect(heard, reply).not.toEqual([]);
  }
});

test.each(["please stop by tomorrow", "stop it, where is my parcel?", "no", "🛑", "", "s".repeat(4000)])(
  "%j is no word of the product and changes nothing",
  async (text) => {
    const shop = await givenShop(t, sim);
    const { contact } = await shop.hears({ person: "wanjiru", text: text || "?" });
    expect(await ledger(shop, contact.id)).toEqual([]);
  },
);

test("asked for a consent, only the person's own yes makes it, with the exact words as proof [GEN-20 MSJ-16]", async () => {
  const shop = await givenShop(t, sim);
  const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  await shop.api.put("/v1/consent-rules/marketing", { needsConfirmation: true, validDays: 30 });
  await shop.hears({ person: "wanjiru", text: "yes" });
  expect(await ledger(shop, contact.id)).toEqual([]);
  const asked = await shop.api.post<ConsentView>(`/v1/contacts/${contact.id}/consents/ask`, {
    ...{ channelId: shop.channelId, purpose: "marketing", language: "de" },
  });
  expect([asked.status, asked.body.action, asked.body.text]).toEqual([201, "requested", expect.stringContaining("JA")]);
  await shop.sent();
  expect(texts(shop)).toEqual([asked.body.text]);
  // what the team notes does not count where the workspace asks for the person's own word
  await shop.api.post(`/v1/contacts/${contact.id}/consents`, {
    purpose: "marketing",
    action: "granted",
    method: "form",
  });
  const standing = async () =>
    (await shop.api.get<{ data: { standing: string }[] }>(`/v1/contacts/${contact.id}/consent-standing`)).body.data[0];
  expect((await standing())?.standing).toBe("requested");
  const message = await shop.hears({ person: "wanjiru", text: "Ja" });
  const [confirmed] = await ledger(shop, contact.id);
  expect(confirmed).toMatchObject({
    action: "confirmed",
    method: "double_opt_in",
    proof: { messageId: message.lastMessage?.id },
    expiresAt: new Date(Date.parse(confirmed?.occurredAt ?? "") + 30 * DAY_MS).toISOString(),
  });
  expect(await standing()).toMatchObject({ standing: "confirmed", maySend: true });
  await shop.hears({ person: "wanjiru", text: "ja" });
  expect((await ledger(shop, contact.id)).length).toBe(3);
  expect(await offer(shop, id)).toBe("delivered");
  // the workspace's time applies to what people say themselves too
  t.clock.advance(31 * DAY_MS);
  await expireConsents(t.app);
  const { rows } = await t.admin.query<{ action: string }>(
    "select action from consent_event where workspace_id = $1 order by position desc limit 1",
    [shop.workspace.id],
  );
  expect(rows).toEqual([{ action: "expired" }]);
});

test("marketing that nobody asked for is not sent without a consent in force: no call is made [GEN-20]", async () => {
  const shop = await givenShop(t, sim, "key");
  const { id, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  await t.admin.query(
    `insert into template (workspace_id, id, channel_id, name, language, category, status, components, updated_at)
     values ($1, 'tpl_1', $2, 'hello_world', 'en_US', 'marketing', 'approved', '[]', $3)`,
    [shop.workspace.id, shop.channelId, t.clock.now()],
  );
  const advertise = async () => {
    const template = { name: "hello_world", language: "en_US" };
    const { body } = await shop.send({ conversationId: id, type: "template", template });
    await shop.sent();
    const read = await shop.read(body.id);
    return read.error?.code ?? read.status;
  };
  t.clock.advance(2 * DAY_MS);
  expect(await advertise()).toBe("message.no_consent");
  expect(sim.messages({ phoneNumberId: shop.phoneNumberId })).toEqual([]);
  const grant = { purpose: "marketing", action: "granted", method: "form", text: "I want news.", proof: "form 12" };
  const expiresAt = new Date(t.clock.ms() + 10 * DAY_MS).toISOString();
  await shop.api.post(`/v1/contacts/${contact.id}/consents`, { ...grant, expiresAt });
  expect(await advertise()).toBe("delivered");
  t.clock.advance(9 * DAY_MS);
  expect(await advertise()).toBe("delivered");
  t.clock.advance(1 * DAY_MS);
  expect(await advertise()).toBe("message.no_consent");
  await expireConsents(t.app);
  await expireConsents(t.app);
  expect((await ledger(shop, contact.id)).map((one) => [one.action, one.text, one.proof?.["note"]])).toEqual([
    ["expired", null, undefined],
    ["granted", "I want news.", "form 12"],
  ]);
});

test("an erased person's proof is gone, and the chain is whole [MSJ-16 GEN-32]", async () => {
  const shop = await givenShop(t, sim);
  const { contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  const proof = "signed at the fair in Ulm";
  await shop.api.post(`/v1/contacts/${contact.id}/consents`, {
    ...{ purpose: "marketing", action: "granted", method: "paper", proof },
  });
  expect((await ledger(shop, contact.id))[0]?.proof).toEqual({ note: proof });
  const raw = await t.admin.query<{ row: string }>("select e::text as row from consent_event e where contact_id = $1", [
    contact.id,
  ]);
  expect(raw.rows[0]?.row).not.toContain(Buffer.from("Ulm").toString("hex"));
  t.app.keyring.destroy(`contact:${contact.id}`);
  expect((await ledger(shop, contact.id))[0]?.proof).toBeNull();
  const standing = await shop.api.get<{ isWhole: boolean }>(`/v1/contacts/${contact.id}/consent-standing`);
  expect(standing.body.isWhole).toBe(true);
});
