import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isReachableByAll, rootHome, runProgram, type RunAs } from "./embedded-postgres-binaries.ts";

/** initdb works beside the final place and is renamed when whole, so an interrupted one never looks like a database. */
export async function prepareDataDir(dir: string, binaries: string, runAs: RunAs, ephemeral: boolean): Promise<string> {
  const data = path.join(dir, "data");
  if (fs.existsSync(data)) {
    const dataDir = fs.realpathSync(data);
    const version = fs.readFileSync(path.join(dataDir, "PG_VERSION"), "utf8").trim();
    if (version !== "18") throw new Error(`${dataDir} was written by PostgreSQL ${version}; this is PostgreSQL 18`);
    if (!fs.existsSync(path.join(dir, "passwords.json"))) throw new Error(`passwords.json is missing beside ${data}`);
    return dataDir;
  }
  const place = runAs && !isReachableByAll(dir) ? relocate() : dir;
  for (const name of fs.readdirSync(place)) {
    if (name.startsWith("initdb-")) fs.rmSync(path.join(place, name), { recursive: true, force: true });
  }
  const partial = fs.mkdtempSync(path.join(place, "initdb-"));
  const passwordFile = path.join(place, `${path.basename(partial)}.password`);
  const passwords = { admin: randomBytes(18).toString("base64url"), owner: randomBytes(18).toString("base64url") };
  writePrivate(path.join(dir, "passwords.json"), JSON.stringify(passwords));
  writePrivate(passwordFile, `${passwords.admin}\n`);
  if (runAs) for (const file of [partial, passwordFile]) fs.chownSync(file, runAs.uid, runAs.gid);
  const forLife = ephemeral ? ["--no-sync", "--wal-segsize=4"] : ["--data-checksums"];
  const locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const login = ["-U", "postgres", "--auth=scram-sha-256", "--pwfile", passwordFile];
  try {
    await runProgram(binaries, "initdb", ["-D", partial, ...login, ...locale, ...forLife], runAs);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  const dataDir = path.join(place, "data");
  fs.renameSync(partial, dataDir);
  if (place !== dir) fs.symlinkSync(dataDir, data);
  return fs.realpathSync(data);
}

function relocate(): string {
  fs.mkdirSync(path.join(rootHome, "clusters"), { recursive: true, mode: 0o755 });
  const place = fs.mkdtempSync(path.join(rootHome, "clusters", "pg-"));
  fs.chmodSync(place, 0o711);
  return place;
}

export function readPasswords(dir: string): { admin: string; owner: string } {
  return JSON.parse(fs.readFileSync(path.join(dir, "passwords.json"), "utf8")) as { admin: string; owner: string };
}

export function writePrivate(file: string, text: string): void {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, text, { mode: 0o600 });
}
