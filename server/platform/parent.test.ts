import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { isAlive } from "./running-server.ts";

const children = new Set<ChildProcess>();
const pids = new Set<number>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // ended by itself, as it should
    }
  children.clear();
  pids.clear();
});

const watcher = `
  import { watchParent } from ${JSON.stringify(path.join(import.meta.dirname, "parent.ts"))};
  const keeps = setInterval(() => {}, 1000);
  void watchParent().ended.then(() => { console.log("ended"); clearInterval(keeps); });
  console.log("pids", process.ppid, process.pid);`;
/** npm's part: starts a shell, which starts the script and waits for it. */
const npm = `
  require("node:child_process").spawn("sh", ["-c", '"$0" --input-type=module -e "$SCRIPT"; exit $?', process.execPath], { stdio: "inherit" });
  setInterval(() => {}, 1000);`;

interface Chain {
  npm: ChildProcess;
  between: number;
  script: number;
  /** fulfilled by its own word */
  ended: Promise<void>;
}

async function start(env: Record<string, string>): Promise<Chain> {
  const child = spawn(process.execPath, ["-e", npm], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], SCRIPT: watcher, ...env },
  });
  children.add(child);
  const started = Promise.withResolvers<readonly [number, number]>();
  const ended = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "ended") return ended.resolve();
    const [, between, script] = line.split(" ").map(Number);
    started.resolve([between ?? 0, script ?? 0]);
  });
  const [between, script] = await started.promise;
  for (const pid of [between, script]) pids.add(pid);
  return { npm: child, between, script, ended: ended.promise };
}

const byNpm = { npm_lifecycle_event: "start" };

test("what npm started hears of the end of npm's shell, and of npm's own, killed or not", async () => {
  const told = await start(byNpm);
  process.kill(told.between, "SIGTERM");
  await told.ended;
  const killed = await start(byNpm);
  killed.npm.kill("SIGKILL");
  await killed.ended;
});

test("what somebody else started ends with its parent alone: who is above that is nobody's matter", async () => {
  const { npm: above, between, script, ended } = await start({});
  let isEnded = false;
  void ended.then(() => (isEnded = true));
  above.kill("SIGKILL");
  await once(above, "exit");
  // one that was started later has looked meanwhile, so this one has too
  const other = await start(byNpm);
  other.npm.kill("SIGKILL");
  await other.ended;
  expect([isEnded, isAlive(script)]).toEqual([false, true]);
  process.kill(between, "SIGTERM");
  await ended;
});
