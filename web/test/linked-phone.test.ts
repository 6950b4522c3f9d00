import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { startClient, statusOf, textsOf } from "@keepword/sim/whatsapp-linked/test-client";
import { expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { expectAccessible } from "./session.ts";

const shop = { phone: "15550001111", name: "The shop's phone" };
const wanjiru = { phone: "254700000101", name: "Wanjiru" };

test("a device is linked with its code on the phone's page, a person chats with it, and the owner logs it out", async () => {
  await using sim = await startWhatsappLinked();
  sim.addPhone(shop);
  sim.addPhone(wanjiru);
  await using browser = await launchBrowser();
  await using client = startClient(sim);
  await client.until((one) => one.qr, "the offer");
  const code = await client.sock.requestPairingCode(shop.phone);
  await sim.waitForCodeRequest(shop);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(sim.url);
  await page.getByLabel("Pairing code").fill("AAAA-AAAA");
  await page.getByRole("button", { name: "Link", exact: true }).click();
  await page.getByText("the code is not the one").waitFor();
  await page.getByLabel("Pairing code").fill(code);
  await page.getByRole("button", { name: "Link", exact: true }).click();
  await page.getByText("Linked.").waitFor();
  await client.until((one) => one.creds.accountSyncCounter > 0, "the link");

  await page.getByRole("button", { name: /Wanjiru/ }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Is the blue one back?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await client.until((one) => textsOf(one).includes("Is the blue one back?"), "the question");
  const sent = await client.sock.sendMessage(`${wanjiru.phone}@s.whatsapp.net`, { text: "Since this morning" });
  await page.getByText("Since this morning").waitFor();
  await client.until((one) => statusOf(one, sent?.key.id) === 4, "the read mark of who looks at the chat");
  await page.getByRole("button", { name: "React with a heart" }).click();
  await sim.waitForMessage({ type: "reaction" });

  await page.getByRole("button", { name: "Log out" }).click();
  expect(await client.until((one) => one.closedWith, "the end")).toBe(401);
});

test("whoever links a phone writes to it next: the first, and a second one beside it", async () => {
  await using sim = await startWhatsappLinked();
  sim.addPhone(wanjiru);
  sim.addPhone({ phone: "359880000102", name: "Pavel" });
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(sim.url);
  const writeTo = page.getByLabel("Write to", { exact: true });
  await expect.poll(() => writeTo.inputValue()).toBe("359880000102");
  for (const phone of ["15550001111", "15550002222"]) {
    await using client = startClient(sim);
    await client.until((one) => one.qr, "the offer");
    const code = await client.sock.requestPairingCode(phone);
    await sim.waitForCodeRequest({ phone });
    if (!(await page.getByLabel("Pairing code").isVisible())) await page.locator("#linking summary").click();
    await page.getByLabel("Phone number").fill(`+${phone}`);
    await page.getByLabel("Pairing code").fill(code);
    await page.getByRole("button", { name: "Link", exact: true }).click();
    await page.getByText("Linked.").waitFor();
    await expect.poll(() => writeTo.inputValue()).toBe(phone);
    await page.getByRole("textbox", { name: "Message" }).fill(`Hello ${phone}`);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await sim.waitForMessage({ from: wanjiru.phone, to: phone, text: `Hello ${phone}` });
  }
  // what is linked stands above the people
  expect(await writeTo.locator("option").allTextContents()).toEqual(["+15550001111", "+15550002222", "Pavel"]);
});

test("axe finds nothing on the phone of linked devices, light and wide, dark and narrow", async () => {
  await using sim = await startWhatsappLinked();
  sim.addPhone(shop);
  sim.addPhone(wanjiru);
  await sim.says({ person: wanjiru.phone, to: shop.phone, image: { caption: "This one" } });
  await sim.says({ person: shop.phone, to: wanjiru.phone, voice: true });
  await using browser = await launchBrowser();
  const views = [
    { colorScheme: "light", width: 1280 },
    { colorScheme: "dark", width: 390 },
  ] as const;
  for (const { colorScheme, width } of views) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${sim.url}/#${wanjiru.phone}`);
    await page.getByRole("log").getByRole("img", { name: "This one" }).waitFor();
    await expectAccessible(page, `${colorScheme} ${width}`);
    await context.close();
  }
});
