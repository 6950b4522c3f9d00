import { expect, test } from "vitest";
import { languages } from "../platform/languages.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import type { ImportRefusal } from "./list-refusals.ts";
import { attestation, codes, importsOf } from "../test/imports.ts";

interface Columns {
  data: { lacksCountry: boolean; country: string | null; hasUnclearDates: boolean; dateOrder: string | null }[];
  countries: { country: string; code: string }[];
}

const t = createTestApp();
const { uploaded, check, started, refusalsOf, contactsOf, download } = importsOf(t);

const byMobile = { column: 2, to: "phone" };
const named = [{ column: 1, to: "name" }, byMobile];

const numbersOf = async (api: ApiClient) =>
  (await contactsOf(api)).flatMap(({ identities }) => identities.map(({ value }) => value)).toSorted();

test("numbers without a country are of the one that was chosen, and of none by themselves; each reason is true, in every language [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const content = [
    "Name,Mobile",
    ...[
      "A,+254 711 000 231",
      "B,0711000232",
      "C,711000233",
      "D,12",
      "E,+254711000234",
      "F,call me",
      "G,00254711000235",
    ],
  ].join("\n");
  const id = (await uploaded(api, content)).id;
  const { body } = await api.get<Columns>(`/v1/contact-imports/${id}/columns`);
  expect(body.data[1]).toMatchObject({ lacksCountry: true, country: "KE" });
  expect(body.data[0]).toMatchObject({ lacksCountry: false, country: null });
  expect(body.countries).toContainEqual({ country: "KE", code: "254" });
  // the suggestion alone changes nothing
  const without = await check(api, id, { mapping: named });
  expect([without.counts.new, without.defaultCountry]).toEqual([3, null]);
  expect(codes(await refusalsOf(api, id))).toEqual([
    [3, 2, "phone_not_international", false],
    [4, 2, "phone_not_international", false],
    [5, 2, "phone_too_short", false],
    [7, 2, "phone_has_letters", false],
  ]);
  const said = await Promise.all(languages.map((language) => refusalsOf(api, id, language)));
  expect(new Set(said.map((one) => one.map(({ title }) => title).join())).size).toBe(languages.length);
  expect(await download(api, id, "de")).toContain("Mobile: In der Telefonnummer stehen Buchstaben.,F,call me");
  const wrong = await api.post(`/v1/contact-imports/${id}/check`, { mapping: named, defaultCountry: "XX" });
  expect(wrong.status).toBe(400);
  const chosen = await check(api, id, { mapping: named, defaultCountry: "KE" });
  expect([chosen.counts.new, chosen.defaultCountry]).toEqual([5, "KE"]);
  await started(workspace, id);
  expect(await numbersOf(api)).toEqual([1, 2, 3, 4, 5].map((n) => `+25471100023${n}`));
  expect(codes(await refusalsOf(api, id))).toEqual([
    [5, 2, "phone_too_short", false],
    [7, 2, "phone_has_letters", false],
  ]);
});

test("a bad value of a field does not keep its person out: it is left out, counted and told; a bad address does, whatever else is right [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  for (const field of [
    { name: "size", type: "choice", options: ["S", "M"] },
    { name: "born", type: "date" },
    { name: "visits", type: "number" },
  ])
    expect((await api.post("/v1/contact-attributes", { ...field, category: "user.content" })).status).toBe(201);
  const content = [
    "phone,name,size,born,visits,id",
    "+254711000241,Ann,XXL,1990-13-40,3,",
    `+254711000242,${"n".repeat(257)},M,1990-12-31,many,`,
    "+254711000243,Cleo,M,31.12.1990,2,no id",
    "12,Dan,XXL,soon,many,",
  ].join("\n");
  const columns = [
    ...[
      { column: 1, to: "phone" },
      { column: 2, to: "name" },
    ],
    ...["size", "born", "visits"].map((attribute, n) => ({ column: n + 3, to: "attribute", attribute })),
    { column: 6, to: "userId" },
  ];
  const id = (await uploaded(api, content)).id;
  const counts = { new: 2, changed: 0, unchanged: 0, repeated: 0, refused: 2, leftOut: 4 };
  expect((await check(api, id, { mapping: columns })).counts).toEqual(counts);
  const told = [
    [2, 3, "contact_attribute.value_invalid", true],
    [2, 4, "contact_attribute.value_invalid", true],
    [3, 2, "cell_too_long", true],
    [3, 5, "contact_attribute.value_invalid", true],
    [4, 6, "user_id_invalid", false],
    [5, 1, "phone_too_short", false],
  ];
  expect(codes(await refusalsOf(api, id))).toEqual(told);
  expect((await started(workspace, id)).counts).toEqual(counts);
  expect(codes(await refusalsOf(api, id))).toEqual(told);
  expect((await contactsOf(api)).map(({ name, attributes }) => [name, attributes])).toEqual(
    expect.arrayContaining([
      ["Ann", { visits: "3" }],
      [null, { size: "M", born: "1990-12-31" }],
    ]),
  );
  // pages of the report end within a row too
  const seen: ImportRefusal[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { body: { data: ImportRefusal[]; nextCursor: string | null } } = await api.get(
      `/v1/contact-imports/${id}/refusals?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    seen.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  expect(codes(seen)).toEqual(told);
  // one line for each row, with all that was left out
  expect((await download(api, id)).split("\r\n")).toHaveLength(6);
  // the plain call refuses such a row, as before
  const plain = await api.post<{ data: { isImported: boolean }[] }>("/v1/contacts/import", {
    ...{ attestation, contacts: [{ phone: "+254711000244", attributes: { size: "XXL" } }] },
  });
  expect(plain.body.data).toMatchObject([{ isImported: false }]);
});

test("dates in forms of countries are taken where they can be read in one way; else it is asked once for the file [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  await api.post("/v1/contact-attributes", { name: "born", type: "date", category: "user.content" });
  const content = [
    "Born,Mobile",
    ...["31.12.1990", "12/31/1991", "05/04/1992", "6.4.1993"].map((day, n) => `${day},+25471100025${n}`),
  ].join("\n");
  const id = (await uploaded(api, content)).id;
  const { body } = await api.get<Columns>(`/v1/contact-imports/${id}/columns`);
  expect(body.data[0]).toMatchObject({ hasUnclearDates: true, dateOrder: null });
  const columns = [{ column: 1, to: "attribute", attribute: "born" }, byMobile];
  expect((await check(api, id, { mapping: columns })).counts).toMatchObject({ new: 4, refused: 0, leftOut: 2 });
  expect(codes(await refusalsOf(api, id))).toEqual([
    [4, 1, "date_ambiguous", true],
    [5, 1, "date_ambiguous", true],
  ]);
  const answered = await check(api, id, { mapping: columns, dateOrder: "day_first" });
  expect([answered.counts.leftOut, answered.dateOrder]).toEqual([0, "day_first"]);
  await started(workspace, id);
  expect((await contactsOf(api)).map(({ attributes }) => Object.values(attributes)[0] as string).toSorted()).toEqual([
    ...["1990-12-31", "1991-12-31", "1992-04-05", "1993-04-06"],
  ]);
  const other = (await uploaded(api, content)).id;
  await check(api, other, { mapping: columns, dateOrder: "month_first" });
  await started(workspace, other);
  expect((await contactsOf(api)).map(({ attributes }) => Object.values(attributes)[0] as string).toSorted()).toEqual([
    ...["1990-12-31", "1991-12-31", "1992-05-04", "1993-06-04"],
  ]);
});
