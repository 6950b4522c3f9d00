import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDb } from "../test/db.ts";

const t = testDb();
const all = 16_000;
/** Of messages from a template: what each has, and what one has alone. */
const [common, own] = [7, 41_000_123];
/** What each seventh has, and each 4,000th. */
const [frequent, rare] = [77, 4_000_000_077];

/** In pairs of one time. */
const insert = (workspaceId: string, tokens: string) =>
  t.admin.query(
    `insert into message_search select $1, 'msg_' || n, 'cnv_1', 'chn_' || n % 3, timestamptz '2026-01-01' + (n / 2) * interval '1 s', ${tokens}
     from generate_series(1, ${all}) n`,
    [workspaceId],
  );

let owner: pg.Client;
beforeAll(async () => {
  await t.admin.query("alter table message_search set (autovacuum_enabled = off)");
  await insert("ws_template", `array[${common}, 41000000 + n]::bigint[]`);
  // as the owner, as whom the function runs
  owner = new pg.Client(t.url);
  await owner.connect();
  // flushes what waits outside the index, as autovacuum does; of words that one message has alone the statistics know nothing
  await owner.query("vacuum analyze message_search");
  await insert(
    "ws_pages",
    `array[${common}]::bigint[] || case when n % 7 = 0 then array[${frequent}::bigint] else '{}' end
       || case when n % 4000 = 0 then array[${rare}::bigint] else '{}' end`,
  );
});
afterAll(() => owner.end());

interface Hit {
  message_id: string;
  sort_at: Date;
}

async function search(
  workspaceId: string,
  token: number,
  limit: number,
  before?: Hit,
  channelIds: string[] | null = null,
): Promise<Hit[]> {
  const { rows } = await owner.query<Hit>(
    "select message_id, sort_at from kw.search_messages($1, $2::bigint[], $3, $4, $5, $6)",
    [workspaceId, [token], before?.sort_at ?? null, before?.message_id ?? null, channelIds, limit],
  );
  return rows;
}

const seeing = (seen: string) => owner.query(`set kw.workspaces = '{${seen}}'`);

/** How many rows the transactions of this connection have read so far, by an index and without one. */
async function reads(): Promise<[number, number]> {
  const { rows } = await owner.query<{ idx: string; seq: string }>(
    "select idx_tup_fetch as idx, seq_tup_read as seq from pg_stat_xact_user_tables where relname = 'message_search'",
  );
  return [Number(rows[0]?.idx), Number(rows[0]?.seq)];
}

test.each([
  ["every message has", common, 5, 60],
  ["one message has", own, 1, 5_001],
  ["no message has", 3, 0, 5_000],
])("the search for a word that %s reads no more messages than it has to", async (_words, token, hits, most) => {
  await seeing("ws_template");
  await owner.query("begin");
  const before = await reads();
  const found = await search("ws_template", token, 5);
  const after = await reads();
  await owner.query("commit");
  expect([found.length, after[1] - before[1]]).toEqual([hits, 0]);
  expect(after[0] - before[0]).toBeLessThanOrEqual(most);
});

test.each([
  ["all", common, null],
  ["many", frequent, null],
  ["few", rare, null],
  ["all, on one channel", common, ["chn_1"]],
  ["few, on two channels", rare, ["chn_1", "chn_2"]],
])("pages go back through %s without a hole or a double", async (_which, token, channelIds) => {
  await seeing("ws_pages");
  const { rows } = await t.admin.query<Hit>(
    `select message_id, sort_at from message_search where workspace_id = 'ws_pages' and $1::bigint = any (tokens) and ($2::text[] is null or channel_id = any ($2))
     order by sort_at desc, message_id desc`,
    [token, channelIds],
  );
  const pages: string[] = [];
  for (let last: Hit | undefined; ;) {
    const page = await search("ws_pages", token, 301, last, channelIds);
    pages.push(...page.map((hit) => hit.message_id));
    if (page.length < 301) break;
    last = page.at(-1);
  }
  expect(pages).toEqual(rows.map((hit) => hit.message_id));
});

test("the name of a workspace opens nothing to somebody of another one, or of none", async () => {
  for (const seen of ["ws_other", ""]) {
    await seeing(seen);
    expect(await search("ws_pages", common, 5)).toEqual([]);
  }
});
