// What people see of a workspace that sends nothing, or soon will not.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { suspendWorkspace } from "../../server/identity/suspend-workspace.ts";
import { createTestApp } from "../../server/test/app.ts";
import { givenShop, type Shop } from "../../server/test/shop.ts";
import { launchBrowser } from "./browser.ts";
import { expectAccessible, openSession, type Session, type SessionOptions } from "./session.ts";

let browser: Browser;
let sim: WhatsAppCloudSim;
beforeAll(async () => {
  browser = await launchBrowser();
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => Promise.all([browser?.close(), sim[Symbol.asyncDispose]()]));

let shop: Shop;
let inThread = "";
beforeEach(async () => {
  // the browser counts from its own present
  t.clock.set(Date.now());
  shop = await givenShop(t, sim);
  const { id } = await shop.hears({ person: "wanjiru", text: "Is it open?" });
  inThread = `/inbox/${id}`;
});

const open = (options: Partial<SessionOptions> = {}): Promise<Session> =>
  openSession(browser, { url: t.url, cookie: shop.workspace.owner.cookie, ...options });
const shot = async ({ page }: Session, name: string): Promise<void> => {
  const dir = process.env["SCREENSHOTS"];
  if (dir) await page.screenshot({ path: `${dir}/stop-${name}.png` });
};
/** Without the acceptance of the words in force, but of earlier ones, with days left or none. */
async function dueIn(days: number): Promise<void> {
  const { id } = shop.workspace;
  const due = new Date(t.clock.ms() + days * 86_400_000);
  await t.admin.query(
    `insert into agreement_text select 'earlier-' || document, document,
       regexp_replace(words, 'Nobody poses|nobody poses', 'Nobody ever poses'), created_at from agreement_text where document = 'terms' on conflict do nothing`,
  );
  await t.admin.query("update workspace_agreement set version = 'earlier-' || document where workspace_id = $1", [id]);
  await t.admin.query("update workspace set agreements_due_at = $2 where id = $1", [id, due]);
}

test("an owner is told until when the workspace sends, reads and accepts both agreements, and the notice is gone [GEN-21]", async () => {
  await dueIn(12);
  await using session = await open();
  const { page } = session;
  await page.goto(inThread);
  const notice = page.getByRole("region", { name: "Sending" });
  await notice.getByText(/Sending stops on .*2\d{3} unless you accept/).waitFor();
  await page.getByRole("textbox", { name: "Message to the customer" }).waitFor();
  await expectAccessible(page, "a notice");
  await shot(session, "due");
  await notice.getByRole("link", { name: "Read and accept" }).click();
  const agreements = page.getByRole("list", { name: "Agreements" }).getByRole("listitem");
  const changed = agreements.first().getByRole("link", { name: "What changed" });
  const changes = await page.context().newPage();
  await changes.goto((await changed.getAttribute("href")) ?? "");
  expect(await changes.locator("ins").allTextContents()).toEqual([expect.stringContaining("nobody poses")]);
  expect(await changes.locator("del").allTextContents()).toEqual([expect.stringContaining("Nobody ever poses")]);
  await expectAccessible(changes, "what changed");
  await shot({ ...session, page: changes }, "changes");
  await changes.close();
  await shot(session, "agreements");
  for (const one of [0, 1]) {
    await notice.waitFor();
    await agreements.nth(one).getByRole("button", { name: "Accept" }).click();
    await agreements
      .nth(one)
      .getByText(/^Accepted /)
      .waitFor();
  }
  await notice.waitFor({ state: "detached" });
  expect(session.complaints).toEqual([]);
});

test("without the agreements an agent reads why the field is closed and can note; it opens when an owner accepts [GEN-21]", async () => {
  await dueIn(-1);
  const agent = await t.given.member(shop.workspace.id, "agent");
  await using session = await open({ cookie: agent.cookie, colorScheme: "dark" });
  const { page } = session;
  await page.goto(inThread);
  const why = "Nothing is sent: an owner has to accept the agreements first.";
  await page.getByRole("region", { name: "Sending" }).getByText(why).waitFor();
  await page.getByRole("status").filter({ hasText: why }).waitFor();
  expect(await page.getByRole("button", { name: "Send" }).count()).toBe(0);
  await expectAccessible(page, "a closed field, dark");
  await shot(session, "agent-dark");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.getByRole("textbox", { name: "Private note to your team" }).waitFor();
  const { api } = shop.workspace.owner;
  const { data } = (await api.get<{ data: { document: string; version: string }[] }>("/v1/agreements")).body;
  for (const { document, version } of data) await api.post("/v1/agreements/accept", { document, version });
  await page.getByRole("region", { name: "Sending" }).waitFor({ state: "detached" });
  expect(session.complaints).toEqual([]);
});

test.each([
  ["en", 1440, "light"],
  ["ar", 390, "dark"],
  ["de", 390, "light"],
] as const)("a suspended workspace says why and whom to write to, in %s at %i", async (locale, width, colorScheme) => {
  const { id } = shop.workspace;
  await t.app.db.tx({ workspaceIds: [id] }, (tx) =>
    suspendWorkspace(t.app, tx, { workspaceId: id, reason: "complaints" }),
  );
  await using session = await open({ locale, width, colorScheme });
  const { page } = session;
  await page.goto("/inbox");
  await page.locator('section a[href="mailto:privacy@example.test"]').waitFor();
  if (locale === "en") await page.getByRole("region", { name: "Sending" }).getByText("people complained").waitFor();
  await page.goto(inThread);
  await page.locator('[role="status"] a[href="mailto:privacy@example.test"]').waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page, `suspended, ${locale}`);
  await shot(session, `suspended-${locale}-${width}`);
  expect(session.complaints).toEqual([]);
});
