import { describe, expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { declareAttributes } from "../test/attributes.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { ContactDetail } from "./contact.ts";

const t = createTestApp();
interface Page<T> {
  data: T[];
  nextCursor: string | null;
}
let count = 0;

async function given(people: readonly { phone: string; name: string }[]) {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  for (const person of people) {
    t.clock.advance(1000);
    expect((await post(t, channel, says(channel, person, `wamid.t${++count}`, t.clock.now(), "hi"))).status).toBe(200);
  }
  return { workspace, channel, api: workspace.owner.api };
}
const find = async (api: ApiClient, q: string): Promise<(string | null)[]> =>
  (await api.get<Page<ContactDetail>>(`/v1/contacts?q=${encodeURIComponent(q)}`)).body.data.map((one) => one.name);

describe("contacts", () => {
  test("are found by their names in any script and accent, by the beginning of a word, and by number", async () => {
    const { api, workspace } = await given([
      { phone: "34600111222", name: "José Peñarol" },
      { phone: "201001234567", name: "محمّد الأحمد" },
      { phone: "8613800138000", name: "王小明" },
      { phone: "34600999888", name: "Josefina Pena" },
    ]);
    // names are made findable beside the hot path
    await expect.poll(() => find(api, "jose penarol"), { timeout: 10_000 }).toEqual(["José Peñarol"]);
    await expect.poll(() => find(api, "josefina"), { timeout: 10_000 }).toEqual(["Josefina Pena"]);
    const cases: [string, string[]][] = [
      ["JOSÉ", ["Josefina Pena", "José Peñarol"]],
      ["محمد", ["محمّد الأحمد"]],
      ["小明", ["王小明"]],
      ["+34 600 111 222", ["José Peñarol"]],
      ["34600111222", ["José Peñarol"]],
      ["josep", []],
      ["nobody", []],
    ];
    for (const [q, names] of cases) expect([q, await find(api, q)]).toEqual([q, names]);
    expect(await find((await t.given.workspace()).owner.api, "jose")).toEqual([]);
    expect(workspace.id).toMatch(/^ws/);
  });

  test("keep the name the team gave, are found by it, and come page by page, last changed first", async () => {
    const people = Array.from({ length: 5 }, (_, n) => ({ phone: `3460000000${n}`, name: `Client ${n}` }));
    const { api, channel } = await given(people);
    const all = (await api.get<Page<ContactDetail>>("/v1/contacts")).body.data;
    expect(all.map((one) => one.name)).toEqual(people.map((one) => one.name).toReversed());
    const walked: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body }: { body: Page<ContactDetail> } = await api.get(
        `/v1/contacts?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      walked.push(...body.data.map((one) => one.id));
      cursor = body.nextCursor;
    }
    expect(walked).toEqual(all.map((one) => one.id));
    const id = all[2]?.id ?? "";
    t.clock.advance(1000);
    await declareAttributes(api, "city");
    const attributes = { city: "Lleida" };
    expect(
      (await api.patch<ContactDetail>(`/v1/contacts/${id}`, { name: "Our Marta", attributes })).body,
    ).toMatchObject({
      ...{ name: "Our Marta", attributes },
    });
    await post(t, channel, says(channel, { phone: "34600000002", name: "M" }, `wamid.t${++count}`, t.clock.now(), "x"));
    expect((await api.get<ContactDetail>(`/v1/contacts/${id}`)).body.name).toBe("Our Marta");
    expect((await api.get<Page<ContactDetail>>("/v1/contacts?limit=1")).body.data[0]?.id).toBe(id);
    await expect.poll(() => find(api, "marta"), { timeout: 10_000 }).toEqual(["Our Marta"]);
    expect((await api.patch(`/v1/contacts/${id}`, { name: "" })).status).toBe(400);
  });

  test("that were erased take nothing new: no name, no note, no message", async () => {
    const { api } = await given([{ phone: "34611111111", name: "Gone" }]);
    const [contact] = (await api.get<Page<ContactDetail>>("/v1/contacts")).body.data;
    t.app.keyring.destroy(`contact:${contact?.id}`);
    const conversationId = contact?.conversationIds[0];
    expect((await api.get<ContactDetail>(`/v1/contacts/${contact?.id}`)).body).toMatchObject({
      name: null,
      identities: [],
    });
    for (const answer of [
      await api.patch(`/v1/contacts/${contact?.id}`, { name: "again" }),
      await api.post(`/v1/conversations/${conversationId}/notes`, { text: "x" }),
      await api.post("/v1/messages", { conversationId, type: "text", text: "x" }),
    ])
      expect([answer.status, answer.body["code"]]).toEqual([404, "not_found"]);
  });
});
