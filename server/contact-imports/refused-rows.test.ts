import { createSecretKey, randomBytes, randomUUID, type KeyObject } from "node:crypto";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { languages } from "../platform/languages.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { declareAttributes } from "../test/attributes.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { findImport, openRefused, type ContactImportView } from "./contact-import.ts";
import { endImports, sweepImports } from "./end-imports.ts";
import type { ImportRefusal } from "./list-refusals.ts";
import { runImport } from "./run-import.ts";

const t = createTestApp();
const HOUR = 3_600_000;
const attestation = { isLawful: true, basis: "contract" };

interface Columns {
  data: { lacksCountry: boolean; country: string | null; hasUnclearDates: boolean; dateOrder: string | null }[];
  countries: { country: string; code: string }[];
}

async function uploaded(api: ApiClient, content: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([content], { type: "text/csv" }), "people.csv");
  const answer = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function check(api: ApiClient, id: string, body: object): Promise<ContactImportView> {
  const answer = await api.post<ContactImportView>(`/v1/contact-imports/${id}/check`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

const read = async (api: ApiClient, id: string) => (await api.get<ContactImportView>(`/v1/contact-imports/${id}`)).body;
const start = async (api: ApiClient, id: string) =>
  expect((await api.post(`/v1/contact-imports/${id}/start`, { attestation })).status).toBe(202);

/** As the job does it. */
async function imported({ id: workspaceId, api }: GivenWorkspace, id: string): Promise<ContactImportView> {
  await start(api, id);
  await runImport(t.app, { workspaceId, importId: id });
  return read(api, id);
}

const refusalsOf = async (api: ApiClient, id: string, language = "en") =>
  (await api.get<{ data: ImportRefusal[] }>(`/v1/contact-imports/${id}/refusals?language=${language}`)).body.data;
const codes = (list: readonly ImportRefusal[]) =>
  list.map(({ row, column, code, isLeftOut }) => [row, column, code.replace(/^contact_import\./, ""), isLeftOut]);

async function download(api: ApiClient, id: string, language = "en"): Promise<string> {
  const file = await api.get<string>(`/v1/contact-imports/${id}/refusals.csv?language=${language}`);
  expect(file.status).toBe(200);
  expect(file.headers.get("content-type")).toContain("text/csv");
  return String(file.body).replace("\uFEFF", "");
}
const gone = async (api: ApiClient, id: string) =>
  (await api.get<{ code: string }>(`/v1/contact-imports/${id}/refusals.csv`)).body.code;
const contactsOf = async (api: ApiClient) =>
  (
    await api.get<{ data: { name: string; attributes: object; identities: { value: string }[] }[] }>(
      "/v1/contacts?limit=100",
    )
  ).body.data;
const numbersOf = async (api: ApiClient) =>
  (await contactsOf(api)).flatMap(({ identities }) => identities.map(({ value }) => value)).toSorted();
const blobOf = async (id: string): Promise<string | null> => {
  const { rows } = await t.admin.query<{ name: string | null }>(
    "select refused_blob as name from contact_import where id = $1",
    [id],
  );
  return rows[0]?.name ?? null;
};

const byPhone = { column: 2, to: "phone" };
const named = [{ column: 1, to: "name" }, byPhone];

const list = [
  "Name;Mobile;Town;Note",
  'Ann;+254711000201;"Ulm; ""old"" town";',
  "=1+1;0711000202;@SUM(1);-2",
  "Ben;12;Bonn;two",
  "Cleo;+254711000203;" + "x".repeat(1001) + ";three",
  "",
  "Dan;+254711000204;;;five",
  "Eve;ask;Köln;four",
].join("\r\n");
const mapping = [...named, { column: 3, to: "attribute", attribute: "town" }];

/** As a spreadsheet has it that the reasons are read in: only the cells of the first column are gone. */
const withoutReasons = (csv: string): string =>
  csv
    .split("\r\n")
    .map((line) => line.replace(/^(?:"(?:[^"]|"")*"|[^;]*);/, ""))
    .join("\r\n");

test("refused rows come with the columns and cells of the file and the reason, before and after the import; mended they are imported [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  await declareAttributes(api, "town");
  const id = await uploaded(api, list);
  const counts = { new: 2, changed: 0, unchanged: 0, repeated: 0, refused: 4, leftOut: 1 };
  expect((await check(api, id, { mapping })).counts).toEqual(counts);
  const expected = [
    "Why it was not taken;Name;Mobile;Town;Note",
    "Mobile: The phone number has no country: write it with + and the country’s code.;'=1+1;0711000202;'@SUM(1);'-2",
    "Mobile: The phone number has too few digits.;Ben;12;Bonn;two",
    `Town: The cell is too long for what it is. The person is taken without it.;Cleo;'+254711000203;${"x".repeat(1001)};three`,
    '"The row has more cells than there are columns; often a quote is missing.";Dan;\'+254711000204;;;five',
    "Mobile: There are letters in the phone number.;Eve;ask;Köln;four",
    "",
  ];
  expect((await download(api, id)).split("\r\n")).toEqual(expected);
  const headers = async () => (await refusalsOf(api, id)).map(({ column, header }) => [column, header]);
  const columns = [
    [2, "Mobile"],
    [2, "Mobile"],
    [3, "Town"],
    [5, null],
    [2, "Mobile"],
  ];
  expect(await headers()).toEqual(columns);
  const done = await imported(workspace, id);
  expect(done).toMatchObject({
    outcome: "done",
    counts,
    fileName: null,
    refusedUntil: new Date(t.clock.ms() + 23 * HOUR).toISOString(),
  });
  expect((await download(api, id)).split("\r\n")).toEqual(expected);
  expect(await headers()).toEqual(columns);
  expect((await contactsOf(api)).map(({ name }) => name).toSorted()).toEqual(["Ann", "Cleo"]);

  // as it is: refused for the same reasons, and the column of reasons is not doubled
  const again = await uploaded(api, await download(api, id, "de"));
  const shifted = [
    { column: 2, to: "name" },
    { column: 3, to: "phone" },
    { column: 4, to: "attribute", attribute: "town" },
  ];
  expect((await check(api, again, { mapping: shifted })).counts).toMatchObject({
    refused: 4,
    leftOut: 1,
    unchanged: 1,
  });
  expect(withoutReasons(await download(api, again))).toBe(withoutReasons(expected.join("\r\n")));
  // mended
  const mended = (await download(api, id))
    .replace(";0711000202;", ";'+254711000202;")
    .replace(";12;", ";+254711000205;")
    .replace("x".repeat(1001), "Lyon")
    .replace(";;;five", ";;five")
    .replace(";ask;", ";+254711000206;");
  const last = await uploaded(api, mended);
  expect((await check(api, last, { mapping: shifted })).counts).toMatchObject({
    refused: 0,
    leftOut: 0,
    new: 4,
    changed: 1,
  });
  expect((await imported(workspace, last)).refusedUntil).toBeNull();
  const people = new Map((await contactsOf(api)).map(({ name, attributes }) => [name, attributes]));
  expect([people.get("=1+1"), people.get("Cleo"), people.size]).toEqual([{ town: "@SUM(1)" }, { town: "Lyon" }, 6]);
});

test("what is kept of a file is the refused rows alone, sealed, until a day after the start, or until somebody deletes them or is erased [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const make = async (): Promise<string> => {
    const id = await uploaded(api, "Name,Mobile\nTakenbird,+254711000211\nRefusedbird,12\n");
    await check(api, id, { mapping: named });
    await imported(workspace, id);
    return id;
  };
  const [timed, deleted, erased] = [await make(), await make(), await make()];
  const needles = ["Takenbird", "Refusedbird"];
  expect(await scanForNeedles(t.app, needles, { adminUrl: t.adminUrl, texts: {} })).toEqual([]);
  const kept = async () =>
    (await api.get<{ data: { id: string }[] }>("/v1/contact-imports?hasFile=true")).body.data
      .map(({ id }) => id)
      .toSorted();
  expect(await kept()).toEqual([erased, deleted, timed].toSorted());
  // not in the bytes themselves either
  const row = await t.app.db.tx({ workspaceIds: [workspaceId] }, (tx) => findImport({ tx, workspaceId }, timed));
  const bytes = await text(await openRefused(t.app, workspaceId, row));
  expect([bytes.includes("Takenbird"), bytes.includes("Refusedbird")]).toEqual([false, true]);
  const blobs = await Promise.all([timed, deleted, erased].map(blobOf));
  const left = () => Promise.all(blobs.map((name) => t.app.blobs.exists(name ?? "")));
  expect(await left()).toEqual([true, true, true]);
  // whoever wants them gone
  expect((await api.post<ContactImportView>(`/v1/contact-imports/${deleted}/cancel`, {})).body).toMatchObject({
    ...{ outcome: "done", refusedUntil: null },
  });
  expect([await left(), await gone(api, deleted)]).toEqual([[true, false, true], "contact_import.refused_gone"]);
  // nor what the file called its columns
  const headers = async (id: string) => (await refusalsOf(api, id)).map(({ header }) => header);
  expect([await headers(timed), await headers(deleted)]).toEqual([["Mobile"], [null]]);
  // somebody is erased: they may be among them
  expect(await endImports(t.app, workspaceId, "person_erased")).toBe(2);
  expect([await left(), await gone(api, erased), await kept()]).toEqual([
    [false, false, false],
    "contact_import.refused_gone",
    [],
  ]);
  // a day
  const day = await make();
  const name = (await blobOf(day)) ?? "";
  t.clock.advance(22.9 * HOUR);
  await sweepImports(t.app);
  expect([await t.app.blobs.exists(name), (await download(api, day)).includes("Refusedbird")]).toEqual([true, true]);
  t.clock.advance(0.2 * HOUR);
  await sweepImports(t.app);
  expect([await t.app.blobs.exists(name), await gone(api, day), await blobOf(day)]).toEqual([
    ...[false, "contact_import.refused_gone", null],
  ]);
  const { rows } = await t.admin.query("select refused_key from contact_import where workspace_id = $1", [workspaceId]);
  expect(rows).toEqual(Array.from({ length: 4 }, () => ({ refused_key: null })));
  // which they were, and why, is still said
  expect(codes(await refusalsOf(api, day))).toEqual([[3, 2, "phone_too_short", false]]);
});

