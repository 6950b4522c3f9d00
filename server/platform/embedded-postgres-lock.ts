import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface FolderLock {
  release(): void;
}

/**
 * One process per data folder. The lock is SQLite's own file lock: the kernel drops it with the process, so there is no stale lock to
 * judge after a kill -9, and no pid to mistake for another program's. `owner.pid` only names the holder in the message.
 */
export function lockFolder(dir: string): FolderLock {
  const ownerFile = path.join(dir, "owner.pid");
  const db = new DatabaseSync(path.join(dir, "lock.db"), { timeout: 0 });
  try {
    db.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== 5 /* SQLITE_BUSY */) throw error;
    const owner = fs.existsSync(ownerFile) ? `process ${fs.readFileSync(ownerFile, "utf8").trim()}` : "another process";
    throw new DataFolderInUse(`${dir} is in use by ${owner}; stop it or choose another data folder`);
  }
  fs.writeFileSync(ownerFile, `${process.pid}\n`);
  return {
    release() {
      fs.rmSync(ownerFile, { force: true });
      db.close();
    },
  };
}

/** A second instance on the same data folder. The message is one line for the operator. */
export class DataFolderInUse extends Error {
  override name = "DataFolderInUse";
}
