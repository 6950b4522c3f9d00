import { randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { ConsentView } from "../contacts/consent.ts";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { advanceRequest } from "../privacy/advance-request.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { writeBackup } from "../privacy/write-backup.ts";
import { allTables } from "../schema.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { declareAttributes } from "../test/attributes.ts";
import type { GivenWorkspace } from "../test/given.ts";
import type { ContactImportView } from "./contact-import.ts";
import { sweepImports } from "./end-imports.ts";
import type { ImportRefusal } from "./list-refusals.ts";
import { runImport } from "./run-import.ts";

const lines: string[] = [];
const t = createTestApp({ logLines: lines });
const HOUR = 3_600_000;
const attestation = { isLawful: true, basis: "contract" };
const byPhone = [{ column: 1, to: "phone" }];

type Answer<T> = { status: number; body: T & { code?: string } };

async function upload(api: ApiClient, content: string | Uint8Array<ArrayBuffer>): Promise<Answer<ContactImportView>> {
  const form = new FormData();
  form.append("file", new Blob([content], { type: "text/csv" }), "people.csv");
  const answer = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  return { status: answer.status, body: (await answer.json()) as ContactImportView };
}

async function uploaded(api: ApiClient, content: string | Uint8Array<ArrayBuffer>): Promise<ContactImportView> {
  const { status, body } = await upload(api, content);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const act = async (api: ApiClient, id: string, verb: string, body: object = {}) =>
  (await api.post<ContactImportView & { code?: string }>(
    `/v1/contact-imports/${id}/${verb}`,
    body,
  )) satisfies Answer<object>;
const read = async (api: ApiClient, id: string) => (await api.get<ContactImportView>(`/v1/contact-imports/${id}`)).body;
const refusalsOf = async (api: ApiClient, id: string) =>
  (await api.get<{ data: ImportRefusal[] }>(`/v1/contact-imports/${id}/refusals`)).body.data;
const contactsOf = async (api: ApiClient) =>
  (await api.get<{ data: { id: string; name: string; attributes: object }[] }>("/v1/contacts?limit=100")).body.data;

async function checked(api: ApiClient, content: string | Uint8Array<ArrayBuffer>, mapping: object[] = byPhone) {
  const { id } = await uploaded(api, content);
  const { status, body } = await act(api, id, "check", { mapping });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** As the job does it. */
async function started({ id: workspaceId, api }: GivenWorkspace, id: string, given: object = attestation) {
  expect((await act(api, id, "start", { attestation: given })).status).toBe(202);
  await runImport(t.app, { workspaceId, importId: id });
  return read(api, id);
}

const blobsLeft = async (workspaceId: string): Promise<number> => {
  const { rows } = await t.admin.query(
    "select 1 from contact_import where workspace_id = $1 and blob_name is not null",
    [workspaceId],
  );
  return rows.length;
};

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

test("values are judged with the eyes of whoever starts the import, and one that may not be written is left out and told with its column [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, owner, id: workspaceId } = workspace;
  const asOwner = `?workspaceId=${workspaceId}`;
  expect((await owner.api.put(`/v1/special-categories${asOwner}`, { legalBasis: "health_care" })).status).toBe(200);
  await api.post("/v1/contact-attributes", {
    name: "size",
    type: "choice",
    options: ["S", "M"],
    category: "user.content",
  });
  const special = { name: "allergy", type: "text", category: "special.health" };
  expect((await owner.api.post(`/v1/contact-attributes${asOwner}`, special)).status).toBe(201);
  // the privacy page names it only later; who may write it is what this is about
  const held = t.app.policyGate.unheldUntil;
  t.app.policyGate.unheldUntil = () => undefined;
  try {
    const content = "phone,size,allergy\n+254711000061,M,nuts\n+254711000062,XXL,\n";
    const columns = [
      ...byPhone,
      { column: 2, to: "attribute", attribute: "size" },
      { column: 3, to: "attribute", attribute: "allergy" },
    ];
    const outcome = async (caller: ApiClient) => {
      const { id } = await checked(caller, content, columns);
      const before = await refusalsOf(caller, id);
      await started({ ...workspace, api: caller }, id);
      const after = await refusalsOf(caller, id);
      expect(after).toEqual(before);
      return after.map(({ row, column, code }) => [row, column, code]);
    };
    const agent = (await t.given.apiKey(workspaceId, { scopes: ["contact:read", "contact:write"] })).api;
    const invalid = [3, 2, "contact_attribute.value_invalid"];
    const held = async () => (await contactsOf(api)).map(({ attributes }) => JSON.stringify(attributes)).toSorted();
    expect(await outcome(agent)).toEqual([[2, 3, "contact_attribute.restricted"], invalid]);
    expect(await held()).toEqual([`{"size":"M"}`, "{}"]);
    // an admin who is one no more when the job runs
    const admin = await t.given.member(workspaceId, "admin");
    const { id } = await checked(admin.api, content, columns);
    expect((await act(admin.api, id, "start", { attestation })).status).toBe(202);
    expect((await owner.api.patch(`/v1/members/${admin.memberId}${asOwner}`, { role: "agent" })).status).toBe(200);
    await runImport(t.app, { workspaceId, importId: id });
    expect((await refusalsOf(api, id)).map(({ code }) => code)).toContain("contact_attribute.restricted");
    expect(await held()).toEqual([`{"size":"M"}`, "{}"]);
    expect(await outcome(api)).toEqual([invalid]);
    expect(await held()).toEqual([`{"size":"M","allergy":"nuts"}`, "{}"]);
  } finally {
    t.app.policyGate.unheldUntil = held;
  }
});

test("no byte of the file is left once the import ends, nor a day after it came or was started, and never is it in a backup [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const content = "Quaggaheader,phone\nNeedlebird,+254711000041\n";
  const exists = async (id: string) => {
    const { rows } = await t.admin.query<{ name: string }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    return rows[0]?.name ? t.app.blobs.exists(rows[0].name) : false;
  };
  const finished = await checked(api, content, [{ column: 2, to: "phone" }]);
  const unused = await checked(api, content, [{ column: 2, to: "phone" }]);
  const stalled = await checked(api, content, [{ column: 2, to: "phone" }]);
  expect([await exists(finished.id), await exists(unused.id), await exists(stalled.id)]).toEqual([true, true, true]);
  const { rows } = await t.admin.query<{ name: string }>(
    "select blob_name as name from contact_import where workspace_id = $1",
    [workspaceId],
  );
  const { blobs } = await writeBackup(t.app, {
    ...{ to: `${t.app.config.dataDir}/copies`, tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30 },
  });
  expect(blobs).toBe(0);

  expect((await started(workspace, finished.id)).fileRemovedAt).toBe(t.clock.now().toISOString());
  expect(await exists(finished.id)).toBe(false);
  t.clock.advance(22 * HOUR);
  await act(api, stalled.id, "start", { attestation });
  await sweepImports(t.app);
  expect([await exists(unused.id), await exists(stalled.id)]).toEqual([true, true]);
  t.clock.advance(1.75 * HOUR);
  await sweepImports(t.app);
  expect([await exists(unused.id), (await read(api, unused.id)).outcome]).toEqual([false, "unused"]);
  expect((await read(api, stalled.id)).state).toBe("running");
  t.clock.advance(22 * HOUR);
  await sweepImports(t.app);
  expect([await exists(stalled.id), (await read(api, stalled.id)).outcome]).toEqual([false, "stalled"]);
  for (const { name } of rows) expect(await t.app.blobs.exists(name)).toBe(false);
  // nothing is left to do, and no workspace is looked into
  const tx = vi.spyOn(t.app.db, "tx");
  await sweepImports(t.app);
  expect(tx).toHaveBeenCalledTimes(1);
  tx.mockRestore();

  const needles = ["Quaggaheader", "Needlebird", "254711000041", "people.csv"];
  const scan = () => scanForNeedles(t.app, needles, { adminUrl: t.adminUrl, texts: { log: lines.join("\n") } });
  expect(await scan()).toEqual([]);
  // sealed from the first byte on, so the look for clear text proves little by itself: what was sealed cannot be opened either
  const { rows: left } = await t.admin.query("select details, blob_key from contact_import where workspace_id = $1", [
    workspaceId,
  ]);
  expect(left).toEqual(Array.from({ length: 3 }, () => ({ details: null, blob_key: null })));
  // and the record of counts goes too
  t.clock.advance(91 * 24 * HOUR);
  await t.admin.query("select kw.sweep_contact_import($1, 100, 0)", [t.clock.now()]);
  expect((await t.admin.query("select 1 from contact_import where workspace_id = $1", [workspaceId])).rowCount).toBe(0);
});

/** The product, with something that happens after each batch that was taken. */
const afterBatch = (happens: () => Promise<unknown>) =>
  ({
    ...t.app,
    db: {
      ...t.app.db,
      tx: async (...args: Parameters<typeof t.app.db.tx>) => {
        const result = await t.app.db.tx(...args);
        if (result === "taken") await happens();
        return result;
      },
    },
  }) as typeof t.app;

const many = (count: number): string =>
  `phone\n${Array.from({ length: count }, (_, n) => `+2547${String(n).padStart(8, "0")}\n`).join("")}`;

test("a transaction that breaks off writes nothing, and the job that is run again goes on after the last thousand; canceled it stops there; nothing is taken twice [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { id: workspaceId, api } = workspace;
  const { id } = await checked(api, many(2_500));
  await act(api, id, "start", { attestation });
  // in the second thousand a contact turns out to be erased: no reason to end the import
  let batches = 0;
  const breaking = {
    ...t.app,
    emit: async (...args: Parameters<typeof t.app.emit>) => {
      await t.app.emit(...args);
      if (args[1].type === "contact.created" && ++batches === 2) throw new KeyDestroyed(["contact:con_gone"]);
    },
  } as typeof t.app;
  await expect(runImport(breaking, { workspaceId, importId: id })).rejects.toThrow(KeyDestroyed);
  expect(await read(api, id)).toMatchObject({ state: "running", taken: 1000, counts: { new: 1000 } });
  await runImport(t.app, { workspaceId, importId: id });
  // the queue may run a job twice
  await runImport(t.app, { workspaceId, importId: id });
  expect(await read(api, id)).toMatchObject({ outcome: "done", taken: 2500, counts: { new: 2500, repeated: 0 } });
  const { rows } = await t.admin.query<{ n: number }>(
    "select count(*)::int as n from contact where workspace_id = $1",
    [workspaceId],
  );
  expect(rows[0]?.n).toBe(2500);

  const other = await t.given.workspace();
  const stopped = await checked(other.api, many(2_500));
  await act(other.api, stopped.id, "start", { attestation });
  const canceling = afterBatch(() => act(other.api, stopped.id, "cancel"));
  await runImport(canceling, { workspaceId: other.id, importId: stopped.id });
  expect(await read(other.api, stopped.id)).toMatchObject({ state: "ended", outcome: "canceled", taken: 1000 });
  expect([await blobsLeft(workspaceId), await blobsLeft(other.id)]).toEqual([0, 0]);
});

