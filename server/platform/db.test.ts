import { pgTable, text } from "./drizzle.ts";
import { expect, test } from "vitest";
import { testDb } from "../test/db.ts";
import { openDatabase, ownerClient, txRetry } from "./db.ts";
import { DatabaseLost } from "./db-errors.ts";

const t = testDb();
const scope = { workspaceIds: ["ws_1"] };

async function makeTable(name: string): Promise<void> {
  await t.admin.query(`create table ${name} (workspace_id text not null, n int8 primary key);
    alter table ${name} enable row level security; alter table ${name} force row level security;
    create policy scope on ${name} using (workspace_id = any(current_setting('kw.workspaces', true)::text[]));
    grant select, insert, update, delete on ${name} to keepword_app`);
}

test("every connection acts as keepword_app, also after RESET ROLE", async () => {
  const rows = await t.db.pool.query("select current_user as role");
  expect(rows.rows).toEqual([{ role: "keepword_app" }]);
  const role = await t.db.tx(scope, async (tx) => {
    await tx.query("reset role");
    return tx.query("select current_user as role");
  });
  expect(role).toEqual([{ role: "keepword_app" }]);
});

test("a transaction sees its own workspaces' rows only, and outside one there are none [API-24]", async () => {
  await makeTable("scoped");
  await t.admin.query("insert into scoped values ('ws_1', 1), ('ws_2', 2), ('ws_3', 3)");
  const read = (workspaceIds: string[]) =>
    t.db.tx({ workspaceIds }, (tx) => tx.query("select n from scoped order by n"));
  expect(await read(["ws_1"])).toEqual([{ n: 1 }]);
  expect(await read(["ws_3", "ws_2"])).toEqual([{ n: 2 }, { n: 3 }]);
  expect(await read([])).toEqual([]);
  expect((await t.db.pool.query("select n from scoped")).rows).toEqual([]);
  await expect(t.db.tx(scope, (tx) => tx.query("insert into scoped values ('ws_2', 9)"))).rejects.toThrow(
    "row-level security",
  );
});

test("what is not a workspace id never reaches SQL text", async () => {
  const hostile = "x}'; drop table scoped; --";
  await expect(t.db.tx({ workspaceIds: [hostile] }, async () => {})).rejects.toThrow("Not a workspace id");
});

test("a throw undoes everything; hooks before commit run in order inside, those after commit only once it is durable", async () => {
  await makeTable("hooked");
  const order: string[] = [];
  const insert = (n: number, fail: boolean) =>
    t.db.tx(scope, async (tx) => {
      tx.afterCommit(() => void order.push("after"));
      tx.beforeCommit(async () => void order.push("last"), "last");
      tx.beforeCommit(async () => {
        order.push("first");
        tx.beforeCommit(async () => void order.push("added by first"));
      });
      await tx.named("test.insert", "insert into hooked values ($1, $2)", ["ws_1", n]);
      if (fail) throw new Error("changed my mind");
    });
  await insert(1, false);
  expect(order).toEqual(["first", "added by first", "last", "after"]);
  await expect(insert(2, true)).rejects.toThrow("changed my mind");
  expect(order).toHaveLength(4);
  expect((await t.admin.query("select n::int from hooked")).rows).toEqual([{ n: 1 }]);
});

test("a failed statement whose error was swallowed does not pass for a commit", async () => {
  const run = t.db.tx(scope, async (tx) => {
    await tx.query("select 1 / 0").catch(() => {});
  });
  await expect(run).rejects.toThrow("rolled back");
});

test("a call that gets no connection in time says that the database cannot be reached, and nothing was done", async () => {
  await using db = await openDatabase({ url: t.url, max: 1, connectTimeoutMs: 500 });
  const held = Promise.withResolvers<void>();
  const holder = db.tx(scope, () => held.promise);
  await expect(db.tx(scope, (tx) => tx.query("select 1"))).rejects.toMatchObject({
    name: "DatabaseLost",
    commitUnknown: false,
  });
  held.resolve();
  await holder;
});

test("a database that does not answer is named by host and port, never by its login", async () => {
  const closed = "postgres://me:hunter2@127.0.0.1:1/keepword"; // port 1 is reserved
  for (const open of [() => openDatabase({ url: closed, max: 1 }), () => ownerClient(closed)]) {
    const error = await open().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: "DatabaseLost", message: "The database at 127.0.0.1:1 cannot be reached" });
    expect(String(error)).not.toMatch(/hunter2|me:/);
  }
});

