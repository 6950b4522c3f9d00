// The server's life: build, listen, wait for a signal, drain.
import { createApp, registerLacks, type RunningApp } from "./app.ts";
import { CommandFailed } from "./commands/command.ts";
import { ConfigError, type Config } from "./platform/config.ts";
import { runningServer } from "./platform/running-server.ts";

/** Longer than any request should take; a process that cannot end must not block its successor for ever. */
const drainMs = 20_000;

interface ServeOptions {
  /** Runs once the server answers, and says what to print. */
  prepare?: ((app: RunningApp, url: string) => Promise<string[]>) | undefined;
  /** Another end than a signal. */
  ended?: Promise<void> | undefined;
}

/** Serves until SIGTERM or SIGINT. Throws when it cannot start. */
export async function serve(config: Config, { prepare, ended }: ServeOptions = {}): Promise<void> {
  refuseUnsaid(config);
  const stopped = Promise.withResolvers<NodeJS.Signals | "disconnect" | "parent">();
  const stop = (why: NodeJS.Signals | "parent"): void => {
    stopped.resolve(why);
    setTimeout(() => process.exit(1), drainMs).unref();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal));
  void ended?.then(() => stop("parent"));
  // a child process ends with its parent
  process.on("disconnect", () => stopped.resolve("disconnect"));
  await using app = await createApp(config);
  const url = await app.start().catch((error: unknown) => {
    throw isTaken(error) ? new CommandFailed(portTaken(config, config.port)) : error;
  });
  if (process.send === undefined) console.log(`ready ${url}`);
  for (const line of (await prepare?.(app, url)) ?? []) console.log(line);
  await stopped.promise;
}

/** Before anything is opened. A child that serves phones was started by a server that passed, and must come again after a crash. */
function refuseUnsaid(config: Config): void {
  const isChild = process.send !== undefined && config.roles.every((role) => role === "sessions");
  const lacks = isChild ? [] : registerLacks(config);
  if (lacks.length > 0) throw new ConfigError(lacks);
}

/**
 * Names the process that the folder's own server had on this port: one that was forgotten, or is about to end. After a crash its number may
 * be another program's by now, so nobody is told to end it unlooked.
 */
export function portTaken({ host, dataDir }: Pick<Config, "host" | "dataDir">, port: number): string {
  const running = runningServer(dataDir);
  const taken = `Port ${port} on ${host} is taken; stop what listens there or choose another with --port`;
  if (running === undefined || running.pid === process.pid || Number(new URL(running.url).port) !== port) return taken;
  return `${taken}. A server of this data folder listened on it last, as process ${running.pid}: see whether it still runs`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
