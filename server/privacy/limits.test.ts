// What keeps public paths and heavy work from being called without end.
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";

const t = createTestApp();

const BATCH = 25;
const call = async (path: string, init?: RequestInit): Promise<number> => {
  const answer = await fetch(`${t.url}${path}`, init);
  await answer.arrayBuffer();
  return answer.status;
};
const statuses = async (count: number, path: string, init?: RequestInit): Promise<Map<number, number>> => {
  const seen = new Map<number, number>();
  for (let left = count; left > 0; left -= BATCH)
    for (const status of await Promise.all(Array.from({ length: Math.min(left, BATCH) }, () => call(path, init))))
      seen.set(status, (seen.get(status) ?? 0) + 1);
  return seen;
};

test("the privacy pages and Meta's callbacks take so many calls of an address and no more, then say when to come again", async () => {
  expect(await statuses(101, "/privacy/style.css")).toEqual(
    new Map([
      [200, 100],
      [429, 1],
    ]),
  );
  for (const path of ["/privacy", "/privacy/versions", "/privacy/evidence"]) {
    const refused = await fetch(`${t.url}${path}`);
    expect([path, refused.status, refused.headers.get("retry-after")]).toEqual([path, 429, "1"]);
    expect(await refused.json()).toMatchObject({ code: "too_many_requests" });
  }
  expect(await statuses(61, "/meta/data-deletion/AAAAAAAAAAAAAAAAAAAA")).toEqual(
    new Map([
      [404, 60],
      [429, 1],
    ]),
  );
  const forged = { method: "POST", body: new URLSearchParams({ signed_request: "x.y" }) };
  const [erase, deauthorize] = [
    await statuses(300, "/meta/data-deletion", forged),
    await statuses(1, "/meta/deauthorize", forged),
  ];
  expect([erase, deauthorize]).toEqual([new Map([[401, 300]]), new Map([[429, 1]])]);
  t.clock.advance(1_000);
  expect((await fetch(`${t.url}/privacy/style.css`)).status).toBe(200);
}, 120_000);

test("complaints from a contact's page end at five that wait, and at ten an hour from one address; nothing of the others is lost", async () => {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const complain = async (page: string): Promise<string | null> => {
    const answer = await fetch(`${page}/complain`, {
      ...{ method: "POST", redirect: "manual", headers: { origin: t.url } },
      body: new URLSearchParams({ text: "you wrote at night" }),
    });
    return new URL(answer.headers.get("location") ?? "", t.url).searchParams.get("said");
  };
  const pages: string[] = [];
  for (const phone of ["254744000001", "254744000002", "254744000003"]) {
    await post(t, channel, says(channel, { phone }, `wamid.${phone}`, t.clock.ms(), "hello"));
    t.clock.advance(1_000);
    const [contact] = (await workspace.api.get<Page<{ id: string }>>("/v1/contacts?limit=1")).body.data;
    const made = await workspace.api.post<{ url: string }>(`/v1/contacts/${contact?.id}/page-links`, {});
    pages.push(new URL(new URL(made.body.url).pathname, t.url).href);
  }
  const [first = "", second = "", third = ""] = pages;
  const said: (string | null)[] = [];
  for (const page of [first, first, first, first, first, first, second, second, second, second, third])
    said.push(await complain(page));
  const taken = Array.from({ length: 5 }, () => "said.request");
  expect(said).toEqual([...taken, "said.many", ...taken.slice(1), "said.many"]);
  expect(await (await fetch(`${first}?said=said.many&lang=de`)).text()).toContain("wartet auf Antwort");
  const open = await workspace.api.get<Page<object>>("/v1/subject-requests?isOpen=true");
  expect(open.body.data).toHaveLength(9);
  t.clock.advance(3_600_000);
  expect(await complain(third)).toBe("said.request");
});
