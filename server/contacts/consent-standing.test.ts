import { expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { createTestApp } from "../test/app.ts";
import { isChainWhole } from "./consent-chain.ts";
import { maySend, standingOf } from "./consent-standing.ts";
import { isConsented, isOptedOut } from "./opt-out.ts";
import { readLedger } from "./read-standing.ts";
import { recordConsents, type NewConsent } from "./record-consents.ts";

const t = createTestApp();
const DAY_MS = 86_400_000;

/** The same numbers at every run, so that what fails once fails again. */
function dice(seed: number): <V>(of: readonly V[]) => V {
  let state = seed;
  return (of) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return of[Math.floor((state / 2 ** 31) * of.length)] as never;
  };
}

function randomLedger(seed: number, workspaceId: string, contactId: string, start: number): NewConsent[] {
  const roll = dice(seed);
  return Array.from({ length: roll([1, 2, 3, 5, 8]) }, () => {
    const occurredAt = new Date(start + roll([0, 1, 2, 3, 4]) * DAY_MS);
    const isGrant = roll([true, false]);
    const action = isGrant
      ? roll(["granted", "granted", "confirmed", "requested"])
      : roll(["withdrawn", "objected", "expired", "platform_stop", "platform_resume"]);
    const method = action.startsWith("platform")
      ? "provider"
      : roll(["form", "import", "keyword", "double_opt_in", "api"]);
    const expiresAt = isGrant ? roll([null, new Date(start + 2 * DAY_MS), new Date(start + 9 * DAY_MS)]) : null;
    const channelId = roll([null, "chn_a", "chn_b"]);
    return {
      workspaceId,
      id: newId("cns"),
      contactId,
      channelId,
      purpose: "marketing",
      action,
      method,
      occurredAt,
      expiresAt,
    };
  });
}

test("what people are shown of a consent is what the gate does, whatever was said in whatever order [GEN-20 GEN-34]", async () => {
  const workspace = await t.given.workspace();
  const scope = { workspaceIds: [workspace.id] };
  const start = t.clock.ms();
  const now = new Date(start + 4 * DAY_MS);
  const seen = new Set<string>();
  for (const needsConfirmation of [false, true]) {
    await workspace.owner.api.put("/v1/consent-rules/marketing", { needsConfirmation, validDays: null });
    for (let seed = 1; seed <= 60; seed++) {
      const contactId = `con_${needsConfirmation}_${seed}`;
      await t.app.db.tx(scope, async (tx) => {
        await recordConsents(tx, randomLedger(seed, workspace.id, contactId, start), t.clock.now());
        const ledger = await readLedger({ tx, workspaceId: workspace.id }, contactId);
        for (const channelId of ["chn_a", "chn_c"]) {
          const place = { workspaceId: "$1", contactId: "$2", channelId: "$3", purpose: "'marketing'" };
          const [gate] = await tx.query<{ refused: boolean; consented: boolean }>(
            `select ${isOptedOut(place)} as refused, ${isConsented(place, "$4::timestamptz")} as consented`,
            [workspace.id, contactId, channelId, now],
          );
          const { standing } = standingOf(ledger, { purpose: "marketing", channelId, now, needsConfirmation });
          seen.add(standing);
          expect([seed, maySend(standing, "marketing")]).toEqual([seed, gate?.refused === false && gate.consented]);
        }
        expect(await isChainWhole(tx, workspace.id, contactId)).toBe(true);
      });
    }
  }
  // not one of the outcomes was left out
  expect([...seen].toSorted()).toEqual([
    "confirmed",
    "expired",
    "granted",
    "imported",
    "none",
    "objected",
    "platform_stopped",
    "requested",
    "withdrawn",
  ]);
});

test.each([
  ["changed", "update consent_event set action = 'granted' where contact_id = $1 and position = 2"],
  ["removed from the middle", "delete from consent_event where contact_id = $1 and position = 2"],
  ["removed from the end", "delete from consent_event where contact_id = $1 and position = 3"],
  ["given another proof", "update consent_event set proof = '\\x00' where contact_id = $1 and position = 1"],
])("an entry that was %s breaks the chain [MSJ-16]", async (what, sql) => {
  const workspace = await t.given.workspace();
  const contactId = `con_${what.replaceAll(" ", "_")}`;
  await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
    const entry = { workspaceId: workspace.id, contactId, channelId: null, purpose: "marketing", method: "form" };
    const items = ["granted", "withdrawn", "granted"].map((action) => ({
      ...{ ...entry, id: newId("cns"), action, occurredAt: t.clock.now() },
    }));
    for (const item of items) await recordConsents(tx, [item], t.clock.now());
    expect(await isChainWhole(tx, workspace.id, contactId)).toBe(true);
  });
  await t.admin.query(sql, [contactId]);
  await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) =>
    expect(await isChainWhole(tx, workspace.id, contactId)).toBe(false),
  );
});

test("entries of one contact that are written at once stand one after the other", async () => {
  const workspace = await t.given.workspace();
  const scope = { workspaceIds: [workspace.id] };
  const write = () =>
    t.app.db.tx(scope, (tx) =>
      recordConsents(
        tx,
        ["con_x", "con_y"].map((contactId) => ({
          ...{ workspaceId: workspace.id, id: newId("cns"), contactId, channelId: null, purpose: "marketing" },
          ...{ action: "granted", method: "api", occurredAt: t.clock.now() },
        })),
        t.clock.now(),
      ),
    );
  await Promise.all(Array.from({ length: 6 }, write));
  await t.app.db.tx(scope, async (tx) => {
    expect((await readLedger({ tx, workspaceId: workspace.id }, "con_x")).length).toBe(6);
    expect(await isChainWhole(tx, workspace.id, "con_x")).toBe(true);
    expect(await isChainWhole(tx, workspace.id, "con_y")).toBe(true);
  });
});
