// What is noted about contacts: fields in the settings, and their values on a contact, in the browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { ApiClient } from "../../server/test/api.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

const t = createTestApp({ hasJobs: true });
let browser: Browser;
let workspace: GivenWorkspace;
let contactId: string;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
  const { body } = await workspace.api.post<{ data: { contactId: string }[] }>("/v1/contacts/import", {
    contacts: [{ name: "Wanjiru Otieno", phone: "+254711000001" }],
    attestation: { isLawful: true, basis: "contract" },
  });
  contactId = body.data[0]?.contactId ?? "";
});

const open = (options: Partial<Parameters<typeof openSession>[1]> = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
const declare = <Body = unknown>(api: ApiClient, name: string, more: object = {}) =>
  api.post<Body>("/v1/contact-attributes", { name, type: "text", category: "user.content", ...more });
const pick = async (page: Page, field: string, option: string) => {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};
const saved = (page: Page) => page.getByText("Saved").first().waitFor();

test("a field is added, filled by the control of its type, and removed with its values [MSJ-07]", async () => {
  await using session = await open();
  const { page, complaints } = session;
  await page.goto("/settings/fields");
  await page.getByText("No contact fields yet").waitFor();
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("plan");
  await page.getByRole("textbox", { name: "Label" }).fill("Plan");
  await pick(page, "Type", "Choice");
  await page.getByRole("textbox", { name: "Options" }).fill("Free\nPro\n");
  await expectAccessible(page, "a new field");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("list", { name: "Contact fields" }).getByText("Plan").first().waitFor();
  // what tells of a special category says how it can be added
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Religion");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("special category").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  for (const [name, type] of Object.entries({ Size: "number", Since: "date", Vip: "boolean" }))
    await declare(workspace.api, name, { type });

  await page.goto(`/contacts/${contactId}`);
  await page.getByText("No contact field has a value yet.").waitFor();
  await pick(page, "Add a field", "Plan");
  await pick(page, "Plan", "Pro");
  await saved(page);
  await pick(page, "Add a field", "Size");
  await page.getByRole("textbox", { name: "Size" }).fill("large");
  await page.keyboard.press("Enter");
  await page.getByText("This is not of the type of the field.").waitFor();
  await page.getByRole("textbox", { name: "Size" }).fill("42.5");
  await page.keyboard.press("Enter");
  await pick(page, "Add a field", "Since");
  await page.getByRole("textbox", { name: "Since" }).fill("2024-02-29");
  await page.getByRole("textbox", { name: "Since" }).blur();
  await pick(page, "Add a field", "Vip");
  await page.getByRole("switch", { name: "Vip" }).click();
  const values = { plan: "Pro", Size: "42.5", Since: "2024-02-29", Vip: "true" };
  const stored = async () =>
    (await workspace.api.get<{ attributes: object }>(`/v1/contacts/${contactId}`)).body.attributes;
  await expect.poll(stored).toEqual(values);
  await page.getByRole("button", { name: "Remove Since" }).click();
  await expect.poll(stored).toEqual({ plan: "Pro", Size: "42.5", Vip: "true" });
  expect(complaints.filter((one) => !one.includes("400") && !one.includes("409"))).toEqual([]);

  await page.goto("/settings/fields");
  await page.getByRole("button", { name: "Remove Plan" }).click();
  await page.getByText("All values of this field are destroyed").waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove Plan" }).waitFor({ state: "detached" });
  await expect.poll(stored).toEqual({ Size: "42.5", Vip: "true" });
});

test("an owner turns special categories on by saying what allows them, and is told from when values can be entered; an agent sees none [MSJ-07]", async () => {
  await using session = await open();
  const { page, complaints } = session;
  await page.goto("/settings/fields");
  await page.getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.getByRole("button", { name: "Turn on" }).isDisabled()).toBe(true);
  await dialog.getByRole("radio", { name: /Health or social care/ }).click();
  await expectAccessible(page, "the legal bases");
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("On: Health or social care").waitFor();
  await page.getByText(/Values can be entered/).waitFor();
  await page.getByRole("button", { name: "Add a field" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("Allergies");
  await pick(page, "What it holds", "Special: health");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("list", { name: "Contact fields" }).getByText("Special category").waitFor();
  await declare(workspace.api, "City");
  expect(complaints).toEqual([]);

  const { cookie } = await t.given.member(workspace.id, "agent");
  await using other = await open({ cookie });
  await other.page.goto(`/contacts/${contactId}`);
  await other.page.getByRole("combobox", { name: "Add a field" }).click();
  await other.page.getByRole("option", { name: "City" }).waitFor();
  expect(await other.page.getByRole("option", { name: "Allergies" }).count()).toBe(0);
  await other.page.goto("/settings/fields");
  await other.page.getByRole("list", { name: "Contact fields" }).waitFor();
  expect(await other.page.getByRole("button", { name: /Add a field|Turn on/ }).count()).toBe(0);
  expect(other.complaints).toEqual([]);
});

const looks = [
  { colorScheme: "light", locale: "en", width: 1440 },
  { colorScheme: "dark", locale: "ar", width: 390 },
] as const;

describe.each(looks)("in $colorScheme, $locale, at $width px", (look) => {
  test("axe finds nothing on the fields and on a contact that has each kind [MSJ-07]", async () => {
    await declare(workspace.api, "Size", { type: "number" });
    await declare(workspace.api, "Since", { type: "date" });
    await declare(workspace.api, "Vip", { type: "boolean" });
    await declare(workspace.api, "Plan", { type: "choice", options: ["Free", "Pro"] });
    const attributes = { Size: "42", Since: "2024-02-29", Vip: "true", Plan: "Pro" };
    expect((await workspace.api.patch(`/v1/contacts/${contactId}`, { attributes })).status).toBe(200);
    await using session = await open(look);
    const { page, complaints } = session;
    for (const path of ["/settings/fields", `/contacts/${contactId}`]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status", { name: /Loading|تحميل/ }).waitFor({ state: "detached" });
      await page.getByText("Plan").first().waitFor();
      await expectAccessible(page, path);
    }
    expect(complaints).toEqual([]);
  });
});

test.each([
  ["wide", { width: 1440, colorScheme: "light" as const }],
  ["on a phone, dark", { width: 390, colorScheme: "dark" as const }],
])("a field whose values are being destroyed says so and can be changed no more: %s", async (name, options) => {
  const { body } = await declare<{ id: string }>(workspace.api, "remark", {
    label: "Remark of the old customer database",
  });
  await declare(workspace.api, "town");
  // as it stands between two steps of the removal, which goes through many contacts
  await t.admin.query("update contact_attribute set removed_at = $2 where id = $1", [body.id, t.clock.now()]);
  await using session = await open(options);
  const { page } = session;
  await page.goto("/settings/fields");
  const row = page.getByRole("list", { name: "Contact fields" }).getByRole("listitem").filter({ hasText: "Remark" });
  await row.getByText("Being removed", { exact: true }).waitFor();
  await row.getByText("Its values are being destroyed").waitFor();
  expect(await row.getByRole("button").count()).toBe(0);
  expect(await page.getByRole("button", { name: "Remove town" }).count()).toBe(1);
  await expectAccessible(page, `a field that is being removed, ${name}`);
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/fields-removing-${options.width}.png` });
});
