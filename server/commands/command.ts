import type { AppOptions, RunningApp } from "../app.ts";
import { readConfig, type Config, type SettingName } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";

export interface CommandOption {
  type: "string" | "boolean";
  /** What stands for the value in the help: `--port N`. */
  value?: string;
  doc: string;
  isRequired?: boolean;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** One verb of `keepword`. `run` throws for a failure; the dispatcher prints one line and exits non-zero. */
export interface Command {
  /** `workspace create` */
  name: string;
  summary: string;
  /** More for `--help`, one string a line. */
  details?: readonly string[];
  options: Readonly<Record<string, CommandOption>>;
  run: (values: Values) => Promise<void>;
  /** What a failure ends with, where others than people read it; else 1, and 2 for a mistake in the command line. */
  exitCode?: (error: unknown) => number;
}

/** A failure that the operator can act on; its message is the one line they get. */
export class CommandFailed extends Error {
  override name = "CommandFailed";
}

export const dataDirOption = {
  "data-dir": { type: "string", value: "DIR", doc: "Folder for everything that is kept (KEEPWORD_DATA_DIR)." },
} as const satisfies Record<string, CommandOption>;

export const jsonOption = {
  json: { type: "boolean", doc: "Print one JSON object." },
} as const satisfies Record<string, CommandOption>;

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

export function required(values: Values, name: string): string {
  const value = text(values, name);
  if (value === undefined || value === "") throw new CommandFailed(`--${name} is needed`);
  return value;
}

export function configOf(values: Values, more: Partial<Record<SettingName, string | undefined>> = {}): Config {
  return readConfig(process.env, { dataDir: text(values, "data-dir"), ...more });
}

/**
 * Runs `work` on the installation without serving it: beside a running server through its database's connection file, else by
 * starting the database for as long as it takes.
 */
export async function withApp<T>(
  config: Config,
  work: (app: RunningApp) => Promise<T>,
  options: Pick<AppOptions, "isReplaying"> = {},
): Promise<T> {
  // the whole server, which `--help` need not wait for
  const { createApp } = await import("../app.ts");
  await using app = await createApp(config, {
    attach: true,
    hasJobs: false,
    connections: 3,
    ...options,
    log: createLog({ level: "silent" }),
  });
  return await work(app);
}

export function print(values: Values, object: Record<string, unknown>, lines: readonly string[]): void {
  console.log(values["json"] === true ? JSON.stringify(object) : lines.join("\n"));
}