/** As the job of a request does it. */
async function advanced({ id: workspaceId, api }: GivenWorkspace, requestId: string) {
  await advanceRequest(t.app, { workspaceId, requestId });
  const { body } = await api.get<{ state: string; receipt: { deleted: object[] } }>(
    `/v1/subject-requests/${requestId}`,
  );
  return body;
}

test("an erase of somebody whom only a list knows ends the lists too, and finds who came from one since they asked [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const content = "phone\n+254 711 000 071\n";
  const ask = async () => {
    const asked = await api.post<{ id: string }>("/v1/subject-requests", { type: "erase", identity: "+254711000071" });
    expect(asked.status).toBe(202);
    return asked.body.id;
  };
  const waiting = await uploaded(api, content);
  const running = await checked(api, content);
  await act(api, running.id, "start", { attestation });
  const { state, receipt } = await advanced(workspace, await ask());
  expect([state, receipt.deleted]).toEqual(["done", [{ what: "import_file", kind: "copies", count: 2 }]]);
  await runImport(t.app, { workspaceId, importId: running.id });
  for (const { id } of [running, waiting]) expect((await read(api, id)).outcome).toBe("person_erased");
  expect(await contactsOf(api)).toEqual([]);
  // the list is quicker than the request
  const { id } = await checked(api, content);
  const requestId = await ask();
  await started(workspace, id);
  expect(await contactsOf(api)).toHaveLength(1);
  expect((await advanced(workspace, requestId)).receipt.deleted).toContainEqual({
    what: "contact",
    kind: "person",
    count: 1,
  });
  expect(await contactsOf(api)).toEqual([]);
});

