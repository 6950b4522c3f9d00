// CPU time and memory of other processes, from /proc: steadier than rates on a machine that others use too.
import fs from "node:fs";

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

interface Stat {
  parent: number;
  own: number;
  /** of children that have ended and were waited for */
  ended: number;
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // the program's name may contain spaces and brackets
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const at = (i: number) => fields[i] ?? 0;
    return { parent: at(1), own: at(11) + at(12), ended: at(13) + at(14) };
  } catch {
    return undefined;
  }
}

/** Seconds of CPU a process has used. */
export function cpuOf(pid: number): number {
  return (readStat(pid)?.own ?? 0) / ticksPerSecond;
}

/** Seconds of CPU of a process and everything it started: a PostgreSQL server with its backends. */
export function cpuOfFamily(pid: number): number {
  const root = readStat(pid);
  if (!root) return 0;
  let ticks = root.own + root.ended;
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat?.parent === pid) ticks += stat.own;
  }
  return ticks / ticksPerSecond;
}

/** Resident memory now and at its highest, in MB. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}
