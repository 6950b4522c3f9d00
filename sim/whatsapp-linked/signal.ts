import type { AuthenticationCreds, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from "baileys";
import {
  addTransactionCapability,
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  encodeBigEndian,
  encodeWAMessage,
  generateSignalPubKey,
  initAuthCreds,
  KEY_BUNDLE_TYPE,
  proto,
  unpadRandomMax16,
  xmppPreKey,
  xmppSignedPreKey,
} from "baileys";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, jidOf, node, numberOf } from "./node.ts";
import { inTurns } from "./signal-turns.ts";
import type { Device } from "./state.ts";

type Repository = ReturnType<typeof DEFAULT_CONNECTION_CONFIG.makeSignalRepository>;

/** A phone's Signal state: identity, sessions with devices, sender keys. */
export interface SignalParty {
  creds: AuthenticationCreds;
  keys: SignalKeyStore;
  repository: Repository;
  nextPreKey: number;
}

export interface Encrypted {
  type: "pkmsg" | "msg";
  ciphertext: Uint8Array;
}

type Logger = typeof DEFAULT_CONNECTION_CONFIG.logger;

const nothing = () => undefined;
/** The library logs key material; here it has nowhere to go. */
export const silentLogger: Logger = {
  level: "silent",
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

/** libsignal writes whole sessions with their private keys to `console` (session_record.js, version 6.0.0). Returns the way back. */
export function silenceLibrary(): () => void {
  const { info, warn, error } = console;
  Object.assign(console, { info: nothing, warn: nothing, error: nothing });
  return () => void Object.assign(console, { info, warn, error });
}

export function createParty(): SignalParty {
  const creds = initAuthCreds();
  const store = memoryKeys();
  const keys = addTransactionCapability(store, silentLogger, { maxCommitRetries: 1, delayBetweenTriesMs: 1 });
  const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, silentLogger, () =>
    Promise.resolve(undefined),
  );
  return { creds, keys: store, repository: inTurns(repository), nextPreKey: 1 };
}

/** Plain memory, one object a type. */
export function memoryKeys(): SignalKeyStore {
  const data = new Map<string, unknown>();
  return {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const found: Record<string, SignalDataTypeMap[T]> = {};
      for (const id of ids) {
        const value = data.get(`${type}/${id}`) as SignalDataTypeMap[T] | undefined;
        if (value !== undefined) found[id] = value;
      }
      return found;
    },
    set: (changes: SignalDataSet) => {
      for (const [type, values] of Object.entries(changes)) {
        for (const [id, value] of Object.entries(values ?? {})) {
          if (value == null) data.delete(`${type}/${id}`);
          else data.set(`${type}/${id}`, value);
        }
      }
    },
  };
}

/** Sessions are kept under LIDs, whatever address a stanza shows. */
export function signalAddress(device: { owner: { lid: string }; number: number }): string {
  return jidOf(device.owner.lid, "lid", device.number);
}

/** The keys with which a device opens a session with this phone; takes a fresh one-time key. */
export async function keyBundle(party: SignalParty): Promise<BinaryNode[]> {
  const id = party.nextPreKey++;
  const pair = Curve.generateKeyPair();
  await party.keys.set({ "pre-key": { [id]: pair } });
  return [
    node("registration", {}, encodeBigEndian(party.creds.registrationId)),
    node("type", {}, KEY_BUNDLE_TYPE),
    node("identity", {}, party.creds.signedIdentityKey.public),
    xmppSignedPreKey(party.creds.signedPreKey),
    xmppPreKey(pair, id),
  ];
}

/** Takes a one-time key of the device (none left: without, as Signal allows) unless there is a session. */
export async function openSession(party: SignalParty, device: Device, isFresh = false): Promise<void> {
  const jid = signalAddress(device);
  if (!isFresh && (await party.repository.validateSession(jid)).exists) return;
  const preKey = device.preKeys.shift();
  await party.repository.injectE2ESession({
    jid,
    session: {
      registrationId: device.registrationId,
      identityKey: generateSignalPubKey(device.identity),
      signedPreKey: {
        keyId: device.signedPreKey.keyId,
        publicKey: generateSignalPubKey(device.signedPreKey.publicKey),
        signature: device.signedPreKey.signature,
      },
      ...(preKey ? { preKey: { keyId: preKey.keyId, publicKey: generateSignalPubKey(preKey.publicKey) } } : {}),
    },
  });
}

/** A retry receipt may bring its own keys; they beat what the server has. */
export async function openSessionFrom(party: SignalParty, device: Device, receipt: BinaryNode): Promise<boolean> {
  const keys = child(receipt, "keys");
  if (!keys) return false;
  const [preKey, signed] = [child(keys, "key"), child(keys, "skey")];
  await party.repository.injectE2ESession({
    jid: signalAddress(device),
    session: {
      registrationId: numberOf(child(receipt, "registration")),
      identityKey: generateSignalPubKey(bytesOf(child(keys, "identity"))),
      signedPreKey: {
        keyId: numberOf(child(signed, "id")),
        publicKey: generateSignalPubKey(bytesOf(child(signed, "value"))),
        signature: bytesOf(child(signed, "signature")),
      },
      preKey: {
        keyId: numberOf(child(preKey, "id")),
        publicKey: generateSignalPubKey(bytesOf(child(preKey, "value"))),
      },
    },
  });
  return true;
}

export async function encryptFor(party: SignalParty, device: Device, message: proto.IMessage): Promise<Encrypted> {
  await openSession(party, device);
  return party.repository.encryptMessage({ jid: signalAddress(device), data: encodeWAMessage(message) });
}

export async function decryptFrom(party: SignalParty, device: Device, enc: BinaryNode): Promise<proto.Message> {
  const type = enc.attrs["type"] === "pkmsg" ? "pkmsg" : "msg";
  const plaintext = await party.repository.decryptMessage({
    jid: signalAddress(device),
    type,
    ciphertext: bytesOf(enc),
  });
  return proto.Message.decode(unpadRandomMax16(plaintext));
}
