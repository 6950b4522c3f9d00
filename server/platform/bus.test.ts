import { once } from "node:events";
import net from "node:net";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { testDb } from "../test/db.ts";
import { openBus, type Bus } from "./bus.ts";

const t = testDb();
const scope = { workspaceIds: [] };

async function bus(): Promise<Bus> {
  const opened = await openBus({ url: t.url });
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
}

/** Next messages of a topic, `count` of them. */
function next(of: Bus, topic: string, count: number): Promise<string[]> {
  const got: string[] = [];
  return new Promise((resolve) => {
    const stop = of.subscribe(topic, (payload) => {
      if (got.push(payload) < count) return;
      stop();
      resolve(got);
    });
  });
}

test("a message reaches every process, once its transaction has committed", async () => {
  const [here, there] = [await bus(), await bus()];
  const arrived = Promise.all([next(here, "ticket", 1), next(there, "ticket", 1)]);
  await t.db.tx(scope, async (tx) => here.publish(tx, "ticket", "a"));
  expect(await arrived).toEqual([["a"], ["a"]]);
});

test("a transaction rolled back says nothing", async () => {
  const one = await bus();
  const arrived = next(one, "ticket", 1);
  const failed = t.db.tx(scope, async (tx) => {
    one.publish(tx, "ticket", "never");
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  one.publish(null, "ticket", "second");
  expect(await arrived).toEqual(["second"]);
});

test("a transaction costs one NOTIFY, however much it publishes, and says a thing once", async () => {
  const one = await bus();
  const listener = new pg.Client(t.url);
  await listener.connect();
  onTestFinished(() => listener.end());
  await listener.query("listen keepword");
  const raw: (string | undefined)[] = [];
  listener.on("notification", ({ payload }) => raw.push(payload));
  const arrived = next(one, "b", 2);
  await t.db.tx(scope, async (tx) => {
    one.publish(tx, "a", "1");
    one.publish(tx, "a", "1");
    tx.beforeCommit(async () => one.publish(tx, "b", "2"));
    one.publish(tx, "b", "3");
  });
  expect(await arrived).toEqual(["3", "2"]);
  await listener.query("select 1"); // notifications come before the answer
  expect(raw).toEqual(['[["a","1"],["b","3"],["b","2"]]']);
});

test("more than one NOTIFY can hold becomes a gap, so that readers read again", async () => {
  const [here, there] = [await bus(), await bus()];
  const told = new Promise<void>((resolve) => there.onGap(resolve));
  await t.db.tx(scope, async (tx) => here.publish(tx, "big", "x".repeat(9_000)));
  await told;
});

test("a lost connection comes back, and readers are told that they may have missed something", async () => {
  const one = await bus();
  const gap = new Promise<void>((resolve) => one.onGap(resolve));
  await t.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'keepword-bus' and datname = current_database()`);
  await gap;
  const arrived = next(one, "ticket", 1);
  one.publish(null, "ticket", "back");
  expect(await arrived).toEqual(["back"]);
});

test("a connection that died without a word is noticed and replaced", async () => {
  const relay = await deafRelay(Number(new URL(t.url).port));
  onTestFinished(relay.close);
  const url = t.url.replace(/:\d+\//, `:${relay.port}/`);
  await using one = await openBus({ url, heartbeatMs: 20, answerMs: 100 });
  const gap = new Promise<void>((resolve) => one.onGap(resolve));
  relay.goDeaf();
  await gap;
});

/** Passes connections on to PostgreSQL; once deaf, those already open stay open and carry nothing, as after a network cut. */
async function deafRelay(port: number) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((inner) => {
    const outer = net.connect(port, "127.0.0.1");
    for (const socket of [inner, outer]) sockets.add(socket.on("error", () => {}));
    inner.pipe(outer).pipe(inner);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    goDeaf: () => sockets.forEach((socket) => socket.unpipe().resume()),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

test("a subscriber that throws is reported and does not take its neighbours down", async () => {
  const errors: unknown[] = [];
  await using one = await openBus({ url: t.url, onError: (error) => errors.push(error) });
  one.subscribe("ticket", () => {
    throw new Error("mine");
  });
  const arrived = next(one, "ticket", 1);
  one.publish(null, "ticket", "x");
  expect(await arrived).toEqual(["x"]);
  expect(errors).toEqual([new Error("mine")]);
});
