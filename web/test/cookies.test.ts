import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { analyticsEntry } from "../../server/test/analytics.ts";
import { createTestApp } from "../../server/test/app.ts";
import { startAnalyticsStandIn, type AnalyticsStandIn } from "./analytics-stand-in.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible } from "./session.ts";

const DAY_MS = 86_400_000;
const env: Record<string, string> = { KEEPWORD_GA_ID: "G-TEST1234", ...analyticsEntry };
let browser: Browser;
let google: AnalyticsStandIn;
beforeAll(async () => {
  [browser, google] = await Promise.all([launchBrowser(), startAnalyticsStandIn()]);
  env["KEEPWORD_GA_ORIGIN"] = google.origin;
});
const t = createTestApp({ env });
afterAll(async () => {
  await browser?.close();
  await google[Symbol.asyncDispose]();
});
beforeEach(async () => {
  t.clock.set(Date.now());
  await t.admin.query("delete from visitor_choice");
  google.asked.length = 0;
});

interface Visitor extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** origins besides our own that the browser asked, and what the browser refused */
  foreign: Set<string>;
  complaints: string[];
  cookies: () => Promise<string[]>;
}

async function visit(options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: t.url, locale: "en-GB", ...options });
  const page = await context.newPage();
  const foreign = new Set<string>();
  const complaints: string[] = [];
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== t.url) foreign.add(origin);
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text()))
      complaints.push(message.text());
  });
  const cookies = async () => (await context.cookies()).map(({ name }) => name).toSorted();
  return { page, context, foreign, complaints, cookies, [Symbol.asyncDispose]: () => context.close() };
}

const publicPages = [
  "/sign-in",
  "/sign-up",
  "/privacy",
  "/privacy/versions",
  "/privacy/versions/1",
  "/privacy/cookies",
];
const bar = (page: Page) => page.getByRole("complementary", { name: "Cookies" });

/** Nothing foreign was asked for, nothing but our own is kept, and no page would allow it. */
async function expectNothing(visitor: Visitor, cookies: string[]): Promise<void> {
  const { page, context, foreign } = visitor;
  for (const path of publicPages) {
    const answer = await page.goto(path);
    expect([path, answer?.headers()["content-security-policy"]?.includes(google.origin)]).toEqual([path, false]);
    expect(await page.locator(`[src^="${google.origin}"], #analytics`).count()).toBe(0);
    // whoever is signed in is led on from where people sign in
    if (path.startsWith("/privacy") || !cookies.includes("kw"))
      await page.locator('a[href^="/privacy/cookies"]').first().waitFor({ state: "attached" });
  }
  await page.waitForLoadState("networkidle");
  expect([[...foreign], google.asked]).toEqual([[], []]);
  expect(await visitor.cookies()).toEqual(cookies);
  expect((await context.storageState()).origins).toEqual([]);
}

const collected = (): URLSearchParams[] =>
  google.asked.filter((path) => path.startsWith("/g/collect")).map((path) => new URL(path, google.origin).searchParams);
const proofs = async () =>
  (
    await t.admin.query<{ action: string; signal: boolean; words: string }>(
      `select action, has_signal as signal, words from visitor_choice join visitor_choice_text on version = text_version
       order by chosen_at, id`,
    )
  ).rows;

test("a visitor who has not chosen is asked, with two answers alike, and nothing is asked of Google nor kept [API-37 MSJ-24 MSJ-27]", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await expectNothing(visitor, []);
  for (const name of ["_ga", "_ga_*"]) {
    const row = page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
    await row.getByText("Google Analytics", { exact: false }).waitFor();
    await row.getByText("180 days", { exact: true }).waitFor();
  }
  await page.goto("/privacy");
  const answers = await bar(page).getByRole("button").all();
  const looks = await Promise.all(
    answers.map((one) =>
      one.evaluate((node) => {
        const { color, backgroundColor, borderColor, fontSize, fontWeight } = getComputedStyle(node);
        const { width, height } = node.getBoundingClientRect();
        return { color, backgroundColor, borderColor, fontSize, fontWeight, width, height };
      }),
    ),
  );
  expect(looks).toHaveLength(2);
  expect(looks[0]).toEqual(looks[1]);
  // leaving the question alone is no answer, nor is Escape or scrolling
  await page.keyboard.press("Escape");
  await page.mouse.wheel(0, 2000);
  await page.reload({ waitUntil: "networkidle" });
  await bar(page).waitFor();
  expect([await visitor.cookies(), await proofs(), google.asked]).toEqual([[], [], []]);
});

test("who refuses is not asked again for half a year, and nothing of Google is loaded meanwhile [API-37 MSJ-28]", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await page.goto("/sign-in?next=%2Fcontacts");
  await bar(page).getByRole("button", { name: "Refuse" }).click();
  await page.waitForURL("**/sign-in?next=%2Fcontacts");
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await bar(page).count()).toBe(0);
  await expectNothing(visitor, ["kw_choice"]);
  await page.getByText("You refused Google Analytics.").waitFor();
  expect((await proofs()).at(-1)).toMatchObject({ action: "refused", signal: false });
  t.clock.advance(179 * DAY_MS);
  await page.goto("/privacy");
  expect(await bar(page).count()).toBe(0);
  t.clock.advance(2 * DAY_MS);
  await page.reload();
  await bar(page).getByRole("button", { name: "Refuse" }).click();
  await page.waitForURL("**/privacy");
  expect(await bar(page).count()).toBe(0);
  // deleted in the browser, it is asked anew
  await visitor.context.clearCookies();
  await page.reload();
  await bar(page).waitFor();
  expect(google.asked).toEqual([]);
});

