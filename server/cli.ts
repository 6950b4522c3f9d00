// `keepword …`: the operator's command line.
import { enableCompileCache } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { CommandFailed, type Command } from "./commands/command.ts";
import { privacyCommands } from "./commands/privacy.ts";
import { operatorCommands } from "./commands/operator.ts";
import { securityCommands } from "./commands/security.ts";
import { startCommand } from "./commands/start.ts";
import { visitsCommand } from "./commands/visits.ts";
import { workspaceCommands } from "./commands/workspace.ts";
import { ProblemError } from "./platform/problem.ts";

const commands: readonly Command[] = [
  startCommand,
  ...workspaceCommands,
  ...privacyCommands,
  ...securityCommands,
  ...operatorCommands,
  visitsCommand,
];

/** Runs one command; returns the exit code. 2 is a mistake in the command line itself. `tell` takes the one line of a failure. */
export async function runCli(
  args: readonly string[],
  say: (text: string) => void = console.log,
  tell: (line: string) => void = console.error,
): Promise<number> {
  const fail = (line: string, code: number): number => {
    tell(`keepword: ${line}`);
    return code;
  };
  const words = args.slice(0, firstFlag(args));
  const command = commands.find(({ name }) => words.join(" ") === name);
  const wantsHelp = args.includes("--help") || args.includes("-h") || words[0] === "help";
  if (!command) {
    const group = commands.filter(({ name }) => words.length > 0 && name.startsWith(`${words[0]} `));
    if (args.length === 0 || wantsHelp) {
      say(overview(group.length > 0 ? group : commands));
      return 0;
    }
    return fail(`There is no command "${words.join(" ")}"; see keepword --help`, 2);
  }
  if (wantsHelp) {
    say(helpOf(command));
    return 0;
  }
  try {
    await command.run(parse(command, args.slice(words.length)));
    return 0;
  } catch (error) {
    const isUsage = error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    return fail(lineOf(error), command.exitCode?.(error) ?? (isUsage ? 2 : 1));
  }
}

function firstFlag(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg.startsWith("-"));
  return at < 0 ? args.length : at;
}

function parse(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  const missing = Object.entries(command.options).find(
    ([name, option]) => option.isRequired && values[name] === undefined,
  );
  if (missing) throw new CommandFailed(`--${missing[0]} is needed; see keepword ${command.name} --help`);
  return values as Record<string, string | boolean | undefined>;
}

function overview(shown: readonly Command[]): string {
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ["Usage: keepword COMMAND [options]", "", ...lines, "", "keepword COMMAND --help says more."].join("\n");
}

function helpOf({ name, summary, details = [], options }: Command): string {
  const flags = Object.entries(options).map(([flag, { value, doc, isRequired }]) => ({
    flag: `--${flag}${value === undefined ? "" : ` ${value}`}`,
    doc: isRequired === true ? `${doc} Needed.` : doc,
  }));
  const width = Math.max(...flags.map(({ flag }) => flag.length));
  const lines = flags.map(({ flag, doc }) => `  ${flag.padEnd(width)}  ${doc}`);
  return [`Usage: keepword ${name} [options]`, "", `${summary}.`, ...details, "", ...lines].join("\n");
}

/** What went wrong, in one line. The stack is for bugs only, and only when asked for. */
function lineOf(error: unknown): string {
  if (error instanceof ProblemError) {
    const { issues } = error.extensions as { issues?: { message: string }[] };
    return issues?.map((issue) => issue.message).join("; ") ?? error.detail ?? error.declaration.title;
  }
  if (!(error instanceof Error)) return "It failed, and nobody said why";
  if (process.env["KEEPWORD_LOG_LEVEL"] === "debug") console.error(error);
  return error.message.trim().split("\n").join("; ");
}

// Hundreds of files without their types and compiled: the next start takes half the time. Where it cannot write, nothing is kept.
if (import.meta.main) enableCompileCache(path.join(import.meta.dirname, "../node_modules/.cache/node"));
// not process.exit: what was printed to a pipe must arrive first
if (import.meta.main) process.exitCode = await runCli(process.argv.slice(2));
