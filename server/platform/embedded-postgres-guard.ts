// Outlives a kill -9 of the process that started PostgreSQL: when the pipe from it closes, stops that one server, and removes an
// ephemeral one. It names the server by pid, so that it never ends a server that a next owner has started meanwhile.
import fs from "node:fs";
import { stopPostmaster } from "./embedded-postgres-process.ts";

export interface GuardTask {
  dataDir: string;
  postmasterPid: number;
  /** folders to remove afterwards: an ephemeral cluster's */
  remove: string[];
}

if (import.meta.main) {
  const task = JSON.parse(process.argv[2] ?? "{}") as GuardTask;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {}); // Ctrl-C reaches the whole terminal
  process.stdin.resume().once("end", () => {
    void stopPostmaster(task.dataDir, task.postmasterPid, task.remove.length > 0 ? "immediate" : "fast").finally(() => {
      for (const folder of task.remove) fs.rmSync(folder, { recursive: true, force: true });
    });
  });
}
