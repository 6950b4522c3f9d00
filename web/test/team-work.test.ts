// Many conversations at once, saved replies and mentions, in the browser.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenMember, GivenWorkspace } from "../../server/test/given.ts";
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
let ben: GivenMember;
let phoneNumberId: string;
const people = ["wanjiru", "pavel", "mei"];

beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
  ben = await t.given.member(workspace.id, "agent", { person: await t.given.person({ name: "Ben Adler" }) });
  phoneNumberId = sim.addPhoneNumber({}).id;
  const { body } = await workspace.owner.api.post<{ webhookUrl: string }>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Shop",
    contentMode: "full",
    settings: { phoneNumberId, wabaId: sim.wabaId, apiBaseUrl: sim.url },
    secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  });
  await sim.setWebhook({ url: new URL(new URL(body.webhookUrl).pathname, t.url).href });
  for (const person of people) await sim.says({ phoneNumberId, person, text: `Hello from ${person}` });
});

const signIn = (options: Partial<Parameters<typeof openSession>[1]> = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
const rows = (page: Page) => page.getByRole("list", { name: "Conversations" }).getByRole("link");
const composer = (page: Page) => page.getByRole("textbox", { name: "Message to the customer" });

describe("many conversations at once", () => {
  test("are picked with the keyboard, assigned and resolved in one request each, and come back by undo", async () => {
    await using session = await signIn();
    const { page, complaints } = session;
    await page.goto("/inbox");
    await rows(page).nth(2).waitFor();
    const requests: string[] = [];
    page.on("request", (request) => request.method() === "PATCH" && requests.push(new URL(request.url()).pathname));
    const hasFocus = (n: number) => rows(page).nth(n).and(page.locator(":focus")).waitFor();
    await rows(page).first().focus();
    await page.keyboard.press("x");
    const bar = page.getByRole("toolbar", { name: "Selected conversations" });
    await bar.getByText("1 selected").waitFor();
    await page.keyboard.press("ArrowDown");
    await hasFocus(1);
    await page.keyboard.press("ArrowDown");
    await hasFocus(2);
    await page.keyboard.press("Shift+X");
    await bar.getByText("3 selected").waitFor();
    await expectAccessible(page, "the bar");
    await page.keyboard.press("a");
    await page.getByRole("combobox", { name: "Assign to" }).fill("Ben");
    await page.keyboard.press("Enter");
    await page.getByText("3 conversations assigned to Ben Adler").waitFor();
    await rows(page).getByTitle("Assigned to Ben Adler").nth(2).waitFor();
    await page.getByRole("button", { name: "Select several" }).click();
    await page.getByRole("button", { name: "Select all" }).click();
    await page.getByRole("checkbox", { name: "Select Pavel Ivanov" }).click();
    await bar.getByText("2 selected").waitFor();
    await bar.getByRole("button", { name: "Resolve the selected" }).click();
    await page.getByText("2 conversations resolved").waitFor();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await rows(page).nth(2).waitFor();
    expect(requests).toEqual(Array.from({ length: 3 }, () => "/v1/conversations"));
    expect(complaints).toEqual([]);
  });

  test("are picked by touch on a phone", async () => {
    await using session = await signIn({ width: 390 });
    const { page } = session;
    await page.goto("/inbox");
    await page.getByRole("button", { name: "Select several" }).tap();
    await rows(page).first().tap();
    await rows(page).nth(1).tap();
    await page.getByText("2 selected").waitFor();
    await expectAccessible(page, "picking on a phone");
    await page.getByRole("button", { name: "Mark the selected as read" }).tap();
    await page.getByText("2 conversations marked as read").waitFor();
  });
});

describe("saved replies", () => {
  test("are made in the settings and put in with / and their shortcut, with the contact's name", async () => {
    await using session = await signIn();
    const { page, complaints } = session;
    await page.goto("/settings/replies");
    await page.getByRole("button", { name: "Save a reply" }).click();
    const dialog = page.getByRole("dialog", { name: "New saved reply" });
    await dialog.getByLabel("Shortcut").fill("/hours");
    await dialog.getByLabel("Text").fill("Hello {{firstName}}, we open at nine.");
    await expectAccessible(page, "the dialog");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("list", { name: "Saved replies" }).getByText("/hours").waitFor();
    await page.goto("/inbox");
    await rows(page).filter({ hasText: "Wanjiru" }).click();
    await composer(page).pressSequentially("/ho");
    await page.getByRole("option", { name: /hours/ }).waitFor();
    await expectAccessible(page, "the offers");
    await composer(page).press("Enter");
    expect(await composer(page).inputValue()).toBe("Hello Wanjiru, we open at nine.");
    await composer(page).fill("and/or a path a/ho");
    expect(await page.getByRole("option").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("mentions", () => {
  test("a colleague named in a note finds the conversation by a mark, which goes when they have looked", async () => {
    await using first = await signIn();
    await first.page.goto("/inbox");
    await rows(first.page).filter({ hasText: "Wanjiru" }).click();
    await composer(first.page).waitFor();
    await first.page.keyboard.press("n");
    const note = first.page.getByRole("textbox", { name: "Private note to your team" });
    await note.pressSequentially("@be");
    await first.page.getByRole("option", { name: "Ben Adler" }).click();
    await note.pressSequentially("please look");
    await first.page.getByRole("button", { name: "Add note" }).click();
    await first.page.getByRole("article", { name: "Private note" }).getByText("@Ben Adler please look").waitFor();
    await using second = await signIn({ cookie: ben.cookie });
    const { page, complaints } = second;
    await page.goto("/inbox");
    const mark = page.getByRole("button", { name: "1 conversation mentions you" });
    await mark.click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await expectAccessible(page, "mentions");
    await rows(page).first().click();
    await page.getByText("mentions you ·").waitFor();
    await page.getByRole("button", { name: "0 conversations mention you" }).click();
    await mark.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });
});
