import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { checkChannel } from "../channels/check-channel.ts";
import type { ConsentView } from "../contacts/consent.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

interface Visitor {
  open(query?: string): Promise<{ status: number; text: string; headers: Headers }>;
  act(name: string, fields?: Record<string, string>): Promise<{ status: number; said: string | null }>;
}

/** One browser that holds a link: forms as a browser without script sends them. */
function visit(url: string): Visitor {
  const address = new URL(new URL(url).pathname, t.url);
  let cookie = "";
  return {
    async open(query = "") {
      const response = await fetch(`${address.href}${query}`, { headers: { cookie } });
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
    async act(name, fields = {}) {
      const response = await fetch(`${address.href}/${name}`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, origin: t.url, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(fields).toString(),
      });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      const to = response.headers.get("location");
      return { status: response.status, said: to === null ? null : new URL(to, t.url).searchParams.get("said") };
    },
  };
}

async function givenLink(): Promise<{ shop: Shop; contactId: string; conversationId: string; url: string }> {
  const shop = await givenShop(t, sim);
  const { id, contact } = await shop.hears({ person: "wanjiru", text: "my blue coat" });
  const made = await shop.api.post<{ url: string }>(`/v1/contacts/${contact.id}/page-links`, {});
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { shop, contactId: contact.id, conversationId: id, url: made.body.url };
}

const codeIn = (text: string): string => /KW \d{4} \d{4}/.exec(text)?.[0] ?? "";

