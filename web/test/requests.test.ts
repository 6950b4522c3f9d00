import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { advanceRequest } from "../../server/privacy/advance-request.ts";
import { createTestApp } from "../../server/test/app.ts";
import type { GivenWorkspace } from "../../server/test/given.ts";
import { givenChannel, post, says, type HookChannel } from "../../server/test/hooks.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session } from "./session.ts";

let browser: Browser;
beforeAll(async () => (browser = await launchBrowser()));
const t = createTestApp();
afterAll(() => browser?.close());

const shot = async ({ page }: Session, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/requests-${name}.png`, fullPage: true });
};

let workspace: GivenWorkspace;
let contacts: string[] = [];
let channel: HookChannel;
beforeAll(async () => {
  t.clock.set(Date.now());
  workspace = await t.given.workspace();
  channel = await givenChannel(t, workspace);
  for (const [n, name] of ["Wanjiru Otieno", "ليلى حداد"].entries())
    await post(t, channel, says(channel, { phone: `25470000000${n}`, name }, `wamid.q${n}`, t.clock.ms(), "hello"));
  const { body } = await workspace.api.get<{ data: { id: string }[] }>("/v1/contacts");
  contacts = body.data.map(({ id }) => id);
});

async function ask(body: object): Promise<string> {
  const { body: made } = await workspace.api.post<{ id: string }>("/v1/subject-requests", body);
  return made.id;
}
const run = (requestId: string) => advanceRequest(t.app, { workspaceId: workspace.id, requestId });
const open = (options: object = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: workspace.owner.cookie, ...options });

test("the owner confirms or refuses who asks, watches an erasure step by step, and reads its receipt", async () => {
  const [first = "", second = ""] = contacts;
  const erase = await ask({ type: "erase", contactId: first, isIdentityProved: false, detail: { text: "forget me" } });
  await ask({ type: "complaint", contactId: second, detail: { text: "رسائل ليلية" } });
  await using session = await open();
  const { page, complaints } = session;
  await page.goto("/settings/requests");
  const list = page.getByRole("list", { name: "Privacy requests" });
  const rowOf = (type: RegExp) => list.locator("> li").filter({ hasText: type });
  const row = rowOf(/^Erasure/);
  await row.getByText("Waiting for proof").waitFor();
  const who = (await workspace.api.get<{ name: string }>(`/v1/contacts/${first}`)).body.name;
  await row.getByText(who).waitFor();
  await row.getByRole("button", { name: "Show" }).click();
  await row.getByText("forget me").waitFor();
  // nothing is said as if it had been done already
  const steps = row.getByRole("list", { name: "Steps" });
  await steps.getByText("Destroy the key").waitFor();
  await steps.getByText("Delete the files").waitFor();
  expect(await steps.getByText(/destroyed|deleted$|cancelled/).count()).toBe(0);
  await expectAccessible(page, "requests, open");
  await shot(session, "light");
  await row.getByRole("button", { name: "It is the person" }).click();
  await row.getByText("Accepted").waitFor();
  // a colleague has the conversation open, another one the contact: both screens are emptied
  const { body } = await workspace.api.get<{ data: { id: string; contact: { id: string; name: string } }[] }>(
    "/v1/conversations",
  );
  const conversation = body.data.find(({ contact }) => contact.id === first);
  const name = conversation?.contact.name ?? "";
  await using colleague = await open();
  await colleague.page.goto(`/inbox/${conversation?.id ?? ""}`);
  await colleague.page.getByRole("region", { name }).waitFor();
  await using another = await open();
  await another.page.goto(`/contacts/${first}`);
  await another.page.getByRole("heading", { level: 1 }).getByText(name).waitFor();
  await run(erase);
  await colleague.page.getByText("This conversation is not here any more").waitFor();
  await another.page.getByText("This contact is not here any more").waitFor();
  for (const seen of [colleague.page, another.page]) await seen.getByText(name).first().waitFor({ state: "detached" });
  await row.waitFor({ state: "detached" });
  // it stays on the screen, unfolded as it was watched, with its outcome and without a name
  const finished = page.getByRole("list", { name: "Finished in the last 7 days" }).locator("> li");
  await finished.getByText(`Erased person, request ${erase}`).waitFor();
  await finished.getByText("Key destroyed").waitFor();
  await finished.getByText("Done, and on record").waitFor();
  await finished.getByRole("heading", { name: "Kept, and why" }).waitFor();
  // what was deleted by its kind, no table's name
  await finished.getByText("Name, numbers and fields").waitFor();
  await finished.getByText("What was deleted and what stays is written down").waitFor();
  expect(await finished.getByText(/contact identity|early status|queued sends/).count()).toBe(0);
  expect(await page.getByText(who).count()).toBe(0);
  await shot(session, "finished");
  await page.getByRole("button", { name: "Closed" }).click();
  await row.getByText(`Erased person, request ${erase}`).waitFor();
  await row.getByText("Done, and on record").waitFor();
  await expectAccessible(page, "requests, receipt");
  await shot(session, "receipt");

  await page.getByRole("button", { name: "Open", exact: true }).click();
  const complaint = rowOf(/^Complaint/);
  await complaint.getByRole("button", { name: "Show" }).click();
  await complaint.getByRole("button", { name: "Refuse" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "It is without ground." }).click();
  await expectAccessible(page, "requests, refusing");
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await page.getByText("Nobody is waiting for an answer").waitFor();
  // of what was refused nothing is left to do
  const refused = await ask({ type: "rectify", contactId: second, isIdentityProved: false, detail: { name: "L" } });
  await workspace.api.post(`/v1/subject-requests/${refused}/refuse`, { reason: "not_the_person" });
  await page.getByRole("button", { name: "Closed" }).click();
  const closed = rowOf(/^Correction/);
  await closed.getByRole("button", { name: "Show" }).click();
  expect(await closed.getByText("Correct it everywhere").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("a restricted person's screen says since when and who ends it, and that nothing is sent; from there they are erased", async () => {
  await post(
    t,
    channel,
    says(channel, { phone: "254700000009", name: "Amara Diallo" }, "wamid.q9", t.clock.ms(), "hi"),
  );
  const found = await workspace.api.get<{ data: { id: string; name: string }[] }>("/v1/contacts");
  const id = found.body.data.find(({ name }) => name === "Amara Diallo")?.id ?? "";
  await workspace.api.post(`/v1/contacts/${id}/consents`, {
    ...{
      purpose: "marketing",
      action: "granted",
      method: "paper",
      textVersion: "v1",
      occurredAt: t.clock.now().toISOString(),
    },
  });
  await run(await ask({ type: "restrict", contactId: id, isIdentityProved: true }));
  await using session = await open();
  const { page, complaints } = session;
  await page.goto(`/contacts/${id}`);
  await page.getByText(/This contact is restricted.*Since .* The person ends it/).waitFor();
  await page.getByText("Is not sent").first().waitFor();
  expect(await page.getByText("May be sent").count()).toBe(0);
  // a transcription and a disclosure are no messages
  const badgeOf = (purpose: string) => page.getByRole("listitem").filter({ hasText: purpose }).last();
  await badgeOf("Voice messages transcribed by a machine").getByText("Not allowed").waitFor();
  await badgeOf("Data handed to somebody else").getByText("Not allowed").waitFor();
  await expectAccessible(page, "a restricted contact");
  await shot(session, "contact");
  // a list that is open is named before
  const form = new FormData();
  form.append("file", new Blob(["phone\n+254700000999\n"], { type: "text/csv" }), "list.csv");
  const { headers } = workspace.api;
  expect((await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers, body: form })).status).toBe(201);
  await page.getByRole("button", { name: "Erase…" }).click();
  await page.getByRole("dialog").getByText("The key of this person is destroyed first").waitFor();
  await page
    .getByRole("dialog")
    .getByText(/^An import of contacts still keeps a file/)
    .waitFor();
  await expectAccessible(page, "erasing ends an import");
  await shot(session, "contact-erase");
  await page.getByRole("dialog").getByRole("button", { name: "Erase for good" }).click();
  const row = page
    .getByRole("list", { name: "Privacy requests" })
    .locator("> li")
    .filter({ hasText: /^Erasure/ })
    .first();
  await row.waitFor();
  const { rows } = await t.admin.query<{ id: string }>(
    "select id from subject_request where contact_id = $1 and type = 'erase'",
    [id],
  );
  await run(rows[0]?.id ?? "");
  const finished = page.getByRole("list", { name: "Finished in the last 7 days" }).locator("> li").first();
  await finished.getByText("Done", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Closed" }).click();
  await row.getByRole("button", { name: "Show" }).click();
  await row.getByText("Processors told: none to tell").waitFor();
  expect((await workspace.api.get(`/v1/contacts/${id}`)).status).toBe(404);
  expect(complaints).toEqual([]);
});

test.each([
  ["phone", { width: 390 }],
  ["arabic-dark", { locale: "ar", colorScheme: "dark" }],
  ["german-phone-dark", { locale: "de", width: 390, colorScheme: "dark" }],
] as const)("nothing runs over the edge and all can be read: %s", async (name, options) => {
  const id = await ask({ type: "access", contactId: contacts[1] });
  await run(id);
  await using session = await open(options);
  const { page } = session;
  await page.goto("/settings/requests");
  const named = { en: "Privacy requests", de: "Datenschutzanfragen", ar: "طلبات الخصوصية" };
  const locale = "locale" in options ? options.locale : "en";
  await page.getByRole("button", { name: { en: "Closed", de: "Erledigt", ar: "مغلقة" }[locale] }).click();
  const row = page.getByRole("list", { name: named[locale] }).locator("> li").first();
  await row.getByRole("button", { name: { en: "Show", de: "Anzeigen", ar: "عرض" }[locale] }).click();
  await page.getByRole("link", { name: /Download the copy|Kopie herunterladen|تنزيل النسخة/ }).waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page, name);
  await shot(session, name);
});
