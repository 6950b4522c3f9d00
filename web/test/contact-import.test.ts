import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { declareAttributes } from "../../server/test/attributes.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession } from "./session.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
const t = createTestApp({ hasJobs: true });
afterAll(() => browser?.close());

const give = async (page: Page, name: string, content: string): Promise<void> => {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Choose a CSV file" }).click(),
  ]);
  await chooser.setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
};

const list = `Name;Mobile;City
Chidi Okafor;+254 711 000 101;Nairobi
Amélie Roux;0711000102;Lyon
Mei;+254711000103;
`;

test("from the contacts to a file, its columns, a check with the refused rows, and people who are there [GEN-04]", async () => {
  t.clock.set(Date.now());
  const { owner, api } = await t.given.workspace();
  await declareAttributes(api, "town");
  // one that nobody may write yet: the privacy page does not name such data
  await owner.api.put("/v1/special-categories", { legalBasis: "health_care" });
  const health = { name: "Allergies", type: "text", category: "special.health" };
  expect((await api.post("/v1/contact-attributes", health)).status).toBe(201);
  await using session = await openSession(browser, { url: t.url, cookie: owner.cookie });
  const { page } = session;
  await page.goto("/contacts");
  await page.getByRole("link", { name: "Import" }).click();
  await give(page, "notes.csv", "only a line");
  await page.getByRole("alert").filter({ hasText: "There are no rows below a header." }).waitFor();
  await expectAccessible(page, "choosing a file");
  await give(page, "customers.csv", list);
  await page.getByRole("heading", { name: "customers.csv" }).waitFor();
  const target = (column: string) => page.getByRole("combobox", { name: `What “${column}” is` });
  await page.getByText("+254 711 000 101 · 0711000102 · +254711000103").waitFor();
  expect([await target("Name").textContent(), await target("Mobile").textContent()]).toEqual(["Name", "Phone number"]);
  expect(await target("City").textContent()).toBe("Ignore");
  await target("City").click();
  await page.getByRole("option", { name: "town" }).waitFor();
  expect(await page.getByRole("option", { name: "Allergies" }).count()).toBe(0);
  await page.getByRole("option", { name: "town" }).click();
  const overwrite = page.getByRole("checkbox", { name: /^Replace names that the team gave/ });
  await overwrite.click();
  await expectAccessible(page, "choosing columns");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("heading", { name: "What would happen" }).waitFor();
  await page.getByRole("button", { name: "Change the columns" }).click();
  expect([await overwrite.isChecked(), await target("City").textContent()]).toEqual([true, "town"]);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("heading", { name: "What would happen" }).waitFor();
  const refused = page.getByRole("table", { name: "Refused rows" });
  await refused.getByRole("row").filter({ hasText: "The phone number has no country" }).waitFor();
  expect(await refused.getByRole("row").nth(1).getByRole("cell").allTextContents()).toEqual([
    ...["3", "B", "The phone number has no country: write it with + and the country’s code."],
  ]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download all refused rows" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("refused-rows.csv");
  await expectAccessible(page, "what would happen");
  const start = page.getByRole("button", { name: "Import 2 rows" });
  expect(await start.isDisabled()).toBe(true);
  await page.getByRole("checkbox", { name: /^I vouch/ }).click();
  await start.click();
  await page.getByText("The import is done.").waitFor();
  await page.getByText("The file is deleted.").waitFor();
  await expectAccessible(page, "the result");
  await page.getByRole("link", { name: "To the contacts" }).click();
  await page.getByRole("link", { name: "Chidi Okafor" }).click();
  await page.getByText("Nairobi").or(page.locator("input[value=Nairobi]")).first().waitFor();
  expect(session.complaints).toEqual([]);
});
