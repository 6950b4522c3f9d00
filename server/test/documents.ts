// Runs what documents tell people to type, so that no example is wrong for longer than a test run.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const root = path.resolve(import.meta.dirname, "../..");

export interface CodeBlock {
  language: string;
  /** The word after the language: a file's name. */
  name: string;
  code: string;
}

/** The fenced blocks of a Markdown file that have a name, in order. */
export function codeBlocks(file: string): CodeBlock[] {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(([, language = "", name = "", code = ""]) => ({
    language,
    name,
    code,
  }));
}

export interface Program extends AsyncDisposable {
  /** Resolves with the first line that matches, from the beginning on. Rejects when the program ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves with all that it printed when it ended well. */
  ended(): Promise<string>;
}

/** Starts a command in a folder; disposing ends it. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Program {
  const child: ChildProcess = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => [...waiting].forEach((look) => look());
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", (line) => (lines.push(line), wake()));
  const closed = once(child, "close").then(([code]) => code as number | null);
  let hasEnded = false;
  void closed.then(() => ((hasEnded = true), wake()));
  return {
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !hasEnded) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`no line like ${String(pattern)}:\n${lines.join("\n")}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
    async ended() {
      const code = await closed;
      if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${lines.join("\n")}`);
      return lines.join("\n");
    },
    async [Symbol.asyncDispose]() {
      if (!hasEnded) child.kill("SIGKILL");
      await closed;
    },
  };
}
