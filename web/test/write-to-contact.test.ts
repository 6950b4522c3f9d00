// Writing first: from a contact, or from the inbox, to the message that stands in the thread.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let sim: WhatsAppCloudSim;
let browser: Browser;
beforeAll(async () => {
  [sim, browser] = await Promise.all([startWhatsAppCloudSim({ now: () => t.clock.ms() }), launchBrowser()]);
});
const t = createTestApp({ providerOrigins: () => [sim.url], hasJobs: true });
afterAll(async () => {
  await browser?.close();
  await sim?.[Symbol.asyncDispose]();
});

let workspace: GivenWorkspace;
let contactId: string;
beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
  const { body } = await workspace.owner.api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [{ name: "Amélie Roux", phone: "+33711000001" }],
    attestation: { isLawful: true, basis: "contract" },
  });
  contactId = body.data[0]?.contactId ?? "";
});

const signIn = (options: Partial<Parameters<typeof openSession>[1]> = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
async function connect(name: string): Promise<string> {
  const { body } = await workspace.owner.api.post<{ id: string; webhookUrl: string }>("/v1/channels", {
    ...{ provider: "whatsapp_cloud", name },
    settings: { phoneNumberId: sim.addPhoneNumber({}).id, wabaId: sim.wabaId, apiBaseUrl: sim.url },
    secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  });
  await sim.setWebhook({ url: new URL(new URL(body.webhookUrl).pathname, t.url).href });
  return body.id;
}
const row = (page: Page, name: string) =>
  page.getByRole("list", { name: "Conversations" }).getByRole("link", { name: new RegExp(name) });
const thread = (page: Page) => page.getByRole("log");
const writeTo = (page: Page) => page.getByRole("button", { name: "Write", exact: true });

async function sendTemplate(page: Page): Promise<void> {
  await page.getByText("This person has not written here yet.").waitFor();
  await page.getByRole("button", { name: /order_update.*Hallo/ }).click();
  await page.getByRole("textbox", { name: /\{\{1\}\}/ }).fill("Amélie");
  await page.getByRole("textbox", { name: /\{\{2\}\}/ }).fill("1042");
  await page.getByRole("button", { name: "Send template" }).click();
  await thread(page).getByText("Hallo Amélie, deine Bestellung 1042 ist unterwegs.").waitFor();
  await row(page, "Hallo Amélie, deine Bestellung 1042").waitFor();
}

test("from a contact who never wrote to a message in the thread, and back by the details", async () => {
  const channelId = await connect("Shop");
  await workspace.api.post("/v1/contact-attributes", {
    name: "size",
    label: "Size",
    type: "text",
    category: "user.content",
  });
  await workspace.api.post("/v1/contact-attributes", {
    name: "town",
    label: "Town",
    type: "text",
    category: "user.content",
  });
  await workspace.api.patch(`/v1/contacts/${contactId}`, { attributes: { size: "42" } });
  await using session = await signIn();
  const { page, complaints } = session;
  await page.goto(`/contacts/${contactId}`);
  await page.getByText(/^A contract with them\. Imported on .* by .*Ana Wagner/).waitFor();
  await page.getByRole("button", { name: "Make a link to their page" }).waitFor();
  await expect.poll(() => writeTo(page).isEnabled()).toBe(true);
  await expectAccessible(page, "a contact who never wrote");
  await writeTo(page).click();
  await thread(page).getByText("No messages yet").waitFor();
  await page
    .locator("input:focus")
    .and(page.getByRole("searchbox", { name: "Find a template" }))
    .waitFor();
  // nobody's work before something is said
  expect(await row(page, "Amélie").count()).toBe(0);
  await expectAccessible(page, "an empty conversation");
  await sendTemplate(page);
  await t.app.drain?.idle();
  await thread(page)
    .getByRole("img", { name: /Sent|Delivered/ })
    .waitFor();
  expect(sim.messages({ direction: "out" }).filter(({ text }) => text?.includes("Amélie"))).toHaveLength(1);

  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("42", { exact: true }).waitFor(); // ids hold it too, now and then
  await expect.poll(() => details.getByText("Not set").count()).toBe(1);
  await details.getByRole("link", { name: "Open the contact" }).click();
  await page.getByRole("heading", { level: 1, name: "Amélie Roux" }).waitFor();
  await page.getByRole("link", { name: /Shop.*Hallo Amélie/ }).waitFor();
  await writeTo(page).click();
  await thread(page).getByText("Hallo Amélie").waitFor();
  const { body } = await workspace.api.get<{ data: { channelId: string }[] }>(`/v1/contacts/${contactId}/channels`);
  expect(body.data.map((one) => one.channelId)).toEqual([channelId]);
  expect(complaints).toEqual([]);
});

test("where several channels reach them one is chosen; where none does, the reason stands there before anybody tries", async () => {
  await using session = await signIn();
  const { page, complaints } = session;
  await page.goto(`/contacts/${contactId}`);
  await page.getByText("No channel is connected, so nothing can be sent.").waitFor();
  expect(await writeTo(page).isDisabled()).toBe(true);
  await page.getByText("No link can be made").waitFor();
  expect(await page.getByRole("button", { name: "Make a link to their page" }).count()).toBe(0);
  await connect("Shop");
  await connect("Service");
  await page.reload();
  await writeTo(page).click();
  await page.getByRole("menuitem", { name: "Shop" }).waitFor();
  await page.getByRole("menuitem", { name: "Service" }).click();
  await page.getByRole("heading", { name: "Amélie Roux" }).first().waitFor();
  await thread(page).getByText("No messages yet").waitFor();
  await page.getByRole("banner").or(page.locator("header")).getByText("Service").first().waitFor();

  expect((await workspace.api.post("/v1/subject-requests", { type: "restrict", contactId })).status).toBe(202);
  await page.goto(`/contacts/${contactId}`);
  await page.getByText("Nothing can be sent to them while their data is restricted.").waitFor();
  expect(await writeTo(page).isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});

test("a new message from the inbox: to a contact that is found, or to a number that is nobody's yet", async () => {
  await connect("Shop");
  await using session = await signIn();
  const { page, complaints } = session;
  await page.goto("/inbox");
  await page.getByRole("button", { name: "New message" }).click();
  const dialog = page.getByRole("dialog", { name: "New message" });
  await dialog.getByRole("button", { name: /Amélie Roux/ }).waitFor();
  await expectAccessible(page, "a new message");
  await dialog.getByRole("searchbox", { name: "Name or phone number" }).fill("0711");
  await dialog.getByText("No contact is found.").waitFor();
  await dialog.getByRole("searchbox", { name: "Name or phone number" }).fill("+33 711 000 002");
  await dialog.getByRole("button", { name: /^Write to/ }).click();
  await thread(page).getByText("No messages yet").waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "+33711000002" }).first().waitFor();
  await page.goto("/inbox");
  await page.getByRole("button", { name: "New message" }).waitFor();
  await page.keyboard.press("c");
  await dialog.getByRole("button", { name: /Amélie Roux/ }).click();
  await sendTemplate(page);
  expect(complaints).toEqual([]);
});

