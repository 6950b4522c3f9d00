// What an endpoint keeps sealed, and how a delivery is signed: Standard Webhooks 1.0.0 (github.com/standard-webhooks, read 2026-11-20).
import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from "node:crypto";
import { LRUCache } from "lru-cache";
import type { App } from "../platform/context.ts";
import { openText, seal, type Aad } from "../platform/seal.ts";

/** How long the keys before a rotation go on signing beside the new ones. */
export const ROTATION_OVERLAP_MS = 24 * 3_600_000;

interface StoredKeys {
  /** `whsec_` and 32 bytes in base64: the receiver's copy for `v1`, and for `X-Hub-Signature-256` */
  secret: string;
  /** ed25519, base64url as in a JSON Web Key: the seed, and the public key that receivers check `v1a` with */
  seed: string;
  publicKey: string;
}

/** The sealed JSON of an endpoint. */
export interface EndpointSecrets {
  url: string;
  headers: Record<string, string>;
  keys: StoredKeys;
  previous?: { keys: StoredKeys; until: string };
}

export function newKeys(): StoredKeys {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { secret: `whsec_${randomBytes(32).toString("base64")}`, seed: d, publicKey: x };
}

/** As receivers are given it: `whpk_` and 32 bytes in base64. */
export const shownPublicKey = ({ publicKey }: StoredKeys): string =>
  `whpk_${Buffer.from(publicKey, "base64url").toString("base64")}`;

const placeOf = (workspaceId: string, endpointId: string): Aad => ({
  ...{ table: "webhook_endpoint", column: "secrets", row: endpointId, workspace: workspaceId },
});

export function sealSecrets(
  app: Pick<App, "keyring">,
  workspaceId: string,
  endpointId: string,
  value: EndpointSecrets,
): Buffer {
  const subject = `workspace:${workspaceId}`;
  const key = app.keyring.ensure([{ subject, parent: null }]).get(subject);
  if (!key) throw new Error("a workspace has no key");
  return seal(key, placeOf(workspaceId, endpointId), JSON.stringify(value));
}

/** @throws KeyDestroyed · SealBroken */
export function openSecrets(
  app: Pick<App, "keyring">,
  workspaceId: string,
  endpointId: string,
  sealed: Buffer,
): EndpointSecrets {
  return JSON.parse(openText(app.keyring, placeOf(workspaceId, endpointId), sealed)) as EndpointSecrets;
}

interface Signer {
  // KeyObjects: a raw Buffer makes each HMAC five times dearer
  secret: KeyObject;
  secretText: KeyObject;
  key: KeyObject;
  untilMs: number;
}

/** Secrets ready for use. */
export interface OpenEndpoint {
  url: string;
  headers: Record<string, string>;
  signers: Signer[];
}

const signerOf = (keys: StoredKeys, untilMs: number): Signer => ({
  secret: createSecretKey(Buffer.from(keys.secret.slice("whsec_".length), "base64")),
  secretText: createSecretKey(Buffer.from(keys.secret)),
  key: createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d: keys.seed, x: keys.publicKey }, format: "jwk" }),
  untilMs,
});

/** Opens endpoints and remembers them by their sealed bytes, which change with every write. */
export function createEndpointOpener(app: Pick<App, "keyring">) {
  const known = new LRUCache<string, OpenEndpoint>({ max: 2_000, ttl: 60_000 });
  return (workspaceId: string, endpointId: string, sealed: Buffer): OpenEndpoint => {
    const name = `${endpointId}/${sealed.toString("base64", 0, 40)}`;
    const found = known.get(name);
    if (found) return found;
    const { url, headers, keys, previous } = openSecrets(app, workspaceId, endpointId, sealed);
    const signers = [signerOf(keys, Infinity)];
    if (previous) signers.push(signerOf(previous.keys, new Date(previous.until).getTime()));
    const opened = { url, headers, signers };
    known.set(name, opened);
    return opened;
  };
}

/** ed25519 takes 40 µs, which other threads have. */
const signAside = (text: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    sign(null, text, key, (error, signature) => (error ? reject(error) : resolve(signature))),
  );

/** Headers of one attempt. The id stays over all attempts; the timestamp is the attempt's. */
export async function signedHeaders(
  endpoint: OpenEndpoint,
  message: { id: string; atMs: number; body: string; style: "standard" | "cloud_api" },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(message.atMs / 1000));
  const signed = Buffer.from(`${message.id}.${timestamp}.${message.body}`);
  const valid = endpoint.signers.filter(({ untilMs }) => message.atMs < untilMs);
  const pairs = valid.map(async ({ secret, key }) => {
    const hmac = createHmac("sha256", secret).update(signed).digest("base64");
    return `v1,${hmac} v1a,${(await signAside(signed, key)).toString("base64")}`;
  });
  const signatures = await Promise.all(pairs);
  return {
    ...endpoint.headers,
    "content-type": "application/json",
    "user-agent": "Keepword-Webhooks/1",
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
    ...(message.style === "cloud_api" ? { "x-hub-signature-256": hubSignature(valid, message.body) } : {}),
  };
}

// One signature only, since Cloud API clients compare the whole header: a rotation counts at once, and what the receiver refuses until it
// knows the new secret comes again by the schedule.
function hubSignature(valid: readonly Signer[], body: string): string {
  const [first] = valid;
  if (!first) return "";
  return `sha256=${createHmac("sha256", first.secretText).update(body).digest("hex")}`;
}
