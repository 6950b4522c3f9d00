import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { eventually, givenLinkedPhone } from "../../server/test/linked-phone.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession } from "./session.ts";

let sim: WhatsAppLinkedSim;
let browser: Browser;
beforeAll(async () => {
  [sim, browser] = await Promise.all([startWhatsappLinked(), launchBrowser()]);
});
const t = createTestApp({ providerOrigins: () => [sim.url], hasJobs: true });
afterAll(async () => {
  await browser?.close();
  await sim?.[Symbol.asyncDispose]();
});

test("over a linked phone a text is edited and deleted for everyone, a poll counts its votes, and the pace is changed", async () => {
  t.clock.set(Date.now());
  const workspace = await t.given.workspace();
  const pace = { perSecond: 50, perContactMs: 0 };
  const phone = await givenLinkedPhone(workspace, workspace.owner.api, sim, { pace });
  await phone.pair();
  const person = "14155550123";
  await sim.says({ person, to: phone.phone, text: "Is it open?" });
  const { id: conversationId } = await eventually(async () => (await phone.conversations())[0], "a conversation");
  const sends = async (body: object): Promise<string> => {
    const { body: queued } = await phone.send({ conversationId, ...body });
    const sent = await eventually(async () => {
      const message = await phone.read(queued.id);
      return message.status !== "queued" && message.providerMessageId !== null && message;
    }, "a sent message");
    return sent.providerMessageId ?? "";
  };
  const first = await sends({ type: "text", text: "Untill six" });
  await using session = await openSession(browser, { url: t.url, cookie: workspace.owner.cookie });
  const { page, complaints } = session;
  await page.goto(`/inbox/${conversationId}`);

  const bubble = page.getByRole("article").filter({ hasText: "Untill six" });
  await bubble.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const field = page.getByRole("textbox", { name: "Text" });
  await expectAccessible(page, "the dialog of an edit");
  await field.fill("Until six");
  await page.getByRole("button", { name: "Save" }).click();
  const edited = page.getByRole("article").filter({ hasText: "Until six" });
  await edited.getByText("edited").waitFor();
  expect(sim.messages({ id: first })[0]).toMatchObject({ text: "Until six", isEdited: true });

  await edited.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete for everyone" }).click();
  await page
    .getByRole("alertdialog")
    .or(page.getByRole("dialog"))
    .getByRole("button", { name: "Delete for everyone" })
    .click();
  await page.getByRole("article").filter({ hasText: "Deleted" }).waitFor();
  expect(sim.messages({ id: first })[0]).toMatchObject({ isRevoked: true });

  await page.getByRole("button", { name: "New poll" }).click();
  const form = page.getByRole("dialog", { name: "New poll" });
  await form.getByRole("textbox", { name: "Answer 1" }).fill("Today");
  await form.getByRole("button", { name: "Send" }).click();
  await form.getByText("Ask something.").waitFor();
  await form.getByText("A poll has at least two answers.").waitFor();
  await form.getByRole("textbox", { name: "Question" }).fill("When?");
  await form.getByRole("textbox", { name: "Answer 2" }).fill("Tomorrow");
  await form.getByRole("textbox", { name: "Answer 3" }).fill("Today");
  await form.getByText("This answer is there already.").waitFor();
  await expectAccessible(page, "the form of a poll");
  await form.getByRole("textbox", { name: "Answer 3" }).fill("Never");
  await form.getByRole("button", { name: "Send" }).click();
  const { id: poll } = await sim.waitForReceived({ person, type: "poll", timeoutMs: 30_000 });
  expect(sim.messages({ id: poll })[0]?.type).toBe("poll");
  const shown = page.getByRole("article").filter({ hasText: "When?" });
  await shown.getByText("One answer").waitFor();
  await sim.says({ person, to: phone.phone, vote: { messageId: poll, options: ["Tomorrow"] } });
  await shown.getByRole("listitem").filter({ hasText: "Tomorrow" }).getByText("1 vote", { exact: true }).waitFor();
  await expectAccessible(page, "a poll");

  await page.goto(`/channels/${phone.channelId}`);
  await page.getByText("50 messages a second, 0 s between messages to one person.").waitFor();
  await page.getByRole("button", { name: "Change pace" }).click();
  const perSecond = page.getByRole("textbox", { name: "Messages a second" });
  await perSecond.fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").locator("[aria-invalid=true]").waitFor();
  await expectAccessible(page, "the dialog of the pace");
  await perSecond.fill("2.5");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("2.5 messages a second, 0 s between messages to one person.").waitFor();
  await page.getByRole("button", { name: "Change pace" }).click();
  await page.getByRole("button", { name: "Back to careful" }).click();
  await page.getByText("Careful: 1 message a second, 3 s between messages to one person.").waitFor();
  expect(complaints).toEqual([]);
}, 90_000);
