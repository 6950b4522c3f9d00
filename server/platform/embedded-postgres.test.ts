import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import pg from "pg";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { roomyFolder } from "../test/roomy-folder.ts";
import { logFiles, trimLog } from "./embedded-postgres-log.ts";
import { readConnectionFile, startCluster } from "./embedded-postgres.ts";
import { sharedBuffers } from "./embedded-postgres-server.ts";

interface Started {
  process: ChildProcess;
  dir: string;
  dataDir: string;
  url: string;
  error?: { name: string; message: string };
}

const root = fs.mkdtempSync(path.join(roomyFolder(), "kw-embedded-"));
fs.chmodSync(root, 0o711);
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

/** Another process that owns a cluster on `dir`. Ends with the test at the latest, and its server with it. */
async function own(dir: string, mode = "durable"): Promise<Started> {
  const script = path.resolve(import.meta.dirname, "../test/own-cluster.ts");
  const child = spawn(process.execPath, [script, dir, mode], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const [line] = (await once(readline.createInterface(child.stdout), "line")) as [string];
  return { process: child, ...(JSON.parse(line) as Omit<Started, "process">) };
}

async function kill(pid: number, child: ChildProcess): Promise<void> {
  process.kill(pid, "SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on("error", () => {}); // a server that is killed under us
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const plant = (url: string) => query(url, "create table proof (n int); insert into proof values (42)");
const proof = (url: string) => query(url, "select n from proof");
const postmasterPid = (dataDir: string) =>
  Number(fs.readFileSync(path.join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]);

/** The processes that outlive an owner: the guard, found by the folder it was told to watch. */
function guardPids(dataDir: string): number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes("embedded-postgres-guard.ts") && command.includes(dataDir);
      } catch {
        return false;
      }
    });
}

/** Kills the owner so that nothing is left to tidy up behind it. */
async function killWithoutGuard(owner: Started): Promise<void> {
  for (const pid of guardPids(owner.dataDir)) process.kill(pid, "SIGKILL");
  await kill(owner.process.pid ?? 0, owner.process);
}

/** Each starts servers, some of them slowly on purpose. */
const slowTest = (name: string, fn: () => Promise<void>) => test(name, fn, 60_000);
/** What needs /proc to be arranged, or root. */
const onLinux = (name: string, fn: () => Promise<void>) => process.platform === "linux" && slowTest(name, fn);
const asRoot = (name: string, fn: () => Promise<void>) => process.getuid?.() === 0 && slowTest(name, fn);

const folder = (name: string) => path.join(root, name);

slowTest(
  "data is there again after a stop and a start, and the connection file leads to the running server only",
  async () => {
    const dir = folder("plain");
    const first = await startCluster({ dir });
    await plant(first.url());
    expect(readConnectionFile(dir)).toMatchObject({ url: first.url(), port: first.port, ownerPid: process.pid });
    expect(fs.statSync(path.join(dir, "connection.json")).mode & 0o777).toBe(0o600);
    await first.stop();
    await first.stop();
    expect(readConnectionFile(dir)).toBeUndefined();
    const second = await startCluster({ dir });
    onTestFinished(() => second.stop());
    expect(await proof(second.url())).toEqual([{ n: 42 }]);
  },
);

slowTest(
  "a second instance on the same data folder gets one line that names the process, and changes nothing",
  async () => {
    const dir = folder("shared");
    const first = await own(dir);
    const second = await own(dir);
    expect(second.error).toEqual({
      name: "DataFolderInUse",
      message: `${dir} is in use by process ${first.process.pid}; stop it or choose another data folder`,
    });
    await plant(first.url);
    expect(await proof(first.url)).toEqual([{ n: 42 }]);
  },
);

onLinux("after kill -9 of its owner the server stops by itself, and the next start finds the data", async () => {
  const dir = folder("guarded");
  const first = await own(dir);
  await plant(first.url);
  await kill(first.process.pid ?? 0, first.process);
  await vi.waitUntil(() => !fs.existsSync(path.join(first.dataDir, "postmaster.pid")), { timeout: 15_000 });
  const second = await startCluster({ dir });
  onTestFinished(() => second.stop());
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
});

onLinux("an orphaned server still running is stopped and its data served by the next owner", async () => {
  const dir = folder("orphan");
  const first = await own(dir);
  await plant(first.url);
  const orphan = postmasterPid(first.dataDir);
  await killWithoutGuard(first);
  expect(await proof(first.url)).toEqual([{ n: 42 }]); // it really lives on
  const second = await startCluster({ dir });
  onTestFinished(() => second.stop());
  expect(postmasterPid(second.dataDir)).not.toBe(orphan);
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
});

