import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type net from "node:net";
import path from "node:path";
import type { GuardTask } from "./embedded-postgres-guard.ts";
import { trimLog } from "./embedded-postgres-log.ts";
import { clearLeftovers, findPostmaster, stopPostmaster } from "./embedded-postgres-process.ts";
import { startServer, type ServerInput } from "./embedded-postgres-server.ts";

export interface Keeper {
  /** Stops the server, then the watching. */
  stop(): Promise<void>;
}

const checkMs = 500;

/**
 * Watches a started server from both sides: when it dies under us it is started again on the same port (WAL recovery; nothing committed is
 * lost), and when this process dies a guard stops it. `remove` names an ephemeral cluster's folders; such a server is not started again.
 */
export function keepRunning(
  server: ServerInput,
  remove: string[],
  onRestart: (error?: unknown) => void = () => {},
): Keeper {
  const { dataDir, isEphemeral } = server;
  let pid = findPostmaster(dataDir)?.pid ?? 0;
  let guard = startGuard({ dataDir, postmasterPid: pid, remove });
  let isStopping = false;

  const check = async () => {
    if (isStopping) return;
    try {
      trimLog(dataDir, Date.now());
      if (findPostmaster(dataDir)) return;
      await clearLeftovers(dataDir);
      await startServer(server);
      pid = findPostmaster(dataDir)?.pid ?? 0;
      guard.stdin?.end(); // its server is gone, so it just ends
      guard = startGuard({ dataDir, postmasterPid: pid, remove });
      onRestart();
    } catch (error) {
      onRestart(error);
    }
  };
  let checking: Promise<void> | undefined;
  const timer = setInterval(() => void (checking ??= check().finally(() => (checking = undefined))), checkMs).unref();
  if (isEphemeral) clearInterval(timer);

  return {
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await checking;
      await stopPostmaster(dataDir, pid, isEphemeral ? "immediate" : "fast");
      guard.ref();
      guard.stdin?.end();
      if (guard.exitCode === null && guard.signalCode === null) await once(guard, "exit");
    },
  };
}

function startGuard(task: GuardTask): ChildProcess {
  const script = path.join(import.meta.dirname, "embedded-postgres-guard.ts");
  const argv = [script, JSON.stringify(task)];
  const guard = spawn(process.execPath, argv, { detached: true, cwd: "/", stdio: ["pipe", "ignore", "ignore"] });
  guard.on("error", () => {}); // without a guard the next start clears the orphan
  guard.stdin?.on("error", () => {}); // killed: EPIPE
  guard.unref();
  (guard.stdin as net.Socket | null)?.unref();
  return guard;
}
