import { createHash, createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import S3rver from "@20minutes/s3rver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BlobError, createBlobStore, randomBlobName, type BlobDriver, type BlobStore } from "./blob.ts";
import { localBlobDriver } from "./blob-local.ts";
import { s3BlobDriver } from "./blob-s3.ts";
import { createSafeFetch } from "./safe-fetch.ts";

const key = createSecretKey(randomBytes(32));
const chunk = 65_536;
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "blob-"));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("nothing was thrown"),
    (caught: unknown) => caught,
  );
  return error instanceof BlobError ? error.kind : String(error);
}

async function read(store: BlobStore, name: string, range?: { start: number; end?: number }): Promise<Buffer> {
  const { stream } = await store.get(name, key, range);
  return Buffer.concat(await stream.toArray());
}

async function s3Driver(secretAccessKey = "S3RVER"): Promise<BlobDriver> {
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: folder(),
    configureBuckets: [{ name: "media" }],
    allowMismatchedSignatures: false,
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  const fetch = createSafeFetch({ privateOrigins: [endpoint] });
  const credentials = { accessKeyId: "S3RVER", secretAccessKey };
  const agents = fetch.egressAgent;
  const driver = s3BlobDriver({
    endpoint,
    bucket: "media",
    region: "us-east-1",
    credentials,
    forcePathStyle: true,
    agents,
  });
  closers.push(
    () => server.close(),
    () => fetch.close(),
    () => driver.close(),
  );
  return driver;
}

const drivers: Record<string, () => Promise<BlobDriver>> = {
  "local folder": async () => localBlobDriver(folder()),
  "S3 store": () => s3Driver(),
};

