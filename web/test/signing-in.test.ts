import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { browsing, expectAccessible } from "./session.ts";

const t = createTestApp();
const open = browsing(t);
const password = "four quiet words here";

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
      .getByText(
        new RegExp(
          `lie in the folder “outbox” .* the address \u2066${person.email}\u2069, the mail with the link lies there`,
        ),
      )
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
});
