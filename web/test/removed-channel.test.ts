import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { givenChannel, post, says } from "../../server/test/hooks.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let browser: Browser;
beforeAll(async () => (browser = await launchBrowser()));
const t = createTestApp();
afterAll(() => browser?.close());

const shot = async ({ page }: Session, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/removed-${name}.png` });
};

test("a failed message is sent again as it was; once its channel is removed nothing offers to send, and notes stay [API-20]", async () => {
  t.clock.set(Date.now());
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  await post(
    t,
    channel,
    says(channel, { phone: "254700000001", name: "Wanjiru Otieno" }, "wamid.r1", t.clock.now(), "hi"),
  );
  const list = await workspace.api.get<{ data: { id: string }[] }>("/v1/conversations");
  const conversationId = list.body.data[0]?.id ?? "";
  const location = { latitude: 1, longitude: 36, name: "The shop" };
  // one that waits, so that nothing but its cancelling decides how it ends
  const scheduledAt = new Date(t.clock.ms() + 3_600_000).toISOString();
  const sent = await workspace.api.post<{ id: string }>("/v1/messages", {
    ...{ conversationId, type: "location", location, scheduledAt },
  });
  await workspace.api.delete(`/v1/messages/${sent.body.id}`);

  const url = `/inbox/${conversationId}`;
  await using session = await openSession(browser, { url: t.url, cookie: workspace.owner.cookie });
  const { page, complaints } = session;
  await page.goto(url);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => page.getByText("The shop").count()).toBe(2);
  const field = page.getByRole("textbox", { name: "Message to the customer" });
  await field.waitFor();

  await workspace.api.delete(`/v1/channels/${channel.id}`);
  await page.getByText("This channel was removed").waitFor();
  expect(await field.count()).toBe(0);
  expect(await page.getByRole("button", { name: /^(Send again|Send|React)/ }).count()).toBe(0);
  await expectAccessible(page, "a removed channel");
  await shot(session, "light");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.getByRole("textbox").last().fill("Moved to the new number");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("article", { name: "Private note" }).getByText("Moved to the new number").waitFor();
  expect(complaints).toEqual([]);

  for (const look of [
    { colorScheme: "dark", width: 390 },
    { locale: "ar", width: 390 },
  ] as const) {
    await using other = await openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...look });
    await other.page.goto(url);
    await other.page
      .getByRole("status")
      .getByText(/removed|أُزيلت/)
      .waitFor();
    await shot(other, "locale" in look ? "arabic" : "dark");
  }
});