describe.each(Object.keys(drivers))("blobs in a %s", (kind) => {
  let driver: BlobDriver;
  let store: BlobStore;
  beforeAll(async () => {
    driver = (await drivers[kind]?.()) ?? localBlobDriver(folder());
    store = createBlobStore(driver);
  });

  test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 300_000, 9_000_000])(
    "%d bytes come back whole, from a buffer and from a stream of odd pieces",
    async (size) => {
      const content = randomBytes(size);
      const pieces = Array.from({ length: Math.ceil(size / 70_001) }, (_, i) =>
        content.subarray(i * 70_001, (i + 1) * 70_001),
      );
      for (const source of [content, Readable.from(pieces, { objectMode: false })]) {
        const name = randomBlobName();
        const stored = await store.put(name, source, key);
        expect(stored.bytes).toBe(size);
        expect(stored.sha256.equals(createHash("sha256").update(content).digest())).toBe(true);
        const got = await store.get(name, key);
        expect([got.bytes, got.totalBytes]).toEqual([size, size]);
        expect(Buffer.concat(await got.stream.toArray()).equals(content)).toBe(true);
      }
    },
  );

  test("any range gives exactly its bytes", async () => {
    const content = randomBytes(3 * chunk + 100);
    const name = randomBlobName();
    await store.put(name, content, key);
    const edges = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk, 3 * chunk + 99];
    for (const start of edges) {
      for (const end of edges.filter((each) => each >= start)) {
        expect((await read(store, name, { start, end })).equals(content.subarray(start, end + 1))).toBe(true);
      }
      expect((await read(store, name, { start })).equals(content.subarray(start))).toBe(true);
    }
    const beyond = await store.get(name, key, { start: 3 * chunk, end: 9_999_999 });
    expect([beyond.bytes, beyond.totalBytes]).toEqual([100, content.length]);
    beyond.stream.destroy();
  });

  test.each([{ start: 10 }, { start: -1 }, { start: 5, end: 4 }, { start: 0.5 }, { start: Number.NaN }])(
    "the range %j of ten bytes is refused",
    async (range) => {
      const name = randomBlobName();
      await store.put(name, Buffer.alloc(10), key);
      expect(await kindOf(store.get(name, key, range))).toBe("range");
    },
  );

  async function tampered(change: (stored: Buffer) => Buffer): Promise<string> {
    const name = randomBlobName();
    await store.put(name, randomBytes(3 * chunk + 5), key);
    const stored = Buffer.concat(await (await driver.read(name, 0, (await driver.size(name)) ?? 0)).toArray());
    await driver.write(name, Readable.from([change(stored)]));
    return kindOf(read(store, name));
  }
  const at = (index: number) => 12 + index * (chunk + 16);

  test.each<[string, (stored: Buffer) => Buffer]>([
    ["a bit flipped in the content", (b) => flip(b, at(1) + 7)],
    ["a bit flipped in the last tag", (b) => flip(b, b.length - 1)],
    ["a bit flipped in the header", (b) => flip(b, 6)],
    ["another magic", (b) => flip(b, 0)],
    ["the last byte cut", (b) => b.subarray(0, -1)],
    ["the last chunk cut", (b) => b.subarray(0, at(3))],
    ["everything after the first chunk cut", (b) => b.subarray(0, at(1))],
    ["only a header left", (b) => b.subarray(0, 12)],
    ["nothing left", () => Buffer.alloc(0)],
    [
      "two chunks swapped",
      (b) =>
        Buffer.concat([b.subarray(0, at(0)), b.subarray(at(1), at(2)), b.subarray(at(0), at(1)), b.subarray(at(2))]),
    ],
    ["a chunk doubled", (b) => Buffer.concat([b.subarray(0, at(1)), b.subarray(at(0))])],
    ["a chunk missing", (b) => Buffer.concat([b.subarray(0, at(1)), b.subarray(at(2))])],
    ["bytes appended", (b) => Buffer.concat([b, Buffer.alloc(100)])],
  ])("%s is noticed", async (_, change) => {
    expect(await tampered(change)).toBe("broken");
  });

  test("another blob's bytes under this name, or another key, do not open", async () => {
    const [one, two] = [randomBlobName(), randomBlobName()];
    await store.put(one, Buffer.from("one"), key);
    await store.put(two, Buffer.from("two"), key);
    await driver.write(two, await driver.read(one, 0, (await driver.size(one)) ?? 0));
    expect(await kindOf(read(store, two))).toBe("broken");
    const other = await store.get(one, createSecretKey(randomBytes(32)));
    expect(await kindOf(other.stream.toArray())).toBe("broken");
  });

  test("the content is not readable in the store [MSJ-06 MSJ-34 M24-24]", async () => {
    const name = randomBlobName();
    await store.put(name, Buffer.from("hush ".repeat(100)), key);
    const stored = await (await driver.read(name, 0, (await driver.size(name)) ?? 0)).toArray();
    expect(Buffer.concat(stored).includes("hush")).toBe(false);
  });

  test("a name is random and carries nothing of what is stored: the same content twice has two names, and other bytes [M24-24]", async () => {
    const content = Buffer.from("invoice of Ana Ruiz ".repeat(50));
    const names = Array.from({ length: 200 }, randomBlobName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{40}$/);
    // no part of a name is a counter, a time or a prefix: every place of it takes every digit
    for (let place = 0; place < 40; place++) expect(new Set(names.map((name) => name[place])).size).toBeGreaterThan(10);
    const [one = "", two = ""] = names;
    for (const name of [one, two]) await store.put(name, content, key);
    const stored = async (name: string) =>
      Buffer.concat(await (await driver.read(name, 0, (await driver.size(name)) ?? 0)).toArray());
    const [first, second] = [await stored(one), await stored(two)];
    for (const bytes of [first, second]) expect(bytes.includes("invoice")).toBe(false);
    expect(first.subarray(4, 40).equals(second.subarray(4, 40))).toBe(false);
  });

  test("what is removed is gone, and removing it again is no error", async () => {
    const names = Array.from({ length: 20 }, randomBlobName);
    for (const name of names) await store.put(name, Buffer.from("x"), key);
    expect(await store.exists(names[0] ?? "")).toBe(true);
    await store.remove([...names, randomBlobName()]);
    await store.remove(names);
    for (const name of names) expect(await store.exists(name)).toBe(false);
    expect(await kindOf(store.get(names[0] ?? "", key))).toBe("missing");
  });

  test.each([200_000, 10_000_000])("a source that fails after %d bytes leaves no blob", async (size) => {
    const name = randomBlobName();
    async function* failing() {
      yield randomBytes(size);
      throw new Error("the download broke");
    }
    await expect(store.put(name, failing(), key)).rejects.toThrow("the download broke");
    expect(await store.exists(name)).toBe(false);
  });

  test.each(["", "../../../../etc/passwd", "a/b", "A".repeat(20), "short", "a".repeat(65)])(
    "the name %j is refused",
    async (name) => {
      await expect(store.put(name, Buffer.alloc(1), key)).rejects.toThrow(TypeError);
      await expect(store.get(name, key)).rejects.toThrow(TypeError);
      await expect(store.exists(name)).rejects.toThrow(TypeError);
      await expect(store.remove([name])).rejects.toThrow(TypeError);
    },
  );
});

