// The ledger's second home: a file beside the keyring, outside the database and its backups. One line an entry:
// `<16 hex digits of its SHA-256> <JSON>`. Lines are only ever appended.
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";

export const LedgerEntry = z.object({
  /** Given by the caller; the same id again changes nothing. */
  id: z.string().min(1),
  kind: z.enum([
    ...(["contact_erased", "member_erased", "workspace_closed", "key_destroyed"] as const),
    ...(["consent_refused", "hold_placed", "hold_released", "restriction_placed", "restriction_lifted"] as const),
  ]),
  workspaceId: z.string().min(1),
  /** Id of the contact, person or workspace; of `key_destroyed` the keyring's subject (`channel:chn_1/2026-11-20`). */
  subjectId: z.string().min(1),
  keyIds: z.array(z.string()),
  requestId: z.string().optional(),
  at: z.iso.datetime(),
  /** Of a refusal or a hold, what a repeat needs: ids, times and closed words. */
  detail: z.record(z.string(), z.string().nullable()).optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** After these a key is gone. */
export const isErasure = ({ kind }: LedgerEntry): boolean => !/^(consent|hold|restriction)_/.test(kind);

/** The ledger's file is not what was written: someone changed it, or the disk did. */
export class LedgerDamaged extends Error {
  override name = "LedgerDamaged";
}

export const ledgerFile = (dataDir: string): string => path.resolve(dataDir, "keyring", "erasures.jsonl");

const checksum = (json: string): string => createHash("sha256").update(json).digest("hex").slice(0, 16);

/** Durable when it returns. Throws when the disk is full: then nothing may be destroyed. */
export function appendEntries(file: string, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) return;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lines = entries.map((entry) => {
    const json = JSON.stringify(LedgerEntry.parse(entry));
    return `${checksum(json)} ${json}\n`;
  });
  const handle = openSync(file, "a+", 0o600);
  try {
    // a line that was cut short by a crash was never acknowledged: the next one starts afresh behind it
    const bytes = Buffer.from(`${endsInLine(handle) ? "" : "\n"}${lines.join("")}`);
    if (writeSync(handle, bytes) !== bytes.length)
      throw new Error("the erasure ledger could not be written: disk full");
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function endsInLine(handle: number): boolean {
  const { size } = fstatSync(handle);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(handle, last, 0, 1, size - 1);
  return last.toString() === "\n";
}

/** In the order in which they were written, each id once. Throws LedgerDamaged. */
export function readEntries(file: string): LedgerEntry[] {
  if (!existsSync(file)) return [];
  const byId = new Map<string, LedgerEntry>();
  for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
    if (line === "" || isCut(line)) continue;
    const json = line.slice(17);
    if (checksum(json) !== line.slice(0, 16)) throw damaged(file, index);
    const entry = LedgerEntry.safeParse(JSON.parse(json));
    if (!entry.success) throw damaged(file, index);
    if (!byId.has(entry.data.id)) byId.set(entry.data.id, entry.data);
  }
  return [...byId.values()];
}

/** The beginning of a line whose append did not end. */
const isCut = (line: string): boolean => /^[0-9a-f]{0,16}$|^[0-9a-f]{16} /.test(line) && !line.endsWith("}");

function damaged(file: string, index: number): LedgerDamaged {
  return new LedgerDamaged(`The erasure ledger ${file} was changed or damaged in line ${index + 1}; restore its copy`);
}
