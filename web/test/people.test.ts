import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { givenChannel } from "../../server/test/hooks.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
const t = createTestApp();
afterAll(() => browser?.close());
// the browser counts from its own present, and logins are as old as they seem
beforeEach(() => t.clock.set(Date.now()));

const password = "four quiet words here";
const open = (cookie?: string, options: object = {}): Promise<Session> => {
  t.clock.set(Date.now());
  return openSession(browser, { url: t.url, ...(cookie ? { cookie } : {}), ...options });
};
const notices = (page: Page) => page.getByRole("region", { name: "Notices" });

async function signIn(page: Page, email: string, word: string): Promise<void> {
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(word);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const names = {
  es: "Iniciar sesión en Keepword",
  pt: "Entrar no Keepword",
  fr: "Se connecter à Keepword",
  ms: "Log masuk ke Keepword",
} as const;

test("the language is switched at once, and stays over a reload, a sign-in and a sign-out; no other is loaded [MSJ-25]", async () => {
  await t.given.workspace({ owner: await t.given.person({ email: "lim@kettles.example", password }) });
  await using session = await open();
  const { page } = session;
  const loaded = new Set<string>();
  page.on("request", (request) => {
    const file = /\/assets\/(?:pages-)?([a-z]{2})-[\w-]+\.js$/.exec(request.url());
    if (file?.[1]) loaded.add(file[1]);
  });
  const languageIs = async (language: string, heading: string): Promise<void> => {
    await page.getByRole("heading", { name: heading }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
  };
  await page.goto("/sign-in");
  await languageIs("en", "Sign in to Keepword");
  expect([...loaded]).toEqual(["en"]);
  for (const language of ["es", "pt", "fr", "ms"] as const) {
    await page.locator(`nav button[lang=${language}]`).click();
    await languageIs(language, names[language]);
  }
  await page.getByRole("textbox", { name: "Alamat e-mel" }).fill("lim@kettles.example");
  await page.getByRole("textbox", { name: "Kata laluan" }).fill(password);
  await page.getByRole("button", { name: "Log masuk", exact: true }).click();
  await page.getByRole("region", { name: "Peti masuk" }).waitFor();
  loaded.clear();
  await page.reload();
  await page.getByRole("region", { name: "Peti masuk" }).waitFor();
  expect([...loaded].sort()).toEqual(["en", "ms"]);
  await page.goto("/settings/appearance");
  await languageIs("ms", "Penampilan");
  for (const [name, language, heading] of [
    ["Français", "fr", "Apparence"],
    ["Español", "es", "Apariencia"],
    ["Português", "pt", "Aparência"],
  ] as const) {
    await page.getByRole("radio", { name }).click();
    await languageIs(language, heading);
  }
  await page.getByRole("radio", { name: "Bahasa Melayu" }).click();
  await languageIs("ms", "Penampilan");
  await page.getByRole("button", { name: "Akaun anda" }).click();
  await page.getByRole("menuitem", { name: "Log keluar" }).click();
  await languageIs("ms", names.ms);
  await page.reload();
  await languageIs("ms", names.ms);
  expect(session.complaints).toEqual([]);
});

describe("signing in", () => {
  test("someone new makes a workspace and stands before its first steps; a wrong password leads nowhere", async () => {
    await using session = await open();
    const { page } = session;
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Make a workspace" }).click();
    await page.getByRole("button", { name: "Make the workspace" }).click();
    await page.getByText("Give the workspace a name.").waitFor();
    await page.getByRole("textbox", { name: "Name of the workspace" }).fill("Kettles");
    await page.getByRole("textbox", { name: "Your name" }).fill("Ana Wagner");
    await page.getByRole("textbox", { name: "E-mail address" }).fill("ana@kettles.example");
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await page.getByText("It needs at least 12 characters.").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(password);
    await page.getByRole("button", { name: "Make the workspace" }).click();
    await page.getByText("Accounts are for adults.").waitFor();
    await page.getByText("there is no workspace without the terms and the agreement").waitFor();
    await page.getByRole("checkbox", { name: /^I accept the terms/ }).click();
    await page.getByRole("checkbox", { name: "I am 18 or older." }).click();
    await page.getByRole("button", { name: "Make the workspace" }).click();
    await page.getByRole("heading", { name: "Get started" }).waitFor();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Keepword" }).waitFor();
    await signIn(page, "ana@kettles.example", "not the password");
    await page.getByText("The e-mail address or the password is wrong.").waitFor();
    await signIn(page, "ana@kettles.example", password);
    await page.getByRole("region", { name: "Inbox" }).waitFor();
  });

  test("a refused visitor comes back to the page they wanted, and never to another site", async () => {
    const person = await t.given.person({ email: "back@kettles.example", password });
    await t.given.workspace({ owner: person });
    await using session = await open();
    const { page } = session;
    await page.goto("/settings/labels");
    await page.waitForURL(/sign-in/);
    await signIn(page, person.email, password);
    await page.getByRole("heading", { name: "Labels" }).waitFor();
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent("//evil.example/")}`);
    await signIn(page, person.email, password);
    await page.getByRole("region", { name: "Inbox" }).waitFor();
    expect(new URL(page.url()).origin).toBe(t.url);
  });

  test("a forgotten password is chosen anew by the link of a mail, which works once", async () => {
    const person = await t.given.person({ email: "forgot@kettles.example", password });
    await t.given.workspace({ owner: person });
    await using session = await open();
    const { page } = session;
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot it?" }).click();
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await page.getByRole("textbox", { name: "E-mail address" }).fill(person.email);
    await page.getByRole("button", { name: "Send the link" }).click();
    // nothing is on its way where no mail server is set up
    await page
      .getByText(`the address \u2066${person.email}\u2069, the mail with the link lies in the folder “outbox”`)
      .waitFor();
    expect(await page.getByText("Look into your mail").count()).toBe(0);
    const reset = (): string =>
      /\/reset\?token=\S+/.exec(t.mail.list().find((mail) => mail.to === person.email)?.text ?? "")?.[0] ?? "";
    await expect.poll(reset).not.toBe("");
    const link = reset();
    await page.goto(link);
    await page.getByRole("textbox", { name: "New password" }).fill("another four quiet words");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    await signIn(page, person.email, "another four quiet words");
    await page.getByRole("region", { name: "Inbox" }).waitFor();
    await page.context().clearCookies();
    await page.goto(link);
    await page.getByRole("textbox", { name: "New password" }).fill("yet another four words");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText(/This link was used already/).waitFor();
    await page.route("**/v1/password-reset", (route) =>
      route.fulfill({ status: 202, json: { status: "accepted", delivery: "mail" } }),
    );
    await page.goto("/reset");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(person.email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  });

  test("where nobody may sign up, the sign-in does not lead there", async () => {
    await using session = await open();
    const { page } = session;
    await page.route("**/v1/sign-up", (route) => route.fulfill({ json: { isOpen: false, missing: [] } }));
    const answered = page.waitForResponse("**/v1/sign-up");
    await page.goto("/sign-in");
    await answered;
    await page.getByRole("link", { name: "Forgot it?" }).waitFor();
    expect(await page.getByRole("link", { name: "Make a workspace" }).count()).toBe(0);
  });

  test("a one-time link that is worthless says so and shows the way on", async () => {
    await using session = await open();
    await session.page.goto("/sign-in/link/worthless");
    await session.page.getByRole("heading", { name: "This link does not sign you in" }).waitFor();
    await session.page.getByRole("link", { name: "Sign in another way" }).waitFor();
  });

  test("someone of several workspaces chooses one and stays in it", async () => {
    const person = await t.given.person({ name: "Ben" });
    await t.given.workspace({ name: "North", owner: person });
    await t.given.workspace({ name: "South", owner: person });
    const { cookie } = await t.given.login(person);
    await using session = await open(cookie);
    const { page } = session;
    await page.goto("/workspaces");
    await page.getByRole("button", { name: /South/ }).click();
    await page.waitForURL(/inbox/);
    await page.goto("/settings/workspace");
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("South");
  });
});

describe("members", () => {
  test("an invitation's link is shown once, and brings someone new in with the role it names", async () => {
    const workspace = await t.given.workspace({ name: "Kettles" });
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite someone" }).click();
    await page.getByRole("radio", { name: /Admin/ }).click();
    await page.getByRole("button", { name: "Make the link" }).click();
    const url = (await page.getByLabel("Invitation link").textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("list", { name: "Invitations" }).getByText("Anyone with the link").waitFor();
    expect(await page.content()).not.toContain(url.split("/").at(-1));

    await using guest = await open();
    await guest.page.goto(new URL(url).pathname);
    await guest.page.getByRole("heading", { name: "Join Kettles" }).waitFor();
    await expectAccessible(guest.page, "invitation");
    await guest.page.getByRole("textbox", { name: "Your name" }).fill("Cem Yıldız");
    await guest.page.getByRole("textbox", { name: "E-mail address" }).fill("cem@kettles.example");
    await guest.page.getByRole("textbox", { name: "Password" }).fill(password);
    await guest.page.getByRole("checkbox", { name: "I am 18 or older." }).click();
    await guest.page.getByRole("button", { name: "Make my account and join" }).click();
    await guest.page.getByRole("region", { name: "Inbox" }).waitFor();
    await page.goto("/settings/members");
    const row = page.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "Cem Yıldız" });
    await row.getByText("Admin").waitFor();

    await using late = await open();
    await late.page.goto(new URL(url).pathname);
    await late.page.getByText(/This invitation was used or withdrawn/).waitFor();
  });

  test("a person with an account joins by the same link, and the last owner cannot be unmade", async () => {
    const workspace = await t.given.workspace({ name: "Cups" });
    const made = await workspace.owner.api.post<{ url: string }>("/v1/invitations", { role: "agent" });
    const person = await t.given.person({ name: "Dana" });
    const { cookie } = await t.given.login(person);
    await using guest = await open(cookie);
    await guest.page.goto(new URL(made.body.url).pathname);
    await guest.page.getByText(person.email).waitFor();
    await guest.page.getByRole("button", { name: "Join the workspace" }).click();
    await guest.page.getByRole("region", { name: "Inbox" }).waitFor();
    await guest.page.goto("/settings/members");
    await guest.page.getByText("Only owners and admins can change this.").waitFor();
    expect(await guest.page.getByRole("button", { name: "Invite someone" }).count()).toBe(0);

    await using session = await open(workspace.owner.cookie);
    await session.page.goto("/settings/members");
    const owner = session.page.getByRole("listitem").filter({ hasText: "Owner" });
    await owner.getByRole("button").click();
    await session.page.getByRole("radio", { name: /Agent/ }).click();
    await session.page.getByRole("button", { name: "Save" }).click();
    await session.page.getByText(/A workspace needs an owner/).waitFor();
  });
});

describe("settings", () => {
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
  test("axe finds nothing before the sign-in", async () => {
    await using session = await open(undefined, look);
    for (const path of ["/sign-in", "/sign-up", "/reset", "/reset?token=x", "/sign-in/link/x", "/invite/x"]) {
      await session.page.goto(path);
      await session.page.getByRole("heading").waitFor();
      await expectAccessible(session.page, path);
    }
    expect(session.complaints).toEqual([]);
  });

  test("axe finds nothing on any part of the settings", async () => {
    const workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
    await t.given.member(workspace.id, "agent", { name: "محمد عبد الرحمن 🙂" });
    await workspace.owner.api.post("/v1/labels", { name: "Order", color: "green" });
    await workspace.owner.api.post("/v1/invitations", { role: "agent", email: "new@kettles.example" });
    await workspace.owner.api.post("/v1/saved-views", { name: "Mine", filter: { assignee: "me" }, isShared: true });
    await using session = await open(workspace.owner.cookie, look);
    const parts = [
      "profile",
      "security",
      "notifications",
      "appearance",
      "workspace",
      "members",
      "labels",
      "views",
      "api-keys",
    ];
    for (const part of parts) {
      await session.page.goto(`/settings/${part}`);
      await session.page.getByRole("heading", { level: 1 }).waitFor();
      await session.page.getByRole("status", { name: /Loading|تحميل/ }).waitFor({ state: "detached" });
      await expectAccessible(session.page, part);
    }
    await session.page.getByRole("main").getByRole("button").first().click();
    await session.page.getByRole("dialog").waitFor();
    await expectAccessible(session.page, "a dialog");
    expect(session.complaints).toEqual([]);
  });
});
