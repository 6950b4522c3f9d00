// 5 million messages in 500,000 conversations of 200 workspaces, made inside the database. Sealed columns hold bytes of the usual
// length that open nowhere; search tokens are random words of a Zipf vocabulary. Rows lie in the order of their time, as they would.
import type pg from "pg";

export interface InboxData {
  /** 2 M of the messages, 200,000 of the conversations at full scale */
  big: string;
  small: string;
  /** of a conversation with 20,000 messages, in the big workspace */
  longConversation: string;
}

export const workspaceId = (w: number): string => `wsp_${String(w).padStart(26, "0")}`;
export const channelId = (w: number, n: number): string =>
  `chn_${String(w).padStart(20, "0")}${String(n).padStart(6, "0")}`;
export const memberId = (w: number, n: number): string =>
  `mbr_${String(w).padStart(20, "0")}${String(n).padStart(6, "0")}`;
export const labelId = (w: number, n: number): string =>
  `lbl_${String(w).padStart(20, "0")}${String(n).padStart(6, "0")}`;

const workspaces = 200;
const smallOne = 100;
const start = "2026-11-01T00:00:00Z";
const sealed = (bytes: number): string => `decode(repeat('01', ${bytes}), 'hex')`;
const id = (prefix: string, w: string, n: string): string =>
  `'${prefix}_' || lpad(${w}::text, 20, '0') || lpad(${n}::text, 6, '0')`;

/** Tables that are filled without their indexes, which are made again afterwards. */
const bulky = ["message", "message_search"];

function steps(scale: number): [string, string][] {
  const big = Math.round(200_000 * scale);
  const rest = Math.round(300_000 * scale);
  const long = Math.round(20_000 * Math.min(1, scale * 5));
  return [
    [
      "functions",
      // time-ordered like the product's own: 12 digits of milliseconds, 13 of chance
      `create or replace function pg_temp.made_id(prefix text, at timestamptz, n bigint) returns text language sql immutable as
       $$ select prefix || '_0' || lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || substr(md5(n::text), 1, 13) $$;
       set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB';
       set max_parallel_maintenance_workers = 2`,
    ],
    [
      "workspaces",
      `insert into workspace (id, name, created_at) select 'wsp_' || lpad(w::text, 26, '0'), 'Workspace', '${start}' from generate_series(1, ${workspaces}) w;
       insert into label (workspace_id, id, name, color, created_at)
         select 'wsp_' || lpad(w::text, 26, '0'), ${id("lbl", "w", "n")}, 'Label ' || n, 'blue', '${start}'
         from generate_series(1, ${workspaces}) w, generate_series(1, 10) n`,
    ],
    [
      "conversations",
      `create temp table share as select w, case when w = 1 then ${big}::float else ${rest} * (1.0 / w) / (select sum(1.0 / i) from generate_series(2, ${workspaces}) i) end as n
         from generate_series(1, ${workspaces}) w;
       create temp table made as select w, 'wsp_' || lpad(w::text, 26, '0') as ws, k, row_number() over (order by w, k) as n,
           timestamptz '${start}' - random() * interval '360 days' as at,
           (array['open','open','pending','snoozed','resolved','resolved','resolved','resolved','resolved','resolved'])[1 + floor(random() * 10)::int] as status,
           case when random() < 0.5 then ${id("mbr", "w", "(1 + floor(random() * 5)::int)")} end as assignee,
           ${id("chn", "w", "(1 + floor(random() * 3)::int)")} as channel,
           case when w = 1 and k = 1 then ${long} else 1 + floor(random() * 18)::int end as messages
         from share, lateral generate_series(1, greatest(1, round(n))::int) k;
       alter table made add id text collate "C", add contact text collate "C";
       update made set id = pg_temp.made_id('cnv', at - interval '30 days', n), contact = pg_temp.made_id('con', at - interval '30 days', n);
       insert into contact (workspace_id, id, name, created_at, updated_at) select ws, contact, ${sealed(55)}, at, at from made order by n;
       insert into contact_identity (workspace_id, id, contact_id, kind, address, address_index, created_at)
         select ws, pg_temp.made_id('idn', at, n), contact, 'phone', ${sealed(50)}, decode(md5('a' || n), 'hex'), at from made order by n;
       insert into conversation (workspace_id, id, channel_id, contact_id, status, assignee_id, inbound_count, last_message_id, last_message_at,
           last_inbound_at, created_at, updated_at)
         select ws, id, channel, contact, status, assignee, messages / 2, pg_temp.made_id('msg', at, n * 100000), at, at, at, at from made order by at;
       insert into conversation_label (workspace_id, label_id, conversation_id, last_message_at, status, assignee_id, channel_id)
         select ws, ${id("lbl", "w", "(1 + n / 5 % 10)")}, id, at, status, assignee, channel from made where n % 5 = 0;
       insert into member_read (workspace_id, member_id, conversation_id, read_count, read_at)
         select ws, ${id("mbr", "w", "1")}, id, messages / 3, at from made where n % 2 = 0`,
    ],
    [
      "messages",
      `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, content, provider_message_index,
           reply_to_index, status, sort_at, sent_at, received_at, accepted_at, delivered_at, read_at, author_kind, author_id)
         select ws, pg_temp.made_id('msg', x.at, x.n * 100000 + x.i), id, channel, contact, case when i % 2 = 0 then 'inbound' else 'outbound' end,
           case when i % 20 = 0 then 'image' else 'text' end, ${sealed(190)}, decode(md5('m' || x.n || '/' || x.i), 'hex'),
           case when i % 15 = 0 then decode(md5('m' || x.n || '/' || (x.i + 1)), 'hex') end,
           case when i % 2 = 0 then 0 else 40 end, x.at, x.at, x.at, case when i % 2 = 1 then x.at end, case when i % 2 = 1 then x.at end,
           case when i % 2 = 1 then x.at end, case when i % 2 = 1 then 'member' end, case when i % 2 = 1 then assignee end
         from (select ws, id, channel, contact, assignee, n, i, made.at - i * interval '13 minutes' * (0.5 + random()) as at
           from made, lateral generate_series(0, messages - 1) i) x order by x.at;
       insert into attachment (workspace_id, id, message_id, channel_id, contact_id, kind, state, mime_type, bytes, details, created_at)
         select workspace_id, 'att' || substr(id, 4), id, channel_id, contact_id, 'image', 'stored', 'image/jpeg', 90000, ${sealed(80)}, sort_at
         from message where type = 'image';
       insert into reaction (workspace_id, channel_id, target_index, actor_id, contact_id, emoji, occurred_at)
         select workspace_id, channel_id, provider_message_index, contact_id, contact_id, ${sealed(41)}, sort_at from message where status = 40 and random() < 0.03`,
    ],
    [
      "search",
      // about seven words and their beginnings; the vocabulary of each workspace has tokens of its own
      `insert into message_search (workspace_id, message_id, conversation_id, channel_id, sort_at, tokens)
         select workspace_id, id, conversation_id, channel_id, sort_at, array(select distinct
           hashint8extended(floor(exp(random() * ln(50000)))::bigint, substr(workspace_id, 20)::bigint) from generate_series(1, 14 + length(id) - length(id)) g)
         from message where content is not null order by sort_at`,
    ],
  ];
}

