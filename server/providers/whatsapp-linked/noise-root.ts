// The server proves itself with a certificate under this root. The library keeps one root for the process in a mutable object, so a
// simulator's would be trusted by every session: here it holds for the sockets opened inside `withRoot` and for no others.
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { Curve, WA_CERT_DETAILS } from "baileys";
import { LRUCache } from "lru-cache";

let own = WA_CERT_DETAILS.PUBLIC_KEY;
const roots = new AsyncLocalStorage<Buffer>();
Object.defineProperty(WA_CERT_DETAILS, "PUBLIC_KEY", {
  get: () => roots.getStore() ?? own,
  set: (root: typeof own) => {
    own = root;
  },
});

// Baileys 7.0.0-rc14 takes every signature for good: its `Curve.verify` expects libsignal to throw, and libsignal 6.0.0 answers false.
// Without this neither the server's certificate nor the phone's signature under a pairing is ever checked.
const fromLibrary = createRequire(import.meta.resolve("baileys"));
const { verifySignature } = fromLibrary("libsignal/src/curve.js") as {
  verifySignature: (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
};
/** A check takes 9 ms in the library's JavaScript, and the server shows the same certificates to every session: what was good is known. */
const good = new LRUCache<string, true>({ max: 1_000 });
Curve.verify = (key, message, signature) => {
  const parts = [key, message, signature];
  const sum = createHash("sha256");
  for (const part of parts) sum.update(`${part.length}:`).update(part);
  const name = sum.digest("base64");
  if (good.has(name)) return true;
  try {
    const isGood = verifySignature(
      key.length === 32 ? Buffer.concat([Buffer.from([5]), key]) : key,
      message,
      signature,
    );
    if (isGood) good.set(name, true);
    return isGood;
  } catch {
    return false;
  }
};

export const withRoot = <T>(root: Buffer | undefined, open: () => T): T =>
  root === undefined ? open() : roots.run(root, open);
