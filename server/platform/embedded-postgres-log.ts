import fs from "node:fs";
import path from "node:path";

/** What the embedded server writes to, and what it wrote before: each holds half of the 30 days that its log is kept. */
export const logFiles = ["server.log", "server.log.old"] as const;
const halfMs = 15 * 86_400_000;

/**
 * Lets go of lines older than 30 days, also while the server writes. The older file's time says since when the newer one is written. The
 * newer one is copied and emptied, not renamed: the server keeps it open, and appends.
 */
export function trimLog(dataDir: string, now: number): void {
  const [log, old] = logFiles.map((name) => path.join(dataDir, name)) as [string, string];
  const current = fs.statSync(log, { throwIfNoEntry: false });
  if (!current) return;
  const since = fs.statSync(old, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && now - since < halfMs) return;
  // two halves without a look, while nothing ran: not even the newer file is young enough
  const isAllOver = now - current.mtimeMs >= 2 * halfMs;
  if (isAllOver) fs.writeFileSync(old, "");
  else fs.copyFileSync(log, old);
  fs.chownSync(old, current.uid, current.gid);
  fs.utimesSync(old, new Date(now), new Date(now));
  fs.truncateSync(log);
}