test("whoever started an import and may import no more ends it where it is: a member who left, a key that was revoked [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { owner, id: workspaceId } = workspace;
  const agent = await t.given.member(workspaceId, "agent");
  const key = await t.given.apiKey(workspaceId);
  for (const [caller, leaves] of [
    [agent.api, () => owner.api.delete(`/v1/members/${agent.memberId}`)],
    [key.api, () => owner.api.delete(`/v1/api-keys/${key.id}`)],
  ] as const) {
    const { id } = await checked(caller, many(1_001));
    expect((await act(caller, id, "start", { attestation })).status).toBe(202);
    await runImport(
      afterBatch(async () => expect((await leaves()).status).toBe(204)),
      { workspaceId, importId: id },
    );
    expect(await read(workspace.api, id)).toMatchObject({ outcome: "not_permitted", taken: 1000, fileName: null });
  }
});

test("an erase ends every list of the workspace with its file, also one that is half imported: nobody comes back from it [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  // the person is in the first thousand, and again, in other words, in the second
  const content = `${many(1_500)}+254 700 000 000\n`;
  const running = await checked(api, content);
  const waiting = await uploaded(api, content);
  await act(api, running.id, "start", { attestation });
  const erasing = afterBatch(async () => {
    const found = await api.get<{ data: { id: string }[] }>("/v1/contacts?q=%2B254700000000");
    const asked = await api.delete<{ id: string }>(`/v1/contacts/${found.body.data[0]?.id}`);
    const { state, receipt } = await advanced(workspace, asked.body.id);
    expect([state, receipt.deleted]).toEqual([
      "done",
      expect.arrayContaining([{ what: "import_file", kind: "copies", count: 2 }]),
    ]);
  });
  await runImport(erasing, { workspaceId, importId: running.id });
  await runImport(t.app, { workspaceId, importId: running.id });
  for (const { id } of [running, waiting])
    expect(await read(api, id)).toMatchObject({ state: "ended", outcome: "person_erased", fileName: null });
  expect((await act(api, waiting.id, "check", { mapping: byPhone })).body.code).toBe("contact_import.not_ready");
  expect((await api.get<{ data: object[] }>("/v1/contacts?q=%2B254700000000")).body.data).toEqual([]);
  expect(await blobsLeft(workspaceId)).toBe(0);
  // other workspaces are not touched
  const other = await t.given.workspace();
  expect((await started(other, (await checked(other.api, content)).id)).outcome).toBe("done");
});

test("a file that is gone, or a workspace that closes, ends the import with its reason; one that was never there is not found [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const lose = async (id: string) => {
    const { rows } = await t.admin.query<{ name: string }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    await t.app.blobs.remove(rows.map(({ name }) => name));
  };
  const content = "phone\n+254711000051\n";
  const [first, second, third] = [
    await uploaded(api, content),
    await checked(api, content),
    await checked(api, content),
  ];
  await lose(first.id);
  expect((await act(api, first.id, "check", { mapping: byPhone })).body.code).toBe("contact_import.not_ready");
  await lose(second.id);
  await started(workspace, second.id);
  for (const { id } of [first, second]) expect((await read(api, id)).outcome).toBe("unreadable");
  await act(api, third.id, "start", { attestation });
  await t.admin.query("update workspace set closing_at = $2, purge_at = $2, closing_reason = 'owner' where id = $1", [
    workspaceId,
    new Date(t.clock.ms() + 24 * HOUR),
  ]);
  await runImport(t.app, { workspaceId, importId: third.id });
  expect((await read(api, third.id)).outcome).toBe("workspace_closing");
  expect(await contactsOf(api)).toEqual([]);
  expect((await api.get(`/v1/contact-imports/${newId("cim")}`)).status).toBe(404);
});