test("a crash while the refused rows are put away, and an erasure meanwhile, leave nothing that nobody names [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const prepared = async (): Promise<string> => {
    const id = await uploaded(api, "Name,Mobile\nAnn,+254711000221\nBen,12\n");
    await check(api, id, { mapping: named });
    await start(api, id);
    return id;
  };
  const written: string[] = [];
  const during = (happens: () => Promise<unknown>, isBefore = false) =>
    ({
      ...t.app,
      blobs: {
        ...t.app.blobs,
        put: async (name: string, content: Readable, key: KeyObject) => {
          const read = await buffer(content);
          if (isBefore) await happens();
          const result = await t.app.blobs.put(name, read, key);
          written.push(name);
          if (!isBefore) await happens();
          return result;
        },
      },
    }) as typeof t.app;
  const crashed = await prepared();
  const failing = during(() => Promise.reject(new Error("the process ends here")));
  await expect(runImport(failing, { workspaceId, importId: crashed })).rejects.toThrow("the process ends here");
  expect((await read(api, crashed)).state).toBe("running");
  await runImport(t.app, { workspaceId, importId: crashed });
  expect([await read(api, crashed), await download(api, crashed)]).toEqual([
    expect.objectContaining({ outcome: "done", counts: expect.objectContaining({ new: 1, refused: 1 }) }),
    expect.stringContaining("Ben;12".replace(";", ",")),
  ]);
  for (const isBefore of [true, false]) {
    const id = await prepared();
    const erasing = during(() => endImports(t.app, workspaceId, "person_erased"), isBefore);
    await runImport(erasing, { workspaceId, importId: id });
    expect(await read(api, id)).toMatchObject({ outcome: "person_erased", refusedUntil: null });
  }
  expect(written).toHaveLength(3);
  for (const name of written) expect(await t.app.blobs.exists(name)).toBe(false);

  // an erasure while they are written, and the process ends before it can look again
  const both = await prepared();
  const erasing = during(() => endImports(t.app, workspaceId, "person_erased"), true);
  const put: typeof t.app.blobs.put = async (...given) => {
    await erasing.blobs.put(...given);
    throw new Error("the process ends here");
  };
  const dying = { ...erasing, blobs: { ...erasing.blobs, put } };
  await expect(runImport(dying, { workspaceId, importId: both })).rejects.toThrow("the process ends here");
  const late = written.at(-1) ?? "";
  expect([await t.app.blobs.exists(late), await blobOf(both)]).toEqual([true, late]);
  await sweepImports(t.app);
  expect(await t.app.blobs.exists(late)).toBe(false);
  t.clock.advance(1.1 * HOUR);
  await sweepImports(t.app);
  expect(await blobOf(both)).toBeNull();
});

