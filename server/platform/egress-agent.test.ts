import { once } from "node:events";
import { createServer, get } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSafeFetch, type SafeFetch } from "./safe-fetch.ts";

const target = createServer((_request, response) => response.end("reached"));
/** What each proxy was asked for. */
const asked: string[] = [];
const sockets = new Set<Socket>();

function join(client: Socket, port: number, hello: Buffer | string): void {
  const far = connect(port, "127.0.0.1", () => client.write(hello));
  sockets.add(far);
  far.on("error", () => client.destroy());
  client.pipe(far).pipe(client);
}

const httpProxy = createTcpServer((client) => {
  sockets.add(client);
  client.on("error", () => undefined);
  client.once("data", (bytes: Buffer) => {
    const head = bytes.toString();
    asked.push(head.split("\r\n")[0] ?? "");
    const login = `Basic ${Buffer.from("ana:s3cret").toString("base64")}`;
    if (!head.includes(login)) return client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    return join(client, Number(/:(\d+) HTTP/.exec(head)?.[1]), "HTTP/1.1 200 OK\r\n\r\n");
  });
});

const socksProxy = createTcpServer((client) => {
  sockets.add(client);
  client.on("error", () => undefined);
  client.once("data", () => {
    client.write(Buffer.from([5, 0]));
    client.once("data", (bytes: Buffer) => {
      const length = bytes[4] ?? 0;
      const port = bytes.readUInt16BE(5 + length);
      asked.push(`socks ${bytes.subarray(5, 5 + length).toString()}:${port}`);
      join(client, port, Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    });
  });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
let trusting: SafeFetch;
let strict: SafeFetch;

beforeAll(async () => {
  for (const server of [target, httpProxy, socksProxy]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const origins = [httpProxy, socksProxy].map((server) => `http://127.0.0.1:${portOf(server)}`);
  trusting = createSafeFetch({ privateOrigins: origins });
  strict = createSafeFetch();
});
afterAll(async () => {
  await Promise.all([trusting.close(), strict.close()]);
  for (const socket of sockets) socket.destroy();
  for (const server of [target, httpProxy, socksProxy]) server.close();
});

function reach(fetch: SafeFetch, proxyUrl?: string): Promise<string> {
  const agent = fetch.agentFor({ isPlain: true, isLocal: true, ...(proxyUrl === undefined ? {} : { proxyUrl }) });
  return new Promise<string>((resolve, reject) => {
    get(`http://127.0.0.1:${portOf(target)}/`, { agent }, (answer) => {
      answer.on("data", (bytes: Buffer) => resolve(bytes.toString()));
    }).on("error", reject);
  }).finally(() => agent.destroy());
}

test("a proxy is asked for the target, with its login; a wrong login reaches nothing", async () => {
  const at = `127.0.0.1:${portOf(httpProxy)}`;
  expect(await reach(trusting, `http://ana:s3cret@${at}`)).toBe("reached");
  expect(asked.at(-1)).toBe(`CONNECT 127.0.0.1:${portOf(target)} HTTP/1.1`);
  await expect(reach(trusting, `http://ana:wrong@${at}`)).rejects.toThrow("the proxy refused the connection");
});

test("a SOCKS proxy is asked by name", async () => {
  expect(await reach(trusting, `socks5://127.0.0.1:${portOf(socksProxy)}`)).toBe("reached");
  expect(asked.at(-1)).toBe(`socks 127.0.0.1:${portOf(target)}`);
});

test("a proxy in a private network is none, unless the operator listed it", async () => {
  const before = asked.length;
  for (const scheme of ["http", "socks5"])
    await expect(reach(strict, `${scheme}://127.0.0.1:${portOf(httpProxy)}`)).rejects.toThrow(
      "not on the public internet",
    );
  expect(asked).toHaveLength(before);
});

test("without a proxy the guard is that of every call: private networks only where the route may", async () => {
  expect(await reach(trusting)).toBe("reached");
  const agent = strict.agentFor({});
  const refused = new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${portOf(target)}/`, { agent }, resolve).on("error", reject);
  });
  await expect(refused).rejects.toThrow(/not on the public internet|only the ports/);
  agent.destroy();
});