describe("a contact's own page", () => {
  test.each([
    ["en", "ltr", "What is held"],
    ["de", "ltr", "Was gespeichert ist"],
    ["ar", "rtl", "ما هو محفوظ"],
    ["ms", "ltr", "Apa yang disimpan"],
    ["fr", "ltr", "Ce qui est conservé"],
    ["es", "ltr", "Qué se conserva"],
    ["pt", "ltr", "O que é guardado"],
  ])("speaks %s, without script, foreign asset, name, number or content [ONE-46]", async (lang, dir, held) => {
    const { url } = await givenLink();
    const { status, text, headers } = await visit(url).open(`?lang=${lang}`);
    expect([status, headers.get("referrer-policy"), headers.get("cache-control")]).toEqual([
      200,
      "same-origin",
      "no-store",
    ]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("set-cookie")).toBeNull();
    expect(text).toContain(`dir="${dir}"`);
    expect(text).toContain(held);
    expect(text).not.toMatch(/<script|https?:\/\//);
    expect(text).not.toMatch(/blue coat|Wanjiru|\+?2547/);
  });

  test("over a channel that was removed no code is offered, for none can come in: the page says where to write instead [ONE-46]", async () => {
    const { shop, url } = await givenLink();
    const person = visit(url);
    await person.act("code");
    expect(codeIn((await person.open()).text)).not.toBe("");
    expect((await shop.api.delete(`/v1/channels/${shop.channelId}`)).status).toBe(204);
    const { status, text } = await person.open();
    expect([status, codeIn(text), /action="[^"]*\/code"/.test(text)]).toEqual([200, "", false]);
    expect(text).toContain(
      `is not connected any more, so no code can come in there. Write to ${t.app.config.privacyContact}`,
    );
  });

  test("for somebody who never wrote: a channel that reaches them is where they prove themselves; without one no link is made [ONE-46]", async () => {
    const shop = await givenShop(t, sim);
    const attestation = { isLawful: true, basis: "contract" };
    const rows = { contacts: [{ phone: "+254711000077" }, { phone: "+254711000078" }], attestation };
    const { body } = await shop.api.post<Page<{ contactId: string }>>("/v1/contacts/import", rows);
    const link = (n: number) =>
      shop.api.post<{ url: string; channelId: string; code?: string }>(
        `/v1/contacts/${body.data[n]?.contactId}/page-links`,
        {},
      );
    const made = await link(0);
    expect([made.status, made.body.channelId]).toEqual([201, shop.channelId]);
    const person = visit(made.body.url);
    await person.act("code");
    await shop.hears({ person: { phone: "254711000077", name: "Otieno" }, text: codeIn((await person.open()).text) });
    expect((await person.open()).text).toContain("You have shown that it is you");
    expect((await shop.api.delete(`/v1/channels/${shop.channelId}`)).status).toBe(204);
    const refused = await link(1);
    expect([refused.status, refused.body.code]).toEqual([409, "contact.no_channel"]);
  });

  test("a consent is taken back in one click, by the link alone, and nobody but the person gives it again [ONE-51 GEN-34]", async () => {
    const { shop, contactId, conversationId, url } = await givenLink();
    await shop.api.post(`/v1/contacts/${contactId}/consents`, {
      purpose: "marketing",
      action: "granted",
      method: "form",
    });
    const { body: late } = await shop.send({
      ...{ conversationId, type: "text", text: "20 % off", purpose: "marketing" },
      scheduledAt: new Date(t.clock.ms() + 60_000).toISOString(),
    });
    const person = visit(url);
    expect((await person.open()).text).toContain("Take it back");
    expect(await person.act("withdraw", { purpose: "marketing" })).toEqual({ status: 303, said: "said.withdraw" });
    t.clock.advance(61_000);
    await shop.sent();
    expect((await shop.read(late.id)).error?.code).toBe("message.opted_out");
    // agreeing again needs the person's number, not just the link
    expect((await person.act("agree", { purpose: "marketing" })).said).toBe("said.unproven");
    expect((await person.act("object-marketing")).said).toBe("said.object");
    expect((await person.open()).text).toContain("You objected");
  });

  test("a code proves the one browser that asked for it, once, from the right number, for half an hour [ONE-46]", async () => {
    const { shop, contactId, url } = await givenLink();
    const [person, thief] = [visit(url), visit(url)];
    await person.act("code");
    await thief.act("code");
    const asked = (await person.open()).text;
    // it loads itself again: there is nothing that somebody could be writing in
    expect(asked).toMatch(/http-equiv="refresh"/);
    expect(asked).not.toMatch(/<textarea|type="text"/);
    const code = codeIn(asked);
    expect(code).toMatch(/^KW/);
    // no number is known yet: none is offered
    expect(asked).not.toContain("wa.me");
    await checkChannel(t.app, { workspaceId: shop.workspace.id, channelId: shop.channelId });
    // it is the business's, which everybody may see; the link brings the code along
    const { rows } = await t.admin.query<{ phone: string }>(
      "select details ->> 'phone' as phone from channel_health where channel_id = $1",
      [shop.channelId],
    );
    const number = (rows[0]?.phone ?? "").replace("+", "");
    expect(number).toMatch(/^\d{6,15}$/);
    const open = (await person.open()).text;
    expect(open).toContain(`href="https://wa.me/${number}?text=${encodeURIComponent(code)}" rel="noopener noreferrer"`);
    expect(open).toContain(`<bdi dir="ltr">+${number}</bdi>`);
    expect(codeIn((await thief.open()).text)).not.toBe(code);
    // a phone that somebody linked is a person's own: its number is given to nobody
    const becomes = (provider: string) =>
      t.admin.query("update channel set provider = $2 where id = $1", [shop.channelId, provider]);
    await becomes("whatsapp_linked");
    expect((await person.open()).text).not.toMatch(new RegExp(`wa\\.me|${number}`));
    await becomes("whatsapp_cloud");
    // from somebody else's number it says nothing
    await shop.hears({ person: "pavel", text: code });
    expect((await person.open()).text).toContain(code);
    await shop.hears({ person: "wanjiru", text: code.toLowerCase().replaceAll(" ", "") });
    const proven = (await person.open()).text;
    expect(proven).toContain("You have shown that it is you");
    // one age for all is said once, different ones where they count
    expect(proven.match(/younger than 16/g)).toHaveLength(1);
    await shop.api.put("/v1/consent-rules/utility", { needsConfirmation: false, validDays: null, minAge: 18 });
    const ages = (await person.open()).text;
    expect([ages.match(/younger than 18/g)?.length, ages.match(/younger than 16/g)?.length]).toEqual([1, 3]);
    expect((await thief.open()).text).not.toContain("You have shown that it is you");
    await shop.api.put("/v1/consent-rules/marketing", { needsConfirmation: false, validDays: 10 });
    expect((await person.act("agree", { purpose: "marketing" })).said).toBe("said.agree");
    const { data } = (await shop.api.get<Page<ConsentView>>(`/v1/contacts/${contactId}/consents`)).body;
    expect(data[0]?.expiresAt).toBe(new Date(t.clock.ms() + 10 * 86_400_000).toISOString());
    t.clock.advance(31 * 60_000);
    expect((await person.act("agree", { purpose: "utility" })).said).toBe("said.unproven");
    // replayed: it was used, and its time is over
    await shop.hears({ person: "wanjiru", text: code });
    expect((await person.open()).text).not.toContain("You have shown that it is you");
  });

  test("who proved themself gets a copy, corrects their name, and watches their erase to its receipt on the same page [M24-37 M24-38 GEN-32 ONE-46]", async () => {
    const { shop, contactId, url } = await givenLink();
    const [person, thief] = [visit(url), visit(url)];
    for (const act of ["copy", "erase", "correct"])
      expect((await person.act(act, { sure: "yes" })).said).toBe("said.unproven");
    await person.act("code");
    await shop.hears({ person: "wanjiru", text: codeIn((await person.open()).text) });
    const newest = async () =>
      (await shop.api.get<{ data: { id: string; state: string }[] }>(`/v1/subject-requests?contactId=${contactId}`))
        .body.data[0];
    const carryOut = async (act: string, fields: Record<string, string> = {}) => {
      expect((await person.act(act, fields)).said).toBe("said.request");
      const requestId = (await newest())?.id ?? "";
      await advanceRequest(t.app, { workspaceId: shop.workspace.id, requestId });
      t.clock.advance(1);
      return requestId;
    };
    const copy = await carryOut("copy");
    expect((await person.open()).text).toContain("Download the copy");
    expect((await thief.open(`/copies/${copy}`)).status).toBe(404);
    const downloaded = await person.open(`/copies/${copy}`);
    expect([downloaded.status, downloaded.headers.get("content-type")]).toEqual([200, "application/zip"]);
    await carryOut("correct", { name: "Wanjiru Otieno-Kamau" });
    expect((await shop.api.get<{ name: string }>(`/v1/contacts/${contactId}`)).body.name).toBe("Wanjiru Otieno-Kamau");
    expect((await person.act("erase")).said).toBe("said.incomplete");
    const erase = await carryOut("erase", { sure: "yes" });
    const { text } = await person.open();
    expect(text).toContain("Erasure: done");
    expect(text).toContain(erase);
    expect(text).toMatch(/Deleted:\s+<ul>\s*<li>Messages: \d+<\/li>/);
    expect(text).toMatch(/<li>Name, numbers and fields: \d+<\/li>/);
    // no table's name
    expect(text).not.toMatch(/contact_identity|early_status|queued_sends/);
    expect(text).toContain("Remnants in backups, unreadable without the key.");
    expect(text).not.toMatch(/[a-z]_[a-z]+ \(/);
    expect(text).not.toMatch(/What is held|Otieno/);
    expect((await person.open(`/copies/${copy}`)).status).toBe(404);
    expect((await shop.api.get(`/v1/contacts/${contactId}`)).status).toBe(404);
  });

  test("a link that is wrong, over or revoked is one neutral page that tells nothing", async () => {
    const { shop, contactId, url } = await givenLink();
    const wrong = await visit(`${t.url}/c/${"a".repeat(33)}`).open();
    expect(wrong.status).toBe(404);
    expect(wrong.text).toContain("This link does not work");
    expect((await shop.api.delete(`/v1/contacts/${contactId}/page-links`)).status).toBe(204);
    expect(await visit(url).open()).toMatchObject({ status: 404, text: wrong.text });
    expect((await visit(url).act("withdraw", { purpose: "marketing" })).status).toBe(404);
    const again = await shop.api.post<{ url: string }>(`/v1/contacts/${contactId}/page-links`, { validDays: 1 });
    expect((await visit(again.body.url).open()).status).toBe(200);
    t.clock.advance(86_400_000);
    expect(await visit(again.body.url).open()).toMatchObject({ status: 404, text: wrong.text });
    expect((await visit(`${t.url}/c/x`).open()).text).toBe(wrong.text);
    const kept = await t.admin.query<{ row: string }>("select l::text as row from contact_link l");
    for (const { row } of kept.rows) expect(row).not.toContain(new URL(url).pathname.split("/")[2]);
  });

  test("a form of another site is refused, and a broken one changes nothing", async () => {
    const { shop, contactId, url } = await givenLink();
    const foreign = await fetch(new URL(`${new URL(url).pathname}/withdraw`, t.url), {
      method: "POST",
      headers: { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" },
      body: "purpose=marketing",
    });
    expect(foreign.status).toBe(403);
    expect((await visit(url).act("withdraw", { purpose: "everything" })).said).toBe("said.incomplete");
    expect((await visit(url).act("constructor")).status).toBe(404);
    const { body } = await shop.api.get<{ data: unknown[] }>(`/v1/contacts/${contactId}/consents`);
    expect(body.data).toEqual([]);
  });
});
