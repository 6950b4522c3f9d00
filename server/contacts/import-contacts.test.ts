import { expect, test } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { ApiClient } from "../test/api.ts";
import { declareAttributes } from "../test/attributes.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { ConsentView } from "./consent.ts";
import type { ContactDetail } from "./contact.ts";

const t = createTestApp();
type Row = { isImported: true; contactId: string; isNew: boolean } | { isImported: false; problem: { code: string } };
const imports = async (api: ApiClient, contacts: object[], more: object = {}): Promise<Row[]> => {
  const { status, body } = await api.post<{ data: Row[] }>("/v1/contacts/import", { contacts, attestation, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data;
};
const attestation = { isLawful: true, basis: "contract" };
const idOf = (row: Row | undefined): string => (row?.isImported ? row.contactId : "");
const read = async (api: ApiClient, id: string) => (await api.get<ContactDetail>(`/v1/contacts/${id}`)).body;

test("rows are taken or refused for themselves, and the same list twice changes nothing", async () => {
  const { api } = await t.given.workspace();
  await declareAttributes(api, "city", "size");
  const list = [
    { name: "Wanjiru", phone: "+254 711 000-001", attributes: { city: "Nairobi" } },
    { name: "nobody" },
    { name: "bad", phone: "0711000001" },
    { name: "Mei", userId: "KE.7349120865530274" },
    { name: "the same number", phone: "+254711000001", attributes: { size: "m" } },
  ];
  const first = await imports(api, list);
  expect(first.map((row) => (row.isImported ? row.isNew : row.problem.code))).toEqual([
    ...[true, "contact.address_invalid", "contact.address_invalid", true, true],
  ]);
  expect(idOf(first[4])).toBe(idOf(first[0]));
  const contact = await read(api, idOf(first[0]));
  expect(contact).toMatchObject({ name: "the same number", attributes: { city: "Nairobi", size: "m" } });
  const events = async () =>
    (await api.get<{ data: unknown[] }>("/v1/events?types=contact.created,contact.updated")).body;
  const before = (await events()).data.length;
  const again = await imports(api, list);
  expect(again.map(idOf)).toEqual(first.map(idOf));
  expect(again.some((row) => row.isImported && row.isNew)).toBe(false);
  expect((await api.get<{ data: unknown[] }>("/v1/contacts")).body.data).toHaveLength(2);
  expect((await events()).data.length - before).toBeLessThanOrEqual(1);
});

test("a name the team gave stays unless it is to be replaced; a provider's does not; and the provider never takes it back", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const channel = await givenChannel(t, workspace);
  const write = (name: string, id: string) =>
    post(t, channel, says(channel, { phone: "254711000002", name }, id, t.clock.now(), "hi"));
  await write("profile name", "wamid.i1");
  const [row] = await imports(api, [{ name: "From the list", phone: "+254711000002" }]);
  const id = idOf(row);
  expect((await read(api, id)).name).toBe("From the list");
  await write("new profile name", "wamid.i2");
  expect((await read(api, id)).name).toBe("From the list");
  await api.patch(`/v1/contacts/${id}`, { name: "By the team" });
  await imports(api, [{ name: "Second list", phone: "+254711000002" }]);
  expect((await read(api, id)).name).toBe("By the team");
  await imports(api, [{ name: "Second list", phone: "+254711000002" }], { overwriteNames: true });
  expect((await read(api, id)).name).toBe("Second list");
  const { body } = await api.get<{ data: ConversationView[] }>("/v1/conversations");
  expect(body.data.map((conversation) => conversation.contact.id)).toEqual([id]);
});

test("a list never makes one person of two", async () => {
  const { api } = await t.given.workspace();
  const phone = "+254711000003";
  const userId = "KE.1111111111111111";
  const [one, two] = await imports(api, [{ phone }, { userId }]);
  const [both, third] = await imports(api, [
    { phone, userId, name: "both" },
    { phone: "+254711000004", userId: "KE.2222222222222222" },
  ]);
  expect(both).toMatchObject({ isImported: false, problem: { code: "contact.addresses_differ" } });
  expect(idOf(one)).not.toBe(idOf(two));
  expect((await read(api, idOf(third))).identities.map((identity) => identity.kind).toSorted()).toEqual([
    ...["phone", "wa_user_id"],
  ]);
});

test("a thousand rows are one request, and more are refused", async () => {
  const { api } = await t.given.workspace();
  const rows = Array.from({ length: 1000 }, (_, n) => ({
    phone: `+25471${String(n).padStart(7, "0")}`,
    name: `N ${n}`,
  }));
  expect((await imports(api, rows)).filter((row) => row.isImported && row.isNew)).toHaveLength(1000);
  expect((await api.post("/v1/contacts/import", { contacts: [...rows, ...rows], attestation })).status).toBe(400);
});

test("a list is taken only from somebody who vouches for its ground, which stands in the ledger of each person on it; a refusal stays [GEN-19]", async () => {
  const { api, owner } = await t.given.workspace();
  const contacts = [{ phone: "+254711000071" }, { phone: "+254711000072" }];
  const refused = async (given: object | undefined) =>
    (await api.post("/v1/contacts/import", { contacts, ...(given && { attestation: given }) })).status;
  for (const given of [
    undefined,
    { basis: "contract" },
    { isLawful: false, basis: "contract" },
    { isLawful: true, basis: "because" },
    { isLawful: true, basis: "contract", purposes: ["marketing"] },
  ])
    expect([given, await refused(given)]).toEqual([given, 400]);
  expect((await api.get<{ data: unknown[] }>("/v1/contacts")).body.data).toEqual([]);
  const ids = (await imports(owner.api, contacts)).map(idOf);
  const ledger = async (n: number) =>
    (await api.get<{ data: ConsentView[] }>(`/v1/contacts/${ids[n]}/consents`)).body.data;
  for (const n of [0, 1])
    expect(await ledger(n)).toMatchObject([
      {
        ...{
          action: "imported",
          purpose: "contact_list",
          method: "import",
          text: expect.stringContaining("ground: contract"),
        },
        proof: { importedBy: owner.memberId, basis: "contract" },
      },
    ]);
  await imports(owner.api, contacts);
  expect(await ledger(0)).toHaveLength(1);
  // by a program, another ground comes beside it, and each says when and whose word it was
  t.clock.advance(1_000);
  await imports(api, contacts.slice(0, 1), { attestation: { isLawful: true, basis: "legitimate_interest" } });
  type Grounds = { grounds: { basis: string; importedBy: string; occurredAt: string; consentId: string }[] };
  const { grounds } = (await api.get<Grounds>(`/v1/contacts/${ids[0]}/consent-standing`)).body;
  expect(grounds).toMatchObject([
    {
      ...{ basis: "legitimate_interest", importedBy: expect.stringMatching(/^key_/) },
      occurredAt: t.clock.now().toISOString(),
    },
    { basis: "contract", importedBy: owner.memberId, occurredAt: new Date(t.clock.ms() - 1_000).toISOString() },
  ]);
  expect(grounds.map(({ consentId }) => consentId)).toEqual((await ledger(0)).map(({ id }) => id));
  await api.post(`/v1/contacts/${ids[1]}/consents`, { purpose: "marketing", action: "withdrawn", method: "verbal" });
  await imports(owner.api, contacts, { attestation: { isLawful: true, basis: "consent", purposes: ["marketing"] } });
  const standing = async (n: number) =>
    (await api.get<{ data: { standing: string }[] }>(`/v1/contacts/${ids[n]}/consent-standing`)).body.data[0]?.standing;
  expect([await standing(0), await standing(1)]).toEqual(["imported", "withdrawn"]);
  expect((await ledger(1)).filter(({ action }) => action === "granted")).toEqual([]);
});
