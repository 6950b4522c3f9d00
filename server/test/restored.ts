// Other machines for tests of backups: a data folder with the root key of the test's server, a database of its own, the operator's command.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { createApp, type RunningApp } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import type { TestApp } from "./app.ts";

interface Outcome {
  code: number;
  out: string;
  error: string;
}

/** The operator's command on a data folder with a database of its own. */
export function keepword(dataDir: string, databaseUrl: string, ...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"], DATABASE_URL: databaseUrl, KEEPWORD_DATA_DIR: dataDir };
  return new Promise((resolve) => {
    execFile(path.resolve(import.meta.dirname, "../../keepword"), args, { env }, (failure, out, error) =>
      resolve({ code: failure ? Number(failure.code) : 0, out, error }),
    );
  });
}

/** A machine with the root key, and with the keyring's folder where told. Returns its data folder, below `home`. */
export function machineOf({ app }: TestApp, home: string, keyring?: string): string {
  const dataDir = fs.mkdtempSync(path.join(home, "machine-"));
  fs.copyFileSync(path.join(app.config.dataDir, "root.key"), path.join(dataDir, "root.key"));
  if (keyring) fs.cpSync(keyring, path.join(dataDir, "keyring"), { recursive: true });
  return dataDir;
}

/** The server on such a machine, with the test's clock. */
export const openMachine = (
  { clock }: TestApp,
  dataDir: string,
  databaseUrl: string,
  isReplaying = false,
): Promise<RunningApp> =>
  createApp(readConfig({ KEEPWORD_DATA_DIR: dataDir, KEEPWORD_PORT: "0", DATABASE_URL: databaseUrl }), {
    ...{ clock, connections: 4, hasJobs: false, sessions: "here", isReplaying },
    log: createLog({ level: "silent" }),
  });

/** Sees every row of it. */
export const adminUrlOf = (databaseUrl: string): string =>
  inject("pgAdminUrl").replace(/\/DB$/, `/${databaseUrl.slice(databaseUrl.lastIndexOf("/") + 1)}`);
