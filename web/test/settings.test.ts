import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { givenChannel } from "../../server/test/hooks.ts";
import { settingsSections } from "../src/links.ts";
import { browsing, expectAccessible } from "./session.ts";

const t = createTestApp();
const open = browsing(t);
const password = "four quiet words here";

const notices = (page: Page) => page.getByRole("region", { name: "Notices" });

describe("settings", () => {
  test("where no mail server is set up, what speaks of mails says where they are", async () => {
    const workspace = await t.given.workspace();
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    const said = page.getByText(/Mails are not sent: they lie in the folder “outbox”/);
    for (const path of ["/settings/notifications", "/health"]) {
      await page.goto(path);
      await said.waitFor();
    }
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite someone" }).click();
    await page.getByRole("textbox", { name: "E-mail address (optional)" }).fill("new@example.test");
    await said.waitFor();
  });

  test("a name is saved by leaving the field, with a tick; Escape brings the old one back", async () => {
    const workspace = await t.given.workspace({ name: "Before" });
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    await page.goto("/settings/workspace");
    const name = page.getByRole("textbox", { name: "Name" });
    await name.fill("Never");
    await name.press("Escape");
    expect(await name.inputValue()).toBe("Before");
    await name.fill("After");
    await name.press("Enter");
    await page.getByText("Saved", { exact: true }).waitFor();
    const { body } = await workspace.owner.api.get<{ name: string }>(`/v1/workspaces/${workspace.id}`);
    expect(body.name).toBe("After");
  });

  test("a new password asks for the present one and ends the other devices", async () => {
    const person = await t.given.person({ email: "change@kettles.example", password });
    const { owner } = await t.given.workspace({ owner: person });
    const other = await t.given.login(person);
    await using session = await open(owner.cookie);
    const { page } = session;
    await page.goto("/settings/profile");
    await page.getByRole("button", { name: "Change", exact: true }).last().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "New password" }).fill("a fresh set of words");
    await dialog.getByRole("textbox", { name: "Present password" }).fill("wrong");
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await dialog.getByText("This is not your present password.").waitFor();
    await dialog.getByRole("textbox", { name: "Present password" }).fill(password);
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await notices(page).getByText("Your password is changed").waitFor();
    expect((await other.api.get("/v1/me")).status).toBe(401);
    expect((await owner.api.get("/v1/me")).status).toBe(200);
  });

  test("another device is signed out from here", async () => {
    const person = await t.given.person({});
    const { owner } = await t.given.workspace({ owner: person });
    const other = await t.given.login(person);
    await using session = await open(owner.cookie);
    const { page } = session;
    await page.goto("/settings/security");
    await page.getByText("This device").waitFor();
    await page
      .getByRole("button", { name: /^Sign out Unknown device/ })
      .first()
      .click();
    await notices(page).getByText("That device is signed out").waitFor();
    expect((await other.api.get("/v1/me")).status).toBe(401);
  });

  test("an API key is shown once, does what was ticked, and ends when it is revoked", async () => {
    const workspace = await t.given.workspace();
    await givenChannel(t, workspace);
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    await page.goto("/settings/api-keys");
    await page.getByRole("button", { name: "Make an API key" }).click();
    const limits = page.getByText("writes by a number only to people who have a conversation there");
    expect(await limits.count()).toBe(0);
    await page.getByRole("radio", { name: "Only these" }).click();
    await limits.waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Shop sync");
    await page.getByRole("button", { name: "Nothing" }).click();
    expect(await limits.count()).toBe(0);
    await page.getByRole("radio", { name: /^All channels/ }).click();
    await page.getByRole("checkbox", { name: /Read contacts/ }).click();
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = (await page.getByLabel("API key", { exact: true }).textContent()) ?? "";
    expect(key).toMatch(/^kw_live_/);
    await page.getByRole("button", { name: "Done" }).click();
    const call = (path: string) => fetch(`${t.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect([(await call("/v1/contacts")).status, (await call("/v1/members")).status]).toEqual([200, 403]);
    await page.getByText("Shop sync").waitFor();
    expect(await page.content()).not.toContain(key);
    await page.getByRole("button", { name: "Revoke Shop sync" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke Shop sync" }).waitFor({ state: "detached" });
    await expect.poll(async () => (await call("/v1/contacts")).status).toBe(401);
  });

  test("a key is rotated once, and one that was sent in clear ends at once", async () => {
    const { api, owner } = await t.given.workspace();
    const make = async (name: string) =>
      (await api.post<{ id: string; key: string }>("/v1/api-keys", { name, scopes: ["contact:read"] })).body;
    const [till, leaky] = [await make("Till"), await make("Leaky")];
    await t.admin.query("update api_key set leaked_at = $2 where id = $1", [leaky.id, t.clock.now()]);
    await using session = await open(owner.cookie);
    const { page } = session;
    await page.goto("/settings/api-keys");
    const status = async ({ key }: { key: string }) =>
      (await fetch(`${t.url}/v1/contacts`, { headers: { authorization: `Bearer ${key}` } })).status;
    for (const [name, text] of [
      ["Till", "goes on for 24 hours"],
      ["Leaky", "ends at once"],
    ] as const) {
      const rotate = page.getByRole("button", { name: `Rotate ${name}` });
      await rotate.click();
      await page.getByRole("dialog").getByText(text).waitFor();
      await page.getByRole("button", { name: "Make the key" }).click();
      await page.getByRole("button", { name: "Done" }).click();
      // of two with one name the successor
      await expect.poll(() => page.getByRole("button", { name: `Revoke ${name}` }).count()).toBe(2);
      expect(await rotate.count()).toBe(1);
    }
    expect([await status(till), await status(leaky)]).toEqual([200, 401]);
  });

  test("labels are made, coloured, renamed and removed; a name is taken once", async () => {
    const workspace = await t.given.workspace();
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    await page.goto("/settings/labels");
    const add = async (name: string): Promise<void> => {
      await page.getByRole("textbox", { name: "New label" }).fill(name);
      await page.getByRole("button", { name: "Add", exact: true }).click();
    };
    await add("Order");
    await page.getByRole("textbox", { name: "Name of Order" }).waitFor();
    await add("Order");
    await page.getByText("There is a label of that name already.").waitFor();
    await page.getByRole("button", { name: "Colour of Order" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Green" }).click();
    const name = page.getByRole("textbox", { name: "Name of Order" });
    await name.fill("Orders");
    await name.press("Enter");
    await page.getByRole("textbox", { name: "Name of Orders" }).waitFor();
    const list = await workspace.owner.api.get<{ data: object[] }>("/v1/labels");
    expect(list.body.data).toMatchObject([{ name: "Orders", color: "green" }]);
    await page.getByRole("button", { name: "Remove label Orders" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No labels yet").waitFor();
  });
});

const looks = [
  { colorScheme: "light", locale: "en", width: 1440 },
  { colorScheme: "dark", locale: "ar", width: 390 },
] as const;

describe.each(looks)("in $colorScheme, $locale, at $width px", (look) => {
  test("axe finds nothing on any part of the settings", async () => {
    const workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
    await t.given.member(workspace.id, "agent", { name: "محمد عبد الرحمن 🙂" });
    await workspace.owner.api.post("/v1/labels", { name: "Order", color: "green" });
    await workspace.owner.api.post("/v1/invitations", { role: "agent", email: "new@kettles.example" });
    await workspace.owner.api.post("/v1/saved-views", { name: "Mine", filter: { assignee: "me" }, isShared: true });
    await using session = await open(workspace.owner.cookie, look);
    for (const part of settingsSections) {
      await session.page.goto(`/settings/${part}`);
      await session.page.getByRole("heading", { level: 1 }).waitFor();
      await session.page.getByRole("status", { name: /Loading|تحميل/ }).waitFor({ state: "detached" });
      await expectAccessible(session.page, part);
    }
    await session.page.goto("/settings/api-keys");
    await session.page.getByRole("main").getByRole("button").first().click();
    await session.page.getByRole("dialog").waitFor();
    await expectAccessible(session.page, "a dialog");
    expect(session.complaints).toEqual([]);
  });
});