test("numbers, dates and times arrive as what they are", async () => {
  const [row] = await t.db.tx(scope, (tx) =>
    tx.query(`select 42::int8 as small, 9007199254740993::int8 as big, array[1, null]::int8[] as many, date '2026-11-20' as day,
      timestamptz '2026-11-20T10:00:00Z' as at`),
  );
  expect(row).toEqual({
    small: 42,
    big: 9007199254740993n,
    many: [1, null],
    day: "2026-11-20",
    at: new Date("2026-11-20T10:00:00Z"),
  });
});

test("Drizzle and plain statements share the transaction, also when sent at once", async () => {
  await t.admin.query("create table drawn (workspace_id text not null, short_name text primary key)");
  await t.admin.query("grant select, insert on drawn to keepword_app");
  const drawn = pgTable("drawn", { workspaceId: text().notNull(), shortName: text().primaryKey() });
  const seen = await t.db.tx(scope, async (tx) => {
    await tx.orm.insert(drawn).values({ workspaceId: "ws_1", shortName: "a" });
    const reads = [tx.orm.select().from(drawn), tx.query("select short_name from drawn"), tx.orm.select().from(drawn)];
    return Promise.all(reads as Promise<unknown>[]);
  });
  const row = { workspaceId: "ws_1", shortName: "a" };
  expect(seen).toEqual([[row], [{ short_name: "a" }], [row]]);
});

test("one of several statements sent at once fails: the transaction is undone and the connection clean", async () => {
  await using db = await openDatabase({ url: t.url, max: 1 });
  const failed = db.tx(scope, (tx) =>
    Promise.all([tx.query("select 1 / 0"), tx.query("select 1"), tx.query("select 2")]),
  );
  await expect(failed).rejects.toMatchObject({ code: "22012" });
  expect(await db.tx(scope, (tx) => tx.query("select current_setting('kw.workspaces') as ids"))).toEqual([
    { ids: "{ws_1}" },
  ]);
  expect((await db.pool.query("select current_setting('kw.workspaces') as ids")).rows).toEqual([{ ids: "{}" }]);
});

test("a role that could see past row-level security is refused at the start [API-22 MSJ-35]", async () => {
  await expect(openDatabase({ url: t.adminUrl, max: 1, role: "postgres" })).rejects.toThrow(
    "Refusing to run as postgres",
  );
  await t.admin.query("create role sees_all bypassrls");
  await expect(openDatabase({ url: t.adminUrl, max: 1, role: "sees_all" })).rejects.toThrow(
    "Refusing to run as sees_all",
  );
});

test("a missing role and an absent server are each named", async () => {
  await expect(openDatabase({ url: t.url, max: 1, role: "no_such" })).rejects.toThrow("not migrated");
  await expect(openDatabase({ url: "postgres://a:b@127.0.0.1:1/x", max: 1 })).rejects.toThrow(DatabaseLost);
});

test("a statement over its time limit is cancelled and the connection stays usable", async () => {
  await using db = await openDatabase({ url: t.url, max: 1, statementTimeoutMs: 50 });
  await expect(db.tx(scope, (tx) => tx.query("select pg_sleep(60)"))).rejects.toMatchObject({ code: "57014" });
  expect(await db.tx(scope, (tx) => tx.query("select 1 as one"))).toEqual([{ one: 1 }]);
});

test("a connection cut in mid-transaction gives DatabaseLost, and the next transaction works", async () => {
  await using db = await openDatabase({ url: t.url, max: 1 });
  const cut = db.tx(scope, async (tx) => {
    const [row] = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
    await t.admin.query("select pg_terminate_backend($1)", [row?.pid]);
    await tx.query("select 1");
  });
  await expect(cut).rejects.toMatchObject({ name: "DatabaseLost", commitUnknown: false });
  expect(await db.tx(scope, (tx) => tx.query("select 2 as two"))).toEqual([{ two: 2 }]);
});

test("txRetry finishes both of two transactions that deadlock", async () => {
  await makeTable("rows");
  await t.admin.query("insert into rows values ('ws_1', 1), ('ws_1', 2)");
  let runs = 0;
  const bothHaveOne = Promise.withResolvers<void>();
  const touch = (first: number, second: number) =>
    txRetry(t.db, scope, async (tx) => {
      await tx.query("select 1 from rows where n = $1 for update", [first]);
      if (++runs === 2) bothHaveOne.resolve();
      await bothHaveOne.promise;
      await tx.query("select 1 from rows where n = $1 for update", [second]);
    });
  await Promise.all([touch(1, 2), touch(2, 1)]);
  expect(runs).toBe(3);
});
