import { KeepwordError } from "./error.ts";

/** What a webhook's body says, the same event as in the feed. */
export interface WebhookEvent {
  type: string;
  /** ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

export interface ReceivedWebhook {
  /** The body exactly as it came: parsed and printed again it has another signature. */
  body: string | Uint8Array;
  /** Of the request: a `Headers`, or Node's `request.headers`. */
  headers: Headers | Record<string, string | readonly string[] | undefined>;
  /**
   * `whsec_…` checks `v1` (HMAC-SHA256), `whpk_…` checks `v1a` (ed25519). During a rotation give the old one and the new: one that
   * matches is enough.
   */
  secrets: string | readonly string[];
  /** How far the sender's clock may be away, either side; default 5 minutes. */
  toleranceMs?: number | undefined;
  /** Milliseconds; default the clock. */
  now?: number | undefined;
}

/**
 * Checks a delivery by Standard Webhooks (https://www.standardwebhooks.com, 2024-06) and gives its event with the delivery's id, the
 * same over all attempts: remember it to take each event once. Throws KeepwordError `webhook.…` when it is not to be trusted. Works
 * wherever WebCrypto does; comparing is WebCrypto's, in constant time.
 */
export async function verifyWebhook(received: ReceivedWebhook): Promise<WebhookEvent & { id: string }> {
  const id = header(received, "webhook-id");
  const timestamp = header(received, "webhook-timestamp");
  const signatures = header(received, "webhook-signature");
  const { toleranceMs = 300_000, now = Date.now() } = received;
  const sentAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
  if (!(Math.abs(now - sentAt) <= toleranceMs))
    throw refused("webhook.timestamp_out_of_range", "The webhook is too old, or its clock is wrong");
  const text = new TextEncoder();
  const body = typeof received.body === "string" ? text.encode(received.body) : received.body;
  const head = text.encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const secrets = typeof received.secrets === "string" ? [received.secrets] : received.secrets;
  const keys = await Promise.all(secrets.map(readSecret));
  for (const candidate of signatures.split(" ")) {
    const comma = candidate.indexOf(",");
    const signature = fromBase64(candidate.slice(comma + 1));
    if (signature === undefined) continue;
    for (const { version, key } of keys)
      if (
        version === candidate.slice(0, comma) &&
        (await crypto.subtle.verify(key.algorithm.name, key, signature, signed))
      )
        return { ...(JSON.parse(new TextDecoder().decode(body)) as WebhookEvent), id };
  }
  throw refused("webhook.signature_mismatch", "No signature of the webhook matches a secret");
}

async function readSecret(secret: string): Promise<{ version: "v1" | "v1a"; key: CryptoKey }> {
  const bytes = fromBase64(secret.replace(/^wh(sec|pk)_/, ""));
  const isPublic = secret.startsWith("whpk_");
  if (bytes === undefined || bytes.length === 0 || (isPublic && bytes.length !== 32))
    throw refused("webhook.secret_malformed", "A secret must be whsec_… or whpk_… as the endpoint showed it");
  return isPublic
    ? { version: "v1a", key: await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]) }
    : {
        version: "v1",
        key: await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]),
      };
}

function header({ headers }: ReceivedWebhook, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : [headers[name]].flat()[0];
  if (typeof value !== "string" || value === "")
    throw refused("webhook.headers_missing", `The request has no ${name}, so it is no webhook of Keepword`);
  return value;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function refused(code: string, title: string): KeepwordError {
  return new KeepwordError({ code, title, status: 0 });
}
