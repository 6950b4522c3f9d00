import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channelCheckJob } from "../../server/channels/channels.jobs.ts";
import { createTestApp } from "../../server/test/app.ts";
import { givenShop, type Shop } from "../../server/test/shop.ts";
import { probeJob } from "../../server/uptime/uptime.jobs.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let sim: WhatsAppCloudSim;
let browser: Browser;
beforeAll(async () => {
  [sim, browser] = await Promise.all([startWhatsAppCloudSim({ now: () => t.clock.ms() }), launchBrowser()]);
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(async () => {
  await browser?.close();
  await sim?.[Symbol.asyncDispose]();
});

const minute = 60_000;
let shop: Shop;
let cookie = "";

/** Days with probes of an hour each, a day that nobody measured, and an outage of ten minutes that is over. */
beforeEach(async () => {
  await t.admin.query("truncate probe, uptime_day, incident");
  const now = Math.floor(Date.now() / minute) * minute;
  t.clock.set(now - 3 * 24 * 60 * minute);
  shop = await givenShop(t, sim);
  await shop.api.patch(`/v1/channels/${shop.channelId}`, { name: "Shop Zürich – مبيعات" });
  await check();
  await minutesPass(2);
  await setToken("wrong");
  await minutesPass(10);
  await setToken(sim.accessToken);
  await minutesPass(2);
  t.clock.set(now - 2 * minute);
  await minutesPass(2);
  // a login of three days ago is over
  ({ cookie } = await t.given.login(shop.workspace.owner));
});

const check = () => channelCheckJob.run(t.app, { workspaceId: shop.workspace.id, channelId: shop.channelId });
async function setToken(accessToken: string): Promise<void> {
  const secrets = { accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken };
  await shop.workspace.api.patch(`/v1/channels/${shop.channelId}`, { secrets });
  await check();
}
async function minutesPass(count: number): Promise<void> {
  await t.app.indexer?.idle();
  await t.admin.query("delete from graphile_worker._private_jobs");
  for (let i = 0; i < count; i++) {
    t.clock.advance(minute);
    await probeJob.run(t.app, {});
  }
}
const open = (options: object = {}): Promise<Session> => openSession(browser, { url: t.url, cookie, ...options });
const shot = async ({ page }: Session, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/health-${name}.png`, fullPage: true });
};

test("thirty days of a channel say when it was down, for how long and why, beside the services [API-31]", async () => {
  await using session = await open();
  const { page, complaints } = session;
  await page.goto("/channels");
  await page.getByRole("link", { name: "Health" }).click();
  const row = page.getByRole("list", { name: "Channels" }).getByRole("listitem");
  await row.getByRole("img", { name: /down for 10 min$/ }).waitFor();
  await row.getByText("37.5%").waitFor();
  expect(await row.getByRole("img").locator("> span").count()).toBe(30);
  const services = page.getByRole("list", { name: "Services" });
  await services
    .getByRole("listitem")
    .filter({ hasText: "Database" })
    .getByRole("img", { name: "No outage" })
    .waitFor();
  const outages = page.getByRole("table", { name: "Outages" });
  await outages.getByRole("row", { name: /Shop Zürich.*refuses its keys.*9 min/ }).waitFor();
  await outages.getByRole("row", { name: /Server.*did not run/ }).waitFor();
  await page.getByText("The same in figures").click();
  await page
    .getByRole("table", { name: "The same in figures" })
    .getByRole("row", { name: /Shop.*37.5%.*10 min/ })
    .waitFor();
  await expectAccessible(page, "health");
  await shot(session, "light");
  expect(complaints).toEqual([]);
});

test("a channel that is down now says so in words, and the page follows without a reload", async () => {
  await using session = await open({ colorScheme: "dark" });
  const { page } = session;
  await page.goto("/health");
  const row = page.getByRole("list", { name: "Channels" }).getByRole("listitem");
  await row.getByText("37.5%").waitFor();
  expect(await row.getByText(/refuses its keys/).count()).toBe(0);
  await setToken("wrong");
  await minutesPass(1);
  await row.getByText(/refuses its keys/).waitFor();
  await page.getByRole("cell", { name: "goes on" }).waitFor();
  await expectAccessible(page, "health, dark");
  await shot(session, "dark");
});

test("who is told by mail is chosen here, by those who may", async () => {
  {
    await using session = await open();
    const { page } = session;
    await page.goto("/health");
    await page.getByRole("radio", { name: "Owners and admins", checked: true }).waitFor();
    await page.getByRole("radio", { name: "Owners only" }).click();
    await page.getByText("Saved").waitFor();
    expect((await shop.workspace.api.get("/v1/alert-settings")).body).toEqual({ recipients: "owners", language: "en" });
    await page.reload();
    await page.getByRole("radio", { name: "Owners only", checked: true }).waitFor();
  }
  const agent = await t.given.member(shop.workspace.id, "agent");
  await using session = await open({ cookie: agent.cookie });
  await session.page.goto("/health");
  await session.page.getByText("Only owners and admins can change this.").waitFor();
  expect(await session.page.getByRole("radio", { name: "Nobody" }).isDisabled()).toBe(true);
});

test.each([
  ["a phone", { width: 390 }],
  ["right-to-left", { locale: "ar", colorScheme: "dark" }],
  ["German on a phone", { locale: "de", width: 390 }],
] as const)("nothing runs over the edge on %s", async (name, options) => {
  await using session = await open(options);
  const { page } = session;
  await page.goto("/health");
  await page.getByRole("listitem").getByRole("img").nth(9).waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page, name);
  await shot(session, name.replaceAll(" ", "-"));
});

test("a workspace without channels is told what to do", async () => {
  const empty = await t.given.workspace();
  await using session = await open({ cookie: empty.owner.cookie });
  await session.page.goto("/health");
  await session.page.getByRole("link", { name: "Connect a channel" }).waitFor();
  await shot(session, "empty");
});
