import { expect, test } from "vitest";
import { channelDisconnected } from "../channels/channel-events.ts";
import { describe, retentionsOf } from "../platform/table.ts";
import { declarationProblems, diagnosticDays } from "../privacy/check-declarations.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { allStores, allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";

const t = createTestApp();
const DAY_MS = 86_400_000;
const tables = allTables.map(describe);

/** Words under which somebody would write down what went wrong. */
const telling = /(error|fault|reason|outcome|journal|trace|crash|^isUp$)/i;

/** Columns of such a name that are no diagnostics, and why they may stay. */
const otherwise: Record<string, string> = {
  "attachment.errorCode": "Why a file is missing, beside the message that it is of: a code.",
  "message.error": "Why a message was not sent, shown beneath it: codes, and a sentence by key.",
  "contact_import.outcome": "How an import ended, for those who asked for it: it is a record of their doing.",
  "channel_health.lastErrorAt": "When the one below was.",
  "channel_health.lastErrorCode": "How a channel fares now: the code of its last refusal, gone with the channel.",
  "session.reason": "How a linked phone stands now: a word of a closed list.",
  "template.rejectedReason": "How a template stands at the network now: its word for that.",
  "workspace.closingReason": "What its owners were told: a word of a closed list.",
  "workspace.suspendedReason": "What its owners were told.",
  "workspace_closure.reason": "On the certificate of a closed workspace: a word of a closed list.",
  "inbound_event.errorCode": "Beside a message that nobody has read yet; three days after somebody dealt with it.",
  "incident.reason": "A word of a closed list: that a service was down, not what it said.",
  "webhook_endpoint.disabledReason": "Why it is off now: a word of a closed list.",
};

test("whatever tells how the product fared is declared as that and gone after 30 days at most [ONE-28]", () => {
  const found = tables.flatMap(({ name, privacy, columns }) =>
    privacy.isDiagnostic || privacy.purpose === "security"
      ? []
      : Object.keys(columns).flatMap((key) => (telling.test(key) ? [`${name}.${key}`] : [])),
  );
  expect(found.toSorted()).toEqual(Object.keys(otherwise).toSorted());
  const diagnostics = [
    ...tables
      .filter(({ privacy }) => privacy.isDiagnostic)
      .map(({ name, privacy }) => [
        name,
        Math.max(...retentionsOf(privacy).map(({ days }) => (typeof days === "number" ? days : days.max))),
      ]),
    ...allStores
      .filter(({ isDiagnostic, kind }) => isDiagnostic || kind === "log")
      .map(({ kind, name, kept }) => [
        `${kind} ${name}`,
        typeof kept === "object" && "days" in kept ? kept.days : Infinity,
      ]),
  ] as [string, number][];
  expect(diagnostics.map(([name]) => name).toSorted()).toEqual([
    ...["decrypt_journal", "delivery", "delivery_attempt", "early_status", "log database", "log server", "probe"],
    ...["queue jobs", "send_attempt"],
  ]);
  for (const [name, days] of diagnostics) expect([name, days <= diagnosticDays]).toEqual([name, true]);
  const longer = tables.map((one) =>
    one.name === "probe"
      ? { ...one, privacy: { ...one.privacy, retention: { from: "at", days: 31, then: "delete" as const } } }
      : one,
  );
  expect(declarationProblems(longer)).toEqual(["probe is diagnostics, and kept for longer than 30 days"]);
});

test("what is kept of outages for longer is figures and words of a closed list, about nobody [ONE-28]", () => {
  for (const name of ["uptime_day", "incident"]) {
    const { columns, privacy } = tables.find((one) => one.name === name) ?? { columns: {}, privacy: undefined };
    expect([name, privacy?.subjects, privacy?.via]).toEqual([name, undefined, undefined]);
    expect([...new Set(Object.values(columns).map(({ category }) => category))]).toEqual(["system"]);
  }
  const payload = { channelId: "chn_00000000000000000000000000" };
  const said = channelDisconnected.payload.safeParse({ ...payload, reason: "token of Ana Wagner was refused: 190" });
  expect(said.success).toBe(false);
  expect(channelDisconnected.payload.safeParse({ ...payload, reason: "removed" }).success).toBe(true);
});

test("a job that failed for good is looked into for four days, then it and its error are gone; one that waits stays [ONE-28]", async () => {
  const add = async (name: string, attempts: number, ageDays: number) => {
    const runAt = new Date(t.clock.ms() - ageDays * DAY_MS);
    await t.admin.query("select graphile_worker.add_job($1, '{}', run_at => $2, max_attempts => 3)", [name, runAt]);
    await t.admin.query(
      `update graphile_worker._private_jobs set attempts = $2, last_error = 'job failed (Error E1)'
       where task_id = (select id from graphile_worker._private_tasks where identifier = $1)`,
      [name, attempts],
    );
  };
  await add("test.old", 3, 4.1);
  await add("test.young", 3, 3.9);
  await add("test.waits", 2, 40);
  const left = async () =>
    (
      await t.admin.query<{ name: string }>(
        "select task_identifier as name from graphile_worker.jobs where task_identifier like 'test.%' order by 1",
      )
    ).rows.map(({ name }) => name);
  expect(await left()).toEqual(["test.old", "test.waits", "test.young"]);
  await sweepAll(t.app);
  expect(await left()).toEqual(["test.waits", "test.young"]);
  t.clock.advance(DAY_MS);
  await sweepAll(t.app);
  expect(await left()).toEqual(["test.waits"]);
});
