// `npm run dev`: the server with the demo, restarted on a change, and the web app with hot reload in front of it.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { watchParent } from "../server/platform/parent.ts";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

function start(command: string, args: readonly string[], cwd: string): ChildProcess {
  const child = spawn(command, args, { cwd, stdio: "inherit" });
  child.on("exit", (code) => stop(code ?? 1));
  return child;
}

const children = [
  start(bin("node"), ["--watch-path=server", "--watch-preserve-output", "server/cli.ts", "start", "--demo"], root),
  start(bin("vite"), ["--clearScreen=false"], join(root, "web")),
];

let isStopping = false;
function stop(code: number): void {
  if (isStopping) return;
  isStopping = true;
  process.exitCode = code;
  for (const child of children) child.kill("SIGTERM");
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop(0));
// npm that was killed tells nobody
void watchParent().ended.then(() => stop(0));
