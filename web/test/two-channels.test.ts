import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { givenChannel, post, says } from "../../server/test/hooks.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession } from "./session.ts";

let browser: Browser;
beforeAll(async () => (browser = await launchBrowser()));
const t = createTestApp();
afterAll(() => browser?.close());

const looks = [
  { colorScheme: "light", width: 1440, locale: "en" },
  { colorScheme: "dark", width: 390, locale: "ar" },
] as const;

test("conversations of one person on channels that look alike are told apart by the channel's name, also by ear", async () => {
  t.clock.set(Date.now());
  const workspace = await t.given.workspace();
  const person = { phone: "254700000001", name: "Wanjiru Otieno of the long name, who writes to both" };
  const channel = await givenChannel(t, workspace, { name: "Shop" });
  await post(t, channel, says(channel, person, "wamid.t1", t.clock.now(), "the kettle"));
  {
    await using session = await openSession(browser, { url: t.url, cookie: workspace.owner.cookie });
    const { page } = session;
    await page.goto("/inbox");
    await page.getByText("the kettle").waitFor();
    // one channel needs no name
    expect(await page.getByRole("link", { name: /Channel Shop/ }).count()).toBe(0);
  }
  const second = await givenChannel(t, workspace, { name: "The workshop behind the station" });
  await post(t, second, says(second, person, "wamid.t2", t.clock.now(), "the repair"));

  for (const look of looks) {
    await using session = await openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...look });
    const { page, complaints } = session;
    await page.goto("/inbox");
    const row = page.getByRole("link", { name: /the repair/ });
    await row.getByText("The workshop behind the station").waitFor();
    expect(await page.getByRole("link", { name: /(Channel|القناة) Shop.*the kettle/s }).count()).toBe(1);
    await expectAccessible(page, `${look.colorScheme} ${look.locale} ${look.width}`);
    if (process.env["SCREENSHOTS"])
      await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/two-channels-${look.colorScheme}.png` });
    // a list of one channel says nothing twice
    await page.goto(`/inbox?channel=${second.id}`);
    await row.waitFor();
    expect(await row.getByText("The workshop behind the station").count()).toBe(0);
    expect(complaints).toEqual([]);
  }
});
