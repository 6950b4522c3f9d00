import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { givenShop } from "../../server/test/shop.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession } from "./session.ts";

let browser: Browser;
let sim: WhatsAppCloudSim;
beforeAll(async () => {
  [browser, sim] = await Promise.all([launchBrowser(), startWhatsAppCloudSim({ now: () => t.clock.ms() })]);
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(async () => {
  await browser?.close();
  await sim[Symbol.asyncDispose]();
});

const pathOf = (url: string): string => new URL(url).pathname;

async function givenLink() {
  t.clock.set(Date.now());
  const shop = await givenShop(t, sim);
  const { contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  await shop.api.post(`/v1/contacts/${contact.id}/consents`, {
    purpose: "marketing",
    action: "granted",
    method: "form",
  });
  const made = await shop.api.post<{ url: string }>(`/v1/contacts/${contact.id}/page-links`, {});
  return { shop, contact, path: pathOf(made.body.url) };
}

describe("pages that the server writes", () => {
  test("someone takes a consent back in one click and proves who they are by a code from their number, without script [ONE-46 ONE-51]", async () => {
    const { shop, path } = await givenLink();
    const context = await browser.newContext({ baseURL: t.url, javaScriptEnabled: false, locale: "en-GB" });
    try {
      const page = await context.newPage();
      await page.goto(path);
      await page.getByRole("button", { name: "Take it back" }).click();
      await page.getByRole("status").getByText("It holds from this moment.").waitFor();
      await page.getByRole("button", { name: "Show my code" }).click();
      const code = await page.locator("output.code").innerText();
      await shop.hears({ person: "wanjiru", text: code });
      await page.getByRole("link", { name: "I have sent it" }).click();
      await page.getByText("You have shown that it is you.").waitFor();
      await page.getByRole("button", { name: "Agree" }).first().click();
      await page.getByRole("status").getByText("Noted that you agree.").waitFor();
      expect((await context.cookies()).map(({ name, path: at, httpOnly }) => [name, at, httpOnly])).toEqual([
        ["kw_page", "/c", true],
      ]);
    } finally {
      await context.close();
    }
  });

  test.each([
    ["en", 1440, "light"],
    ["de", 390, "dark"],
    ["ar", 390, "light"],
  ] as const)("the contact page in %s at %i px, %s, is accessible and fits", async (lang, width, colorScheme) => {
    const { path } = await givenLink();
    await using session = await openSession(browser, { url: t.url, width, colorScheme });
    const { page } = session;
    for (const at of [
      `${path}?lang=${lang}`,
      `/c/${"x".repeat(30)}?lang=${lang}`,
      `/privacy?lang=${lang}`,
      `/privacy/versions?lang=${lang}`,
    ]) {
      await page.goto(at);
      await expectAccessible(page, at);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      ).toBe(0);
    }
    expect(session.complaints).toEqual([]);
  });
});

const visitors: [string, BrowserContextOptions][] = [
  ["who chose nothing", {}],
  ["who sends Global Privacy Control", { extraHTTPHeaders: { "sec-gpc": "1" } }],
  ["without script", { javaScriptEnabled: false }],
];
test.each(visitors)(
  "a visitor %s gets no cookie, no storage and no request to anybody else [M24-26 MSJ-24 MSJ-26 API-37]",
  async (_who, options) => {
    const context = await browser.newContext({ baseURL: t.url, ...options });
    try {
      const page = await context.newPage();
      const asked = new Set<string>();
      page.on("request", (request) => void asked.add(new URL(request.url()).origin));
      for (const path of [
        "/",
        "/sign-in",
        "/sign-up",
        "/privacy",
        "/privacy/versions",
        "/docs",
        `/c/${"x".repeat(30)}`,
      ]) {
        await page.goto(path, { waitUntil: "networkidle" });
        expect(await page.locator("script[src*='googletagmanager']").count()).toBe(0);
      }
      // the linked fonts and pictures of our own were asked for, so that the listener is not deaf
      expect([...asked].filter((origin) => origin !== "null" && !origin.startsWith("data"))).toEqual([t.url]);
      const state = await context.storageState();
      expect([state.cookies, state.origins]).toEqual([[], []]);
    } finally {
      await context.close();
    }
  },
);

test("what a person does leaves what is declared: a session's cookie, and a preference once it was chosen [MSJ-24 MSJ-26]", async () => {
  t.clock.set(Date.now());
  const person = await t.given.person({ email: "pref@kettles.example", password: "four quiet words here" });
  await t.given.workspace({ owner: person });
  const context = await browser.newContext({ baseURL: t.url, locale: "en-GB" });
  try {
    const page = await context.newPage();
    await page.goto("/sign-in");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(person.email);
    await page.getByRole("textbox", { name: "Password" }).fill("four quiet words here");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("region", { name: "Inbox" }).waitFor();
    const { cookies, origins } = await context.storageState();
    const declared = t.app.registry.stores
      .filter(({ kind }) => kind === "cookie" || kind === "browser")
      .map(({ name }) => name);
    expect(cookies.map(({ name }) => name)).toEqual(["kw"]);
    // until somebody chooses, the theme is the system's, by the style sheet alone
    expect(origins).toEqual([]);
    const scheme = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await scheme();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await scheme()).not.toBe(light);
    expect((await context.storageState()).origins).toEqual([]);
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Light" }).click();
    expect(await scheme()).toBe(light);
    const kept = (await context.storageState()).origins.flatMap(({ localStorage }) => localStorage);
    expect(kept.map(({ name }) => name)).toEqual(["keepword.prefs"]);
    for (const { name } of [...cookies, ...kept]) expect(declared).toContain(name);
  } finally {
    await context.close();
  }
});