test("bytes of a file that arrive after an erasure ended its import, from a process that dies then, are removed too [GEN-04]", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  const id = await uploaded(api, "Name,Mobile\nAnn,12\n");
  await t.admin.query("update contact_import set state = 'receiving', encoding = null where id = $1", [id]);
  const nameOf = async (): Promise<string | null> => {
    const { rows } = await t.admin.query<{ name: string | null }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    return rows[0]?.name ?? null;
  };
  await endImports(t.app, workspaceId, "person_erased");
  const name = (await nameOf()) ?? "";
  expect([name !== "", await t.app.blobs.exists(name)]).toEqual([true, false]);
  await t.app.blobs.put(name, Buffer.from("late"), createSecretKey(randomBytes(32)));
  await sweepImports(t.app);
  expect(await t.app.blobs.exists(name)).toBe(false);
  t.clock.advance(1.1 * HOUR);
  await sweepImports(t.app);
  expect(await nameOf()).toBeNull();
});

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
  const id = await uploaded(api, content);
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
  await imported(workspace, id);
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
  const id = await uploaded(api, content);
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
  expect((await imported(workspace, id)).counts).toEqual(counts);
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
  const id = await uploaded(api, content);
  const { body } = await api.get<Columns>(`/v1/contact-imports/${id}/columns`);
  expect(body.data[0]).toMatchObject({ hasUnclearDates: true, dateOrder: null });
  const columns = [{ column: 1, to: "attribute", attribute: "born" }, byPhone];
  expect((await check(api, id, { mapping: columns })).counts).toMatchObject({ new: 4, refused: 0, leftOut: 2 });
  expect(codes(await refusalsOf(api, id))).toEqual([
    [4, 1, "date_ambiguous", true],
    [5, 1, "date_ambiguous", true],
  ]);
  const answered = await check(api, id, { mapping: columns, dateOrder: "day_first" });
  expect([answered.counts.leftOut, answered.dateOrder]).toEqual([0, "day_first"]);
  await imported(workspace, id);
  expect((await contactsOf(api)).map(({ attributes }) => Object.values(attributes)[0] as string).toSorted()).toEqual([
    ...["1990-12-31", "1991-12-31", "1992-04-05", "1993-04-06"],
  ]);
  const other = await uploaded(api, content);
  await check(api, other, { mapping: columns, dateOrder: "month_first" });
  await imported(workspace, other);
  expect((await contactsOf(api)).map(({ attributes }) => Object.values(attributes)[0] as string).toSorted()).toEqual([
    ...["1990-12-31", "1991-12-31", "1992-05-04", "1993-06-04"],
  ]);
});

