// A signed-in browser on the real server: what a member sees, with everything the page complained about.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { TestApp } from "../../server/test/app.ts";
import type { Locale } from "../src/text.ts";
import { launchBrowser } from "./browser.ts";

export interface SessionOptions {
  url: string;
  /** Absent: nobody is signed in. */
  cookie?: string;
  width?: number;
  colorScheme?: "light" | "dark";
  locale?: Locale;
}

export interface Session extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** Errors the browser logged: scripts that failed, policy that was broken. */
  complaints: string[];
}

export async function openSession(browser: Browser, options: SessionOptions): Promise<Session> {
  const { url, cookie, width = 1440, colorScheme = "light", locale = "en" } = options;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: 900 },
    colorScheme,
    hasTouch: width < 500,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  if (cookie) await context.addCookies([{ name: "kw", value: cookie, url }]);
  await context.addInitScript((own) => {
    // Runs at every load; what the person chose meanwhile stays.
    const kept = JSON.parse(localStorage.getItem("keepword.prefs") ?? "{}") as object;
    localStorage.setItem("keepword.prefs", JSON.stringify({ locale: own, ...kept }));
  }, locale);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A refused or cut request is the server's word, not a fault of the page.
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text()))
      complaints.push(message.text());
  });
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** For the file that calls it at its top: one browser, and the server's clock at its present, as old as logins seem to it. */
export function browsing(t: TestApp): (cookie?: string, options?: Partial<SessionOptions>) => Promise<Session> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(() => t.clock.set(Date.now()));
  return (cookie, options = {}) => {
    t.clock.set(Date.now());
    return openSession(browser, { url: t.url, ...(cookie ? { cookie } : {}), ...options });
  };
}

/** No rule of WCAG 2.2 AA or of axe's best practices is broken on what is on screen. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // Our pages have no foreign frames: without a page of its own for the verdict, and without what passed, it takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n  ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join("\n  ")}`,
  );
  expect(found, what).toEqual([]);
}
