import { beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { testDb } from "../test/db.ts";
import { openBus } from "./bus.ts";
import { fakeClock } from "./clock.ts";
import { createEmit, event, EVENTS_TOPIC } from "./event.ts";

const t = testDb();
const ticketSold = event({
  type: "ticket.sold",
  doc: "Emitted when a test says so.",
  payload: z.object({ n: z.number() }),
});
const workspaces = ["ws_a", "ws_b", "ws_c"];

beforeAll(async () => {
  await t.admin.query("grant select, insert, update on event, event_counter to keepword_app");
  // the counter alone is under test here, not the workspaces it belongs to
  await t.admin.query("alter table event_counter drop constraint event_counter_workspace_id_fkey");
});

async function emitter() {
  const bus = await openBus({ url: t.url });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return { bus, emit: createEmit({ bus, clock: fakeClock(), reactions: [] }) };
}

const item = (workspaceId: string, n: number) => ({ workspaceId, payload: { n } });
const positions = async (workspaceId: string) => {
  const text = "select position::int as position from event where workspace_id = $1 order by position";
  return (await t.admin.query<{ position: number }>(text, [workspaceId])).rows.map((row) => row.position);
};

test("a workspace's very first events are kept, numbered from 1", async () => {
  const { emit } = await emitter();
  const both = [item("ws_first", 1), item("ws_first", 2), item("ws_other", 1)];
  await t.db.tx({ workspaceIds: ["ws_first", "ws_other"] }, (tx) => emit(tx, ticketSold, both));
  await t.db.tx({ workspaceIds: ["ws_first"] }, (tx) => emit(tx, ticketSold, [item("ws_first", 3)]));
  expect(await positions("ws_first")).toEqual([1, 2, 3]);
  expect(await positions("ws_other")).toEqual([1]);
});

test("a reader that follows by position sees every event once and in order, with 32 writers at a time", async () => {
  const { bus, emit } = await emitter();
  const seen: number[] = [];
  const total = 32 * 10;
  const done = Promise.withResolvers<void>();
  const read = async () => {
    const text = "select position from event where workspace_id = 'ws_a' and position > $1 order by position";
    const rows = await t.db.tx({ workspaceIds: ["ws_a"] }, (tx) =>
      tx.query<{ position: number }>(text, [seen.at(-1) ?? 0]),
    );
    seen.push(...rows.map((row) => row.position));
    if (seen.length >= total) done.resolve();
  };
  let reading = Promise.resolve();
  const unsubscribe = bus.subscribe(EVENTS_TOPIC, () => void (reading = reading.then(read)));
  const write = async (writer: number) => {
    for (let n = 0; n < 10; n++) {
      // in an order of its own, so that two batches over the same workspaces could deadlock if the counter let them
      const batch = workspaces.map((_, i) => item(workspaces[(i + writer) % 3] ?? "", n));
      await t.db.tx({ workspaceIds: workspaces }, (tx) => emit(tx, ticketSold, batch));
    }
  };
  await Promise.all(Array.from({ length: 32 }, (_, writer) => write(writer)));
  await done.promise;
  unsubscribe();
  await reading;
  expect(seen).toEqual(Array.from({ length: total }, (_, i) => i + 1));
});

test("an announcement made earlier in the transaction does not silence its events", async () => {
  const { bus, emit } = await emitter();
  const woken = Promise.withResolvers<string>();
  onTestFinished(bus.subscribe(EVENTS_TOPIC, woken.resolve));
  await t.db.tx({ workspaceIds: ["ws_said"] }, async (tx) => {
    bus.publish(tx, "other", "x");
    await emit(tx, ticketSold, [item("ws_said", 1)]);
  });
  expect(await woken.promise).toBe("ws_said");
});
