import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { ConsentView } from "../contacts/consent.ts";
import { createTestApp } from "../test/app.ts";
import { declareAttributes } from "../test/attributes.ts";
import { attestation, byPhone, importsOf } from "../test/imports.ts";

const t = createTestApp();
const { upload, uploaded, act, read, checked, started, refusalsOf, contactsOf, blobsLeft } = importsOf(t);

const list = [
  "Nom;Téléphone;Ville;Note",
  '"Zanzibarina ""Z"" Quux";+254 711 000-001;Nairobi;"two\r\nlines"',
  "Otto;0711000002;Ulm;",
  ";;;",
  "Mei;+254711000003;Taipeh;;;too many",
  "the same number;+254711000001;;",
  "=cmd|' /C calc'!A1;'+254711000004;@SUM(1);",
  "nobody;;Ulm;",
  `long;+254711000005;${"x".repeat(1001)};`,
  "bad;+12;;",
].join("\r\n");
const mapping = [
  { column: 1, to: "name" },
  { column: 2, to: "phone" },
  { column: 3, to: "attribute", attribute: "city" },
];

test("a file is looked at before anything is written: which column is what, what would become of each row, why one is refused [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  await declareAttributes(api, "city", "Ville");
  const { id, ...view } = await uploaded(api, `\uFEFF${list}`);
  expect(view).toMatchObject({
    state: "ready",
    columns: 4,
    rows: 8,
    delimiter: ";",
    fileName: "people.csv",
    encoding: "utf-8",
  });
  const { body } = await api.get<{ data: object[] }>(`/v1/contact-imports/${id}/columns`);
  expect(body.data).toMatchObject([
    { column: 1, header: "Nom", guess: "name", samples: ['Zanzibarina "Z" Quux', "Otto", "Mei"] },
    { column: 2, header: "Téléphone", guess: "phone" },
    { column: 3, header: "Ville", guess: "attribute", attribute: "Ville" },
    { column: 4, header: "Note", guess: null, samples: ["two\r\nlines", "", ""] },
  ]);
  const keys = () =>
    t.admin.query<{ n: number }>("select count(*)::int as n from event where workspace_id = $1", [workspace.id]);
  const before = (await keys()).rows[0]?.n;
  expect((await act(api, id, "start", { attestation })).body.code).toBe("contact_import.not_checked");
  const { body: found } = await act(api, id, "check", { mapping });
  expect(found.counts).toEqual({ new: 3, changed: 0, unchanged: 0, repeated: 1, refused: 4, leftOut: 1 });
  expect((await refusalsOf(api, id)).map(({ row, column, code, isLeftOut }) => [row, column, code, isLeftOut])).toEqual(
    [
      [3, 2, "contact_import.phone_not_international", false],
      [5, 6, "contact_import.row_too_long", false],
      [8, 2, "contact_import.address_missing", false],
      [9, 3, "contact_import.cell_too_long", true],
      [10, 2, "contact_import.phone_too_short", false],
    ],
  );
  expect([await contactsOf(api), (await keys()).rows[0]?.n]).toEqual([[], before]);

  expect(found.attestation).toBeNull();
  const done = await started(workspace, id);
  expect(done).toMatchObject({
    ...{ state: "ended", outcome: "done", taken: 8, counts: found.counts },
    // it outlives the file
    attestation: { basis: "contract", purposes: [], by: expect.stringMatching(/^key_/) },
  });
  const contacts = await contactsOf(api);
  expect(new Map(contacts.map(({ name, attributes }) => [name, attributes]))).toEqual(
    new Map([
      ["=cmd|' /C calc'!A1", { city: "@SUM(1)" }],
      ["the same number", { city: "Nairobi" }],
      ["long", {}],
    ]),
  );
  // whoever started it vouched for it, not the job
  const key = await api.get<{ data: ConsentView[] }>(`/v1/contacts/${contacts[0]?.id}/consents`);
  expect(key.body.data).toMatchObject([
    { action: "imported", proof: { importedBy: expect.stringMatching(/^key_/), basis: "contract" } },
  ]);
});

test("the same file twice changes nothing: every row is known, and the check says so before [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  await declareAttributes(workspace.api, "city");
  const content = "phone,name,city\n+254711000011,Ann,Ulm\n+254711000012,Ben,\n";
  const columns = [...byPhone, { column: 2, to: "name" }, { column: 3, to: "attribute", attribute: "city" }];
  const first = await checked(workspace.api, content, columns);
  await started(workspace, first.id);
  const again = await checked(workspace.api, content, columns);
  expect(again.counts).toEqual({ new: 0, changed: 0, unchanged: 2, repeated: 0, refused: 0, leftOut: 0 });
  expect((await started(workspace, again.id)).counts).toEqual(again.counts);
  const other = await checked(workspace.api, content.replace("Ben,", "Ben,Bonn").replace("Ann", "Anna"), columns);
  expect(other.counts).toMatchObject({ changed: 2, unchanged: 0 });
  expect((await started(workspace, other.id)).counts).toEqual(other.counts);
  expect((await contactsOf(workspace.api)).map(({ name }) => name).toSorted()).toEqual(["Anna", "Ben"]);
});

const utf16 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le"));

