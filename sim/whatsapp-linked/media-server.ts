import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createTls } from "./certificate.ts";
import type { Random } from "./random.ts";

/** Encrypted files over HTTPS under this server's own authority, as mmg.whatsapp.net keeps them. */
export interface MediaServer extends AsyncDisposable {
  /** `127.0.0.1:port`. The certificate is also good for `mmg.whatsapp.net`, where clients look for files without a URL. */
  host: string;
  ca: string;
  /** Keeps a file; clients fetch it at `directPath`. */
  put(bytes: Buffer): { directPath: string; url: string };
  get(directPath: string): Buffer | undefined;
  /** Deletes a file, as WhatsApp does after some weeks. The phone keeps its copy, unless somebody deleted it there as well. */
  expire(directPath: string, isOnPhone: boolean): void;
  /** The phone uploads its copy of a deleted file again. */
  restore(directPath: string): { directPath: string; url: string } | undefined;
  /** What the next requests are answered instead. */
  failures: { method: "GET" | "POST"; status: number }[];
  requests: { method: string; path: string; status: number }[];
}

const maxBytes = 110 * 1024 * 1024;

export async function startMediaServer(random: Random, host: string): Promise<MediaServer> {
  const { ca, cert, key } = createTls(["mmg.whatsapp.net", "localhost", "127.0.0.1"], new Date());
  const files = new Map<string, Buffer>();
  const copies = new Map<string, Buffer>();
  const server = createServer({ cert, key });
  const media: MediaServer = {
    host: "",
    ca,
    put: (bytes) => {
      const directPath = `/v/t62.7118-24/${random(12).toString("hex")}.enc?ccb=11-4&oh=${random(8).toString("hex")}&mms3=true`;
      files.set(pathOf(directPath), bytes);
      return { directPath, url: `https://${media.host}${directPath}` };
    },
    get: (directPath) => files.get(pathOf(directPath)),
    expire: (directPath, isOnPhone) => {
      const bytes = files.get(pathOf(directPath));
      if (bytes && isOnPhone) copies.set(pathOf(directPath), bytes);
      files.delete(pathOf(directPath));
    },
    restore: (directPath) => {
      const bytes = copies.get(pathOf(directPath)) ?? files.get(pathOf(directPath));
      return bytes && media.put(bytes);
    },
    failures: [],
    requests: [],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "/";
    const answer = (status: number, body: Buffer | string, headers: Record<string, string> = {}) => {
      media.requests.push({ method: request.method ?? "", path: pathOf(path), status });
      response.writeHead(status, headers).end(body);
    };
    const failure = media.failures.findIndex((one) => one.method === request.method);
    const [failed] = failure < 0 ? [] : media.failures.splice(failure, 1);
    if (failed) return answer(failed.status, "");
    if (request.method === "GET") return sendFile(media, path, request.headers.range, answer);
    if (request.method === "POST") return void takeFile(media, request, path, answer);
    answer(405, "");
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  media.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return media;
}

type Answer = (status: number, body: Buffer | string, headers?: Record<string, string>) => void;

function sendFile(media: MediaServer, path: string, range: string | undefined, answer: Answer): void {
  const bytes = media.get(path);
  // what is gone is 410; the phone can upload it again
  if (!bytes) return answer(410, "");
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (!asked) return answer(200, bytes, { "content-type": "application/octet-stream" });
  const start = Number(asked[1]);
  const end = Math.min(asked[2] ? Number(asked[2]) : bytes.length - 1, bytes.length - 1);
  answer(206, bytes.subarray(start, end + 1), { "content-range": `bytes ${start}-${end}/${bytes.length}` });
}

/** `POST /mms/<kind>/<hash in base64url>?auth=…&token=…`: the hash is that of the bytes, or the upload is refused. */
async function takeFile(media: MediaServer, request: IncomingMessage, path: string, answer: Answer): Promise<void> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return answer(413, "");
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const named = decodeURIComponent(pathOf(path).split("/").at(-1) ?? "").replaceAll("=", "");
  const hash = createHash("sha256").update(bytes).digest("base64url");
  if (named !== hash) return answer(400, JSON.stringify({ error: "hash mismatch" }));
  const { directPath, url } = media.put(bytes);
  answer(200, JSON.stringify({ url, direct_path: directPath, handle: "" }), { "content-type": "application/json" });
}

function pathOf(path: string): string {
  return path.split("?")[0] ?? path;
}
