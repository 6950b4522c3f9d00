import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { givenChannel, post, says } from "../../server/test/hooks.ts";
import { startReceiver, type Answerer, type Receiver } from "../../server/test/receiver.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
const t = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
afterAll(() => browser?.close());

let workspace: GivenWorkspace;
beforeEach(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace({ owner: await t.given.person({ name: "Ana Wagner" }) });
});

const open = (options: object = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });

async function receiver(answer?: Answerer): Promise<Receiver> {
  const there = await startReceiver(answer);
  onTestFinished(() => there[Symbol.asyncDispose]());
  return there;
}

async function hears(lines: readonly string[]): Promise<void> {
  const channel = await givenChannel(t, workspace);
  const person = { phone: "254711000111", name: "Wanjiru Otieno" };
  for (const [n, line] of lines.entries())
    await post(t, channel, says(channel, person, `wamid.${channel.id}.${n}`, t.clock.now(), line));
  await t.app.deliverer?.idle();
}

const make = async (url: string, more: object = {}): Promise<string> => {
  const input = { url, eventTypes: ["message.*"], description: "Orders", ...more };
  const { body } = await workspace.owner.api.post<{ id: string }>("/v1/webhook-endpoints", input);
  return body.id;
};
const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

describe("webhooks", () => {
  test("an endpoint is added, its secret shown once, tested, and its deliveries looked at and sent again", async () => {
    const there = await receiver(() => ({ body: "thank you" }));
    await using session = await open();
    const { page, complaints } = session;
    await page.goto("/settings/webhooks");
    await page.getByRole("button", { name: "Add an endpoint" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText("Enter an https address.").waitFor();
    await dialog.getByLabel("Address").fill("https://169.254.169.254/");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText("This address is not reached.").waitFor();
    await dialog.getByLabel("Address").fill(`${there.url}/hook`);
    await dialog.getByLabel("Name").fill("Orders");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    const secret = (await page.getByLabel("Secret (v1)").textContent()) ?? "";
    expect(secret).toMatch(/^whsec_/);
    await page.getByRole("button", { name: "Done" }).click();

    await page.getByRole("link", { name: "Orders" }).click();
    await page.getByRole("heading", { name: "Orders" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("button", { name: "Send a test" }).click();
    await dialog.getByText("taken").waitFor();
    await dialog.getByText("thank you").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    expect(there.requests.map(({ json }) => json.type)).toEqual(["webhook.test"]);

    await hears(["Hello"]);
    await row(page, "message.received").getByText("delivered").waitFor();
    await page.getByRole("button", { name: "Look at message.received" }).click();
    await dialog.getByText("HTTP 200").waitFor();
    await dialog.getByRole("button", { name: "Deliver again" }).click();
    await page.getByText("It is on its way again.").waitFor();
    await there.received(3);
    expect(there.requests[2]?.id).toBe(there.requests[1]?.id);
    expect(complaints).toEqual([]);
  });

  test("an endpoint that was switched off says why, and gets what it missed when it is switched on", async () => {
    const there = await receiver((_, n) => ({ status: n === 1 ? 410 : 200 }));
    const id = await make(there.url);
    await hears(["first"]);
    await using session = await open();
    const { page, complaints } = session;
    await page.goto(`/settings/webhooks/${id}`);
    await page.getByText("It answered 410 Gone and was switched off").waitFor();
    await page.getByRole("button", { name: "Switch on" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Deliver what it missed").waitFor();
    await dialog.getByRole("button", { name: "Switch on" }).click();
    await row(page, "message.received").getByText("delivered").waitFor();
    expect(there.requests).toHaveLength(2);

    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "New signing keys" }).click();
    await dialog.getByRole("button", { name: "Make keys" }).click();
    await page.getByText("The old keys sign too for 24 hours.").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("The old keys sign too until").waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Deliver what was missed" }).click();
    await dialog.getByRole("button", { name: "Deliver", exact: true }).click();
    await page.getByText("Nothing was missed.").waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No endpoints yet").waitFor();
    expect(complaints).toEqual([]);
  });

  test("an agent is told that it takes an admin", async () => {
    const agent = await t.given.member(workspace.id, "agent");
    await using session = await open({ cookie: agent.cookie });
    await session.page.goto("/settings/webhooks");
    await session.page.getByText("Only owners and admins can change this.").waitFor();
    expect(await session.page.getByRole("button", { name: "Add an endpoint" }).count()).toBe(0);
  });

  test.each([
    ["light, left to right", { colorScheme: "light", locale: "en" }],
    ["dark, left to right", { colorScheme: "dark", locale: "de" }],
    ["light, right to left", { colorScheme: "light", locale: "ar" }],
    ["dark, on a phone", { colorScheme: "dark", locale: "en", width: 390 }],
  ] as const)(
    "no rule of accessibility is broken: %s",
    async (what, options) => {
      const failing = await receiver(() => ({ status: 500, body: "Internal error: queue is full" }));
      const working = await receiver();
      const id = await make(failing.url, { ordered: true, description: "مستودع الطلبات 📦 of the second warehouse" });
      await make(working.url, { description: "" });
      await hears(["one", "two", "three"]);
      await using session = await open(options);
      const { page } = session;
      const shots = process.env["KEEPWORD_SHOTS"];
      const look = async (name: string): Promise<void> => {
        if (shots)
          await page.screenshot({ path: `${shots}/${what.replaceAll(/\W+/g, "-")}-${name}.png`, fullPage: true });
        await expectAccessible(page, `${what}: ${name}`);
      };
      await page.goto("/settings/webhooks");
      await page.getByRole("main").getByRole("listitem").nth(1).waitFor();
      await look("list");
      await page.getByRole("main").getByRole("button").first().click();
      await page.getByRole("dialog").waitFor();
      await look("new");
      await page.goto(`/settings/webhooks/${id}`);
      await page.getByRole("row").nth(3).waitFor();
      await look("endpoint");
      await page.getByRole("row").last().getByRole("button").click();
      await page.getByText("queue is full").first().waitFor();
      await look("delivery");
    },
    120_000,
  );
});
