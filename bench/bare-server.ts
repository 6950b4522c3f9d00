// The raw limit of receiving: Fastify, the signature over the raw bytes, JSON.parse, and nothing behind them.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import fastify from "fastify";

const appSecret = process.argv[2] ?? "";
const server = fastify({ logger: false, bodyLimit: 3 * 1024 * 1024 });
server.removeAllContentTypeParsers();
server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
let events = 0;
server.post("/hooks/:provider/:channelId", async (request, reply) => {
  const raw = request.body as Buffer;
  const told = String(request.headers["x-hub-signature-256"]).slice("sha256=".length);
  const own = createHmac("sha256", appSecret).update(raw).digest();
  if (!timingSafeEqual(own, Buffer.from(told, "hex"))) return reply.code(401).send();
  const body = JSON.parse(raw.toString("utf8")) as { entry: unknown[] };
  events += body.entry.length;
  return reply.code(200).send();
});
await server.listen({ host: "127.0.0.1", port: 0 });
process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`);
process.stdin.resume().once("close", () => process.exit(0));