test("who agrees is counted without advertising, on public pages alone, until they take it back as easily [API-39 MSJ-27]", async () => {
  const person = await t.given.person({ email: "counted@kettles.example", password: "four quiet words here" });
  await t.given.workspace({ owner: person });
  await using visitor = await visit();
  const { page, context } = visitor;
  await page.goto("/privacy");
  await bar(page).getByRole("button", { name: "Agree" }).click();
  await page.waitForURL("**/privacy");
  await expect.poll(() => collected().map((one) => one.get("en"))).toContain("page_view");
  expect(await visitor.cookies()).toEqual(["_ga", "_ga_TEST1234", "kw_choice"]);
  const life = (await context.cookies()).map(({ expires }) => (expires * 1000 - Date.now()) / DAY_MS);
  expect(Math.max(...life)).toBeLessThanOrEqual(180.01);
  expect((await proofs()).at(-1)).toMatchObject({
    ...{ action: "accepted", signal: false },
    words: expect.stringContaining("May Google Analytics count your visit"),
  });
  // signing in leads out of the pages that may be counted: the tag neither sees an address of the app nor stays
  await page.goto("/sign-in?next=%2Fcontacts");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill("four quiet words here");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Contacts", level: 1 }).waitFor();
  await page.waitForFunction(() => document.getElementById("analytics") === null);
  await page.getByRole("heading", { name: "Contacts", level: 1 }).waitFor();
  expect(collected().filter((one) => one.get("ads") !== "denied")).toEqual([]);
  const seen = [...new Set(collected().map((one) => one.get("dl")))];
  expect(seen).toEqual([`${t.url}/privacy`, `${t.url}/sign-in`]);
  // taken back in one tab, it is over in the other too
  const other = await context.newPage();
  await other.goto("/privacy/versions");
  await expect.poll(() => collected().at(-1)?.get("dl")).toBe(`${t.url}/privacy/versions`);
  await page.goto("/privacy/cookies");
  await expect.poll(() => collected().at(-1)?.get("dl")).toBe(`${t.url}/privacy/cookies`);
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("status").getByText("Your choice is kept.").waitFor();
  await other.waitForFunction(() => (window as unknown as Record<string, unknown>)["ga-disable-G-TEST1234"] === true);
  const before = google.asked.length;
  await other.close({ runBeforeUnload: true });
  expect((await proofs()).at(-1)).toMatchObject({ action: "withdrawn" });
  visitor.foreign.clear();
  google.asked.splice(0, before);
  await expectNothing(visitor, ["kw", "kw_choice"]);
  expect(visitor.complaints).toEqual([]);
});

test("a signal of the browser is a refusal that is shown and asks nothing, wins over an older yes, and yields to a yes of its own [M24-26]", async () => {
  await using visitor = await visit();
  const { page, context } = visitor;
  await context.setExtraHTTPHeaders({ "sec-gpc": "1" });
  await expectNothing(visitor, []);
  await page.goto("/privacy");
  await bar(page).getByText("It is honoured").waitFor();
  expect(await bar(page).getByRole("button").count()).toBe(0);
  await context.setExtraHTTPHeaders({});
  await page.reload();
  await bar(page).getByRole("button", { name: "Agree" }).click();
  await expect.poll(() => collected().length).toBeGreaterThan(0);
  await context.setExtraHTTPHeaders({ "sec-gpc": "1" });
  await page.goto("/privacy/cookies");
  expect(await page.locator("#analytics").count()).toBe(0);
  await page.getByRole("button", { name: "Agree" }).click();
  await page.getByText("You agreed to Google Analytics").waitFor();
  await page.locator("#analytics").waitFor({ state: "attached" });
  expect((await proofs()).at(-1)).toMatchObject({ action: "accepted", signal: true });
});

test("without script nothing is loaded either, and the choice can be made [MSJ-28]", async () => {
  await using visitor = await visit({ javaScriptEnabled: false });
  await expectNothing(visitor, []);
  await visitor.page.goto("/privacy");
  await bar(visitor.page).getByRole("button", { name: "Refuse" }).click();
  await visitor.page.goto("/privacy/cookies");
  await visitor.page.getByText("You refused Google Analytics.").waitFor();
});

test.each([
  ["en", "Cookies", 1440, "light"],
  ["de", "Cookies", 390, "dark"],
  ["ar", "ملفات تعريف الارتباط", 390, "light"],
] as const)(
  "the question and the page on cookies in %s (%s) at %i px, %s, are accessible and fit",
  async (lang, name, width, colorScheme) => {
    await using visitor = await visit({ locale: lang, colorScheme, viewport: { width, height: 800 } });
    const { page } = visitor;
    for (const path of ["/privacy/cookies", "/sign-up"]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
        lang,
        lang === "ar" ? "rtl" : "ltr",
      ]);
      if (path === "/sign-up") await page.getByRole("complementary", { name }).waitFor();
      await expectAccessible(page, `${path} ${lang}`);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect([path, over]).toEqual([path, 0]);
      const dir = process.env["SCREENSHOTS"];
      if (dir) await page.screenshot({ path: `${dir}/cookies-${lang}${path.replaceAll("/", "-")}.png` });
    }
    expect(visitor.complaints).toEqual([]);
  },
);