test("where every channel is disconnected, that is the reason, for a number and for a contact", async () => {
  for (const id of [await connect("Shop"), await connect("Service")]) {
    await t.admin.query("update channel set status = 'disconnected' where id = $1", [id]);
    await t.app.channels.reload(id);
  }
  await using session = await signIn();
  const { page, complaints } = session;
  const reason = "No channel is connected, so nothing can be sent.";
  await page.goto(`/contacts/${contactId}`);
  await page.getByText(reason).waitFor();
  await page.goto("/inbox");
  await page.getByRole("button", { name: "New message" }).click();
  const dialog = page.getByRole("dialog", { name: "New message" });
  await dialog.getByRole("searchbox").fill("+33 711 000 003");
  await dialog.getByRole("button", { name: /^Write to/ }).click();
  await dialog.getByRole("alert").waitFor();
  expect(await dialog.getByRole("alert").textContent()).toBe(reason);
  expect(complaints).toEqual([]);
});

test("who sees some channels only is told who has to write first; a note brings an empty conversation into their list", async () => {
  const channelId = await connect("Shop");
  const agent = await t.given.member(workspace.id, "agent", { channelIds: [channelId] });
  await using session = await signIn({ cookie: agent.cookie });
  const { page } = session;
  await page.goto("/inbox");
  await page.getByRole("button", { name: "New message" }).click();
  const dialog = page.getByRole("dialog", { name: "New message" });
  await dialog.getByRole("searchbox").fill("+33711000001");
  await dialog.getByRole("button", { name: /^Write to/ }).click();
  await dialog.getByText("You see only some channels, and nobody there has this address.").waitFor();
  await page.keyboard.press("Escape");
  const { api } = workspace.owner;
  const { body } = await api.post<{ id: string }>("/v1/conversations", { contactId, channelId });
  await api.post(`/v1/conversations/${body.id}/notes`, { text: "Call her first" });
  await row(page, "Amélie").waitFor();
});

const looks = [
  { colorScheme: "light", locale: "de", width: 390 },
  { colorScheme: "dark", locale: "ar", width: 390 },
] as const;

describe.each(looks)("in $colorScheme, $locale, at $width px", (look) => {
  test("axe finds nothing on a contact, the choice of whom to write to, and an empty conversation", async () => {
    const channelId = await connect("Shop");
    await using session = await signIn(look);
    const { page, complaints } = session;
    await page.goto(`/contacts/${contactId}`);
    await page
      .getByRole("button", { name: /^(Schreiben|كتابة رسالة)$/ })
      .and(page.locator(":enabled"))
      .waitFor();
    await expectAccessible(page, "a contact");
    await page.goto("/inbox");
    await page.getByRole("button", { name: /^(Neue Nachricht|رسالة جديدة)$/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Amélie/ })
      .waitFor();
    await expectAccessible(page, "whom to write to");
    const { body } = await workspace.api.post<{ id: string }>("/v1/conversations", { contactId, channelId });
    await page.goto(`/inbox/${body.id}`);
    await page.getByText(/noch nicht geschrieben|لم يكتب هذا الشخص/).waitFor();
    await expectAccessible(page, "an empty conversation");
    // the details lead to the contact's own screen from a phone, too
    await page.getByRole("button", { name: /Amélie Roux.*Shop/ }).click();
    await page.getByRole("link", { name: /^(Kontakt öffnen|فتح جهة الاتصال)$/ }).click();
    await page.waitForURL(`**/contacts/${contactId}`);
    await page.getByRole("heading", { level: 1, name: "Amélie Roux" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
