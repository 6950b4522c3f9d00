// A message can be decrypted once. Stock order: ratchet step committed, receipt sent, message handed over; a crash in between loses it.
// Here the ratchet step and what it opened are one transaction, so that what was opened can be told again: to a stanza that comes
// twice, and after a crash to ourselves.
import { createHash } from "node:crypto";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  DEFAULT_CONNECTION_CONFIG,
  cleanMessage,
  decodeMessageNode,
  isJidBroadcast,
  isJidNewsletter,
  proto,
  unpadRandomMax16,
} from "baileys";
import type { BinaryNode, SignalKeyStoreWithTransaction, SocketConfig, WAMessage, WAMessageKey } from "baileys";
import { LRUCache } from "lru-cache";

import type { JournalEntry, SessionStore } from "../provider.ts";
import { opening, type Opening } from "./key-store.ts";
import { inTurn } from "./turns.ts";

const hashOf = (ciphertext: Uint8Array): Buffer => createHash("sha256").update(ciphertext).digest();

/** The envelope of a stanza and the padded plaintext of one of its parts. */
type Entry = { attrs: Record<string, string>; plaintext: string };

type Me = { id: string; lid?: string | undefined };

/** Far more than the network hands over before it waits for answers. What is forgotten stays in the table, and is told again. */
const maxUnderWay = 10_000;

/** Which message it is. The sender chooses the id, so the id alone would let one person speak for another's. */
export const placeOf = ({ remoteJid, participant, fromMe, id }: WAMessageKey): string =>
  [remoteJid, participant, fromMe === true, id].map((part) => part ?? "").join("|");

/** Something comes along that the library itself has to keep or to do: keys of a group, its own bookkeeping. */
export const isForLibrary = ({ message }: WAMessage): boolean =>
  Boolean(message?.senderKeyDistributionMessage ?? message?.protocolMessage);

export type Journal = {
  readonly makeSignalRepository: SocketConfig["makeSignalRepository"];
  /** Remembers whose ciphertexts these are; call it for each stanza before the library reads it. */
  see(stanza: BinaryNode): void;
  /** The message at this place is stored, or needs no storing. */
  done(place: string): void;
  /** What was opened of it is stored. */
  drop(hash: Uint8Array): void;
};

/** `left`: what an earlier process left, already read. `onOpened` is told of each message once it is safe in the journal. */
export function createJournal(
  store: SessionStore,
  me: () => Me,
  left: readonly JournalEntry[],
  onOpened: (entry: JournalEntry) => void,
): Journal {
  // this process is the only writer, so what is not in here is not in the table
  const held = new Set(left.map(({ hash }) => Buffer.from(hash).toString("hex")));
  /** ciphertext hash → envelope, until the message is done */
  const envelopes = new LRUCache<string, Record<string, string>>({ max: maxUnderWay });
  const hashesOf = new LRUCache<string, Set<string>>({ max: maxUnderWay });

  function drop(hashes: readonly string[]): void {
    for (const hash of hashes) {
      envelopes.delete(hash);
      held.delete(hash);
    }
    if (hashes.length > 0) store.dropEntries(hashes.map((hash) => Buffer.from(hash, "hex")));
  }

  return {
    drop: (hash) => drop([Buffer.from(hash).toString("hex")]),
    see({ attrs, content }) {
      const from = attrs["from"];
      // what the library passes over is never done
      if (isJidBroadcast(from) || isJidNewsletter(from)) return;
      const place = Array.isArray(content) && placeOfStanza(attrs, me());
      if (!place) return;
      for (const { tag, content: bytes } of content) {
        if (tag !== "enc" || !(bytes instanceof Uint8Array)) continue;
        const hash = hashOf(bytes).toString("hex");
        envelopes.set(hash, attrs);
        const known = hashesOf.get(place) ?? new Set();
        hashesOf.set(place, known.add(hash));
      }
    },
    done(place) {
      const hashes = [...(hashesOf.get(place) ?? [])];
      hashesOf.delete(place);
      drop(hashes);
    },
    makeSignalRepository(auth, logger, findLids) {
      const base = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, findLids);
      const keys = auth.keys as SignalKeyStoreWithTransaction;

      async function journaled(
        ciphertext: Uint8Array,
        mutex: string,
        open: () => Promise<Uint8Array>,
      ): Promise<Uint8Array> {
        const hash = hashOf(ciphertext);
        const name = hash.toString("hex");
        const attrs = envelopes.get(name);
        const known = held.has(name) ? await store.findEntry(hash) : null;
        if (known) return plaintextOf(known);
        const step: Opening = { hash };
        const opened = await opening.run(step, () =>
          keys.transaction(async () => {
            const plaintext = await open();
            if (attrs) {
              step.entry = Buffer.from(JSON.stringify({ attrs, plaintext: Buffer.from(plaintext).toString("base64") }));
              held.add(name);
            }
            return plaintext;
          }, mutex),
        );
        if (step.entry) onOpened({ hash, entry: step.entry });
        return opened;
      }

      // The library sends a message inside a transaction that commits afterwards: a crash in between would use a key twice.
      // Outside of it, a step is committed before its ciphertext can leave.
      const outside = AsyncLocalStorage.snapshot();
      // a turn lasts until the step is committed
      const alone = <T>(jid: string, work: () => Promise<T>): Promise<T> =>
        inTurn(base.jidToSignalProtocolAddress(jid), work);
      return {
        ...base,
        decryptMessage: (options) =>
          alone(options.jid, () => journaled(options.ciphertext, options.jid, () => base.decryptMessage(options))),
        decryptGroupMessage: (options) =>
          journaled(options.msg, options.group, () => base.decryptGroupMessage(options)),
        encryptMessage: (options) => outside(() => alone(options.jid, () => base.encryptMessage(options))),
        encryptGroupMessage: (options) => outside(() => base.encryptGroupMessage(options)),
        injectE2ESession: (options) => outside(() => alone(options.jid, () => base.injectE2ESession(options))),
      };
    },
  };
}

const parse = (entry: Uint8Array): Entry => JSON.parse(Buffer.from(entry).toString("utf8")) as Entry;
const plaintextOf = (entry: Uint8Array): Buffer => Buffer.from(parse(entry).plaintext, "base64");

/** The place under which the library will hand a stanza's message over; undefined for what it cannot read either. */
function placeOfStanza(attrs: Record<string, string>, me: Me): string | undefined {
  try {
    return placeOf(messageOf(attrs, me).key);
  } catch {
    return undefined;
  }
}

function messageOf(attrs: Record<string, string>, me: Me): WAMessage {
  const { fullMessage } = decodeMessageNode({ tag: "message", attrs }, me.id, me.lid ?? "");
  cleanMessage(fullMessage, me.id, me.lid ?? "");
  return fullMessage;
}

/** The message of an entry. Parts of one stanza are messages with the same id, and at most one of them says something. */
export function readEntry(entry: Uint8Array, me: Me): WAMessage {
  const { attrs } = parse(entry);
  const opened = proto.Message.decode(unpadRandomMax16(plaintextOf(entry)));
  return { ...messageOf(attrs, me), message: opened.deviceSentMessage?.message ?? opened };
}
