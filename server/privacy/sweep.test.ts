import { readFile } from "node:fs/promises";
import { getTableColumns } from "../platform/drizzle.ts";
import { describe as group, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { describe, type TableDeclaration } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { probeServices } from "../uptime/probe-services.ts";
import { createTestApp } from "../test/app.ts";
import { clearedColumns, sweepsOf, sweepStatements, type Sweep } from "./sweep-plan.ts";
import { sweepAll } from "./sweep.ts";

const t = createTestApp();
const DAY_MS = 86_400_000;
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const tables = allTables.map(describe);
const sweeps = sweepsOf(tables);

/** A value of its type that the table's checks allow: of a closed list its first word. */
function valueOf(type: string, words: string | undefined, unique: string): unknown {
  if (words !== undefined) return words;
  if (type === "bytea") return Buffer.from(unique);
  if (type === "jsonb") return "{}";
  if (type.endsWith("[]")) return [];
  if (/^(integer|bigint|smallint)$/.test(type)) return 1;
  if (type === "boolean") return false;
  if (type === "date" || type.startsWith("timestamp")) return t.clock.now();
  return unique;
}

/** Plants a row without parents: foreign keys are off for it, checks are on. */
async function plant(table: TableDeclaration, set: Record<string, unknown>, unique: string): Promise<void> {
  const { rows: checks } = await t.admin.query<{ text: string }>(
    "select pg_get_constraintdef(oid) as text from pg_constraint where conrelid = $1::regclass and contype = 'c'",
    [table.name],
  );
  const allowed = (column: string) =>
    checks.map(({ text }) => new RegExp(`\\(${column} = ANY \\(ARRAY\\['([^']+)'`).exec(text)?.[1]).find(Boolean);
  const columns = Object.entries(getTableColumns(table.table)).map(([key, column]) => {
    const name = snake(key);
    const value = name in set ? set[name] : column.notNull ? valueOf(column.getSQLType(), allowed(name), unique) : null;
    return [name, value] as const;
  });
  const client = await t.admin.connect();
  try {
    await client.query("set session_replication_role = replica");
    await client.query(
      `insert into ${table.name} (${columns.map(([name]) => name).join(", ")}) values (${columns.map((_, i) => `$${i + 1}`).join(", ")})`,
      columns.map(([, value]) => value),
    );
    await client.query("set session_replication_role = origin");
  } finally {
    client.release();
  }
}

const daysOf = ({ retention: { days } }: Sweep): number =>
  typeof days === "number" ? days : (days.default ?? days.max);

/** A workspace that wrote nothing yet. */
async function bareWorkspace(): Promise<string> {
  const id = newId("wsp", t.clock.ms());
  await t.admin.query("insert into workspace (id, name, created_at) values ($1, 'W', $2)", [id, t.clock.now()]);
  return id;
}

group("what a table keeps for so many days", () => {
  test.each(sweeps.map((sweep) => [sweep.name, sweep] as const))(
    "%s: is there a day before its limit and gone a day after, and what is younger stays [GEN-08 GEN-24 ONE-28 ONE-41 API-29]",
    async (name, sweep) => {
      const { table, retention } = sweep;
      const workspaceId = await bareWorkspace();
      const column = snake(retention.from);
      const isOfWorkspace = table.privacy.scope === "workspace";
      const cleared = retention.then === "clear" ? clearedColumns(table) : [];
      const set = {
        ...(name === "visit_count" ? { visits: 10 } : {}), // fewer go sooner
        ...(isOfWorkspace ? { workspace_id: workspaceId } : {}),
        ...Object.fromEntries(cleared.map((key) => [key, "canary"])),
      };
      const age = (days: number): Date => new Date(t.clock.ms() - days * DAY_MS);
      const days = daysOf(sweep);
      await plant(table, { ...set, [column]: age(days - 1) }, `young_${name}`);
      await plant(table, { ...set, [column]: age(days + 1) }, `old_${name}`);
      const left = async () => {
        const holds = cleared.length === 0 ? "true" : cleared.map((key) => `${key} is not null`).join(" or ");
        const where = isOfWorkspace ? "workspace_id = $1" : "$1::text is not null";
        const { rows } = await t.admin.query(`select 1 from ${table.name} where ${where} and (${holds})`, [
          workspaceId,
        ]);
        return rows.length;
      };
      expect(await left()).toBe(2);
      await sweepAll(t.app);
      expect(await left()).toBe(1);
      t.clock.advance(2 * DAY_MS);
      await sweepAll(t.app);
      expect(await left()).toBe(0);
      const { rows: marks } = await t.admin.query("select swept_at as at from sweep_mark where name = $1", [name]);
      expect(marks).toEqual([{ at: t.clock.now() }]);
    },
  );

  // a derived statement builds it with writes locked out: too long for a table that may be big at an upgrade
  test("the index by which old attempts to send are found is the one that a migration builds while messages are sent", async () => {
    const client = await t.admin.connect();
    const indexes = async () => {
      const { rows } = await client.query<{ indexdef: string }>(
        "select indexdef from pg_indexes where tablename = 'send_attempt' order by 1",
      );
      return rows;
    };
    try {
      const before = await indexes();
      await client.query("begin");
      await client.query("drop index send_attempt_sweep");
      const file = await readFile("server/migrations/0062_send_attempt_sweep.sql", "utf8");
      await client.query(file.replace("index concurrently", "index"));
      expect(await indexes()).toEqual(before);
      await client.query("drop index send_attempt_sweep");
      await client.query(sweepStatements(allTables).join(";\n"));
      expect(await indexes()).toEqual(before);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("every table with a limit is swept: by a derived statement, by content modes, by partitions or with its contact [GEN-24]", () => {
    const special = tables.flatMap(({ name, privacy }) =>
      [privacy.retention]
        .flat()
        .flatMap((retention) => (typeof retention === "object" && retention.by ? [`${name} by ${retention.by}`] : [])),
    );
    expect(special.toSorted()).toEqual([
      "attachment by content_modes",
      "contact by contacts",
      "event by partitions",
      "message by content_modes",
      "reaction by content_modes",
      "workspace by closure",
    ]);
  });

  test("each sweep walks an index of the age, so that nothing is read that is not due", async () => {
    for (const { name, table, retention } of sweeps) {
      const keys =
        typeof retention.days === "number" ? [snake(retention.from)] : ["workspace_id", snake(retention.from)];
      const { rows } = await t.admin.query(
        `select 1 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'btree'
         where i.indrelid = $1::regclass and (select array_agg(attname::text order by n) from generate_series(0, $3::int - 1) n
           join pg_attribute on attrelid = i.indrelid and attnum = i.indkey[n]) = $2::text[]`,
        [table.name, keys, keys.length],
      );
      expect([name, rows.length > 0]).toEqual([name, true]);
    }
  });
});
const message = tables.find(({ name }) => name === "message");
const note = tables.find(({ name }) => name === "note");

group("a sweep", () => {
  const DAYS = 400;
  const plantMessages = async (workspaceId: string, count: number, more: Record<string, unknown> = {}) => {
    for (let n = 0; n < count; n++)
      if (message)
        await plant(
          message,
          {
            ...{
              workspace_id: workspaceId,
              channel_id: "chn_1",
              contact_id: "con_1",
              type: "text",
              status: 40,
              ...more,
            },
            sort_at: new Date(t.clock.ms() - DAYS * DAY_MS),
          },
          `msg_${n}`,
        );
  };
  const count = async (table: string, workspaceId: string) =>
    Number(
      (await t.admin.query(`select count(*) as n from ${table} where workspace_id = $1`, [workspaceId])).rows[0].n,
    );

  test("turns messages that are a year old into counts of their day that lead to nobody, where ten people are behind a count [GEN-06 ONE-27 API-29 API-32]", async () => {
    const workspaceId = await bareWorkspace();
    const fromPeople = async (type: string, people: number): Promise<void> => {
      for (let n = 0; n < people; n++)
        await plantMessages(workspaceId, 1, { id: newId("msg"), contact_id: `con_${n}`, type });
    };
    await fromPeople("text", 10);
    await fromPeople("image", 9);
    // many messages of few people are about these people
    for (let n = 0; n < 12; n++)
      await plantMessages(workspaceId, 1, { id: newId("msg"), contact_id: "con_1", type: "audio" });
    expect(await count("message", workspaceId)).toBe(31);
    await sweepAll(t.app);
    await plantMessages(workspaceId, 2);
    await sweepAll(t.app);
    expect(await count("message", workspaceId)).toBe(0);
    const { rows } = await t.admin.query(
      "select channel_id, direction, type, status, count::int from message_day where workspace_id = $1",
      [workspaceId],
    );
    expect(rows).toEqual([{ channel_id: "chn_1", direction: "inbound", type: "text", status: 40, count: 12 }]);
    const counts = tables.find(({ name }) => name === "message_day");
    expect(counts?.privacy.subjects).toBeUndefined();
    expect(Object.keys(counts?.columns ?? {})).toEqual([
      ...["workspaceId", "channelId", "day", "direction", "type", "status", "count"],
    ]);
  });

  test("leaves of figures of use, after ninety days, only those of ten and more; no raw row of use is kept at all [ONE-43]", async () => {
    const plantDay = (page: string, days: number, visits: number) =>
      t.admin.query("insert into visit_count (day, page, visits) values ($1, $2, $3)", [
        ...[new Date(t.clock.ms() - days * DAY_MS).toISOString().slice(0, 10), page, visits],
      ]);
    await plantDay("few_young", 89, 9);
    await plantDay("few_old", 92, 9);
    await plantDay("many_old", 92, 10);
    await sweepAll(t.app);
    const { rows } = await t.admin.query("select page from visit_count where page ~ '_' order by page");
    expect(rows.map(({ page }) => page)).toEqual(["few_young", "many_old"]);
    // what is kept for insight is counts of days: no row is of somebody, or of one event
    for (const { privacy, columns } of tables.filter((one) => one.privacy.purpose === "insight")) {
      expect(privacy.subjects).toBeUndefined();
      expect(Object.keys(columns)).toContain("day");
    }
  });

  test("leaves a message alone whose channel keeps what it says, however old it is [MSJ-29]", async () => {
    const workspaceId = await bareWorkspace();
    await plantMessages(workspaceId, 1, { content: "sealed" });
    await sweepAll(t.app);
    expect(await count("message", workspaceId)).toBe(1);
  });

  test("passes over what is on hold, of a contact or a workspace, and takes it when the hold is over [GEN-26]", async () => {
    const held = await bareWorkspace();
    const free = await bareWorkspace();
    for (const workspaceId of [held, free]) {
      await plantMessages(workspaceId, 1);
      await plantMessages(workspaceId, 1, { id: "msg_of_another", contact_id: "con_2" });
    }
    const hold = async (workspaceId: string, subject: string, days: number) =>
      t.admin.query(
        `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_at)
         values ($1, $2, 'contact', $3, 'legal_claim', $4, $5)`,
        [workspaceId, newId("hld"), subject, new Date(t.clock.ms() + days * DAY_MS), t.clock.now()],
      );
    await hold(held, "con_1", 5);
    await sweepAll(t.app);
    expect([await count("message", held), await count("message", free)]).toEqual([1, 0]);
    t.clock.advance(6 * DAY_MS);
    await hold(held, held, 5);
    await sweepAll(t.app);
    expect(await count("message", held)).toBe(1);
    t.clock.advance(6 * DAY_MS);
    await sweepAll(t.app);
    expect(await count("message", held)).toBe(0);
  });

  test("follows the days that a workspace chose, never more than the declared maximum [GEN-24]", async () => {
    const [short, long] = [await bareWorkspace(), await bareWorkspace()];
    const choose = (workspaceId: string, days: number) =>
      t.admin.query("insert into retention_setting values ($1, 1095, $2, $3)", [workspaceId, days, t.clock.now()]);
    await choose(short, 30);
    await choose(long, 3650);
    for (const workspaceId of [short, long])
      if (note)
        await plant(note, { workspace_id: workspaceId, created_at: new Date(t.clock.ms() - 31 * DAY_MS) }, "not_1");
    await sweepAll(t.app);
    expect([await count("note", short), await count("note", long)]).toEqual([0, 1]);
  });

  test("an upgrade takes nothing: a workspace that exists keeps what it has as long as can be chosen, or as it chose", async () => {
    const [old, chosen] = [await bareWorkspace(), await bareWorkspace()];
    await t.admin.query("insert into retention_setting values ($1, 60, 90, $2)", [chosen, t.clock.now()]);
    await t.admin.query(await readFile(new URL("../migrations/0019_keep_as_before.sql", import.meta.url), "utf8"));
    const settings = async (workspaceId: string) =>
      (
        await t.admin.query(
          "select contact_inactive_days as c, note_days as n from retention_setting where workspace_id = $1",
          [workspaceId],
        )
      ).rows;
    expect([await settings(old), await settings(chosen)]).toEqual([[{ c: 3650, n: 3650 }], [{ c: 60, n: 90 }]]);
    // made afterwards: the defaults
    expect(await settings(await bareWorkspace())).toEqual([]);
    if (note) await plant(note, { workspace_id: old, created_at: new Date(t.clock.ms() - 3_000 * DAY_MS) }, "not_old");
    await sweepAll(t.app);
    expect(await count("note", old)).toBe(1);
  });

  test("nobody is silent who talks in a group, also under a contact that was merged, or whose consent is recent, nor who is restricted [GEN-33 ONE-41]", async () => {
    const workspaceId = await bareWorkspace();
    const contact = tables.find(({ name }) => name === "contact");
    const consent = tables.find(({ name }) => name === "consent_event");
    if (!contact || !consent || !message) throw new Error("not declared");
    const id = (name: string) => `con_${name}_${workspaceId}`;
    const [old, recent] = [new Date(t.clock.ms() - 1_200 * DAY_MS), new Date(t.clock.ms() - 10 * DAY_MS)];
    const own = { workspace_id: workspaceId };
    for (const name of ["silent", "talker", "merged", "agreed"])
      await plant(contact, { ...own, id: id(name), updated_at: old }, id(name));
    // what is restricted may be wanted for a claim
    await plant(contact, { ...own, id: id("limited"), updated_at: old, restricted_at: old }, id("limited"));
    await plant(contact, { ...own, id: id("alias"), updated_at: old, merged_into: id("merged") }, id("alias"));
    const says = { ...own, contact_id: "con_group", content: "sealed", type: "text", status: 40 };
    for (const [name, at] of [
      ["silent", old],
      ["talker", recent],
      ["alias", recent],
    ] as const)
      await plant(message, { ...says, sender_contact_id: id(name), sort_at: at }, `msg_${id(name)}`);
    for (const [name, at] of [
      ["silent", old],
      ["agreed", recent],
    ] as const)
      await plant(consent, { ...own, contact_id: id(name), occurred_at: at }, `cns_${id(name)}`);
    const { rows } = await t.admin.query("select id from kw.sweepable_contacts($1, 100, $2, null)", [
      t.clock.now(),
      workspaceId,
    ]);
    expect(rows).toEqual([{ id: id("silent") }]);
  });

  test("that a table fails keeps no other from being swept, and its lag is told in /metrics", async () => {
    const workspaceId = await bareWorkspace();
    await plantMessages(workspaceId, 1);
    const at = t.clock.now();
    await sweepAll(t.app);
    await t.admin.query("alter function kw.sweep_login(timestamptz, int, int) rename to hidden_login");
    t.clock.advance(2 * 3_600_000);
    await plantMessages(workspaceId, 1);
    await expect(sweepAll(t.app)).rejects.toThrow("1 tables were not swept");
    expect(await count("message", workspaceId)).toBe(0);
    await t.admin.query("alter function kw.hidden_login(timestamptz, int, int) rename to sweep_login");
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    expect(metrics).toContain('keepword_sweep_lag_seconds{table="login"} 7200');
    expect(metrics).toContain('keepword_sweep_lag_seconds{table="message_2"} 0');
    await probeServices(t.app, at);
    const { rows } = await t.admin.query("select reason from incident where subject = 'sweeps' and ended_at is null");
    expect(rows).toEqual([{ reason: "behind" }]);
    await sweepAll(t.app);
    await probeServices(t.app, t.clock.now());
    expect((await t.admin.query("select 1 from incident where subject = 'sweeps' and ended_at is null")).rows).toEqual(
      [],
    );
  });
});