test("spreadsheets' own encodings and delimiters are read; what cannot be read says what to do, and leaves nothing [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api } = workspace;
  const latin = new Uint8Array(Buffer.from("name;phone\nJörg;+254711000021\n", "latin1"));
  const headers = async (content: string | Uint8Array<ArrayBuffer>) => {
    const { id, encoding, delimiter } = await uploaded(api, content);
    const { body } = await api.get<{ data: { samples: string[] }[] }>(`/v1/contact-imports/${id}/columns`);
    await act(api, id, "cancel");
    return [encoding, delimiter, body.data.map(({ samples }) => samples[0])];
  };
  expect(await headers(utf16("name\tphone\nJörg\t+254711000021\n"))).toEqual([
    "utf-16le",
    "\t",
    ["Jörg", "+254711000021"],
  ]);
  expect(await headers(latin)).toEqual(["windows-1252", ";", ["Jörg", "+254711000021"]]);
  expect(await headers('"a,b",phone\r\n"x;y;z",+254711000021')).toEqual(["utf-8", ",", ["x;y;z", "+254711000021"]]);
  expect(await headers("phone\n+254711000021\n")).toEqual(["utf-8", ",", ["+254711000021"]]);
  const wide = Array.from({ length: 200 }, (_, n) => `c${n}`).join(",");
  expect((await headers(`${wide}\n+254711000021`))[2]).toHaveLength(200);

  const mixed = new Uint8Array(
    Buffer.concat([Buffer.from("name,phone\nJörg,1\n"), Buffer.from("Jürgen,2\n", "latin1")]),
  );
  const wrong: [string | Uint8Array<ArrayBuffer>, number, string][] = [
    ["", 422, "contact_import.empty"],
    ["\n\n", 422, "contact_import.empty"],
    ["name,phone\n,\n", 422, "contact_import.empty"],
    [mixed, 422, "contact_import.encoding_mixed"],
    [new Uint8Array(randomBytes(5_000)), 422, "contact_import.not_csv"],
    [`name,phone\n"never closed,+254711000021\n${"x,y\n".repeat(90_000)}`, 422, "contact_import.not_csv"],
    [`${wide},one\n+254711000021`, 422, "contact_import.too_big"],
    [`phone\n${"1\n".repeat(100_001)}`, 422, "contact_import.too_big"],
    ["x".repeat(20 * 1024 * 1024 + 1), 413, "payload_too_large"],
  ];
  for (const [content, status, code] of wrong) {
    const answer = await upload(api, content);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  }
  expect([
    await blobsLeft(workspace.id),
    (await api.get<{ data: object[] }>("/v1/contact-imports")).body.data.length,
  ]).toEqual([0, 5]);
});

test("a mapping that cannot be meant is refused, and so is whoever may not import or is of another workspace [GEN-04]", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  const { id } = await uploaded(api, "name,phone\nAnn,+254711000031\n");
  const status = async (columns: unknown) => (await act(api, id, "check", { mapping: columns })).status;
  for (const columns of [
    [],
    [{ column: 1, to: "name" }],
    [{ column: 2, to: "telephone" }],
    [{ column: 3, to: "phone" }],
    [...byPhone, { column: 1, to: "name" }],
    [...byPhone, { column: 2, to: "phone" }],
    [...byPhone, { column: 2, to: "attribute" }],
    [...byPhone, { column: 2, to: "attribute", attribute: "nobody declared this" }],
  ])
    expect([columns, await status(columns)]).toEqual([columns, 400]);
  const foreign = (await t.given.workspace()).api;
  const reader = (await t.given.apiKey(workspaceId, { scopes: ["contact:read"] })).api;
  for (const [caller, expected] of [
    [foreign, 404],
    [reader, 403],
    [t.anyone, 401],
  ] as const) {
    expect((await act(caller, id, "check", { mapping: [{ column: 2, to: "phone" }] })).status).toBe(expected);
    expect((await act(caller, id, "cancel")).status).toBe(expected);
    for (const path of ["", "/columns", "/refusals", "/refusals.csv"])
      expect((await caller.get(`/v1/contact-imports/${id}${path}`)).status).toBe(expected);
  }
  expect((await upload(reader, "phone\n+254711000031")).status).toBe(403);
  expect((await read(api, id)).state).toBe("ready");
});

test("what starts is what the last check said, also where that check ends while the start waits for it [GEN-04]", async () => {
  const { api } = await t.given.workspace();
  const byName = [...byPhone, { column: 2, to: "name" }];
  const { id } = await checked(api, "Phone,Name\n+254711000555,Amina\n", byName);
  const details = async () => (await t.admin.query("select details from contact_import where id = $1", [id])).rows[0];
  const { details: last } = await details();
  expect((await act(api, id, "check", { mapping: byPhone })).body.mapping).toEqual(byPhone);
  const checking = await t.admin.connect();
  await checking.query("begin");
  await checking.query("update contact_import set details = $2 where id = $1", [id, last]);
  const start = act(api, id, "start", { attestation });
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and query like '%contact_import%'`;
  await expect.poll(async () => (await t.admin.query(waiting)).rowCount, { timeout: 10_000 }).toBe(1);
  await checking.query("commit");
  checking.release();
  expect((await start).body).toMatchObject({ state: "running", mapping: byName });
});
