import { expect, test } from "vitest";
import { testDb } from "../test/db.ts";
import { messageColumns } from "./view-message.ts";

const t = testDb();

test("each message of a thread reads its own reactions, not all of its channel, however many workspaces there are", async () => {
  await t.admin.query(
    `insert into reaction (workspace_id, channel_id, target_index, actor_id, contact_id, occurred_at)
       select 'wsp_' || w, 'chn_' || w, decode(md5(w || '/' || n), 'hex'), 'con_1', 'con_1', timestamptz '2026-01-01' + n * interval '1 s'
       from generate_series(1, 300) w, generate_series(1, 20) n`,
  );
  await t.admin.query("vacuum analyze reaction");
  const { rows } = await t.admin.query<{ "QUERY PLAN": string }>(
    `explain select ${messageColumns} from message m where m.workspace_id = 'wsp_1' and m.conversation_id = 'cnv_1'`,
  );
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("Index Scan using reaction_pkey on reaction x");
});
