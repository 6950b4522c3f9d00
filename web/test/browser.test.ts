import { expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";

test("a browser is found on this machine, and text on its pages has a size", async () => {
  await using browser = await launchBrowser();
  const page = await browser.newPage();
  await page.setContent("<p>Keepword</p>");
  expect((await page.getByText("Keepword").boundingBox())?.height).toBeGreaterThan(0);
});