test("cells of special categories are empty in the file for those who may not see them, before and after the import [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, owner, id: workspaceId } = workspace;
  const asOwner = `?workspaceId=${workspaceId}`;
  expect((await owner.api.put(`/v1/special-categories${asOwner}`, { legalBasis: "health_care" })).status).toBe(200);
  const special = { name: "allergy", type: "text", category: "special.health" };
  expect((await owner.api.post(`/v1/contact-attributes${asOwner}`, special)).status).toBe(201);
  const secret = randomUUID();
  const agent = (await t.given.apiKey(workspaceId, { scopes: ["contact:read", "contact:write"] })).api;
  // also of one that they brought: the right may have been taken from them since
  const id = await uploaded(agent, `Mobile,Allergy\n12,${secret}\n+254711000261,\n`);
  await check(api, id, {
    mapping: [
      { column: 1, to: "phone" },
      { column: 2, to: "attribute", attribute: "allergy" },
    ],
  });
  const shown = async () => [(await download(agent, id)).includes(secret), (await download(api, id)).includes(secret)];
  expect(await shown()).toEqual([false, true]);
  await imported(workspace, id);
  expect(await shown()).toEqual([false, true]);
});

test("a server of before the upgrade that runs still may write and read refused rows as it does [GEN-04]", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  const id = await uploaded(api, "Name,Mobile\nAnn,12\n");
  const values = [workspaceId, id, [2, 2, 3], [null, null, 2], ["a", "a", "b"]];
  const insert = `insert into contact_import_refusal (workspace_id, import_id, file_row, file_column, code)
    select $1, $2, r, c, x from unnest($3::int[], $4::int[], $5::text[]) as u (r, c, x) on conflict do nothing`;
  await t.admin.query(insert, values);
  await t.admin.query(insert, values);
  const rows = await t.admin.query(
    "select file_row, file_column from contact_import_refusal where import_id = $1 order by file_row",
    [id],
  );
  expect(rows.rows).toEqual([
    { file_row: 2, file_column: null },
    { file_row: 3, file_column: 2 },
  ]);
  expect(codes(await refusalsOf(api, id))).toEqual([
    [2, null, "a", false],
    [3, 2, "b", false],
  ]);
  const page = await api.get<{ data: object[]; nextCursor: string }>(`/v1/contact-imports/${id}/refusals?limit=1`);
  const next = await api.get<{ data: object[] }>(
    `/v1/contact-imports/${id}/refusals?limit=1&cursor=${page.body.nextCursor}`,
  );
  expect(next.body.data).toMatchObject([{ row: 3, column: 2 }]);
});
