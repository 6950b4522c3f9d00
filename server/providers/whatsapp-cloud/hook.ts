import { createHmac, hash, timingSafeEqual } from "node:crypto";

import type { Hook } from "../provider.ts";
import { parse } from "./parse.ts";
import type { CloudSecrets } from "./settings.ts";

// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint (2026-09-11)
const signature = /^sha256=([0-9a-f]{64})$/i;

function isEqual(left: string, right: string): boolean {
  return timingSafeEqual(hash("sha256", left, "buffer"), hash("sha256", right, "buffer"));
}

export const hook: Hook<CloudSecrets> = {
  mode: "hook",
  challenge(query, secrets) {
    const token = query["hub.verify_token"];
    const challenge = query["hub.challenge"];
    if (query["hub.mode"] !== "subscribe" || typeof token !== "string" || typeof challenge !== "string") return null;
    // The answer is echoed: an unusual challenge must not become markup.
    return isEqual(token, secrets.verifyToken) && /^[\w.-]{1,256}$/.test(challenge) ? challenge : null;
  },
  verify(raw, headers, appSecret) {
    const header = headers["x-hub-signature-256"];
    const sent = typeof header === "string" ? signature.exec(header)?.[1] : undefined;
    if (sent === undefined || appSecret === "") return false;
    const own = createHmac("sha256", appSecret).update(raw).digest("hex");
    return timingSafeEqual(Buffer.from(own), Buffer.from(sent.toLowerCase()));
  },
  parse,
};
