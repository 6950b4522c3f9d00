// The sessions process as a child of this one: started with the first linked phone, started again when it dies. The library it loads
// costs memory and milliseconds a message, and prints keys: none of that belongs beside the web server.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { App } from "../platform/context.ts";
import { SESSION_WORK_TOPIC } from "./session-events.ts";

const LOOK_MS = 10_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
const GOOD_MS = 60_000;
/** After SIGTERM: the process closes its connections and gives its sessions back. */
const END_MS = 10_000;

export interface Supervisor extends AsyncDisposable {
  /** The process id of the child; undefined while there is none. */
  readonly pid: number | undefined;
}

export function superviseSessions(app: Pick<App, "db" | "bus" | "config" | "log">, databaseUrl: string): Supervisor {
  let child: ChildProcess | undefined;
  let failures = 0;
  let isStopping = false;
  let waiting: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (child || waiting || isStopping) return;
    const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query<{ has: boolean }>("select kw.has_sessions() as has"),
    );
    if (row?.has && !child && !isStopping) start();
  }
  const soon = (): void =>
    void look().catch((error: unknown) => app.log.warn({ err: error }, "sessions could not be looked for"));

  function start(): void {
    const startedAt = Date.now();
    const { dataDir, providerOrigins, logLevel } = app.config;
    const own = spawn(
      process.execPath,
      [...process.execArgv, path.join(import.meta.dirname, "../cli.ts"), "start", "--roles", "sessions"],
      {
        // it ends when the channel to its parent does, also after a kill -9 of the parent
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        env: {
          ...process.env,
          ...{ KEEPWORD_DATA_DIR: path.resolve(dataDir), KEEPWORD_PROVIDER_ORIGINS: providerOrigins.join(",") },
          ...{
            DATABASE_URL: databaseUrl,
            KEEPWORD_HOST: "127.0.0.1",
            KEEPWORD_PORT: "0",
            KEEPWORD_LOG_LEVEL: logLevel,
          },
        },
      },
    );
    child = own;
    own.once("exit", (code, signal) => {
      if (child === own) child = undefined;
      if (isStopping) return;
      failures = Date.now() - startedAt > GOOD_MS ? 0 : failures + 1;
      app.log.error({ code, signal, failures }, "the sessions process ended");
      const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 10), MAX_WAIT_MS);
      waiting = setTimeout(() => {
        waiting = undefined;
        soon();
      }, wait);
    });
    own.once("error", (error) => app.log.error({ err: error }, "the sessions process could not be started"));
  }

  const timer = setInterval(soon, LOOK_MS);
  const stop = app.bus.subscribe(SESSION_WORK_TOPIC, soon);
  soon();

  return {
    get pid() {
      return child?.pid;
    },
    async [Symbol.asyncDispose]() {
      isStopping = true;
      clearInterval(timer);
      clearTimeout(waiting);
      stop();
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const hard = setTimeout(() => child?.kill("SIGKILL"), END_MS);
      await ended;
      clearTimeout(hard);
    },
  };
}