onLinux("a stale pid file of a killed server does not stand in the way, and nothing committed is lost", async () => {
  const dir = folder("stale");
  const first = await own(dir);
  await plant(first.url);
  const pid = postmasterPid(first.dataDir);
  for (const guard of guardPids(first.dataDir)) process.kill(guard, "SIGKILL");
  process.kill(pid, "SIGKILL");
  await kill(first.process.pid ?? 0, first.process);
  expect(fs.existsSync(path.join(first.dataDir, "postmaster.pid"))).toBe(true);
  const second = await startCluster({ dir });
  onTestFinished(() => second.stop());
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
});

onLinux(
  "a pid file whose number another program has now does not stand in the way, and that program lives on",
  async () => {
    const dir = folder("reused");
    const first = await startCluster({ dir });
    await plant(first.url());
    await first.stop();
    const { uid, gid } = fs.statSync(first.dataDir); // PostgreSQL itself believes a pid of its own user only
    const other = spawn("sleep", ["600"], { uid, gid, stdio: "ignore", cwd: "/" });
    onTestFinished(() => void other.kill());
    const lines = [
      other.pid,
      first.dataDir,
      Math.floor(Date.now() / 1000),
      first.port,
      "",
      "127.0.0.1",
      "",
      "ready",
      "",
    ];
    fs.writeFileSync(path.join(first.dataDir, "postmaster.pid"), lines.join("\n"));
    const second = await startCluster({ dir });
    onTestFinished(() => second.stop());
    expect(await proof(second.url())).toEqual([{ n: 42 }]);
    expect(other.exitCode).toBeNull();
  },
);

onLinux("a start in the middle of a stuck backend's end waits for it instead of sharing its files", async () => {
  const dir = folder("backend");
  const first = await own(dir);
  await plant(first.url);
  const busy = query(first.url, "select count(*) from generate_series(1, 1e12::int8)").catch(() => []);
  await vi.waitUntil(
    async () =>
      (await query(first.url, "select 1 from pg_stat_activity where query like '%1e12%' and pid <> pg_backend_pid()"))
        .length > 0,
  );
  const pid = postmasterPid(first.dataDir);
  for (const guard of guardPids(first.dataDir)) process.kill(guard, "SIGKILL");
  process.kill(pid, "SIGKILL"); // the busy backend does not notice
  await kill(first.process.pid ?? 0, first.process);
  const second = await startCluster({ dir });
  onTestFinished(() => second.stop());
  await busy;
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
});

slowTest("an initdb that was interrupted does not count as a database", async () => {
  const dir = folder("half");
  fs.mkdirSync(path.join(dir, "initdb-broken"), { recursive: true });
  fs.writeFileSync(path.join(dir, "initdb-broken", "PG_VERSION"), "18\n");
  const cluster = await startCluster({ dir });
  onTestFinished(() => cluster.stop());
  expect(await query(cluster.url(), "select 1 as one")).toEqual([{ one: 1 }]);
  expect(fs.existsSync(path.join(dir, "initdb-broken"))).toBe(false);
});

slowTest("data of another PostgreSQL version is named, and left alone", async () => {
  const dir = folder("old");
  fs.mkdirSync(path.join(dir, "data"), { recursive: true });
  fs.writeFileSync(path.join(dir, "data", "PG_VERSION"), "15\n");
  await expect(startCluster({ dir })).rejects.toThrow("was written by PostgreSQL 15");
});

slowTest("a taken port ends the start with one line, and frees the folder", async () => {
  const other = await startCluster({ dir: root, ephemeral: true });
  onTestFinished(() => other.stop());
  const dir = folder("port");
  await expect(startCluster({ dir, port: other.port })).rejects.toThrow(`Port ${other.port} on 127.0.0.1 is taken`);
  const cluster = await startCluster({ dir });
  await cluster.stop();
});

