import { expect, beforeAll, test } from "vitest";
import { routes } from "../app.ts";
import { describe } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { plantCanaries, type Planted } from "../test/canaries.ts";

const t = createTestApp();
let mine: Planted;
let foreign: Planted;
let foreignIds: string[] = [];
const snake = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const ofWorkspaces = allTables.map(describe).filter(({ privacy }) => privacy.scope === "workspace");
const workspaceColumn = (at: (typeof ofWorkspaces)[number]) => snake(at.privacy.workspaceColumn ?? "workspaceId");

beforeAll(async () => {
  foreign = await plantCanaries(t);
  mine = await plantCanaries(t);
  for (const declared of ofWorkspaces.filter(({ columns }) => "id" in columns)) {
    const { rows } = await t.admin.query<{ id: string }>(
      `select id::text from ${declared.name} where ${workspaceColumn(declared)} = $1 limit 2`,
      [foreign.workspace.id],
    );
    foreignIds.push(...rows.map(({ id }) => id));
  }
  foreignIds = [...new Set(foreignIds)];
});

const withIds = routes.filter(
  ({ path, permission }) => path.includes("/:") && permission !== "public" && permission !== "signed_in",
);

test("no route gives, changes or deletes a row of another workspace by its real id [M24-32 API-25]", async () => {
  expect(foreignIds.length).toBeGreaterThan(10);
  const before = await rowsOf(foreign.workspace.id);
  const words = [...Object.values(foreign.ofContact), ...Object.values(foreign.ofOthers)];
  const found: string[] = [];
  let calls = 0;
  for (const route of withIds)
    for (const id of foreignIds) {
      const { status, body } = await mine.workspace.api.request(
        route.method,
        route.path.replaceAll(/:\w+/g, id),
        route.method === "GET" || route.method === "DELETE" ? undefined : {},
      );
      calls += 1;
      if (calls % 500 === 0) t.clock.advance(3_000); // the key's rate
      const isMineToo = id === foreign.workspace.id && status === 403;
      if (status < 400 && !isMineToo) found.push(`${route.id} ${id} ${status}`);
      const text = JSON.stringify(body ?? null);
      if (words.some((word) => text.includes(word))) found.push(`${route.id} tells of ${id}`);
    }
  expect(found).toEqual([]);
  expect(await rowsOf(foreign.workspace.id)).toEqual(before);
}, 120_000);

test("every table of workspaces: of another workspace no row is seen, and none can be written [API-24]", async () => {
  const seen: string[] = [];
  for (const declared of ofWorkspaces) {
    const grants = declared.privacy.grants ?? ["select", "insert", "update", "delete"];
    const column = workspaceColumn(declared);
    const inMine = <T extends object>(sql: string, values: unknown[]) =>
      t.app.db.tx({ workspaceIds: [mine.workspace.id] }, (tx) => tx.query<T>(sql, values));
    if (!grants.includes("select")) continue;
    const rows = await inMine<{ n: number }>(`select count(*)::int as n from ${declared.name} where ${column} = $1`, [
      foreign.workspace.id,
    ]);
    if (rows[0]?.n !== 0) seen.push(declared.name);
    if (grants.includes("update")) {
      const moved = await inMine(`update ${declared.name} set ${column} = ${column} where ${column} = $1 returning 1`, [
        foreign.workspace.id,
      ]);
      if (moved.length > 0) seen.push(`${declared.name} was written`);
    }
    if (grants.includes("insert")) {
      const copy = `insert into ${declared.name} select r.* from ${declared.name} s,
        jsonb_populate_record(s, jsonb_build_object('${column}', $1::text)) r limit 1`;
      const { rows: some } = await t.admin.query(`select 1 from ${declared.name} where ${column} = $1 limit 1`, [
        mine.workspace.id,
      ]);
      if (some.length === 0) continue;
      const outcome = await inMine(copy, [foreign.workspace.id]).then(
        () => "was taken",
        (error: Error) => error.message,
      );
      if (!/row-level security/.test(outcome)) seen.push(`${declared.name}: a foreign row ${outcome}`);
    }
  }
  expect(seen).toEqual([]);
}, 60_000);

async function rowsOf(workspaceId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  // the worker goes on trying to send and to deliver, and what it finds is a channel's health
  for (const declared of ofWorkspaces.filter(({ name }) => !name.endsWith("_attempt") && name !== "channel_health")) {
    const { rows } = await t.admin.query<{ n: number }>(
      `select count(*)::int as n from ${declared.name} where ${workspaceColumn(declared)} = $1`,
      [workspaceId],
    );
    counts[declared.name] = rows[0]?.n ?? 0;
  }
  return counts;
}
