// Sockets for libraries that open their own: straight or through a proxy, under the same guard as `fetch`.
import { Agent as HttpsAgent } from "node:https";
import { connect as netConnect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { assertTarget, SafeFetchError, type Reach } from "./egress-guard.ts";

export type EgressRoute = {
  /** Without TLS; only where `isLocal`. */
  readonly isPlain?: true;
  /** A certificate in PEM that is trusted instead of the public authorities. */
  readonly ca?: string;
  /** `http://`, `https://` or `socks5://`, with credentials where it wants some. */
  readonly proxyUrl?: string;
  /** Private networks too: for hosts that an origin of the operator's list named. */
  readonly isLocal?: boolean;
};

export interface EgressGuard {
  lookups: Record<Reach, LookupFunction>;
  /** How far a proxy of this origin may lie. */
  reachOf: (origin: string) => Reach;
  /** The egress allowlist, by host. */
  isAllowed?: ((host: string) => boolean) | undefined;
  /** Told the host of every socket. */
  onConnect?: ((host: string) => void) | undefined;
}

interface Target {
  host: string;
  port: number;
}

const connectTimeoutMs = 15_000;

/** An agent whose every socket goes the given way. Its sockets end with it: `destroy()`. */
export function egressAgent(guard: EgressGuard, route: EgressRoute): HttpsAgent {
  const reach: Reach = route.isLocal ? "local" : "strict";
  const agent = new HttpsAgent({ keepAlive: true, ...(route.ca === undefined ? {} : { ca: route.ca }) });
  // Node compares it with the URL's; a socket without TLS is opened by the same agent
  Object.defineProperty(agent, "protocol", { value: undefined });
  agent.createConnection = (options, callback) => {
    const host = options.host ?? "localhost";
    const port = Number(options.port ?? 443);
    open({ host, port }).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };

  async function open(target: Target): Promise<Socket> {
    assertTarget(route.isPlain ? "http:" : "https:", target.host, String(target.port), reach);
    if (guard.isAllowed?.(target.host) === false)
      throw new SafeFetchError("blocked", "the host is not on the egress allowlist");
    guard.onConnect?.(target.host);
    const raw =
      route.proxyUrl === undefined
        ? await dial(target, guard.lookups[reach])
        : await throughProxy(guard, new URL(route.proxyUrl), target);
    return route.isPlain ? raw : secure(raw, target.host, route.ca);
  }
  return agent;
}

function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => {
      socket.destroy();
      reject(new SafeFetchError("unreachable", "no connection", { cause }));
    };
    socket.setTimeout(connectTimeoutMs, () => fail());
    socket.once("error", fail);
    socket.once(event, () => {
      socket.off("error", fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

const dial = (target: Target, lookup: LookupFunction): Promise<Socket> =>
  settled(netConnect({ ...target, lookup, keepAlive: true }), "connect");

function secure(socket: Socket, host: string, ca?: string): Promise<Socket> {
  // a name for an address is no valid server name
  const names = isIP(host) ? {} : { servername: host };
  return settled(tlsConnect({ socket, host, ...names, ...(ca === undefined ? {} : { ca }) }), "secureConnect");
}

async function throughProxy(guard: EgressGuard, proxy: URL, target: Target): Promise<Socket> {
  const reach = guard.reachOf(proxy.origin === "null" ? `http://${proxy.host}` : proxy.origin);
  const hostname = proxy.hostname.replace(/^\[|\]$/g, "");
  // any port, but only addresses that the guard allows
  assertTarget("https:", hostname, "443", reach);
  guard.onConnect?.(hostname);
  const isSocks = proxy.protocol === "socks5:" || proxy.protocol === "socks5h:";
  const port = Number(proxy.port || (isSocks ? 1080 : proxy.protocol === "https:" ? 443 : 80));
  const raw = await dial({ host: hostname, port }, guard.lookups[reach]);
  const socket = proxy.protocol === "https:" ? await secure(raw, hostname) : raw;
  const user = decodeURIComponent(proxy.username);
  const password = decodeURIComponent(proxy.password);
  try {
    await (isSocks ? askSocks(socket, target, user, password) : askHttp(socket, target, user, password));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

const refused = (): SafeFetchError => new SafeFetchError("unreachable", "the proxy refused the connection");

/** Takes bytes until `isDone` says how many of them are the answer. */
function answer(socket: Socket, isDone: (bytes: Buffer) => number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const timer = setTimeout(() => fail(), connectTimeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", fail).off("close", fail);
    };
    const fail = (): void => {
      stop();
      reject(refused());
    };
    const onData = (chunk: Buffer): void => {
      got = Buffer.concat([got, chunk]);
      const end = isDone(got);
      if (end === 0 && got.length < 16_384) return;
      stop();
      if (end === 0) return reject(refused());
      // whoever asked speaks first on what follows: nothing comes before somebody listens again
      if (got.length > end) return reject(refused());
      resolve(got.subarray(0, end));
    };
    socket.on("data", onData).on("error", fail).on("close", fail);
    socket.resume();
  });
}

async function askHttp(socket: Socket, target: Target, user: string, password: string): Promise<void> {
  const at = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
  const login = user ? `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}\r\n` : "";
  socket.write(`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n${login}\r\n`);
  const head = await answer(socket, (bytes) => {
    const end = bytes.indexOf("\r\n\r\n");
    return end < 0 ? 0 : end + 4;
  });
  if (!/^HTTP\/1\.[01] 2\d\d/.test(head.toString("latin1"))) throw refused();
}

// RFC 1928 and 1929
async function askSocks(socket: Socket, target: Target, user: string, password: string): Promise<void> {
  socket.write(Buffer.from(user ? [5, 2, 0, 2] : [5, 1, 0]));
  const [, method] = await answer(socket, (bytes) => (bytes.length >= 2 ? 2 : 0));
  if (method === 2) {
    const [name, word] = [Buffer.from(user), Buffer.from(password)];
    socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([word.length]), word]));
    const [, status] = await answer(socket, (bytes) => (bytes.length >= 2 ? 2 : 0));
    if (status !== 0) throw refused();
  } else if (method !== 0) throw refused();
  const host = Buffer.from(target.host);
  const port = Buffer.from([target.port >> 8, target.port & 255]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, host.length]), host, port]));
  const lengths: Record<number, (bytes: Buffer) => number> = {
    1: () => 10,
    3: (bytes) => 7 + (bytes[4] ?? 0),
    4: () => 22,
  };
  const reply = await answer(socket, (bytes) => {
    const length = bytes.length >= 5 ? (lengths[bytes[3] ?? 0]?.(bytes) ?? 10) : 0;
    return length > 0 && bytes.length >= length ? length : 0;
  });
  if (reply[1] !== 0) throw refused();
}
