// The real server as a process, for tests that kill it and for the benchmarks that measure it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { withApp } from "../commands/command.ts";
import { insertApiKey } from "../identity/api-keys.ts";
import { createPerson } from "../identity/people.ts";
import { createWorkspace } from "../identity/workspaces.ts";
import { readConfig } from "../platform/config.ts";
import { readConnectionFile, type Connection } from "../platform/embedded-postgres.ts";
import { createApiClient, type ApiClient } from "./api.ts";
import { allPermissions } from "./given.ts";

export interface ServerProcess {
  url: string;
  pid: number;
  dataDir: string;
  /** How to reach its embedded database. */
  connection(): Connection;
  postmasterPid(): number;
  /** Its child that holds the connections of linked phones; undefined while there is none. Linux only. */
  sessionsPid(): number | undefined;
  /** kill -9 of the server alone; its database is left to the guard. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator ends it. Returns the exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  dataDir: string;
  env?: Record<string, string>;
  nodeFlags?: readonly string[];
  /** Told every line that the server, or a child of it, prints. */
  onLine?: (line: string) => void;
  /** A port that was used before: simulators keep the webhook address. */
  port?: number;
}

const root = path.resolve(import.meta.dirname, "../..");

/** A folder on disk that the database's own user can pass through. The caller removes it. */
export function temporaryFolder(name: string): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `kw-${name}-`));
  fs.chmodSync(dir, 0o755);
  return dir;
}

/** What `./keepword` gives to Node. */
export function productFlags(): string[] {
  const text = fs.readFileSync(path.join(root, "keepword"), "utf8");
  const flags = /^exec "\$node" (--.+) "\$here/m.exec(text)?.[1]?.split(" ");
  if (!flags) throw new Error("./keepword starts Node in another way than is known here");
  return flags;
}

/** Starts `keepword start` on the folder and waits until it answers. Throws with its last lines when it ends first. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { dataDir } = options;
  const args = ["server/cli.ts", "start", "--no-demo", "--port", String(options.port ?? 0), "--data-dir", dataDir];
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(KEEPWORD_|DATABASE_URL|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(process.execPath, [...productFlags(), ...(options.nodeFlags ?? []), ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(inherited), KEEPWORD_LOG_LEVEL: "warn", ...options.env },
  });
  const output: string[] = [];
  const keep = (line: string): void => {
    options.onLine?.(line);
    output.push(line);
    output.splice(0, output.length - 20);
  };
  createInterface({ input: child.stderr }).on("line", keep);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      keep(line);
      if (line.startsWith("ready ")) resolve(line.slice("ready ".length).trim());
    });
    child.once("exit", () => reject(new Error(`the server ended before it was ready:\n${output.join("\n")}`)));
  });
  const postgresDir = path.join(dataDir, "postgres");
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    connection() {
      const found = readConnectionFile(postgresDir);
      if (!found) throw new Error(`no database runs on ${postgresDir}`);
      return found;
    },
    postmasterPid() {
      const file = path.join(postgresDir, "data", "postmaster.pid");
      return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8").split("\n", 1)[0]) : 0;
    },
    sessionsPid: () => sessionsChild(child.pid ?? 0),
    kill: async () => void (await end(child, "SIGKILL")),
    stop: () => end(child, "SIGTERM"),
  };
}

function sessionsChild(parent: number): number | undefined {
  const list = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").split(" ").filter(Boolean);
  return list.map(Number).find((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("sessions");
    } catch {
      return false;
    }
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}

export interface LiveWorkspace {
  id: string;
  apiKey: string;
  api: ApiClient;
}

/** Makes workspaces beside the running server, each with a key of every permission and no rate limit to speak of. */
export async function createWorkspaces(server: ServerProcess, count: number): Promise<LiveWorkspace[]> {
  const config = readConfig({ KEEPWORD_DATA_DIR: server.dataDir });
  return withApp(config, async (app) => {
    const made: LiveWorkspace[] = [];
    for (let i = 1; i <= count; i++) {
      const { id, key } = await app.db.tx({ workspaceIds: [] }, async (tx) => {
        const owner = { email: `owner-${i}-${Date.now()}@example.test`, name: null, passwordHash: null };
        const ownerId = await createPerson(app, tx, owner);
        const { workspaceId } = await createWorkspace(app, tx, {
          ...{ name: `Workspace ${i}`, ownerId, acceptedBy: "owner" as const },
        });
        const by = { kind: "system", id: null } as const;
        const { key: apiKey } = await insertApiKey(app, tx, { workspaceId, name: "test", scopes: allPermissions, by });
        return { id: workspaceId, key: apiKey };
      });
      made.push({ id, apiKey: key, api: createApiClient(server.url, { apiKey: key }) });
    }
    return made;
  });
}
