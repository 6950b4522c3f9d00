import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../test/db.ts";
import { migrate } from "./migrate.ts";

function folder(files: Record<string, string>): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-migrations-"));
  onTestFinished(() => fs.rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
  return dir;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const table = { "0001_table.sql": "create table thing (n int primary key);" };
const index = { "0002_index.sql": "-- no-transaction\ncreate index concurrently if not exists thing_n on thing (n);" };

test("files are applied once, in order, and derived statements when they or the tables changed", async () => {
  const url = await emptyDatabase();
  const dir = folder({ ...index, ...table });
  const derived = ["grant select on thing to keepword_app", "alter table thing enable row level security"];
  expect(await migrate({ url, dir, derived })).toEqual(["0001_table.sql", "0002_index.sql"]);
  const reader = new pg.Client(url);
  await reader.connect();
  await reader.query("begin; select * from thing"); // what a running server does: no statement that locks the table may come now
  expect(await migrate({ url, dir, derived })).toEqual([]);
  await reader.query("commit");
  await reader.end();
  const isSecured = async () =>
    (await query(url, "select relrowsecurity as is from pg_class where relname = 'thing'"))[0];
  expect(await isSecured()).toEqual({ is: true });
  await migrate({ url, dir, derived: ["alter table thing disable row level security"] });
  expect(await isSecured()).toEqual({ is: false });
  fs.writeFileSync(path.join(dir, "0003_more.sql"), "alter table thing enable row level security");
  await migrate({ url, dir, derived: ["alter table thing disable row level security"] });
  expect(await isSecured()).toEqual({ is: false });
});

test("two starters at once both finish, and every file is applied by one of them", async () => {
  const url = await emptyDatabase();
  const dir = folder({ ...table, ...index });
  const applied = await Promise.all([migrate({ url, dir }), migrate({ url, dir }), migrate({ url, dir })]);
  expect(applied.flat().toSorted()).toEqual(["0001_table.sql", "0002_index.sql"]);
});

test("two databases of one cluster can be migrated at once", async () => {
  const urls = await Promise.all([emptyDatabase(), emptyDatabase()]);
  const dir = folder(table);
  expect(await Promise.all(urls.map((url) => migrate({ url, dir })))).toEqual([["0001_table.sql"], ["0001_table.sql"]]);
});

test("a file that fails leaves nothing of itself, and is named", async () => {
  const url = await emptyDatabase();
  const dir = folder({ ...table, "0002_bad.sql": "create table other (n int); select 1 / 0;" });
  await expect(migrate({ url, dir })).rejects.toThrow("0002_bad.sql failed: division by zero");
  expect(await query(url, "select to_regclass('thing')::text as thing, to_regclass('other')::text as other")).toEqual([
    { thing: "thing", other: null },
  ]);
  fs.writeFileSync(path.join(dir, "0002_bad.sql"), "create table other (n int);");
  expect(await migrate({ url, dir })).toEqual(["0002_bad.sql"]);
});

test("a changed, an inserted or an unknown migration stops the start", async () => {
  const url = await emptyDatabase();
  await migrate({ url, dir: folder({ ...table, ...index }) });
  const changed = { "0001_table.sql": "create table thing (n int8 primary key);" };
  await expect(migrate({ url, dir: folder({ ...changed, ...index }) })).rejects.toThrow(
    /0001_table\.sql was changed.*Start with an empty data folder, or run the version that made this one/,
  );
  const inserted = { "0001_zz.sql": "select 1;" };
  await expect(migrate({ url, dir: folder({ ...table, ...index, ...inserted }) })).rejects.toThrow(
    "0001_zz.sql is older",
  );
  await expect(migrate({ url, dir: folder(table) })).rejects.toThrow("0002_index.sql");
});

test("no two migrations share a number, from 0020 on: the order in which they were written is the order of their names", () => {
  const names = fs.readdirSync(path.resolve(import.meta.dirname, "../migrations"));
  const numbers = names.map((name) => name.slice(0, 4)).filter((number) => number >= "0020");
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});

test("a starter does not wait for ever for another that migrates", async () => {
  const url = await emptyDatabase();
  const other = new pg.Client(url);
  await other.connect();
  onTestFinished(() => other.end());
  await other.query("select pg_advisory_lock(727001)");
  await expect(migrate({ url, dir: folder(table), lockTimeoutMs: 1 })).rejects.toThrow("too long");
});

test("the app role can neither log in nor see past row-level security [API-22 MSJ-35]", async () => {
  const url = await emptyDatabase();
  await migrate({ url, dir: folder({}) });
  const flags = "rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb";
  const [row] = await query(url, `select ${flags} from pg_roles where rolname = 'keepword_app'`);
  expect(Object.values(row ?? {})).toEqual([false, false, false, false, false]);
});

test("an index whose build broke off is built again, not taken for done", async () => {
  const url = await emptyDatabase();
  const dir = folder({
    ...table,
    "0002_more.sql": "alter table thing add m int; insert into thing values (1, 7), (2, 7);",
  });
  await migrate({ url, dir });
  fs.writeFileSync(
    path.join(dir, "0003_index.sql"),
    "-- no-transaction: because\ncreate unique index concurrently if not exists thing_m on thing (m);",
  );
  await expect(migrate({ url, dir })).rejects.toThrow("0003_index.sql failed");
  const isValid = async () =>
    (await query(url, "select indisvalid as is from pg_index where indexrelid = to_regclass('thing_m')"))[0];
  expect(await isValid()).toEqual({ is: false });
  await query(url, "delete from thing where n = 2");
  expect(await migrate({ url, dir })).toEqual(["0003_index.sql"]);
  expect(await isValid()).toEqual({ is: true });
});
