import fs from "node:fs";
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

const shot = async (page: Page, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/import-${name}.png`, fullPage: true });
};

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
    ...["3", "B Mobile", "Row refused", "The phone number has no country: write it with + and the country’s code."],
  ]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download these rows to mend them" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("refused-rows.csv");
  await expectAccessible(page, "what would happen");
  // nothing is chosen before, and what is missing is said
  const start = page.getByRole("button", { name: "Import 2 rows" });
  const ground = page.getByRole("combobox", { name: "Ground for everybody on the list" });
  expect(await ground.textContent()).toBe("Choose a ground");
  await start.click();
  await page.getByRole("alert").filter({ hasText: "Choose the ground on which their data may be used." }).waitFor();
  await page.getByRole("alert").filter({ hasText: "Tick that you vouch for it" }).waitFor();
  await expectAccessible(page, "what is missing");
  await shot(page, "missing");
  await ground.click();
  await page.getByRole("option", { name: "They agreed" }).click();
  await page.getByRole("checkbox", { name: /^I vouch/ }).click();
  await start.click();
  await page.getByRole("alert").filter({ hasText: "Choose what they agreed to." }).waitFor();
  await page.getByRole("checkbox", { name: "Marketing messages" }).click();
  await start.click();
  await page.getByText("The import is done.").waitFor();
  await page.getByText("The file is deleted.").waitFor();
  await page.getByRole("heading", { name: "Ground given with the import" }).waitFor();
  await page.getByText(/^They agreed\. Imported on .* by .+/).waitFor();
  await page.getByText("They agreed to: Marketing messages").waitFor();
  await expectAccessible(page, "the result");
  await page.getByRole("link", { name: "To the contacts" }).click();
  await page.getByRole("link", { name: "Chidi Okafor" }).click();
  await page.getByText("Nairobi").or(page.locator("input[value=Nairobi]")).first().waitFor();
  expect(session.complaints).toEqual([]);
});

const unclear = `Name,Mobile,Born,Size
Chidi,+254 711 000 301,31.12.1990,M
Amara,0711000302,05/04/1991,XXL
Wanjiru,12,6/4/1992,M
Otieno,+254711000303,,M
`;

test("numbers without a country and unclear dates are asked about, nothing is guessed; the refused rows come as a file, mended they are imported [GEN-04]", async () => {
  t.clock.set(Date.now());
  const { owner, api } = await t.given.workspace();
  for (const field of [
    { name: "Born", type: "date" },
    { name: "Size", type: "choice", options: ["S", "M"] },
  ])
    expect((await api.post("/v1/contact-attributes", { ...field, category: "user.content" })).status).toBe(201);
  await using session = await openSession(browser, { url: t.url, cookie: owner.cookie });
  const { page } = session;
  await page.goto("/contacts/import");
  await give(page, "customers.csv", unclear);
  const [settings] = await Promise.all([
    page.waitForEvent("popup"),
    page.getByRole("link", { name: /^Declare more fields in the settings/ }).click(),
  ]);
  await settings.getByRole("heading", { name: "Contact fields" }).waitFor();
  await settings.close();
  const country = page.getByRole("combobox", { name: "Country of numbers without one" });
  expect(await country.textContent()).toBe("None: refuse them");
  await page.getByText("Most of the other numbers are from here: Kenya.").waitFor();
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("alert").filter({ hasText: "Say whether the day or the month comes first." }).waitFor();
  await expectAccessible(page, "questions");
  await shot(page, "questions");
  await page.getByRole("combobox", { name: "Order of day and month" }).click();
  await page.getByRole("option", { name: "Day first: April 5, 1990" }).click();
  await page.getByRole("button", { name: "Choose Kenya" }).click();
  expect(await country.textContent()).toContain("Kenya");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("1 value does not fit and is left out").waitFor();
  const rows = page.getByRole("table", { name: "Refused rows and left-out values" }).getByRole("row");
  await rows.nth(2).waitFor();
  expect(await rows.nth(1).getByRole("cell").allTextContents()).toEqual([
    ...["3", "D Size", "Value left out", expect.stringContaining("The value does not fit the field")],
  ]);
  expect(await rows.nth(2).getByRole("cell").allTextContents()).toEqual([
    ...["4", "B Mobile", "Row refused", "The phone number has too few digits."],
  ]);
  await shot(page, "check");
  const downloaded = async (): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download these rows to mend them" }).click(),
    ]);
    return fs.readFileSync(await file.path(), "utf8").replace("\uFEFF", "");
  };
  const expected = expect.stringMatching(
    /^Why it was not taken,Name,Mobile,Born,Size\r\n"Size: [^\n]*",Amara,0711000302,05\/04\/1991,XXL\r\nMobile: The phone number has too few digits\.,Wanjiru,12,6\/4\/1992,M\r\n$/,
  );
  expect(await downloaded()).toEqual(expected);
  await page.getByRole("combobox", { name: "Ground for everybody on the list" }).click();
  await page.getByRole("option", { name: "A contract with them" }).click();
  await page.getByRole("checkbox", { name: /^I vouch/ }).click();
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await page.getByText("The import is done.").waitFor();
  const kept = await downloaded();
  expect(kept).toEqual(expected);
  await expectAccessible(page, "the result with rows to mend");
  await shot(page, "result");
  await page.getByRole("link", { name: "Import another file" }).click();
  await give(page, "mended.csv", kept.replace(",12,", ",0711000304,").replace("XXL", "S"));
  await country.click();
  await page.getByRole("option", { name: /^Kenya/ }).click();
  await page.getByRole("combobox", { name: "Order of day and month" }).click();
  await page.getByRole("option", { name: /^Day first/ }).click();
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Import 2 rows" }).waitFor();
  expect(await page.getByRole("table", { name: "Refused rows" }).count()).toBe(0);
  expect(session.complaints).toEqual([]);
});

test.each([
  ["phone", { width: 390, colorScheme: "dark" }],
  ["arabic", { locale: "ar", width: 390 }],
] as const)("the questions and the report fit a phone: %s", async (name, options) => {
  t.clock.set(Date.now());
  const { owner, api } = await t.given.workspace();
  await api.post("/v1/contact-attributes", { name: "Born", type: "date", category: "user.content" });
  const form = new FormData();
  const list = unclear.replace("Mobile", "MobileTelephoneOfTheHouseholdAndItsNeighbours");
  form.append("file", new Blob([list], { type: "text/csv" }), "customers.csv");
  const sent = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  const { id } = (await sent.json()) as { id: string };
  await using session = await openSession(browser, { url: t.url, cookie: owner.cookie, ...options });
  const { page } = session;
  const fits = async (what: string): Promise<void> => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect([what, over]).toEqual([what, 0]);
    await expectAccessible(page, `${name}, ${what}`);
    await shot(page, `${name}-${what}`);
  };
  await page.goto(`/contacts/import/${id}`);
  await page.getByRole("combobox").nth(4).waitFor();
  await fits("questions");
  const columns = [
    { column: 2, to: "phone" },
    { column: 3, to: "attribute", attribute: "Born" },
  ];
  expect((await api.post(`/v1/contact-imports/${id}/check`, { mapping: columns })).status).toBe(200);
  await page.reload();
  await page.getByRole("table").waitFor();
  await fits("report");
});

test("somebody else's file shows numbers alone before its import has ended, and its refused rows after; who is limited to channels is offered no import [GEN-04]", async () => {
  t.clock.set(Date.now());
  const { api, id: workspaceId } = await t.given.workspace();
  const agent = await t.given.member(workspaceId, "agent");
  const limited = await t.given.member(workspaceId, "agent", { channelIds: ["chn_none"] });
  const form = new FormData();
  form.append("file", new Blob(["Name,Mobile\nAnn,12\nBen,+254711000401\n"], { type: "text/csv" }), "people.csv");
  const made = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  const { id } = (await made.json()) as { id: string };
  const mapping = [{ column: 2, to: "phone" }];
  expect((await api.post(`/v1/contact-imports/${id}/check`, { mapping })).status).toBe(200);
  await using session = await openSession(browser, { url: t.url, cookie: agent.cookie });
  const { page } = session;
  await page.goto("/contacts/import");
  await page.getByRole("link", { name: /2 rows/ }).click();
  await page.getByText("the rows of this file are shown to whoever brought it", { exact: false }).waitFor();
  const offered = () =>
    Promise.all([
      page.getByRole("table").count(),
      page.getByRole("combobox").count(),
      page.getByRole("link", { name: "Download these rows to mend them" }).count(),
      page.getByText("people.csv").count(),
    ]);
  expect([await offered(), await page.getByRole("button", { name: /^Import/ }).count()]).toEqual([[0, 0, 0, 0], 0]);
  await expectAccessible(page, "an import that is not shown");
  await shot(page, "not-shown");
  const attestation = { isLawful: true, basis: "contract" };
  expect((await api.post(`/v1/contact-imports/${id}/start`, { attestation })).status).toBe(202);
  await page.reload();
  await page.getByText("The import is done.").waitFor();
  await page.getByRole("link", { name: "Download these rows to mend them" }).waitFor();
  expect(await offered()).toEqual([1, 0, 1, 0]);

  await using other = await openSession(browser, { url: t.url, cookie: limited.cookie });
  await other.page.goto("/contacts");
  await other.page.getByRole("searchbox").waitFor();
  expect(await other.page.getByRole("link", { name: "Import" }).count()).toBe(0);
  for (const path of ["/contacts/import", `/contacts/import/${id}`]) {
    await other.page.goto(path);
    await other.page.getByText("Lists are imported by people who see every channel").waitFor();
    expect(await other.page.getByRole("button", { name: "Choose a CSV file" }).count()).toBe(0);
  }
  await expectAccessible(other.page, "no import");
  await shot(other.page, "limited");
  expect([session.complaints, other.complaints]).toEqual([[], []]);
});
