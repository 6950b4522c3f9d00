// The whole way of a newcomer: a link, a code from their number, a copy, an erasure that they watch and that ends the link.
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenShop } from "../test/shop.ts";
import { resumeRequests } from "./advance-request.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

test("from their page a person downloads a copy and erases themself; another browser gets neither [M24-37 ONE-46]", async () => {
  const shop = await givenShop(t, sim, "key");
  const { contact } = await shop.hears({ person: "wanjiru", text: "my blue coat" });
  const made = await shop.api.post<{ url: string }>(`/v1/contacts/${contact.id}/page-links`, {});
  const page = new URL(new URL(made.body.url).pathname, t.url).href;
  let cookie = "";
  const open = async (path = "", own = cookie) => fetch(`${page}${path}`, { headers: { cookie: own } });
  const act = async (name: string, fields: Record<string, string> = {}) => {
    const answer = await fetch(`${page}/${name}`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin: t.url, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return new URL(answer.headers.get("location") ?? "", t.url).searchParams.get("said");
  };
  const worked = async (): Promise<void> => {
    t.clock.advance(61_000);
    await resumeRequests(t.app);
  };

  await act("code");
  const code = /KW \d{4} \d{4}/.exec(await (await open()).text())?.[0] ?? "";
  await shop.hears({ person: "wanjiru", text: code });
  expect(await act("copy")).toBe("said.request");
  await worked();
  const link = /\/copies\/[a-z0-9_]+/.exec(await (await open()).text())?.[0] ?? "no link";
  const copy = await open(link);
  expect([copy.status, copy.headers.get("content-type")]).toEqual([200, "application/zip"]);
  expect(
    Buffer.from(await copy.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe("PK");
  expect((await open(link, "")).status).toBe(404);

  expect(await act("erase")).toBe("said.incomplete");
  expect(await act("erase", { sure: "yes" })).toBe("said.request");
  await worked();
  // the link outlives the erasure, so that it can be watched to its receipt; nothing else is on the page
  const after = await open();
  const text = await after.text();
  expect([after.status, text]).toEqual([200, expect.stringContaining("done")]);
  expect(text).not.toContain("Wanjiru");
  expect((await open(link)).status).toBe(404);
  expect(() => t.app.keyring.current(`contact:${contact.id}`)).toThrow("destroyed");
  expect((await shop.api.get(`/v1/contacts/${contact.id}`)).status).toBe(404);
});
