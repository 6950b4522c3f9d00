import { execFile } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeClock } from "./clock.ts";
import { KeyDestroyed, KeyringUnusable, type Keyring } from "./keyring.ts";
import { openKeyring } from "./open-keyring.ts";

const clock = fakeClock();
const rootKey = createSecretKey(randomBytes(32));
const workspace = "workspace:wsp_1";
const contact = (name: string) => ({ subject: `contact:ctc_${name}`, parent: workspace });
let dir: string;
let ring: Keyring;
const rings: Keyring[] = [];

function openRing(options: { rootKey?: typeof rootKey; expect?: string } = {}): Keyring {
  const opened = openKeyring({ dir, rootKey, clock, ...options });
  rings.push(opened);
  return opened;
}

function keyOf(from: Keyring, subject: string, parent: string | null = workspace) {
  const key = from.ensure([{ subject, parent }]).get(subject);
  if (!key) throw new Error("no key");
  return key;
}

const raw = (key: { key: typeof rootKey }) => key.key.export().toString("hex");

function rows(sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dir, "keyring.db"));
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  const result = statement.all();
  db.close();
  return result;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "keyring-"));
  ring = openRing();
});

afterEach(() => {
  for (const each of rings.splice(0)) each.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("keys", () => {
  test("each subject has one key of its own, the same again after a reopen", () => {
    const first = ring.ensure([contact("a"), contact("b"), contact("a")]);
    expect(first.size).toBe(2);
    expect(raw(keyOf(ring, "contact:ctc_a"))).not.toBe(raw(keyOf(ring, "contact:ctc_b")));
    const again = openRing();
    expect(raw(keyOf(again, "contact:ctc_a"))).toBe(raw(keyOf(ring, "contact:ctc_a")));
    const { kid } = keyOf(ring, "contact:ctc_a");
    expect(again.find(kid)?.subject).toBe("contact:ctc_a");
    expect(Buffer.from(again.find(String(kid))?.kidBytes ?? "", "latin1").readBigInt64BE()).toBe(kid);
  });

  test("no key stands in the file in clear", () => {
    const key = keyOf(ring, "contact:ctc_a").key.export();
    for (const file of readdirSync(dir)) expect(readFileSync(join(dir, file)).includes(key)).toBe(false);
  });

  test("the file is readable by its owner only [API-22]", () => {
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  });

  test("a subject without a key has no current one until it is ensured", () => {
    expect(ring.current("contact:ctc_a")).toBeUndefined();
    const key = keyOf(ring, "contact:ctc_a");
    expect(ring.current("contact:ctc_a")?.kid).toBe(key.kid);
  });

  test.each([
    ["a contact under the root", "contact:ctc_a", null],
    ["a workspace under a workspace", "workspace:wsp_2", workspace],
    ["a person under a workspace", "person:usr_1", workspace],
    ["a contact under a contact", "contact:ctc_a", "contact:ctc_b"],
  ])("%s is refused", (_, subject, parent) => {
    expect(() => ring.ensure([{ subject, parent }])).toThrow(TypeError);
  });

  test("a contact cannot move to another workspace", () => {
    ring.ensure([contact("a")]);
    const other = openRing();
    expect(() => other.ensure([{ subject: "contact:ctc_a", parent: "workspace:wsp_2" }])).toThrow(TypeError);
  });

  test("a key id that was never made is an error, not erased content", () => {
    expect(() => ring.find(12345n)).toThrow(expect.objectContaining({ reason: "unknown_key" }));
  });

  test("four processes that start at once on an empty folder agree on every key", async () => {
    ring.close();
    rmSync(dir, { recursive: true });
    const script = `
      import { createSecretKey } from "node:crypto";
      import { openKeyring } from ${JSON.stringify(join(import.meta.dirname, "open-keyring.ts"))};
      import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "clock.ts"))};
      const rootKey = createSecretKey(Buffer.from(process.env.ROOT, "hex"));
      const ring = openKeyring({ dir: process.env.DIR, rootKey, clock: systemClock });
      const kids = [];
      for (let i = 0; i < 40; i++) {
        const subject = "contact:ctc_" + i;
        kids.push(ring.ensure([{ subject, parent: "workspace:wsp_1" }]).get(subject).kid);
      }
      console.log(ring.fingerprint(), kids.join());`;
    const env = { ...process.env, DIR: dir, ROOT: rootKey.export().toString("hex") };
    const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    const printed = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(printed.map((each) => each.stdout)).size).toBe(1);
  });
});

describe("destruction", () => {
  test("after destroying, nothing can be sealed for the subject and its key cannot be found", () => {
    const { kid } = keyOf(ring, "contact:ctc_a");
    expect(ring.destroy("contact:ctc_a")).toEqual({ subjects: ["contact:ctc_a"], isScrubbed: true });
    expect(ring.find(kid)).toBeUndefined();
    expect(() => ring.ensure([contact("b"), contact("a")])).toThrow(
      expect.objectContaining({ subject: "contact:ctc_a", subjects: ["contact:ctc_a"] }),
    );
    expect(() => ring.current("contact:ctc_a")).toThrow(KeyDestroyed);
    expect(ring.destroy("contact:ctc_a").isScrubbed).toBe(true);
  });

  test("a batch with a destroyed subject makes no key at all", () => {
    ring.ensure([contact("a")]);
    ring.destroy("contact:ctc_a");
    expect(() => ring.ensure([contact("new"), contact("a")])).toThrow(KeyDestroyed);
    expect(ring.current("contact:ctc_new")).toBeUndefined();
  });

  test("a subject that never had a key stays without one once destroyed", () => {
    ring.destroy("contact:ctc_late");
    expect(() => ring.ensure([contact("late")])).toThrow(KeyDestroyed);
  });

  test("the wrapped bytes leave the files of the keyring", () => {
    ring.ensure([contact("a"), contact("b")]);
    const wrapped = rows("select wrapped from key where subject = 'contact:ctc_a'")[0]?.["wrapped"];
    const needle = Buffer.from(wrapped as Uint8Array);
    const holds = () => readdirSync(dir).some((file) => readFileSync(join(dir, file)).includes(needle));
    expect(holds()).toBe(true);
    ring.destroy("contact:ctc_a");
    expect(holds()).toBe(false);
  });

  test("a workspace takes its contacts, channels and index keys along, and no one else's", () => {
    const other = { subject: "contact:ctc_z", parent: "workspace:wsp_2" };
    const person = { subject: "person:usr_1", parent: null };
    const keys = ring.ensure([contact("a"), { subject: "channel:chn_1", parent: workspace }, other, person]);
    ring.indexKey("wsp_1", "search");
    ring.destroy(workspace);
    for (const subject of ["contact:ctc_a", "channel:chn_1"]) {
      expect(ring.find(keys.get(subject)?.kid ?? 0n)).toBeUndefined();
      expect(() => ring.ensure([{ subject, parent: workspace }])).toThrow(KeyDestroyed);
    }
    expect(() => ring.ensure([contact("new")])).toThrow(KeyDestroyed);
    expect(() => ring.indexKey("wsp_1", "search")).toThrow(KeyDestroyed);
    expect(ring.ensure([other, person]).size).toBe(2);
    expect(rows("select 1 from key where subject like '%wsp_1'")).toEqual([]);
  });

  test("a part dies with its whole, not the other way round", () => {
    const part = { subject: "channel:chn_1/2026-03-02", parent: workspace };
    const whole = { subject: "channel:chn_1", parent: workspace };
    const near = { subject: "channel:chn_10", parent: workspace };
    ring.ensure([whole, part, near]);
    ring.destroy(part.subject);
    expect(ring.ensure([whole]).size).toBe(1);
    ring.ensure([{ ...part, subject: "channel:chn_1/2026-03-03" }]);
    ring.destroy(whole.subject);
    for (const day of ["03", "04"]) {
      expect(() => ring.ensure([{ ...part, subject: `channel:chn_1/2026-03-${day}` }])).toThrow(KeyDestroyed);
    }
    expect(ring.ensure([near]).size).toBe(1);
  });

  test("parts that have a key are listed, and many go at once with nobody else's", () => {
    const part = (channel: string, day: string) => ({ subject: `channel:${channel}/${day}`, parent: workspace });
    ring.ensure([
      part("chn_a", "1"),
      part("chn_a", "2"),
      part("chn_b", "1"),
      { subject: "channel:chn_a", parent: workspace },
    ]);
    ring.ensure([contact("a")]);
    expect(ring.parts("channel:")).toEqual(["channel:chn_a/1", "channel:chn_a/2", "channel:chn_b/1"]);
    expect(ring.parts("channel:chn_a/")).toEqual(["channel:chn_a/1", "channel:chn_a/2"]);
    expect(ring.destroy(["channel:chn_a/1", "channel:chn_b/1"]).subjects).toEqual([
      "channel:chn_a/1",
      "channel:chn_b/1",
    ]);
    expect(ring.parts("channel:")).toEqual(["channel:chn_a/2"]);
    expect(() => ring.ensure([part("chn_b", "1")])).toThrow(KeyDestroyed);
    expect(ring.current("channel:chn_a")).toBeDefined();
    expect(ring.current("contact:ctc_a")).toBeDefined();
  });

  test("another process stops sealing and reading without a message on the bus", () => {
    const other = openRing();
    const { kid } = keyOf(other, "contact:ctc_a");
    keyOf(ring, "contact:ctc_a");
    ring.destroy("contact:ctc_a");
    expect(() => other.ensure([contact("a")])).toThrow(KeyDestroyed);
    expect(other.find(kid)).toBeUndefined();
  });

  test("forget drops a cached key, and a cached key lives for a minute at most", () => {
    const first = keyOf(ring, "contact:ctc_a");
    expect(keyOf(ring, "contact:ctc_a")).toBe(first);
    ring.forget("contact:ctc_a");
    const second = keyOf(ring, "contact:ctc_a");
    expect(second).not.toBe(first);
    clock.advance(60_001);
    expect(keyOf(ring, "contact:ctc_a")).not.toBe(second);
  });
});

describe("merged contacts", () => {
  test("a merged contact keeps its key, seals with the other's, and one destruction takes both", () => {
    const a = keyOf(ring, "contact:ctc_a");
    const b = keyOf(ring, "contact:ctc_b");
    ring.link("contact:ctc_a", "contact:ctc_b");
    expect(ring.find(a.kid)?.kid).toBe(a.kid);
    expect(keyOf(ring, "contact:ctc_a").kid).toBe(b.kid);
    expect(ring.destroy("contact:ctc_b").subjects.toSorted()).toEqual(["contact:ctc_a", "contact:ctc_b"]);
    for (const kid of [a.kid, b.kid]) expect(ring.find(kid)).toBeUndefined();
    expect(() => ring.ensure([contact("a")])).toThrow(KeyDestroyed);
  });

  test("chains of merges end at one contact, and destroying the first id destroys all", () => {
    const keys = ring.ensure([contact("a"), contact("b"), contact("c")]);
    ring.link("contact:ctc_a", "contact:ctc_b");
    ring.link("contact:ctc_b", "contact:ctc_c");
    ring.link("contact:ctc_c", "contact:ctc_a"); // already one: changes nothing
    expect(keyOf(ring, "contact:ctc_a").subject).toBe("contact:ctc_c");
    ring.destroy("contact:ctc_a");
    for (const key of keys.values()) expect(ring.find(key.kid)).toBeUndefined();
  });

  test("linking across workspaces or with a destroyed contact is refused", () => {
    ring.ensure([contact("a"), contact("b"), { subject: "contact:ctc_z", parent: "workspace:wsp_2" }]);
    expect(() => ring.link("contact:ctc_a", "contact:ctc_z")).toThrow(TypeError);
    ring.destroy("contact:ctc_b");
    expect(() => ring.link("contact:ctc_a", "contact:ctc_b")).toThrow(KeyDestroyed);
    expect(keyOf(ring, "contact:ctc_a").subject).toBe("contact:ctc_a");
  });
});

describe("rotation", () => {
  test("every key is wrapped anew, no old wrapping key id remains, and data and index keys are unchanged [M24-33]", () => {
    const before = ring.ensure([contact("a"), contact("b"), { subject: "person:usr_1", parent: null }]);
    const index = ring.indexKey("wsp_1", "address").export().toString("hex");
    const old = rows("select wrapped, wrapped_by from key");
    const next = createSecretKey(randomBytes(32));
    expect(ring.rotate(next).rewrapped).toBe(rows("select 1 from key where kind <> 'wrap'").length + 1);
    const wrapIds = rows("select kid from key where kind = 'wrap'").map((row) => row["kid"]);
    for (const row of rows("select wrapped, wrapped_by from key")) {
      expect([0n, ...wrapIds]).toContain(row["wrapped_by"]);
      expect(old.some((each) => Buffer.from(each["wrapped"] as Uint8Array).equals(row["wrapped"] as Uint8Array))).toBe(
        false,
      );
    }
    expect(old.some((row) => wrapIds.includes(row["wrapped_by"]))).toBe(false);
    ring.close();
    expect(() => openRing()).toThrow(expect.objectContaining({ reason: "wrong_root_key" }));
    const again = openRing({ rootKey: next });
    for (const [subject, key] of before)
      expect(raw(again.find(key.kid) ?? key)).toBe(
        raw(keyOf(again, subject, subject.startsWith("person") ? null : workspace)),
      );
    expect(again.indexKey("wsp_1", "address").export().toString("hex")).toBe(index);
  });

  test("a process that still holds the old root key stops instead of writing with it", () => {
    const other = openRing();
    keyOf(other, "contact:ctc_a");
    ring.rotate(createSecretKey(randomBytes(32)));
    expect(() => other.ensure([contact("b")])).toThrow(expect.objectContaining({ reason: "wrong_root_key" }));
    expect(() => other.ensure([contact("b")])).toThrow(expect.objectContaining({ reason: "wrong_root_key" }));
  });
});

describe("index keys", () => {
  test("differ by workspace and purpose and are the same again", () => {
    const hex = (id: string, purpose: string) => ring.indexKey(id, purpose).export().toString("hex");
    const all = [
      hex("wsp_1", "address"),
      hex("wsp_1", "search"),
      hex("wsp_2", "address"),
      hex("installation", "email"),
    ];
    expect(new Set(all).size).toBe(4);
    clock.advance(61_000);
    expect(hex("wsp_1", "address")).toBe(all[0]);
  });
});

describe("the copy", () => {
  test("opens like the original, is private, and a later one replaces it without the destroyed keys", () => {
    const keys = ring.ensure([contact("a"), contact("b")]);
    const home = join(dir, "copy");
    mkdirSync(home);
    const file = join(home, "keyring.db");
    ring.copyTo(file);
    const wrapped = rows("select wrapped from key where subject = 'contact:ctc_a'")[0]?.["wrapped"] as Uint8Array;
    expect(readFileSync(file).includes(wrapped)).toBe(true);
    expect(statSync(file).mode & 0o077).toBe(0);
    ring.destroy("contact:ctc_a");
    ring.copyTo(file);
    expect(readdirSync(home)).toEqual(["keyring.db"]);
    expect(readFileSync(file).includes(wrapped)).toBe(false);
    const copy = openKeyring({ dir: home, rootKey, clock, expect: ring.fingerprint() });
    rings.push(copy);
    expect(raw(keyOf(copy, "contact:ctc_b"))).toBe(raw(keys.get("contact:ctc_b") ?? { key: rootKey }));
    expect(() => copy.ensure([contact("a")])).toThrow(KeyDestroyed);
  });
});

describe("a keyring that does not fit", () => {
  test("a missing file is an error when the database expects one, and none is made", () => {
    const fingerprint = ring.fingerprint();
    ring.close();
    rmSync(dir, { recursive: true });
    expect(() => openRing({ expect: fingerprint })).toThrow(expect.objectContaining({ reason: "missing" }));
    expect(() => statSync(join(dir, "keyring.db"))).toThrow("ENOENT");
  });

  test("another database's keyring is refused", () => {
    expect(() => openRing({ expect: "00".repeat(16) })).toThrow(expect.objectContaining({ reason: "mismatch" }));
    expect(openRing({ expect: ring.fingerprint() }).fingerprint()).toBe(ring.fingerprint());
  });

  test("a wrong root key is refused at once", () => {
    expect(() => openRing({ rootKey: createSecretKey(randomBytes(32)) })).toThrow(KeyringUnusable);
  });

  test("a key row moved to another subject does not open", () => {
    ring.ensure([contact("a"), contact("b")]);
    const db = new DatabaseSync(join(dir, "keyring.db"));
    db.exec(
      "update key set wrapped = (select wrapped from key where subject = 'contact:ctc_a') where subject = 'contact:ctc_b'",
    );
    db.close();
    expect(() => openRing().current("contact:ctc_b")).toThrow("does not open");
  });

  test("a file that is no keyring is refused", () => {
    ring.close();
    rmSync(dir, { recursive: true });
    dir = mkdtempSync(join(tmpdir(), "keyring-"));
    writeFileSync(join(dir, "keyring.db"), "something else entirely, long enough to be read as a header".repeat(20));
    expect(() => openRing()).toThrow("not a database");
  });
});
