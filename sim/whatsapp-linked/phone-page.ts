import type { FastifyInstance } from "fastify";
import { readFileSync } from "node:fs";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'";

const css = "text/css; charset=utf-8";
const javascript = "text/javascript; charset=utf-8";

/** Path → file and type; both simulated phones look the same, so their styles are one. */
const files: Record<string, [string, string]> = {
  "/": ["phone/index.html", "text/html; charset=utf-8"],
  "/phone/phone.css": ["../whatsapp-cloud/phone/phone.css", css],
  "/phone/chat.css": ["../whatsapp-cloud/phone/chat.css", css],
  "/phone/link.css": ["phone/link.css", css],
  "/phone/phone.js": ["phone/phone.js", javascript],
  "/phone/bubble.js": ["phone/bubble.js", javascript],
};

/** The phone at `/`: link a device with a QR code's text or a pairing code, then chat as anybody. Files of our own, nothing from elsewhere. */
export function registerPhonePage(app: FastifyInstance): void {
  for (const [path, [file, type]] of Object.entries(files)) {
    app.get(path, (_, reply) =>
      reply
        .type(type)
        .header("cache-control", "no-cache")
        .header("content-security-policy", policy)
        .send(readFileSync(new URL(file, import.meta.url))),
    );
  }
}
