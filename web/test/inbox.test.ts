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
let phoneNumberId: string;
beforeEach(async () => {
  // The browser's clock is real, so the server's is set to the same time.
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
  const number = sim.addPhoneNumber({});
  phoneNumberId = number.id;
  const { body } = await workspace.owner.api.post<{ webhookUrl: string }>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Shop",
    settings: { phoneNumberId, wabaId: sim.wabaId, apiBaseUrl: sim.url },
    secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  });
  await sim.setWebhook({ url: new URL(new URL(body.webhookUrl).pathname, t.url).href });
});

const signIn = (options: Partial<Parameters<typeof openSession>[1]> = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
const writes = (person: string, text: string) => sim.says({ phoneNumberId, person, text });
const row = (page: Page, name: string) =>
  page.getByRole("list", { name: "Conversations" }).getByRole("link", { name: new RegExp(name) });
const composer = (page: Page) => page.getByRole("textbox", { name: "Message to the customer" });
const thread = (page: Page) => page.getByRole("log");

describe("the inbox", () => {
  test("what a customer writes appears by itself, is answered, and its ticks turn blue [M24-19 ONE-01]", async () => {
    await using session = await signIn();
    const { page, complaints } = session;
    await page.goto("/inbox");
    await page.getByText("All done").waitFor();
    await writes("wanjiru", "Is the blue one back?");
    await row(page, "Wanjiru Otieno").click();
    await thread(page).getByText("Is the blue one back?").waitFor();
    await writes("wanjiru", "I need it on Friday");
    await thread(page).getByText("I need it on Friday").waitFor();
    await composer(page).fill("Yes, from Friday.");
    await composer(page).press("Enter");
    const answer = thread(page).getByRole("article", { name: "From your team" });
    await answer.getByText("Yes, from Friday.").waitFor();
    expect(await composer(page).inputValue()).toBe("");
    await t.app.drain?.idle();
    await answer.getByRole("img", { name: /Sent|Delivered/ }).waitFor();
    await sim.reads({ person: "wanjiru" });
    await answer.getByRole("img", { name: "Read" }).waitFor();
    expect(await answer.count()).toBe(1);
    await row(page, "You:\\s*Yes, from Friday").waitFor();
    expect(sim.messages({ text: "Yes, from Friday." })).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test("what somebody wrote who left the workspace stays, by a former member [ONE-04]", async () => {
    await writes("pavel", "Is it still there?");
    const leaver = await t.given.member(workspace.id, "agent", { name: "Bruno Berg" });
    const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
    await leaver.api.post(`/v1/conversations/${body.data[0]?.id}/notes`, { text: "I put it aside" });
    expect((await workspace.owner.api.delete(`/v1/members/${leaver.memberId}`)).status).toBe(204);
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Pavel").click();
    await thread(page).getByText("I put it aside").waitFor();
    await thread(page).getByText("Former member").first().waitFor();
    expect(await page.content()).not.toContain("Bruno");
  });

  test("a message that could not be handed over says so, and goes out once when it is tried again", async () => {
    await writes("pavel", "Hello");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Pavel").click();
    await thread(page).getByText("Hello").waitFor();
    await page.route("**/v1/messages*", (route) =>
      route.request().method() === "POST" ? route.abort() : route.fallback(),
    );
    await composer(page).fill("On its way");
    await composer(page).press("Enter");
    await page.getByText("Not sent: no connection to the server.").waitFor();
    await page.unroute("**/v1/messages*");
    const accepted = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.status() === 202,
    );
    await page.getByRole("button", { name: "Try again" }).click();
    await accepted;
    await t.app.drain?.idle();
    expect(sim.messages({ text: "On its way" })).toHaveLength(1);
    expect(await thread(page).getByText("On its way").count()).toBe(1);
  });

  test("when the window is closed only a template can be sent", async () => {
    t.clock.advance(-25 * 3_600_000);
    await writes("wanjiru", "Hi");
    t.clock.set(Date.now());
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    await page.getByText(/24 hours have passed/).waitFor();
    expect(await composer(page).count()).toBe(0);
    await expectAccessible(page, "template picker");
    await page.keyboard.press("t");
    await page
      .locator("input:focus")
      .and(page.getByRole("searchbox", { name: "Find a template" }))
      .waitFor();
    await page.getByRole("button", { name: /order_update.*Hallo/ }).waitFor();
    expect(await page.getByText("authentication", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: /Hallo/ }).click();
    await page.getByRole("textbox", { name: /\{\{1\}\}/ }).fill("Wanjiru");
    await page.getByRole("textbox", { name: /\{\{2\}\}/ }).fill("1042");
    await page.getByRole("button", { name: "Send template" }).click();
    // What the customer reads is shown, in the thread and in the list.
    await thread(page).getByText("Hallo Wanjiru, deine Bestellung 1042 ist unterwegs.").waitFor();
    await row(page, "Hallo Wanjiru, deine Bestellung 1042").waitFor();
  });

  test("whoever asked that their data is not used is sent nothing: the field gives way to the reason at once, notes stay [GEN-33]", async () => {
    await writes("wanjiru", "Use it no more");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    await composer(page).waitFor();
    const { body } = await workspace.api.get<{ data: { contact: { id: string } }[] }>("/v1/conversations");
    const contactId = body.data[0]?.contact.id;
    const asked = await workspace.api.post("/v1/subject-requests", { type: "restrict", contactId });
    expect(asked.status).toBe(202);
    await page.getByRole("status").getByText("Nothing can be sent").waitFor();
    expect(await composer(page).count()).toBe(0);
    await expectAccessible(page, "a restricted conversation");
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: "Note" }).waitFor();
    await page.getByRole("button", { name: "Reply", exact: true }).click();
    await page.getByRole("link", { name: "See why" }).click();
    await page.getByText("This contact is restricted").waitFor();
  });

  test("resolve, undo, assign, note and snooze by key", async () => {
    await writes("wanjiru", "Hi");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").waitFor();
    await page.keyboard.press("j");
    await thread(page).getByText("Hi").waitFor();
    await page.keyboard.press("e");
    await page.getByRole("region", { name: "Notices" }).getByText("Resolved").waitFor();
    await page.keyboard.press("z");
    await page.getByRole("button", { name: "Resolve", exact: true }).waitFor();
    await page.keyboard.press("i");
    await page.getByText("Assigned to Ana Wagner").first().waitFor();
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: "Private note to your team" }).fill("Give her 10 %");
    await page.keyboard.press("Enter");
    await thread(page).getByRole("article", { name: "Private note" }).getByText("Give her 10 %").waitFor();
    expect(sim.messages({ text: "Give her 10 %" })).toHaveLength(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("h");
    await page.getByRole("button", { name: "Until they reply" }).click();
    await page.getByText("Snoozed until they reply").waitFor();
    await page.getByText("All done").waitFor();
    // A search looks through every status unless one is chosen.
    await page.getByRole("searchbox", { name: "Search" }).fill("Wanjiru");
    await row(page, "Wanjiru").waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("Nobodyknown");
    await page.getByText("No name or number matches “Nobodyknown”").waitFor();
    expect(await page.getByText("Filters hide the rest").count()).toBe(0);
  });

  test("a search finds an old message and opens the conversation at it", async () => {
    await writes("wanjiru", "The walnut lamp has a scratch");
    for (let count = 0; count < 70; count += 1) await writes("wanjiru", `Line ${count}`);
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    // A long thread opens at its end, and stays there when older messages arrive above.
    await expect.poll(async () => (await thread(page).getByText("Line 69").boundingBox())?.y ?? 0).toBeGreaterThan(500);
    // what was written is not among names and numbers: the search goes on where it is
    await page.getByRole("searchbox", { name: "Search" }).fill("walnut");
    await page.getByRole("button", { name: "Search the messages" }).click();
    await page
      .getByRole("list", { name: "Messages found" })
      .getByRole("link", { name: /scratch/ })
      .click();
    await thread(page).getByText("The walnut lamp has a scratch").waitFor();
    await page.getByRole("button", { name: "To the newest" }).click();
    await thread(page).getByText("Line 69").waitFor();
  });

  test("on a phone the list leads to the conversation and back", async () => {
    await writes("wanjiru", "Hi");
    await using session = await signIn({ width: 390 });
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    await thread(page).getByText("Hi").waitFor();
    expect(await row(page, "Wanjiru").isVisible()).toBe(false);
    await page.getByRole("link", { name: "Back to the list" }).click();
    await row(page, "Wanjiru").waitFor();
  });

  test("a reaction and a quoted answer reach the customer", async () => {
    const said = await sim.says({ phoneNumberId, person: "pavel", text: "Two, please" });
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Pavel").click();
    const message = thread(page).getByRole("article", { name: /From Pavel/ });
    await message.hover();
    await message.getByRole("button", { name: "React" }).click();
    await page.getByRole("dialog", { name: "React" }).getByRole("button", { name: "👍" }).click();
    await message.getByRole("button", { name: /👍, 1. Take back yours/ }).waitFor();
    await message.hover();
    await message.getByRole("button", { name: "Reply with a quote" }).click();
    await composer(page).fill("Noted");
    await composer(page).press("Enter");
    await thread(page)
      .getByRole("article", { name: "From your team" })
      .getByRole("button", { name: "Show the quoted message" })
      .waitFor();
    await expect.poll(() => sim.messages({ text: "Noted" }).length).toBe(1);
    const [noted] = sim.messages({ text: "Noted" });
    expect(noted?.replyTo).toBe(said.messageId);
    await sim.says({ phoneNumberId, person: "pavel", reaction: { messageId: noted?.id ?? "", emoji: "🙏" } });
    await thread(page).getByRole("button", { name: /🙏, 1/ }).waitFor();
  });

  test("a chosen file leaves the focus where Enter sends it", async () => {
    await writes("pavel", "Hello");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Pavel").click();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach" }).click();
    await (await chooser).setFiles({ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("One, two") });
    await page.locator("textarea:focus").and(composer(page)).waitFor();
  });

  test("nothing of a conversation is kept in the browser's storage", async () => {
    await writes("wanjiru", "A private word");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    await thread(page).getByText("A private word").waitFor();
    await composer(page).fill("An unsent draft");
    const kept = await page.evaluate(async () => ({
      local: JSON.stringify(localStorage) + JSON.stringify(sessionStorage),
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
    expect(kept.local).not.toMatch(/private word|unsent draft|Wanjiru/);
    expect([kept.databases, kept.caches]).toEqual([0, 0]);
  });

  test("what is typed while the palette is on its way does nothing to the conversation beneath", async () => {
    await writes("wanjiru", "Hello");
    await using session = await signIn();
    const { page } = session;
    await page.goto("/inbox");
    await row(page, "Wanjiru").click();
    await thread(page).getByText("Hello").waitFor();
    const asked = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    await page.route(/palette-dialog/, async (route) => {
      asked.resolve();
      await letGo.promise;
      await route.continue();
    });
    await page.keyboard.press("Control+k");
    await asked.promise;
    await page.keyboard.press("e");
    letGo.resolve();
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Resolve", exact: true }).waitFor();
    const { body } = await workspace.api.get<{ data: { status: string }[] }>("/v1/conversations");
    expect(body.data.map(({ status }) => status)).toEqual(["open"]);
  });

  test("a conversation that is gone leads back to the list on a phone, which has no other way", async () => {
    await using session = await signIn({ width: 390 });
    const { page } = session;
    await page.goto("/inbox/cnv_00000000000000000000000000");
    await page.getByText("This conversation is not here any more").waitFor();
    await page.getByRole("link", { name: "Go to the inbox" }).click();
    await page.getByRole("region", { name: "Inbox" }).waitFor();
  });
});

const looks = [
  { colorScheme: "light", locale: "en", width: 1440 },
  { colorScheme: "dark", locale: "en", width: 1440 },
  { colorScheme: "light", locale: "ar", width: 1440 },
  { colorScheme: "dark", locale: "ar", width: 390 },
] as const;

const whyNot = { en: "The provider chose not to deliver this", ar: "اختار المزوّد عدم تسليم هذه" };

describe.each(looks)("in $colorScheme, $locale, at $width px", (look) => {
  test("axe finds nothing in the inbox, a conversation, the palette and the contacts", async () => {
    for (const person of ["wanjiru", "pavel"]) await writes(person, "Is *this* right? https://example.com");
    await sim.says({ phoneNumberId, person: "pavel", location: { latitude: 1, longitude: 2, name: "Here" } });
    sim.failRecipient({ person: "pavel", code: 131049, times: 1 });
    const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
    await workspace.owner.api.post("/v1/messages", { conversationId: body.data[0]?.id, type: "text", text: "Yes" });
    await t.app.drain?.idle();
    await using session = await signIn(look);
    const { page, complaints } = session;
    await page.goto("/inbox");
    const first = page.getByRole("main").getByRole("listitem").first();
    await first.waitFor();
    await expectAccessible(page, "list");
    await first.getByRole("link").click();
    await thread(page).getByText("https://example.com").first().waitFor();
    await thread(page).getByText(whyNot[look.locale]).waitFor();
    await expectAccessible(page, "conversation");
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await expectAccessible(page, "palette");
    await page.keyboard.press("Escape");
    await page.goto("/contacts");
    await page.getByRole("table").waitFor();
    await expectAccessible(page, "contacts");
    expect(complaints).toEqual([]);
  });
});
