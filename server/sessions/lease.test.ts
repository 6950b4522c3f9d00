import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { open } from "../platform/seal.ts";
import { openBus } from "../platform/bus.ts";
import { eventually, leaseOf, testPhones, type LinkedPhone } from "../test/linked-phone.ts";
import { acquireLeases, renewLeases, TTL_MS } from "./lease.ts";
import { createSessionStore, FencedOut, linkSubject } from "./session-store.ts";
import { createStateWriter } from "./write-state.ts";

const { testing, newPhone } = await testPhones();

test("each phone's credentials are in a namespace of its own: a worker of one can neither find nor open another's [API-23]", async () => {
  const [one, two] = [await newPhone(), await newPhone()];
  const [leaseOne, leaseTwo] = [await leaseOf(testing, one), await leaseOf(testing, two)];
  const [storeOne, storeTwo] = [
    createSessionStore(testing.app, leaseOne, 1),
    createSessionStore(testing.app, leaseTwo, 1),
  ];
  const secret = (text: string) => [{ kind: "creds", id: "creds", value: Buffer.from(text) }];
  await storeOne.commit(secret("of one"));
  await storeTwo.commit(secret("of two"));
  const read = async (store: typeof storeOne) =>
    Buffer.from((await store.get("creds", ["creds"])).get("creds") ?? []).toString();
  expect([await read(storeOne), await read(storeTwo)]).toEqual(["of one", "of two"]);
  // the same name has another place and another key with each channel
  const rowsOf = async ({ channelId }: LinkedPhone) =>
    (
      await testing.admin.query<{ key_index: Buffer; value: Buffer }>(
        "select key_index, value from session_key where channel_id = $1",
        [channelId],
      )
    ).rows;
  const [[rowOne], [rowTwo]] = [await rowsOf(one), await rowsOf(two)];
  if (!rowOne || !rowTwo) throw new Error("no credentials");
  expect(rowOne.key_index.equals(rowTwo.key_index)).toBe(false);

  const subjects = [one, two].map(({ channelId }) => linkSubject(channelId, 1));
  const keys = testing.app.keyring.ensure(
    subjects.map((subject) => ({ subject, parent: `workspace:${one.workspaceId}` })),
  );
  const place = (index: Buffer) => ({
    ...{ table: "session_key", column: "value", workspace: one.workspaceId },
    row: `${one.channelId}/creds/${index.toString("hex")}`,
  });
  expect(open(testing.app.keyring, place(rowOne.key_index), rowOne.value).toString()).toBe("of one");
  // under the other's key the very same place does not open
  const [keyOne, keyTwo] = subjects.map((subject) => keys.get(subject));
  expect(keyOne?.kid).not.toBe(keyTwo?.kid);
  // and whoever lays one's sealed bytes in the other's place opens nothing
  await testing.admin.query("update session_key set value = $2 where channel_id = $1", [two.channelId, rowOne.value]);
  await expect(read(storeTwo)).rejects.toThrow();
  await testing.admin.query("update session_key set value = $2 where channel_id = $1", [two.channelId, rowTwo.value]);
  // a worker that does not own the other's session writes nothing there
  const stray = createSessionStore(testing.app, { ...leaseOne, channelId: two.channelId, owner: "own_stray" }, 1);
  await expect(stray.commit(secret("planted"))).rejects.toThrow(FencedOut);
  expect(await read(storeTwo)).toBe("of two");
  for (const store of [storeOne, storeTwo, stray]) await store.close();
  // nor is there a folder in which they could meet: nothing that holds a session writes files
  const folders = ["sessions", "providers/whatsapp-linked"].map((name) => path.join(import.meta.dirname, "..", name));
  const files = folders.flatMap((cwd) => globSync("*.ts", { cwd }).map((file) => path.join(cwd, file)));
  expect(files.length).toBeGreaterThan(30);
  const writers = files.filter(
    (file) => !file.endsWith(".test.ts") && /node:fs|useMultiFileAuthState/.test(readFileSync(file, "utf8")),
  );
  expect(writers).toEqual([]);
});

test("what became of a session is written though the database cut the line in the middle of it", async () => {
  const one = await newPhone();
  const lease = await leaseOf(testing, one);
  const { write } = createStateWriter(testing.app, lease, {
    isLost: () => false,
    isStopping: () => false,
    lose: () => undefined,
  });
  const inTheWay = await testing.admin.connect();
  try {
    await inTheWay.query("begin");
    await inTheWay.query("select 1 from session where channel_id = $1 for update", [one.channelId]);
    const written = write({ state: "connecting", is_wanted: true, linked_at: testing.clock.now() });
    const cut = await eventually(async () => {
      const { rows } = await testing.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like 'update session s%'`,
      );
      return rows.length > 0 || undefined;
    }, "a write that waits");
    expect(cut).toBe(true);
    await inTheWay.query("rollback");
    await written;
  } finally {
    inTheWay.release();
  }
  expect((await one.session()).linkedAt).not.toBeNull();
});

test("an owner that lost its lease cannot write, and notices", async () => {
  const one = await newPhone();
  const at = { workspaceId: one.workspaceId, channelId: one.channelId };
  const first = await leaseOf(testing, one);
  expect(await acquireLeases(testing.app, "own_second", [at], ["own_other"])).toEqual([]);
  testing.clock.advance(TTL_MS);
  const [second] = await acquireLeases(testing.app, "own_second", [at]);
  expect(second?.fence).toBe(2);
  const store = createSessionStore(testing.app, first, 1);
  await expect(store.commit([{ kind: "creds", id: "creds", value: Buffer.from("{}") }])).rejects.toThrow(FencedOut);
  expect([...(await renewLeases(testing.app, [first]))]).toEqual([]);
  expect((await store.get("creds", ["creds"])).size).toBe(0);
  await store.close();
});

test("what a process owned is taken over soon after it ends, and neither while it lives nor while it renews without being shown", async () => {
  const one = await newPhone();
  const elsewhere = await openBus({ url: testing.app.ownerUrl });
  await elsewhere.show("own_elsewhere");
  const first = await leaseOf(testing, one);
  await testing.admin.query("update session_lease set owner = 'own_elsewhere' where channel_id = $1", [one.channelId]);
  await testing.admin.query("update session set is_wanted = true, linked_at = since where channel_id = $1", [
    one.channelId,
  ]);
  const lease = async () =>
    (await testing.admin.query("select owner, fence::int from session_lease where channel_id = $1", [one.channelId]))
      .rows[0];
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  testing.clock.advance(7_000);
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  await renewLeases(testing.app, [{ ...first, owner: "own_elsewhere" }]);
  await elsewhere[Symbol.asyncDispose]();
  await eventually(
    async () => (await testing.admin.query("select 1 where not kw.is_present('own_elsewhere')")).rowCount === 1,
    "the end of the lock",
  );
  await testing.app.sessions?.look();
  expect(await lease()).toEqual({ owner: "own_elsewhere", fence: 1 });
  testing.clock.advance(7_000);
  await eventually(async () => {
    await testing.app.sessions?.look();
    return (await lease())?.fence === 2;
  }, "another owner");
  expect((await lease())?.owner).not.toBe("own_elsewhere");
});
