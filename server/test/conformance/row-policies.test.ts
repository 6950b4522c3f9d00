import { expect, test } from "vitest";
import { describe } from "../../platform/table.ts";
import { hasPolicies } from "../../privacy/verify-privacy.ts";
import { allTables } from "../../schema.ts";
import { testDb } from "../db.ts";

const testing = testDb();
const names = allTables.map(describe).flatMap(({ name, privacy }) => (privacy.scope === "workspace" ? [name] : []));

// each fault alone, taken back with its transaction
test.each(names)("a row policy that is missing, off or not forced on %s is noticed", async (name) => {
  const faults = [
    `drop policy workspace_rows on ${name}`,
    `alter table ${name} disable row level security`,
    `do $$ declare f boolean := (select relforcerowsecurity from pg_class where oid = '${name}'::regclass); begin
       execute format('alter table ${name} %s force row level security', case when f then 'no' else '' end); end $$`,
  ];
  const client = await testing.admin.connect();
  try {
    for (const fault of faults) {
      await client.query("begin");
      expect(await hasPolicies(client, allTables)).toBe(true);
      await client.query(fault);
      expect([fault, await hasPolicies(client, allTables)]).toEqual([fault, false]);
      await client.query("rollback");
    }
  } finally {
    client.release();
  }
});
