import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import type { Hook } from "./provider.ts";

/** A body as it came over the wire. */
export type CaughtBody = { readonly raw: Buffer; readonly headers: IncomingHttpHeaders };

export type HookCatcher = AsyncDisposable & {
  readonly url: string;
  readonly bodies: readonly CaughtBody[];
};

/** For the conformance tests of providers that call us: a real receiver on loopback that shakes hands and verifies with the
 * provider's own hook. */
export async function catchHooks<K extends { appSecret: string }>(hook: Hook<K>, secrets: K): Promise<HookCatcher> {
  const bodies: CaughtBody[] = [];
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const query = Object.fromEntries(new URL(request.url ?? "", "http://catcher").searchParams);
      const answer = hook.challenge(query, secrets);
      response.writeHead(answer === null ? 403 : 200).end(answer ?? "");
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks);
      const isGenuine = hook.verify(raw, request.headers, secrets.appSecret);
      if (isGenuine) bodies.push({ raw, headers: request.headers });
      response.writeHead(isGenuine ? 200 : 401).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
