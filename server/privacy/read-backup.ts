// Finding a backup and making sure that it is whole, before anything is touched.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Manifest } from "./backup-plan.ts";
import { backupName, blobFile } from "./write-backup.ts";

/** A backup cannot be used; the message says why, and what to do. */
export class BackupUnusable extends Error {
  override name = "BackupUnusable";
}

export interface Backup {
  dir: string;
  /** the folder of all backups, with blobs and the keyring's copy */
  root: string;
  manifest: Manifest;
}

/** `from` is one backup, or the folder of all: then the newest. Throws BackupUnusable. */
export function findBackup(from: string): Backup {
  const given = path.resolve(from);
  const dir = fs.existsSync(path.join(given, "manifest.json")) ? given : newest(given);
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(path.join(dir, "manifest.json"), "utf8"));
  } catch {
    throw new BackupUnusable(`${dir}/manifest.json cannot be read; take another backup`);
  }
  const manifest = Manifest.safeParse(json);
  if (!manifest.success) throw new BackupUnusable(`${dir}/manifest.json is not one of this version's backups`);
  return { dir, root: path.dirname(dir), manifest: manifest.data };
}

function newest(root: string): string {
  const names = fs.existsSync(root) ? fs.readdirSync(root).filter((name) => backupName.test(name)) : [];
  const last = names.toSorted().at(-1);
  if (last === undefined) throw new BackupUnusable(`There is no backup in ${root}`);
  return path.join(root, last);
}

/** Reads every file once against its checksum, and looks for every blob. Throws BackupUnusable. */
export async function verifyBackup({ dir, root, manifest }: Backup): Promise<void> {
  for (const { file, bytes, sha256 } of [...manifest.tables, manifest.jobs, manifest.blobs]) {
    const full = path.join(dir, path.basename(file));
    if (!fs.existsSync(full)) throw new BackupUnusable(`${full} is missing; take another backup`);
    const hash = createHash("sha256");
    await pipeline(fs.createReadStream(full), hash);
    if (fs.statSync(full).size !== bytes || hash.digest("hex") !== sha256)
      throw new BackupUnusable(`${full} was changed or is damaged; take another backup`);
  }
  for (const { name, size } of blobsOf({ dir, manifest })) {
    const file = blobFile(path.join(root, "blobs"), name);
    if (fs.statSync(file, { throwIfNoEntry: false })?.size !== size)
      throw new BackupUnusable(`${file} is missing or was cut; take another backup`);
  }
}

export function blobsOf({ dir, manifest }: Pick<Backup, "dir" | "manifest">): { name: string; size: number }[] {
  return fs
    .readFileSync(path.join(dir, path.basename(manifest.blobs.file)), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", size] = line.split(" ");
      if (!/^[0-9a-f]{40}$/.test(name)) throw new BackupUnusable(`${dir}/blobs.list names what is no blob`);
      return { name, size: Number(size) };
    });
}
