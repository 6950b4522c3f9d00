import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { declareAttributes } from "../../server/test/attributes.ts";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { change, envelope, post } from "../../server/test/hooks.ts";
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
let phoneNumberId: string;
beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
  phoneNumberId = sim.addPhoneNumber({}).id;
});

const open = (options: object = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });

interface Made {
  id: string;
  webhookUrl: string;
}
async function givenChannel(secrets: object = {}): Promise<Made> {
  const { body } = await workspace.owner.api.post<Made>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Shop",
    settings: { phoneNumberId, wabaId: sim.wabaId, apiBaseUrl: sim.url },
    secrets: {
      ...{ accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
      ...secrets,
    },
  });
  return body;
}
/** Where the simulator delivers; the link itself names the public address. */
const deliverTo = (webhookUrl: string, verifyToken = sim.verifyToken) =>
  sim.setWebhook({ url: new URL(new URL(webhookUrl).pathname, t.url).href, verifyToken });
const health = (page: Page) => page.getByRole("list", { name: "Health" });

/** A signed part of a kind that no version reads. */
async function sendUnknown(channel: Made): Promise<void> {
  const target = {
    ...{ id: channel.id, workspaceId: workspace.id, phoneNumberId, wabaId: sim.wabaId },
    ...{ appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  };
  const answer = await post(t, target, envelope(target, change(target, { anything: "new" }, "a_field_of_tomorrow")));
  expect(answer.status).toBe(200);
}

describe("connecting a channel", () => {
  test("the form leads to steps that turn green by themselves, and no secret is shown again [M24-19]", async () => {
    await using session = await open();
    const { page, complaints } = session;
    await page.goto("/channels");
    await page.getByRole("link", { name: "Connect a channel" }).click();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("This is needed.").first().waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Shop DE");
    await page.getByRole("textbox", { name: "Phone number ID" }).fill(phoneNumberId);
    await page.getByRole("textbox", { name: "WhatsApp Business account ID" }).fill(sim.wabaId);
    await page.getByLabel("Access token").fill(sim.accessToken);
    await page.getByLabel("App secret").fill(sim.appSecret);
    await page.getByText("More settings").click();
    await page.getByRole("textbox", { name: "API address" }).fill(sim.url);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("heading", { name: "Shop DE" }).waitFor();
    const url = (await page.getByLabel("Callback URL").textContent()) ?? "";
    const token = (await page.getByLabel("Verify token").textContent()) ?? "";
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    const steps = page.getByRole("listitem").filter({ hasText: "Keys accepted" });
    await steps.getByRole("img", { name: "done" }).waitFor();
    await health(page).getByText("Token valid").waitFor();
    await health(page).getByText("Receiving: nothing came yet").waitFor();

    await deliverTo(url, token);
    await sim.says({ phoneNumberId, person: "wanjiru", text: "Hi" });
    await t.app.health.flush();
    await page
      .getByRole("listitem")
      .filter({ hasText: "First webhook received" })
      .getByRole("img", { name: "done" })
      .waitFor();
    await health(page)
      .getByText(/Receiving: last message/)
      .waitFor();
    await page.reload();
    await health(page)
      .getByText(/Receiving: last message/)
      .waitFor();
    const shown = await page.content();
    for (const secret of [sim.accessToken, sim.appSecret, token]) expect(shown).not.toContain(secret);
    expect(complaints).toEqual([]);
  });

  test("a refused token turns red with the button that mends it", async () => {
    const { id } = await givenChannel({ accessToken: "EAAwrong" });
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${id}`);
    await page.getByText("The network does not accept the access token").waitFor();
    await page.getByRole("listitem").filter({ hasText: "Keys refused" }).waitFor();
    expect(await page.getByText("Keys accepted").count()).toBe(0);
    await page.getByRole("button", { name: "Enter new keys" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Replace" }).click();
    await dialog.getByText("Enter at least one.").waitFor();
    await dialog.getByLabel("Access token").fill(sim.accessToken);
    await dialog.getByRole("button", { name: "Replace" }).click();
    await health(page).getByText("Token valid").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("a channel", () => {
  test("what could not be read is listed with its body, tried again, and taken off the list", async () => {
    const channel = await givenChannel();
    await sendUnknown(channel);
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${channel.id}`);
    await page.getByRole("button", { name: "Details of a_field_of_tomorrow" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/"anything": "new"/).waitFor();
    await expectAccessible(page, "a part");
    await dialog.getByRole("button", { name: "Apply again" }).click();
    await dialog.getByText("It still cannot be applied.").waitFor();
    await dialog.getByRole("button", { name: "Take off the list" }).click();
    await page.getByText("Everything that came was applied").waitFor();
    await page.getByRole("tab", { name: "Settled" }).click();
    await page.getByRole("button", { name: "Details of a_field_of_tomorrow" }).waitFor();
  });

  test("keeping less is announced before it happens; removing names what goes and can destroy it", async () => {
    const channel = await givenChannel();
    await deliverTo(channel.webhookUrl);
    t.clock.advance(-2 * 86_400_000);
    await sim.says({ phoneNumberId, person: "pavel", text: "My address is…" });
    await sim.says({ phoneNumberId, person: "layla", image: { caption: "the bill" } });
    t.clock.advance(2 * 86_400_000);
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${channel.id}`);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    let dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Days" }).fill("30");
    await dialog.getByText("Nothing that is stored is that old yet.").waitFor();
    await dialog.getByRole("button", { name: "Change", exact: true }).waitFor();
    await dialog.getByRole("radio", { name: /Keep no content/ }).click();
    await dialog.getByText("Destroys the content of 2 messages with 1 file").waitFor();
    await expectAccessible(page, "asking before content is destroyed");
    await dialog.getByRole("button", { name: "Change and destroy" }).click();
    await page.getByText("No content is kept.").waitFor();
    // the job does its work, and what is shown follows
    await page.getByText("being cleared").waitFor({ state: "detached" });
    await page.goto("/inbox");
    await page.getByText("Photo, no longer kept").waitFor();
    await page.getByRole("link", { name: /Text message, no longer kept/ }).click();
    await page.getByText("The content was destroyed under your retention rules").waitFor();
    await expectAccessible(page, "a thread whose content is gone");
    expect(await page.content()).not.toContain("My address");
    await page.goto(`/channels/${channel.id}`);
    const after = await workspace.owner.api.get<{ contentMode: string }>(`/v1/channels/${channel.id}`);
    expect(after.body.contentMode).toBe("metadata-only");

    await page.getByRole("button", { name: "Remove channel" }).click();
    dialog = page.getByRole("dialog", { name: "Remove Shop" });
    await dialog.getByRole("radio", { name: /Destroy its conversations/ }).click();
    await dialog.getByRole("button", { name: "Remove and destroy" }).click();
    await page.getByText("No channel is connected yet").waitFor();
    expect((await workspace.owner.api.get(`/v1/channels/${channel.id}`)).status).toBe(404);
  });

  test("an agent sees how it fares and can change nothing", async () => {
    const channel = await givenChannel();
    const agent = await t.given.member(workspace.id, "agent");
    await using session = await open({ cookie: agent.cookie });
    const { page } = session;
    await page.goto(`/channels/${channel.id}`);
    await health(page).waitFor();
    await page.getByText("Only owners and admins can change this.").waitFor();
    for (const name of ["Change", "Replace keys", "Remove channel"])
      expect(await page.getByRole("button", { name, exact: true }).isDisabled(), name).toBe(true);
    await page.goto("/channels/new");
    await page.getByText("Only owners and admins connect channels.").waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
  });
});

describe("the first steps", () => {
  test("tick themselves as things happen, in the empty inbox and on their own page", async () => {
    await using session = await open();
    const { page } = session;
    const step = (name: string) =>
      page.getByRole("list", { name: "Steps" }).getByRole("listitem").filter({ hasText: name });
    const done = (name: string) => step(name).getByRole("img", { name: "done" }).waitFor();
    await page.goto("/inbox");
    await page.getByText("0 of 5 done").waitFor();
    const channel = await givenChannel();
    await deliverTo(channel.webhookUrl);
    await page.goto("/setup");
    await done("Connect a number");
    await sim.says({ phoneNumberId, person: "pavel", text: "Hello" });
    await t.app.health.flush();
    await done("Receive the first message");
    const list = await workspace.owner.api.get<{ data: { id: string }[] }>("/v1/conversations");
    await workspace.owner.api.post(
      "/v1/messages",
      { conversationId: list.body.data[0]?.id, type: "text", text: "Good morning" },
      { "idempotency-key": crypto.randomUUID() },
    );
    await t.app.drain?.idle();
    await t.app.health.flush();
    await done("Answer it");
    await t.given.member(workspace.id, "agent");
    await workspace.owner.api.post("/v1/labels", { name: "Order" });
    await page.reload();
    await page.getByText("Everything is set up").waitFor();
  });
});

describe("a contact", () => {
  test("is named, and shows its conversations and notes", async () => {
    const channel = await givenChannel();
    await deliverTo(channel.webhookUrl);
    await sim.says({ phoneNumberId, person: "pavel", text: "Where is my order?" });
    const { body } = await workspace.owner.api.get<{ data: { id: string }[] }>("/v1/conversations");
    await workspace.owner.api.post(`/v1/conversations/${body.data[0]?.id}/notes`, { text: "Give him 10 %" });
    await using session = await open();
    const { page, complaints } = session;
    await page.goto("/contacts");
    await page.getByRole("link", { name: /Pavel/ }).click();
    await page.getByText("Give him 10 %").waitFor();
    await page.getByRole("link", { name: /Where is my order/ }).waitFor();
    const main = page.getByRole("main");
    await page.getByText("No contact field has a value yet.").waitFor();
    await main.getByRole("textbox", { name: "Name" }).first().fill("Pavel I. ☕ بافل");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Pavel I. ☕ بافل" }).waitFor();
    expect(complaints).toEqual([]);
  });
});

const looks = [
  { colorScheme: "light", locale: "en", width: 1440 },
  { colorScheme: "dark", locale: "ar", width: 390 },
] as const;

describe.each(looks)("in $colorScheme, $locale, at $width px", (look) => {
  test("axe finds nothing on channels, the first steps and a contact", async () => {
    const channel = await givenChannel();
    await deliverTo(channel.webhookUrl);
    await sim.says({ phoneNumberId, person: "wanjiru", text: "Hi" });
    await sendUnknown(channel);
    const contacts = await workspace.owner.api.get<{ data: { id: string }[] }>("/v1/contacts");
    const id = contacts.body.data[0]?.id ?? "";
    await declareAttributes(workspace.owner.api, "Order");
    await workspace.owner.api.patch(`/v1/contacts/${id}`, { attributes: { Order: "1042" } });
    await using session = await open(look);
    const { page, complaints } = session;
    for (const path of ["/channels", "/channels/new", `/channels/${channel.id}`, "/setup", `/contacts/${id}`]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status", { name: /Loading|تحميل/ }).waitFor({ state: "detached" });
      await expectAccessible(page, path);
    }
    expect(complaints).toEqual([]);
  });
});
