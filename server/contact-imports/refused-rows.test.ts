import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { declareAttributes } from "../test/attributes.ts";
import { codes, importsOf } from "../test/imports.ts";
import { findImport, openRefused, type ContactImportView } from "./contact-import.ts";
import { endImports, sweepImports } from "./end-imports.ts";

const t = createTestApp();
const { uploaded, check, started: imported, refusalsOf, contactsOf, download, blobOf } = importsOf(t);

const HOUR = 3_600_000;

const gone = async (api: ApiClient, id: string) =>
  (await api.get<{ code: string }>(`/v1/contact-imports/${id}/refusals.csv`)).body.code;
const byMobile = { column: 2, to: "phone" };
const named = [{ column: 1, to: "name" }, byMobile];

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
  const id = (await uploaded(api, list)).id;
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
  const again = (await uploaded(api, await download(api, id, "de"))).id;
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
  const last = (await uploaded(api, mended)).id;
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
    const id = (await uploaded(api, "Name,Mobile\nTakenbird,+254711000211\nRefusedbird,12\n")).id;
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
  const id = (await uploaded(agent, `Mobile,Allergy\n12,${secret}\n+254711000261,\n`)).id;
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
  const id = (await uploaded(api, "Name,Mobile\nAnn,12\n")).id;
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
