import { generateKeyPairSync, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook, type ReceivedWebhook } from "../src/webhook.ts";

const secret = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const otherSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const publicSecret = `whpk_${publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64")}`;

const now = Date.parse("2026-03-01T10:00:00Z");
const body = JSON.stringify({
  type: "message.received",
  timestamp: "2026-03-01T10:00:00Z",
  data: { text: "Grüße 🌷" },
});

const signedBy = (secrets: readonly string[], at = now): ReceivedWebhook["headers"] => ({
  "webhook-id": "evt_1",
  "webhook-timestamp": String(at / 1000),
  "webhook-signature": secrets.map((one) => new Webhook(one).sign("evt_1", new Date(at), body)).join(" "),
});
const signedByKey = (): ReceivedWebhook["headers"] => ({
  ...signedBy([]),
  "webhook-signature": `v1a,${sign(null, Buffer.from(`evt_1.${now / 1000}.${body}`), privateKey).toString("base64")}`,
});

describe("a delivery", () => {
  test("that the standardwebhooks package signed is taken, as text and as bytes, with Headers and with Node's", async () => {
    const headers = signedBy([secret]);
    const expected = { id: "evt_1", type: "message.received", data: { text: "Grüße 🌷" } };
    expect(await verifyWebhook({ body, headers, secrets: secret, now })).toMatchObject(expected);
    expect(await verifyWebhook({ body: Buffer.from(body), headers, secrets: secret, now })).toMatchObject(expected);
    const web = new Headers(headers as Record<string, string>);
    expect(await verifyWebhook({ body, headers: web, secrets: secret, now })).toMatchObject(expected);
  });

  test("signed with ed25519 is taken with the public key alone", async () => {
    expect(await verifyWebhook({ body, headers: signedByKey(), secrets: publicSecret, now })).toMatchObject({
      id: "evt_1",
    });
  });

  test("is taken during a rotation: by a receiver that knows both secrets, and from a sender that signs with both", async () => {
    const known = { body, now, secrets: [otherSecret, secret] };
    await expect(verifyWebhook({ ...known, headers: signedBy([secret]) })).resolves.toBeDefined();
    await expect(verifyWebhook({ ...known, headers: signedBy([otherSecret]) })).resolves.toBeDefined();
    const both = signedBy([secret, otherSecret]);
    for (const one of [secret, otherSecret])
      await expect(verifyWebhook({ body, now, headers: both, secrets: one })).resolves.toBeDefined();
  });

  test.each([
    ["has another body", { body: body.replace("Grüße", "Gruesse") }, "webhook.signature_mismatch"],
    ["has another id", { headers: { ...signedBy([secret]), "webhook-id": "evt_2" } }, "webhook.signature_mismatch"],
    ["is signed with another secret", { headers: signedBy([otherSecret]) }, "webhook.signature_mismatch"],
    ["has its HMAC named as ed25519", { headers: signedByKey() }, "webhook.signature_mismatch"],
    [
      "has a signature that is no base64",
      { headers: { ...signedBy([secret]), "webhook-signature": "v1,%%%" } },
      "webhook.signature_mismatch",
    ],
    [
      "has a signature without a version",
      { headers: { ...signedBy([secret]), "webhook-signature": "AAAA" } },
      "webhook.signature_mismatch",
    ],
    ["is six minutes old", { headers: signedBy([secret], now - 360_000) }, "webhook.timestamp_out_of_range"],
    ["is six minutes early", { headers: signedBy([secret], now + 360_000) }, "webhook.timestamp_out_of_range"],
    [
      "has a time that is no number",
      { headers: { ...signedBy([secret]), "webhook-timestamp": "soon" } },
      "webhook.timestamp_out_of_range",
    ],
    [
      "has no signature",
      { headers: { ...signedBy([secret]), "webhook-signature": undefined } },
      "webhook.headers_missing",
    ],
    ["has no id", { headers: new Headers({ "webhook-timestamp": "1" }) }, "webhook.headers_missing"],
    ["meets a secret cut short", { secrets: "whpk_AAAA" }, "webhook.secret_malformed"],
    ["meets a secret that is no base64", { secrets: "whsec_$$$" }, "webhook.secret_malformed"],
  ] satisfies [string, Partial<ReceivedWebhook>, string][])("that %s is refused", async (_what, change, code) => {
    const good = { body, headers: signedBy([secret]), secrets: secret, now };
    await expect(verifyWebhook({ ...good, ...change })).rejects.toMatchObject({ code, name: "KeepwordError" });
  });

  test("may be 299 s away from the receiver's clock, and as much as the receiver says", async () => {
    const headers = signedBy([secret], now - 299_000);
    await expect(verifyWebhook({ body, headers, secrets: secret, now })).resolves.toBeDefined();
    await expect(verifyWebhook({ body, headers, secrets: secret, now, toleranceMs: 60_000 })).rejects.toThrow(
      "too old",
    );
  });
});
