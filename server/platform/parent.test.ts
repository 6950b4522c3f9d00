import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { isAlive } from "./running-server.ts";

const groups = new Set<number>();
afterEach(() => {
  for (const pid of groups)
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // all of it ended by itself, as it should
    }
  groups.clear();
});

const watcher = `
  import { watchParent } from ${JSON.stringify(path.join(import.meta.dirname, "parent.ts"))};
  const keeps = setInterval(() => {}, 1000);
  void watchParent().ended.then(() => { console.log("ended"); clearInterval(keeps); });
  console.log(process.pid);`;
const starter = `
  require("node:child_process").spawn(process.execPath, ["--input-type=module", "-e", process.env.SCRIPT], { stdio: "inherit" });
  setInterval(() => {}, 1000);`;
/** Starts a starter and waits, as whoever is above the parent does. */
const above = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", process.env.STARTER], { stdio: "inherit" });
  console.log("starter", child.pid);
  setInterval(() => {}, 1000);`;

interface Chain {
  above: ChildProcess;
  starter: number;
  script: number;
  /** fulfilled by its own word */
  ended: Promise<void>;
}

async function start(): Promise<Chain> {
  const child = spawn(process.execPath, ["-e", above], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
    env: { PATH: process.env["PATH"], SCRIPT: watcher, STARTER: starter },
  });
  groups.add(child.pid ?? 0);
  const pids = Promise.withResolvers<readonly [number, number]>();
  const ended = Promise.withResolvers<void>();
  let between = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "ended") ended.resolve();
    else if (line.startsWith("starter ")) between = Number(line.split(" ")[1]);
    else pids.resolve([between, Number(line)]);
  });
  const [starterPid, script] = await pids.promise;
  return { above: child, starter: starterPid, script, ended: ended.promise };
}

test("a process hears of the end of the one that started it, killed or not, and not of who is above that", async () => {
  const one = await start();
  let isEnded = false;
  void one.ended.then(() => (isEnded = true));
  one.above.kill("SIGKILL");
  await once(one.above, "exit");
  // one that was started later has looked meanwhile, so this one has too
  const other = await start();
  process.kill(other.starter, "SIGKILL");
  await other.ended;
  expect([isEnded, isAlive(one.script)]).toEqual([false, true]);
  process.kill(one.starter, "SIGTERM");
  await one.ended;
});