asRoot("root's private folder, which PostgreSQL's user cannot reach, works: only its data lies elsewhere", async () => {
  const closed = folder("closed");
  fs.mkdirSync(closed, { mode: 0o700 });
  const dir = path.join(closed, "pg");
  const first = await startCluster({ dir });
  onTestFinished(() => fs.rmSync(path.dirname(first.dataDir), { recursive: true }));
  expect(first.dataDir).toMatch(/^\/var\/lib\/keepword\//);
  await plant(first.url());
  await first.stop();
  const second = await startCluster({ dir });
  expect(second.dataDir).toBe(first.dataDir);
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
  await second.stop();
});

asRoot("a folder that an ordinary user began is carried on by root, as that user", async () => {
  const dir = folder("handed-over");
  const first = await startCluster({ dir });
  await plant(first.url());
  await first.stop();
  for (const name of ["", ...(fs.readdirSync(first.dataDir, { recursive: true }) as string[])])
    fs.lchownSync(path.join(first.dataDir, name), 54_321, 54_321);
  const second = await startCluster({ dir });
  onTestFinished(() => second.stop());
  expect(await proof(second.url())).toEqual([{ n: 42 }]);
});

onLinux("a server killed under its owner is started again on its port, and nothing committed is lost", async () => {
  const restarted = Promise.withResolvers<void>();
  const cluster = await startCluster({
    dir: folder("killed"),
    onRestart: (error) => (error ? restarted.reject(error as Error) : restarted.resolve()),
  });
  onTestFinished(() => cluster.stop());
  await plant(cluster.url());
  process.kill(postmasterPid(cluster.dataDir), "SIGKILL");
  await restarted.promise;
  expect(await proof(cluster.url())).toEqual([{ n: 42 }]);
  await vi.waitUntil(() => guardPids(cluster.dataDir).length === 1);
});

onLinux("an ephemeral cluster leaves nothing behind, also after kill -9 of its owner", async () => {
  const owner = await own(root, "ephemeral");
  await plant(owner.url);
  await kill(owner.process.pid ?? 0, owner.process);
  await vi.waitUntil(() => !fs.existsSync(owner.dir), { timeout: 15_000 });
});

slowTest("what people wrote does not reach the server's log when a statement fails", async () => {
  const cluster = await startCluster({ dir: root, ephemeral: true });
  onTestFinished(() => cluster.stop());
  await plant(cluster.url());
  await query(cluster.url(), "create unique index on proof (n); alter table proof add word text unique");
  await query(cluster.url(), "insert into proof values (1, 'dear-ada')");
  await expect(query(cluster.url(), "insert into proof values (2, 'dear-ada')")).rejects.toThrow("duplicate key");
  await expect(query(cluster.url(), "select 'dear-ada'::int")).rejects.toThrow("invalid input");
  const log = fs.readFileSync(path.join(cluster.dataDir, "server.log"), "utf8");
  expect(log).toContain("ready to accept connections");
  expect(log).not.toContain("dear-ada");
});

slowTest(
  "the server's log is the only one it writes, and no line of it is older than 30 days while it runs [GEN-10]",
  async () => {
    const cluster = await startCluster({ dir: path.join(root, "trimmed") });
    onTestFinished(() => cluster.stop());
    const { dataDir } = cluster;
    const [log, old] = logFiles.map((name) => path.join(dataDir, name)) as [string, string];
    const text = (file: string) => fs.readFileSync(file, "utf8");
    const dayMs = 86_400_000;
    // the keeper looks by itself: what it moved away for the first time are the lines of the start
    await vi.waitUntil(() => fs.existsSync(old) && text(old).includes("ready to accept connections"));
    expect(text(log)).not.toContain("ready to accept");
    const fail = (user: string) => new pg.Client(cluster.adminUrl().replace("//postgres:", `//${user}:`)).connect();
    await expect(fail("first_stranger")).rejects.toThrow();
    await vi.waitUntil(() => text(log).includes("first_stranger"));
    // fifteen days later
    fs.utimesSync(old, new Date(Date.now() - 15 * dayMs), new Date(Date.now() - 15 * dayMs));
    await vi.waitUntil(() => text(old).includes("first_stranger"));
    expect(text(old)).not.toContain("ready to accept");
    expect(text(log)).toBe("");
    await expect(fail("second_stranger")).rejects.toThrow();
    await vi.waitUntil(() => text(log).includes("second_stranger"));
    // and by the clock: not a moment sooner, and then gone
    const since = fs.statSync(old).mtimeMs;
    trimLog(dataDir, since + 15 * dayMs - 1000);
    expect(text(old)).toContain("first_stranger");
    trimLog(dataDir, since + 15 * dayMs);
    expect(text(old)).not.toContain("first_stranger");
    expect(text(old)).toContain("second_stranger");
    const settings = ["PG_VERSION", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf", "postgresql.conf"];
    const known = new Set<string>([...settings, "postmaster.opts", "postmaster.pid", ...logFiles]);
    const files = fs.readdirSync(dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
    expect(fs.existsSync(path.join(dataDir, "log"))).toBe(false);
  },
);

test.each([
  [0.5, "128MB"],
  [2, "256MB"],
  [6.3, "806MB"],
  [64, "1024MB"],
])("of %d GB of memory its buffers get %s", (gigabytes, buffers) => {
  expect(sharedBuffers(gigabytes * 2 ** 30)).toBe(buffers);
});
