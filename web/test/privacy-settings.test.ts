import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let browser: Browser;
let workspace: GivenWorkspace;
beforeAll(async () => {
  browser = await launchBrowser();
});
const t = createTestApp();
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  // the browser counts from its own present
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ name: "Bakery" });
});

const open = (options: object = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });
const shot = async ({ page }: Session, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/privacy-${name}.png`, fullPage: true });
};

test("an owner chooses how long things are kept, places a hold and releases it [GEN-26]", async () => {
  await using session = await open();
  const { page } = session;
  await page.goto("/settings/privacy");
  await page.getByRole("combobox", { name: "Internal notes" }).click();
  await page.getByRole("option", { name: "90 days" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect((await workspace.owner.api.get("/v1/retention")).body).toEqual({ contactInactiveDays: 1095, noteDays: 90 });
  await page.getByText("Nothing is on hold.").waitFor();
  await page.getByRole("button", { name: "Place a hold" }).click();
  const dialog = page.getByRole("dialog", { name: "Place a hold" });
  await dialog.getByLabel("Contact (optional)").fill("con_unknown");
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Contact (optional)").fill("");
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  const hold = page.getByRole("list", { name: "Legal holds" }).getByRole("listitem");
  await hold.getByText("The whole workspace").waitFor();
  await expectAccessible(page, "privacy settings");
  await shot(session, "light");
  await hold.getByRole("button", { name: "Release" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
  await hold.getByText(/released/).waitFor();
  expect(session.complaints).toEqual([]);
});

test("among the optional features, special categories lead to where they are chosen, and one that a channel needs says so beside its switch", async () => {
  const { api } = workspace.owner;
  const phone = { provider: "whatsapp_linked", name: "Phone", settings: {}, secrets: {} };
  expect((await api.post("/v1/channels", phone)).status).toBe(201);
  await using session = await open();
  const { page } = session;
  await page.goto("/settings/workspace");
  const special = page.getByRole("listitem").filter({ hasText: "Special categories of data" });
  await special.getByText("Off", { exact: true }).waitFor();
  const linked = page.getByRole("switch", { name: /^Linked phones/ });
  await linked.click();
  const refused = page.getByRole("alert");
  await refused.getByText("a channel of this workspace needs it").waitFor();
  expect(await linked.isChecked()).toBe(true);
  expect(await refused.getByRole("link", { name: "Open the channels" }).getAttribute("href")).toBe("/channels");
  await expectAccessible(page, "optional features");
  await special.getByRole("link", { name: "Open the contact fields" }).click();
  await page.getByRole("heading", { name: "Contact fields" }).waitFor();
  expect(session.complaints).toEqual([]);
});

test("an owner keeps the registers: consents with their rules, two approvals for an authority, a breach with its clock", async () => {
  workspace = await t.given.workspace({ name: "Bakery", hasAgreed: false });
  const admin = await t.given.member(workspace.id, "admin");
  await using session = await open({ width: 1024 });
  const { page } = session;
  await page.goto("/settings/privacy");
  const rule = page.getByRole("list", { name: "Consents" }).getByRole("listitem").first();
  await rule.getByRole("switch").click();
  await rule.getByText("Saved", { exact: true }).waitFor();
  await rule.getByRole("combobox", { name: "Marketing messages" }).click();
  await page.getByRole("option", { name: "1 year" }).click();
  const rules = async () => (await workspace.owner.api.get<{ data: unknown[] }>("/v1/consent-rules")).body.data[0];
  await expect.poll(rules).toEqual({ purpose: "marketing", needsConfirmation: true, validDays: 365, minAge: 16 });

  const contract = page.getByRole("list", { name: "Agreements" }).getByRole("listitem");
  for (const one of [0, 1]) {
    await contract.nth(one).getByRole("button", { name: "Accept" }).click();
    await contract
      .nth(one)
      .getByText(/^Accepted /)
      .waitFor();
  }

  await page.getByText("No authority has asked for anything.").waitFor();
  await page.getByRole("button", { name: "Note a request" }).click();
  const request = page.getByRole("dialog", { name: "Note a request" });
  await request.getByRole("button", { name: "Add to the register" }).click();
  await request.getByRole("alert").waitFor();
  await request.getByLabel("Authority").fill("Staatsanwaltschaft Ulm, 12 Js 34/26");
  await request.getByRole("button", { name: "Add to the register" }).click();
  const asked = page.getByRole("list", { name: "Disclosures to authorities" }).getByRole("listitem");
  await asked.getByText("Needs two approvals").waitFor();
  await asked.getByRole("button", { name: "Approve" }).click();
  await asked.getByText("Needs one more approval").waitFor();
  expect(await asked.getByRole("button", { name: "Approve" }).count()).toBe(0);

  await page.getByRole("button", { name: "Note a breach" }).click();
  const breach = page.getByRole("dialog", { name: "Note a breach" });
  await breach.getByLabel("What happened").fill("A laptop was stolen in Ulm.");
  await breach.getByLabel("People concerned").fill("3");
  await expectAccessible(page, "noting a breach");
  await shot(session, "breach");
  await breach.getByRole("button", { name: "Add to the register" }).click();
  const noted = page.getByRole("list", { name: "Breaches" }).getByRole("listitem");
  await noted.getByText(/left$/).waitFor();
  await expectAccessible(page, "registers");
  await shot(session, "registers");
  await noted.getByRole("button", { name: "Authority was told" }).click();
  await noted.getByText("Authority told", { exact: true }).waitFor();
  expect(session.complaints).toEqual([]);
  {
    await using second = await open({ cookie: admin.cookie, colorScheme: "dark" });
    await second.page.goto("/settings/privacy");
    const theirs = second.page.getByRole("list", { name: "Disclosures to authorities" }).getByRole("listitem");
    await theirs.getByRole("button", { name: "Approve" }).click();
    await theirs.getByText("Approved by two").waitFor();
  }
});

test("an owner closes the workspace by its name, and reopens it; a member may only look [MSJ-32]", async () => {
  {
    await using session = await open({ colorScheme: "dark" });
    const { page } = session;
    await page.goto("/settings/privacy");
    await page.getByRole("button", { name: "Close workspace" }).click();
    const dialog = page.getByRole("dialog", { name: "Close Bakery?" });
    await dialog.getByLabel("Name of the workspace").fill("Bakers");
    await dialog.getByRole("button", { name: "Close workspace" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Name of the workspace").fill("Bakery");
    await shot(session, "close");
    await dialog.getByRole("button", { name: "Close workspace" }).click();
    await page.getByRole("heading", { name: "This workspace is closing" }).waitFor();
    await expectAccessible(page, "closing, dark");
    await shot(session, "closing-dark");
    expect((await workspace.api.get("/v1/contacts")).status).toBe(401);
    await page.getByRole("button", { name: "Reopen workspace" }).click();
    await page.getByRole("button", { name: "Close workspace" }).waitFor();
    expect(session.complaints).toEqual([]);
  }
  const agent = await t.given.member(workspace.id, "agent");
  await using session = await open({ cookie: agent.cookie });
  await session.page.goto("/settings/privacy");
  await session.page.getByText("Only owners can do this.").waitFor();
  expect(await session.page.getByRole("combobox", { name: "Internal notes" }).isDisabled()).toBe(true);
  expect(await session.page.getByRole("button", { name: "Close workspace" }).count()).toBe(0);
  expect(session.complaints).toEqual([]);
});

test.each([
  ["a phone", { width: 390 }],
  ["right-to-left", { locale: "ar", colorScheme: "dark" }],
  ["German on a phone", { locale: "de", width: 390 }],
] as const)("nothing runs over the edge on %s", async (name, options) => {
  await using session = await open(options);
  const { page } = session;
  await page.goto("/settings/privacy");
  await page.getByRole("combobox").nth(1).waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page, name);
  expect(session.complaints).toEqual([]);
  await shot(session, name.replaceAll(" ", "-"));
});
