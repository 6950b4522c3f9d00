import pg from "pg";
import { expect, test } from "vitest";
import { testDb } from "../test/db.ts";

const t = testDb();
const workspaceId = "ws_plan";

test.each([
  ["few messages have", 41_000_123, "Bitmap Index Scan on message_search_tokens"],
  ["most messages have", 7, "Index Scan using message_search_time"],
])("the search for words that %s reads an index, not the table", async (_words, token, expected) => {
  await t.admin.query("truncate message_search");
  await t.admin.query(
    `insert into message_search select $1, 'msg_' || n, 'cnv_1', 'chn_1', timestamptz '2026-01-01' + n * interval '1 s',
       7 || array(select (n * 40 + k)::bigint * 1000003 from generate_series(1, 40) k) from generate_series(1, 10000) n`,
    [workspaceId],
  );
  // as the owner, as whom the function runs
  const owner = new pg.Client(t.url);
  await owner.connect();
  // flushes what waits outside the index, as autovacuum does
  await owner.query("vacuum analyze message_search");
  const { rows } = await owner.query<{ prosrc: string }>(
    "select prosrc from pg_proc where proname = 'search_messages' and 'p_workspace' = any (proargnames)",
  );
  const values = {
    p_workspace: `'${workspaceId}'::text`,
    p_tokens: `array[${token}]::bigint[]`,
    p_before_id: "null::text",
    p_before: "null::timestamptz",
    p_channel_ids: "null::text[]",
    p_limit: "50",
  };
  const text = Object.entries(values).reduce(
    (sql, [name, value]) => sql.replaceAll(name, value),
    rows[0]?.prosrc ?? "",
  );
  await owner.query(`set kw.workspaces = '{${workspaceId}}'`);
  const plan = await owner.query<{ "QUERY PLAN": string }>(`explain ${text}`);
  // as somebody of another workspace: the name of this one opens nothing
  const found = async (seen: string): Promise<number | null> => {
    await owner.query(`set kw.workspaces = '{${seen}}'`);
    const call = "select from kw.search_messages($1, $2::bigint[], null, null, null, 5)";
    return (await owner.query(call, [workspaceId, [token]])).rowCount;
  };
  expect([await found("ws_other"), (await found(workspaceId)) !== 0]).toEqual([0, true]);
  await owner.end();
  expect(plan.rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain(expected);
});
