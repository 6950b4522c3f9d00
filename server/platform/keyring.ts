// What the keyring gives and how it fails; `open-keyring.ts` keeps it in a file.
import type { KeyObject } from "node:crypto";
import type { Clock } from "./clock.ts";

/** A key was destroyed: nothing may be sealed for its subject again, and what was sealed with it cannot be opened. */
export class KeyDestroyed extends Error {
  override name = "KeyDestroyed";
  /** The first destroyed subject; empty when only the key id is known. */
  readonly subject: string;
  /** Every destroyed subject of the call, so that a batch can drop them all and go on. */
  readonly subjects: readonly string[];
  constructor(subjects: readonly string[]) {
    super("the key of this subject was destroyed");
    this.subjects = subjects;
    this.subject = subjects[0] ?? "";
  }
}

/**
 * The keyring cannot serve: `missing` (the database expects one and there is no file), `mismatch` (it belongs to another
 * database), `wrong_root_key`, or `unknown_key` (sealed with a key this file never held: an older copy was put back).
 */
export class KeyringUnusable extends Error {
  override name = "KeyringUnusable";
  readonly reason: "missing" | "mismatch" | "wrong_root_key" | "unknown_key";
  constructor(reason: KeyringUnusable["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface DataKey {
  readonly kid: bigint;
  /** The kid as it stands in an envelope, a character a byte: a buffer of its own would take 300. */
  readonly kidBytes: string;
  readonly subject: string;
  readonly key: KeyObject;
}

export interface KeyringOptions {
  /** A folder of its own, outside the database and its backups. */
  dir: string;
  rootKey: KeyObject;
  clock: Clock;
  /** The `fingerprint()` that the database remembers; absent on a first start only. */
  expect?: string | null | undefined;
}

/**
 * Keys of everything that is sealed. Subjects are `workspace:…`, `person:…` and `installation` under the root key, and
 * `contact:…`, `channel:…` under a workspace. A part of a subject has a key of its own and dies with the whole:
 * `channel:chn_1/2026-11-20`. Calls are synchronous; several processes of one machine may have the file open.
 */
export interface Keyring {
  /**
   * The current key of each subject, made where there is none: one durable transaction for all new ones. Missing workspaces
   * are made too. Throws KeyDestroyed (nothing was made then).
   */
  ensure(subjects: readonly { subject: string; parent: string | null }[]): Map<string, DataKey>;
  /** The key with this id, or undefined when it was destroyed. Throws KeyringUnusable for an id never seen. */
  find(kid: bigint | string): DataKey | undefined;
  /** The key for sealing, undefined when none was made yet. Throws KeyDestroyed. */
  current(subject: string): DataKey | undefined;
  /**
   * Deletes every key of the subject, of contacts merged into it and of its parts; of a workspace also those of all its
   * contacts and channels. Sealing for them throws from now on. `subjects` are to be told to other processes (`forget`);
   * `isScrubbed` is false when a reader kept the log from being cut: the bytes leave the disk with the next `scrub()`. Many at once
   * cost one durable transaction.
   */
  destroy(subject: string | readonly string[]): { subjects: string[]; isScrubbed: boolean };
  /** The parts that have a key, of subjects that begin with `prefix`, in order: `channel:chn_1/2026-11-20`. */
  parts(prefix: string): string[];
  scrub(): boolean;
  /** `from` was merged into `to`: it keeps its key for reading, seals with the key of `to`, and is destroyed with it. */
  link(from: string, to: string): void;
  /** Wraps every key anew, under a new root key when given. Data keys keep their ids and bytes. */
  rotate(newRootKey?: KeyObject): { rewrapped: number };
  /** A key derived from the workspace (or `installation`) for blind indexes; unchanged by `rotate`. Throws KeyDestroyed. */
  indexKey(workspaceId: string, purpose: string): KeyObject;
  /** Drops cached keys of a subject that another process destroyed. */
  forget(subject: string): void;
  /** Writes the one backup of the keyring, replacing the one before: an older copy would bring destroyed keys back. */
  copyTo(file: string): void;
  /** Names this keyring; stays the same for its whole life and in its copies. */
  fingerprint(): string;
  close(): void;
}
