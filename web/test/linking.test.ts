import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { givenLinkedPhone } from "../../server/test/linked-phone.ts";
import en from "../src/text/pages-en.json" with { type: "json" };
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let sim: WhatsAppLinkedSim;
let browser: Browser;
beforeAll(async () => {
  [sim, browser] = await Promise.all([startWhatsappLinked(), launchBrowser()]);
});
const t = createTestApp({ providerOrigins: () => [sim.url], hasJobs: true });
afterAll(async () => {
  await browser?.close();
  await sim?.[Symbol.asyncDispose]();
});

let workspace: GivenWorkspace;
let count = 0;
beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
});

const open = (options: object = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
const newPhone = (): string => `1555200${String(1000 + ++count)}`;

async function qrOn(page: Page): Promise<string> {
  return (await page.getByRole("img", { name: "QR code to scan with the phone" }).getAttribute("data-value")) ?? "";
}

/** Answers to reads of this path come when they are let go: after what the stream has said since. */
async function holdReads(page: Page, path: string): Promise<{ release(): Promise<void> }> {
  const answers: Promise<void>[] = [];
  const first = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await page.route(
    ({ pathname }) => pathname === path,
    async (route) => {
      if (route.request().method() !== "GET") return route.continue();
      const response = await route.fetch();
      const answer = go.promise.then(() => route.fulfill({ response }));
      answers.push(answer);
      first.resolve();
      await answer;
    },
  );
  return {
    async release() {
      await first.promise;
      go.resolve();
      await Promise.all(answers);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    },
  };
}

async function agreeAndShow(page: Page): Promise<void> {
  await page.getByRole("checkbox", { name: /I understand this/ }).click();
  await page.getByRole("button", { name: "Show the QR code" }).click();
}

describe("linking a phone", () => {
  test("leads from the choice of network to a conversation that is answered, and nothing is paired before an owner turned it on and the notice was agreed to; the channel says that it is unofficial [ONE-14]", async () => {
    const phone = newPhone();
    await using session = await open();
    const { page, complaints } = session;
    await page.goto("/channels/new");
    await page.getByRole("radio", { name: /A phone’s WhatsApp/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Shop phone");
    await page.getByText("More settings").click();
    await page.getByRole("textbox", { name: "API address" }).fill(sim.url);
    await expectAccessible(page, "the form");
    await page.getByRole("button", { name: "Next: link the phone" }).click();
    // nobody links a phone where no owner turned that on
    await page.getByText("Turn linked phones on first.").waitFor();
    await expectAccessible(page, "the form, to be turned on");
    await page.getByRole("checkbox", { name: /I know that they are unofficial/ }).click();
    await page.getByRole("button", { name: "Next: link the phone" }).click();

    await page.getByRole("heading", { name: "Shop phone" }).waitFor();
    await page.getByText("Not an official API", { exact: true }).waitFor();
    await page.getByText("Use a number that you can lose").waitFor();
    await expectAccessible(page, "the notice");
    await page.getByRole("button", { name: "Show the QR code" }).click();
    await page.getByText("Somebody must agree first.").waitFor();
    expect(await page.getByRole("img", { name: /QR code/ }).count()).toBe(0);
    await agreeAndShow(page);
    const qr = await qrOn(page);
    await expectAccessible(page, "the QR code");
    await sim.scan({ phone, qr });
    await page.getByText("Messages come and go.").waitFor();
    await page.getByText(`+${phone}`).waitFor();
    await expectAccessible(page, "the linked phone");

    await sim.says({ person: "254700000101", to: phone, text: "Is the blue one back?" });
    await page.goto("/inbox?view=all");
    await page.getByText("Is the blue one back?").first().click();
    await page.getByText("· unofficial").waitFor();
    await page.getByRole("textbox", { name: /message/i }).fill("Yes, from Friday");
    await page.keyboard.press("ControlOrMeta+Enter");
    await sim.waitForReceived({ person: "254700000101", text: "Yes, from Friday" });
    expect(complaints).toEqual([]);
  });

  test("works by a code that is typed on the phone, and a wrong number is told at its field", async () => {
    const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
    const phone = newPhone();
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${one.channelId}`);
    await page.getByRole("radio", { name: /Type a code/ }).click();
    await page.getByRole("checkbox", { name: /I understand this/ }).click();
    await page.getByRole("textbox", { name: "Number of the phone" }).fill("0151");
    await page.getByRole("button", { name: "Get a code" }).click();
    await page.getByText("This is no number with a country code.").waitFor();
    await page.getByRole("textbox", { name: "Number of the phone" }).fill(`+${phone}`);
    await page.getByRole("button", { name: "Get a code" }).click();
    const code = (await page.getByRole("status", { name: "Code to type on the phone" }).textContent()) ?? "";
    expect(code).toMatch(/^\w{4}-\w{4}$/);
    await sim.enterCode({ phone, code: code.replace("-", "") });
    await page.getByText("Messages come and go.").waitFor();
  });

  test("can be stopped and begun again with a code, and what was agreed to is not asked again", async () => {
    const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${one.channelId}`);
    const codeOf = async () => {
      await page.getByRole("radio", { name: /Type a code/ }).click();
      await page.getByRole("textbox", { name: "Number of the phone" }).fill(`+${one.phone}`);
      await page.getByRole("button", { name: "Get a code" }).click();
      return page.getByRole("status", { name: "Code to type on the phone" }).textContent();
    };
    await page.getByRole("checkbox", { name: /I understand this/ }).click();
    const first = await codeOf();
    await page.getByRole("button", { name: "Stop linking" }).click();
    await page.getByText("No phone is linked yet").first().waitFor();
    await page.getByRole("radio", { name: /Type a code/ }).waitFor();
    expect(await page.getByRole("checkbox", { name: /I understand this/ }).count()).toBe(0);
    const second = (await codeOf()) ?? "";
    expect(second).not.toBe(first);
    await sim.enterCode({ phone: one.phone, code: second.replace("-", "") });
    await page.getByText("Messages come and go.").waitFor();
  });

  test("can be done by whoever holds the phone, through a link without a login that says when it is done", async () => {
    const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
    await using session = await open();
    const { page } = session;
    await page.goto(`/channels/${one.channelId}`);
    await page.getByRole("checkbox", { name: /I understand this/ }).waitFor();
    await agreeAndShow(page);
    await page.getByRole("button", { name: "Send to whoever holds the phone" }).click();
    const url = new URL((await page.getByLabel("Link to the code").textContent()) ?? "");
    await using guest = await openSession(browser, { url: t.url, width: 390, colorScheme: "dark" });
    await guest.page.goto(`${url.pathname}${url.hash}`);
    const qr = await qrOn(guest.page);
    // phones read no inverted codes: it is dark on white in the dark too
    const ground = guest.page.locator("svg[data-value] rect");
    expect(await ground.evaluate((node) => getComputedStyle(node).fill)).toBe("rgb(255, 255, 255)");
    await expectAccessible(guest.page, "the shared link");
    await sim.scan({ phone: one.phone, qr });
    await guest.page.getByRole("heading", { name: "The phone is linked" }).waitFor();
    await guest.page.goto("/link#nothing");
    await guest.page.reload();
    await guest.page.getByRole("heading", { name: "This link has expired" }).waitFor();
    expect(guest.complaints).toEqual([]);
  });
});

test("a phone that was removed is told with the way back, and a log-out asks first", async () => {
  const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
  await one.pair();
  await using session = await open();
  const { page } = session;
  await page.goto(`/channels/${one.channelId}`);
  await page.getByText("Messages come and go.").waitFor();
  sim.unlink({ phone: one.phone });
  await page.getByRole("alert").getByText("The device was removed on the phone").waitFor();
  const late = await holdReads(page, `/v1/channels/${one.channelId}/session`);
  // it was agreed to before: the code comes without asking again
  await page.getByRole("button", { name: "Show the QR code" }).click();
  await page.getByRole("img", { name: "QR code to scan with the phone" }).waitFor();
  // what was read before there was a code takes none away
  await late.release();
  await sim.scan({ phone: one.phone, qr: await qrOn(page) });
  await page.getByText("Messages come and go.").waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  const dialog = page.getByRole("dialog", { name: "Log Shop phone out" });
  await dialog.getByRole("button", { name: "Log out" }).click();
  await page.getByText("The phone was logged out here.").waitFor();
  await expectAccessible(page, "logged out");
});

test("a connection, its loss and a ban are said on the channel's page as they happen, and that it is no official one [API-05 ONE-21]", async () => {
  const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
  await one.pair();
  await using session = await open();
  const { page } = session;
  await page.goto(`/channels/${one.channelId}`);
  await page.getByText("Messages come and go.").waitFor();
  // what is linked says that it is no official way, here and in the list
  await page.getByText("This is not an official API: WhatsApp may restrict or ban the number").waitFor();
  sim.refuseLogins({ code: 503 });
  sim.disconnect({ phone: one.phone });
  await page.getByText(en["session.backingOff"], { exact: true }).waitFor();
  await page.getByText("Messages come and go.").waitFor();
  sim.ban({ phone: one.phone });
  await page.getByRole("alert").getByText(en["session.banned"]).waitFor();
  await page.goto("/channels");
  await page.getByText("Not an official API").first().waitFor();
});

test("an agent sees where the phone stands and can link nothing", async () => {
  const one = await givenLinkedPhone(workspace, workspace.owner.api, sim);
  const agent = await t.given.member(workspace.id, "agent");
  await using session = await open({ cookie: agent.cookie, colorScheme: "dark", width: 390 });
  const { page, complaints } = session;
  await page.goto(`/channels/${one.channelId}`);
  await page.getByText("No phone is linked yet").first().waitFor();
  expect(await page.getByRole("button", { name: "Show the QR code" }).count()).toBe(0);
  await page.goto("/channels");
  await page.getByText("Not an official API", { exact: true }).waitFor();
  await expectAccessible(page, "the list");
  // where they write, it is said that what they send waits
  const first = { channelId: one.channelId, to: "+254711000777", type: "text", text: "Hello" };
  const { body: sent } = await workspace.api.post<{ conversationId: string }>("/v1/messages", first);
  await page.goto(`/inbox/${sent.conversationId}`);
  await page.getByRole("status").getByText("What you send waits until one is.").waitFor();
  await expectAccessible(page, "a conversation without a phone");
  expect(complaints).toEqual([]);
});
