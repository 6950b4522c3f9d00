import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { acquireLeases, TTL_MS, type Lease } from "./lease.ts";
import { writeStep, type Step } from "./write-steps.ts";

const testing = createTestApp();

async function givenLease(owner: string): Promise<Lease> {
  const workspace = await testing.given.workspace();
  const workspaceId = workspace.id;
  const made = await workspace.owner.api.post<{ id: string }>("/v1/channels", {
    ...{ provider: "whatsapp_linked", name: "Shop phone", settings: {}, secrets: {} },
  });
  const channelId = made.body.id;
  await testing.admin.query(
    `insert into session (workspace_id, channel_id, state, since, updated_at) values ($1, $2, 'unpaired', $3, $3) on conflict do nothing`,
    [workspaceId, channelId, testing.clock.now()],
  );
  const [lease] = await acquireLeases(testing.app, owner, [{ workspaceId, channelId }]);
  if (!lease) throw new Error("no lease");
  return lease;
}

const step = (lease: Lease, value: string | null, more: Partial<Step> = {}): Step => ({
  lease,
  keys: [{ kind: "session", index: Buffer.from("one"), value: value === null ? null : Buffer.from(value) }],
  ...more,
});

async function kept(lease: Lease): Promise<{ keys: string[]; entries: string[] }> {
  const at = [lease.channelId];
  const keys = await testing.admin.query<{ value: Buffer }>("select value from session_key where channel_id = $1", at);
  const entries = await testing.admin.query<{ entry: Buffer }>(
    "select entry from decrypt_journal where channel_id = $1 order by hash",
    at,
  );
  return { keys: keys.rows.map(({ value }) => String(value)), entries: entries.rows.map(({ entry }) => String(entry)) };
}

test("steps of many sessions share a commit, and each stands or falls alone", async () => {
  const [a, lost, bad, b] = await Promise.all(["own_a", "own_b", "own_c", "own_d"].map(givenLease));
  if (!a || !lost || !bad || !b) throw new Error("no leases");
  testing.clock.advance(TTL_MS + 1);
  const [taker] = await acquireLeases(testing.app, "own_e", [lost]);
  expect(taker?.fence).toBe(lost.fence + 1);
  const journal = (text: string) => ({ journal: { hash: Buffer.from(text), entry: Buffer.from(text) } });

  const results = await Promise.allSettled([
    writeStep(testing.app, step(a, "old", journal("first"))),
    writeStep(testing.app, step(a, "new", journal("second"))),
    writeStep(testing.app, step(lost, "nobody's", journal("nobody's"))),
    writeStep(testing.app, {
      ...step(bad, "x"),
      keys: [{ kind: null as never, index: Buffer.from("x"), value: Buffer.from("x") }],
    }),
    writeStep(testing.app, step(b, "b")),
  ]);

  expect(results.map((result) => (result.status === "fulfilled" ? result.value : "rejected"))).toEqual([
    ...[true, true, false, "rejected", true],
  ]);
  expect(await kept(a)).toEqual({ keys: ["new"], entries: ["first", "second"] });
  expect(await kept(lost)).toEqual({ keys: [], entries: [] });
  expect(await kept(b)).toEqual({ keys: ["b"], entries: [] });

  const [putAndGone] = await Promise.all([
    writeStep(testing.app, step(a, "again")),
    writeStep(testing.app, step(a, null)),
  ]);
  expect([putAndGone, (await kept(a)).keys]).toEqual([true, []]);
});