describe("local folder", () => {
  test("files are private, drafts do not stay, and old drafts of a crash are cleared [API-22 M24-24]", async () => {
    const dir = folder();
    const name = randomBlobName();
    await createBlobStore(localBlobDriver(dir)).put(name, Buffer.from("x"), key);
    expect(statSync(join(dir, name.slice(0, 2), name)).mode & 0o077).toBe(0);
    expect(readdirSync(join(dir, "drafts"))).toEqual([]);
    writeFileSync(join(dir, "drafts", "old"), "half");
    writeFileSync(join(dir, "drafts", "young"), "half");
    utimesSync(join(dir, "drafts", "old"), 0, 0);
    localBlobDriver(dir);
    expect(readdirSync(join(dir, "drafts"))).toEqual(["young"]);
    expect(readFileSync(join(dir, name.slice(0, 2), name)).length).toBe(12 + 1 + 16);
  });
});

describe("S3 store", () => {
  test("every call is signed and asks for the object alone: none opens it to the public, nor says what it holds [M24-24]", async () => {
    const asked: { method: string; path: string; headers: IncomingHttpHeaders }[] = [];
    const server = createServer((request, response) => {
      asked.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
      request.resume().on("end", () => response.end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { egressAgent: agents, close } = createSafeFetch({ privateOrigins: [endpoint] });
    closers.push(close, () => server.close());
    const credentials = { accessKeyId: "a", secretAccessKey: "hush" };
    const driver = s3BlobDriver({
      ...{ endpoint, bucket: "media", region: "x", credentials, agents },
      forcePathStyle: true,
    });
    closers.push(() => driver.close());
    const name = randomBlobName();
    await createBlobStore(driver).put(name, Buffer.from("invoice of Ana Ruiz"), key);
    await driver.size(name);
    (await driver.read(name, 0, 1)).destroy();
    await driver.remove(name);
    expect(asked.map(({ method }) => method)).toEqual(["PUT", "HEAD", "GET", "DELETE"]);
    for (const { path, headers } of asked) {
      const { pathname, searchParams } = new URL(path, endpoint);
      expect(pathname).toBe(`/media/${name}`);
      expect([...searchParams.keys()].filter((one) => one !== "x-id")).toEqual([]);
      expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=a\//);
      expect(
        Object.keys(headers).filter((one) => /acl|grant|x-amz-meta|tagging|website|disposition/.test(one)),
      ).toEqual([]);
      expect(JSON.stringify(headers)).not.toMatch(/hush|Ana|invoice/);
    }
  });

  test("a wrong secret is unavailable, not missing", async () => {
    const store = createBlobStore(await s3Driver("wrong"));
    expect(await kindOf(store.put(randomBlobName(), Buffer.from("x"), key))).toBe("unavailable");
  });

  test("a store outside the allowed network is unavailable", async () => {
    const { egressAgent: agents, close } = createSafeFetch();
    closers.push(close);
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const driver = s3BlobDriver({ endpoint: "http://127.0.0.1:9", bucket: "media", region: "x", credentials, agents });
    expect(await kindOf(createBlobStore(driver).exists(randomBlobName()))).toBe("unavailable");
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
