// A restore needs the keyring that the backup was made with: the one in the data folder, else its copy.
import fs from "node:fs";
import path from "node:path";
import { systemClock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import { openKeyring } from "../platform/open-keyring.ts";
import { loadRootKey } from "../platform/root-key.ts";
import { appendEntries, readEntries, ledgerFile } from "./ledger-file.ts";

/**
 * Leaves the right keyring in the data folder. One that is there is newer than any copy, so it stays; the ledger is joined from both.
 * Throws when there is none, when it belongs to another installation, or when the root key is missing or another.
 */
export function placeKeyring(config: Config, { copy, fingerprint }: { copy: string; fingerprint: string }): void {
  const dir = path.resolve(config.dataDir, "keyring");
  const keyFile = config.rootKeyFile ?? path.resolve(config.dataDir, "root.key");
  const rootKey = loadRootKey({ keyText: config.rootKey?.reveal(), keyFile });
  const isHere = fs.existsSync(path.join(dir, "keyring.db"));
  if (!isHere && !fs.existsSync(path.join(copy, "keyring.db")))
    throw new Error(
      `There is no keyring in ${dir}, and no copy of it in ${copy}: without it nothing in the backup can be read`,
    );
  if (isHere) openKeyring({ dir, rootKey, clock: systemClock, expect: fingerprint }).close();
  else
    takeCopy(config, copy, (draft) =>
      openKeyring({ dir: draft, rootKey, clock: systemClock, expect: fingerprint }).close(),
    );
  const file = ledgerFile(config.dataDir);
  const known = new Set(readEntries(file).map(({ id }) => id));
  appendEntries(
    file,
    readEntries(path.join(copy, "erasures.jsonl")).filter(({ id }) => !known.has(id)),
  );
}

/** Tried apart first: a wrong keyring is never put into the data folder, and the copy may be on a medium that cannot be written. */
function takeCopy(config: Config, copy: string, tryOut: (dir: string) => void): void {
  const draft = path.resolve(config.dataDir, "keyring.draft");
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    fs.copyFileSync(path.join(copy, "keyring.db"), path.join(draft, "keyring.db"));
    fs.chmodSync(path.join(draft, "keyring.db"), 0o600);
    tryOut(draft);
    const home = path.resolve(config.dataDir, "keyring");
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    fs.renameSync(path.join(draft, "keyring.db"), path.join(home, "keyring.db"));
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}