async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any ($1::text[]::regclass[]) and not i.indisprimary`,
    [bulky],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map((row) => row.definition);
}

/** Fills an empty, migrated database. `client` is the superuser. */
export async function makeInbox(client: pg.Client, scale: number, say: (line: string) => void): Promise<InboxData> {
  const definitions = await dropIndexes(client);
  const run = async (name: string, sql: string): Promise<void> => {
    const startedAt = performance.now();
    await client.query(sql);
    say(`${name}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  };
  for (const [name, sql] of steps(scale)) await run(name, sql);
  for (const definition of definitions) await run(definition.split(" ON ")[0] ?? "index", definition);
  await run("conversations meet their last message", lastMessages);
  await run("vacuum analyze", "vacuum analyze");
  await client.query("checkpoint");
  const { rows } = await client.query<{ id: string }>("select id from made where w = 1 and k = 1");
  return { big: workspaceId(1), small: workspaceId(smallOne), longConversation: rows[0]?.id ?? "" };
}

// the newest message of each conversation has i = 0, so its id is the one that the conversation names already, but for chance
const lastMessages = `update conversation c set last_message_id = m.id, last_message_at = m.sort_at
  from (select distinct on (workspace_id, conversation_id) workspace_id, conversation_id, id, sort_at from message
    order by workspace_id, conversation_id, sort_at desc, id desc) m
  where c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.last_message_id is distinct from m.id`;

/** The token of a word in a workspace: 1 is in most messages, 50,000 in a few dozen. */
export const tokenOf = (word: number, w: 1 | typeof smallOne): string =>
  `hashint8extended(${word}, substr('${workspaceId(w)}', 20)::bigint)`;
