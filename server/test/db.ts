import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { openDatabase, type Database } from "../platform/db.ts";

export interface TestDb {
  /** As the tables' owner: what DATABASE_URL would be. */
  url: string;
  adminUrl: string;
  /** As the app role, as the product uses it. */
  db: Database;
  /** As superuser: sees every workspace's rows, for planting and asserting. */
  admin: pg.Pool;
}

/** A migrated database of its own for the test file that calls this at its top. Its fields are there from the first beforeAll on. */
export function testDb(): TestDb {
  const context = {} as TestDb;
  beforeAll(async () => {
    const name = `t_${randomBytes(6).toString("hex")}`;
    await createDatabase(name, inject("pgTemplate"));
    context.url = inject("pgUrl").replace(/\/DB$/, `/${name}`);
    context.adminUrl = inject("pgAdminUrl").replace(/\/DB$/, `/${name}`);
    context.db = await openDatabase({ url: context.url, max: 5 });
    context.admin = new pg.Pool({ connectionString: context.adminUrl, max: 3 });
  });
  // no DROP: it forces a checkpoint, and the whole cluster goes at the end
  afterAll(async () => {
    await context.db?.[Symbol.asyncDispose]();
    await context.admin?.end();
  });
  return context;
}

/** A database without migrations, for tests about migrating. */
export async function emptyDatabase(): Promise<string> {
  const name = `e_${randomBytes(6).toString("hex")}`;
  await createDatabase(name, "template1");
  return inject("pgUrl").replace(/\/DB$/, `/${name}`);
}

async function createDatabase(name: string, template: string): Promise<void> {
  const client = new pg.Client(inject("pgUrl").replace(/\/DB$/, "/keepword"));
  await client.connect();
  try {
    // file_copy: 18–40 ms on the RAM disk where the default, wal_log, takes 92–130
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  } finally {
    await client.end();
  }
}
