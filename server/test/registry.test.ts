import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { getTableColumns } from "../platform/drizzle.ts";
import { describe as group, expect, test } from "vitest";
import { z } from "zod";
import { describe } from "../platform/table.ts";
import { allEvents, allJobs, allTables, externalTables } from "../schema.ts";
import { testDb } from "./db.ts";

const testing = testDb();
const server = path.resolve(import.meta.dirname, "..");
const declared = allTables.map(describe);
const snake = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

interface LiveColumn {
  table: string;
  column: string;
  type: string;
  isNullable: boolean;
}

// a partition is part of its table
const liveColumns = `select n.nspname || '.' || c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
    not a.attnotnull as "isNullable"
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'`;

const isExternal = (table: string): boolean => {
  const [schema = "", name = ""] = table.split(".");
  return externalTables.some((e) => e.schema === schema && (e.tables === "all" || e.tables.includes(name)));
};

group("the live database is the declared one", () => {
  test("every table and column of it is declared, with type and nullability, and every declared one exists [GEN-24 API-26]", async () => {
    const { rows } = await testing.admin.query<LiveColumn>(liveColumns);
    const live = rows
      .filter(({ table }) => !isExternal(table))
      .map(({ table, column, type, isNullable }) => `${table}.${column} ${type}${isNullable ? " null" : ""}`);
    const expected = declared.flatMap(({ name, table }) =>
      Object.entries(getTableColumns(table)).map(
        ([key, column]) =>
          `public.${name}.${snake(key)} ${typeName(column.getSQLType())}${column.notNull ? "" : " null"}`,
      ),
    );
    expect(live.toSorted()).toEqual(expected.toSorted());
  });

  test("the app role has the declared rights on declared tables, and none on any other [MSJ-35]", async () => {
    const { rows } = await testing.admin.query<{ table: string; right: string }>(
      `select n.nspname || '.' || c.relname as table, lower(a.privilege_type) as right
       from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
       where r.rolname = 'keepword_app' and c.relkind in ('r', 'p', 'v', 'm')`,
    );
    const expected = declared.flatMap(({ name, privacy }) =>
      (privacy.grants ?? ["select", "insert", "update", "delete"]).map((right) => `public.${name} ${right}`),
    );
    expect(rows.map(({ table, right }) => `${table} ${right}`).toSorted()).toEqual(expected.toSorted());
  });

  test("every table of workspaces has row-level security, forced where its declaration does not say otherwise [API-24 MSJ-35]", async () => {
    const { rows } = await testing.admin.query<{ name: string; isOn: boolean; isForced: boolean; policies: string[] }>(
      `select c.relname as name, relrowsecurity as "isOn", relforcerowsecurity as "isForced",
         array(select polname::text from pg_policy p where p.polrelid = c.oid order by 1) as policies
       from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    );
    const byName = new Map(rows.map((row) => [row.name, row]));
    for (const { name, privacy } of declared) {
      const isOfWorkspace = privacy.scope === "workspace";
      expect(byName.get(name)).toEqual({
        name,
        isOn: isOfWorkspace,
        isForced: isOfWorkspace && privacy.rowSecurity !== "enabled",
        policies: isOfWorkspace ? ["owner_rows", "workspace_rows"] : [],
      });
    }
  });

  test("a table with a column for the workspace is declared as one of workspaces", () => {
    for (const { name, privacy, columns } of declared)
      if ("workspaceId" in columns) expect([name, privacy.scope]).toEqual([name, "workspace"]);
  });

  test("the keys and unique indexes of workspace tables begin with the workspace", async () => {
    const { rows } = await testing.admin.query<{ table: string; index: string; first: string }>(
      `select t.relname as table, i.relname as index, a.attname as first
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
         join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
       where x.indisunique and t.relnamespace = 'public'::regnamespace and not t.relispartition`,
    );
    const names = new Map(declared.map((d) => [d.name, snake(d.privacy.workspaceColumn ?? "workspaceId")]));
    const ofWorkspaces = new Set(declared.filter((d) => d.privacy.scope === "workspace").map((d) => d.name));
    // looked up before the workspace is known: by a random id, by a secret's hash, by a provider's id
    const known = [
      "api_key_public_id_key",
      "invitation_token_hash_key",
      "session_share_token",
      "contact_link_token",
      "channel_id",
      "channel_route",
      // by a keyed hash that hardly two rows share: the workspace, which thousands do, comes last
      "message_provider_id",
      "contact_identity_address",
    ];
    const others = rows.filter(({ table, first }) => ofWorkspaces.has(table) && first !== names.get(table));
    expect(others.map(({ index }) => index).filter((index) => !known.includes(index))).toEqual([]);
  });
});

test("functions that see all workspaces have a fixed search path and are callable by the app role only", async () => {
  const { rows } = await testing.admin.query<{ name: string; path: string | null; callers: string[] }>(
    `select p.proname as name, array_to_string(p.proconfig, ';') as path,
       array(select distinct coalesce(r.rolname, 'public') from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         left join pg_roles r on r.oid = a.grantee where a.grantee <> p.proowner order by 1)::text[] as callers
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname in ('public', 'kw')`,
  );
  expect(rows.length).toBeGreaterThan(10);
  for (const { name, path: setting, callers } of rows) {
    expect([name, setting]).toEqual([name, expect.stringMatching(/search_path=(public|pg_catalog), pg_temp/)]);
    expect([name, callers]).toEqual([name, ["keepword_app"]]);
  }
  const open = await testing.admin.query<{ may: boolean }>(
    "select has_schema_privilege('keepword_app', 'public', 'create') or has_schema_privilege('keepword_app', 'kw', 'create') as may",
  );
  expect(open.rows).toEqual([{ may: false }]);
});

test("every foreign key that deletes along finds its rows by an index", async () => {
  const { rows } = await testing.admin.query<{ key: string }>(
    `select c.conrelid::regclass || '.' || c.conname as key from pg_constraint c
     where c.contype = 'f' and c.confdeltype = 'c' and not exists (select 1 from pg_index i
       where i.indrelid = c.conrelid and i.indpred is null
         and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`,
  );
  expect(rows).toEqual([]);
});

function typeName(sqlType: string): string {
  const base = sqlType.replace(/\(.*?\)/g, "").replace(/^timestamp with time zone$/, "timestamp with time zone");
  return base.replace(/^int$/, "integer").replace(/^bool$/, "boolean");
}

const sources = globSync("**/*.ts", { cwd: server })
  .filter((file) => !/\.test\.ts$|^test\//.test(file))
  .map((file) => ({
    file,
    folder: path.dirname(file).split(path.sep)[0] ?? "",
    text: readFileSync(path.join(server, file), "utf8"),
  }));

// what must go or move together in one statement, or page by page, with the rows of other folders
const mayWriteElsewhere = new Map([
  ["channels/purge-channel.ts", ["attachment"]],
  ["messages/move-messages.ts", ["attachment", "outbox"]],
  ["privacy/replay-ledger.ts", ["workspace", "person", "login", "login_link"]],
]);

test("each table is written by the folder that declares it, and by no other", () => {
  const homes = new Map<string, string>();
  for (const { folder, text } of sources)
    for (const [, name] of text.matchAll(/\btable\(\s*"([a-z_]+)"/g)) if (name) homes.set(name, folder);
  const writes = /\b(?:insert\s+into|update|delete\s+from)\s+(?:only\s+)?(?:public\.)?"?([a-z_]+)"?/gi;
  const strangers = sources.flatMap(({ file, folder, text }) =>
    [...text.matchAll(writes)].flatMap(([, name = ""]) => {
      const home = homes.get(name);
      const isKnown = home === undefined || home === folder || mayWriteElsewhere.get(file)?.includes(name);
      return isKnown ? [] : [`${file} writes ${name} of ${home}/`];
    }),
  );
  expect([...new Set(strangers)]).toEqual([]);
  expect(declared.filter(({ name }) => !homes.has(name)).map(({ name }) => name)).toEqual([]);
});

// an event or a job outlives the content it speaks of, so it holds ids, counts, times and closed words
const contentWords =
  /^(text|body|caption|content|name|fileName|email|phone|address|note|title|subject|url|token|secret|password|key)$/i;

function openFields(schema: z.ZodType, at: string): string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, field]) =>
      contentWords.test(key) ? [`${at}.${key}`] : openFields(field as z.ZodType, `${at}.${key}`),
    );
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return openFields(schema.unwrap() as z.ZodType, at);
  if (schema instanceof z.ZodArray) return openFields(schema.element as z.ZodType, at);
  if (schema instanceof z.ZodAny || schema instanceof z.ZodUnknown) return [at];
  return [];
}

test.each(allJobs.map((job) => [job.name, job.payload] as const))("the job %s takes ids only", (name, payload) => {
  expect(openFields(payload, name)).toEqual([]);
});

test.each(allEvents.map((event) => [event.type, event.payload] as const))(
  "the event %s holds ids only",
  (type, payload) => {
    expect(openFields(payload, type)).toEqual([]);
  },
);

test("no job or event is declared twice", () => {
  for (const names of [allJobs.map((job) => job.name), allEvents.map((event) => event.type)])
    expect(new Set(names).size).toBe(names.length);
});
