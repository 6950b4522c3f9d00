// The server's life: build, listen, wait for a signal, drain.
import { createApp, registerLacks, type RunningApp } from "./app.ts";
import { CommandFailed } from "./commands/command.ts";
import { ConfigError, type Config } from "./platform/config.ts";

/** Longer than any request should take; a process that cannot end must not block its successor for ever. */
const drainMs = 20_000;

/** Serves until SIGTERM or SIGINT. `prepare` runs once it answers, and says what to print. Throws when it cannot start. */
export async function serve(
  config: Config,
  prepare?: (app: RunningApp, url: string) => Promise<string[]>,
): Promise<void> {
  refuseUnsaid(config);
  const stopped = Promise.withResolvers<NodeJS.Signals | "disconnect">();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stopped.resolve(signal);
      setTimeout(() => process.exit(1), drainMs).unref();
    });
  }
  // a child process ends with its parent
  process.on("disconnect", () => stopped.resolve("disconnect"));
  await using app = await createApp(config);
  const url = await app.start().catch((error: unknown) => {
    throw isTaken(error) ? new CommandFailed(portTaken(config.host, config.port)) : error;
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

export function portTaken(host: string, port: number): string {
  return `Port ${port} on ${host} is taken; stop what listens there or choose another with --port`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
