import type { FastifyInstance } from "fastify";
import { readFileSync } from "node:fs";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'";

const files: Record<string, string> = {
  "index.html": "text/html; charset=utf-8",
  "phone.css": "text/css; charset=utf-8",
  "chat.css": "text/css; charset=utf-8",
  "phone.js": "text/javascript; charset=utf-8",
  "bubble.js": "text/javascript; charset=utf-8",
};

/** The phone at `/`: small files of our own, nothing from elsewhere. */
export function registerPhonePage(app: FastifyInstance): void {
  for (const [name, type] of Object.entries(files)) {
    app.get(name === "index.html" ? "/" : `/phone/${name}`, (_, reply) =>
      reply
        .type(type)
        .header("cache-control", "no-cache")
        .header("content-security-policy", policy)
        .send(readFileSync(new URL(`phone/${name}`, import.meta.url))),
    );
  }
}
