import { startWhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { expectAccessible } from "./session.ts";

test("a person writes, answers a template's button, reacts and replies from the simulated phone", async () => {
  await using sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0 });
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(sim.url);
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill("Is the blue one back?");
  await message.press("Enter");
  const written = await sim.waitForMessage({ direction: "in", text: "blue" });

  const send = (body: object) =>
    fetch(`${sim.url}/v26.0/${sim.phoneNumberId}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${sim.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ messaging_product: "whatsapp", ...body }),
    });
  await send({ status: "read", message_id: written.id, typing_indicator: { type: "text" } });
  await page.getByText("typing…").waitFor();
  const parameters = ["Wanjiru", "Friday", "10:30"].map((text, index) => ({
    type: "text",
    parameter_name: ["customer_name", "day", "time"][index],
    text,
  }));
  const components = [{ type: "body", parameters }];
  const template = { name: "appointment_reminder", language: { code: "en" }, components };
  await send({ to: "+254700000101", type: "template", template });
  const sent = await sim.waitForMessage({ type: "template", status: "read" });

  await page.getByRole("button", { name: "I will come" }).click();
  expect((await sim.waitForMessage({ direction: "in", type: "button" })).replyTo).toBe(sent.id);
  await page.getByRole("button", { name: "React", exact: true }).click();
  await page.getByRole("button", { name: "React with 👍" }).click();
  await sim.waitForMessage({ direction: "in", type: "reaction" });
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await message.fill("Thank you");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  expect((await sim.waitForMessage({ direction: "in", text: "Thank you" })).replyTo).toBe(sent.id);
  for (const sample of ["photo", "voice note", "place", "document"]) {
    await page.getByRole("button", { name: `Send a sample ${sample}` }).click();
  }
  await sim.waitForMessage({ direction: "in", type: "document" });
});

test("axe finds nothing on the simulated phone, light and dark, wide and narrow", async () => {
  await using sim = await startWhatsAppCloudSim();
  await using browser = await launchBrowser();
  await sim.says({ person: "layla", text: "مرحبا 🙂" });
  await sim.says({ person: "layla", image: true });
  await sim.says({ person: "layla", voice: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${sim.url}/#layla`);
      await page.getByRole("log").getByRole("img", { name: "Photo" }).waitFor();
      await expectAccessible(page, `${colorScheme} ${width}`);
      await context.close();
    }
  }
});
