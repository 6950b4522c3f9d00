import { globSync, readFileSync } from "node:fs";
import { createServer, get, type RequestListener, type Server, type ServerResponse } from "node:http";
import {
  createServer as createTlsServer,
  get as getTls,
  type Agent as HttpsAgent,
  type ServerOptions,
} from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import tls from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { loopbackCertificate, loopbackKey } from "../test/loopback-certificate.ts";
import { addressClass, SafeFetchError } from "./egress-guard.ts";
import { createSafeFetch, type SafeFetch, type SafeFetchOptions, type SafeRequest } from "./safe-fetch.ts";

const servers: Server[] = [];
const fetches: SafeFetch[] = [];
afterEach(async () => {
  await Promise.all(fetches.splice(0).map((each) => each.close()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function make(options: SafeFetchOptions = {}): SafeFetch {
  const made = createSafeFetch(options);
  fetches.push(made);
  return made;
}

async function failure(work: Promise<unknown>): Promise<SafeFetchError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof SafeFetchError)) throw new Error(`expected a SafeFetchError, got ${String(error)}`);
  return error;
}

describe("addresses", () => {
  test.each([
    ["93.184.215.14", "global"],
    ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "global"],
    ["127.0.0.1", "local"],
    ["127.8.9.1", "local"],
    ["10.0.0.1", "local"],
    ["172.31.255.255", "local"],
    ["192.168.1.1", "local"],
    ["100.64.0.1", "local"],
    ["203.0.113.7", "local"],
    ["::1", "local"],
    ["fd12::1", "local"],
    ["0.0.0.0", "forbidden"],
    ["169.254.169.254", "forbidden"],
    ["100.100.100.200", "forbidden"],
    ["192.0.0.192", "forbidden"],
    ["224.0.0.1", "forbidden"],
    ["255.255.255.255", "forbidden"],
    ["::", "forbidden"],
    ["::7f00:1", "forbidden"],
    ["::ffff:10.0.0.1", "forbidden"],
    ["::ffff:93.184.215.14", "forbidden"],
    ["64:ff9b::a00:1", "forbidden"],
    ["64:ff9b:1::a00:1", "forbidden"],
    ["2002:0a00:0001::1", "forbidden"],
    ["2001:0:4136:e378::1", "forbidden"],
    ["2001:db8::1", "forbidden"],
    ["fe80::1", "forbidden"],
    ["fe80::1%eth0", "forbidden"],
    ["fec0::1", "forbidden"],
    ["ff02::1", "forbidden"],
    ["fd00:ec2::254", "forbidden"],
    ["4000::1", "forbidden"],
    ["example.com", "forbidden"],
    ["", "forbidden"],
  ])("%s is %s", (address, expected) => {
    expect(addressClass(address)).toBe(expected);
  });
});

describe("what is refused before a socket opens", () => {
  test.each([
    "not a url",
    "http://93.184.215.14/",
    "ftp://93.184.215.14/",
    "file:///etc/passwd",
    "https://user:secret@93.184.215.14/",
    "https://93.184.215.14:22/",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://①②⑦.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://169.254.169.254/latest/meta-data",
  ])("%s", async (url) => {
    const hosts: string[] = [];
    const error = await failure(make({ onConnect: (host) => hosts.push(host) })(url));
    expect([error.kind, error.isSent, hosts]).toEqual(["blocked", false, []]);
    expect(error.message).not.toContain("secret");
  });

  test("a loopback server is out of reach until its origin is listed, and then only that origin", async () => {
    const origin = await serve((_, answer) => answer.end("hello"));
    expect((await failure(make()(origin))).kind).toBe("blocked");
    const listed = make({ privateOrigins: [origin] });
    expect(await (await listed(`${origin}/path`)).text()).toBe("hello");
    const other = await serve((_, answer) => answer.end("not you"));
    expect((await failure(listed(other))).kind).toBe("blocked");
  });

  test("no permission opens link-local or metadata addresses", async () => {
    const origin = "http://169.254.169.254";
    expect((await failure(make({ privateOrigins: [origin] })(origin))).kind).toBe("blocked");
    expect((await failure(make()(origin, { isPrivateAllowed: true }))).kind).toBe("blocked");
  });

  test("a call that may reach private networks does not open the way for the next one", async () => {
    const origin = await serve((_, answer) => answer.end("hello"));
    const fetch = make();
    expect(await (await fetch(origin, { isPrivateAllowed: true })).text()).toBe("hello");
    expect((await failure(fetch(origin))).kind).toBe("blocked");
  });

  test("a host that is not on the allowlist is refused", async () => {
    const fetch = make({ isAllowed: (host) => host === "graph.facebook.com", resolve: async () => [] });
    expect((await failure(fetch("https://example.com/"))).kind).toBe("blocked");
    expect((await failure(fetch("https://graph.facebook.com/"))).kind).toBe("unreachable");
    expect((await failure(fetch("https://example.com/", { isAllowed: () => true }))).kind).toBe("unreachable");
  });
});

describe("names", () => {
  const v4 = (address: string) => ({ address, family: 4 });

  test.each([
    ["one private address", ["10.0.0.1"]],
    ["a private address among public ones", ["93.184.215.14", "127.0.0.1"]],
    ["a metadata address", ["169.254.169.254"]],
  ])("a name with %s is blocked", async (_, addresses) => {
    const error = await failure(make({ resolve: async () => addresses.map(v4) })("https://public.example/"));
    expect([error.kind, error.isSent]).toEqual(["blocked", false]);
  });

  test("a listed name may be private, but not link-local", async () => {
    const origin = await serve((_, answer) => answer.end("hello"));
    const named = `http://sim.example:${new URL(origin).port}`;
    const fetch = make({ privateOrigins: [named], resolve: async () => [v4("127.0.0.1")] });
    expect(await (await fetch(named)).text()).toBe("hello");
    const bad = make({ privateOrigins: [named], resolve: async () => [v4("169.254.169.254")] });
    expect((await failure(bad(named))).kind).toBe("blocked");
  });

  test("the address that was checked is the one connected to: a name is asked once for a connection", async () => {
    const origin = await serve((_, answer) => answer.end("hello"));
    const named = `http://sim.example:${new URL(origin).port}`;
    let asked = 0;
    const resolve = async () => [v4(asked++ === 0 ? "127.0.0.1" : "169.254.169.254")];
    const fetch = make({ privateOrigins: [named], resolve });
    expect(await (await fetch(named)).text()).toBe("hello");
    expect(asked).toBe(1);
    const fresh = make({ privateOrigins: [named], resolve });
    expect((await failure(fresh(named))).kind).toBe("blocked");
  });

  test("a name that does not resolve is unreachable and nothing was sent", async () => {
    const resolve = () => Promise.reject(new Error("ENOTFOUND"));
    const error = await failure(make({ resolve })("https://nowhere.example/"));
    expect([error.kind, error.isSent]).toEqual(["unreachable", false]);
  });
});

describe("TLS", () => {
  const listen = async (options: ServerOptions): Promise<string> => {
    const server = createTlsServer({ cert: loopbackCertificate, key: loopbackKey, ...options }, (_, answer) =>
      answer.end("hello"),
    );
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  const ways = (origin: string): (() => Promise<unknown>)[] => {
    const made = make({ privateOrigins: [origin] });
    const viaAgent = (agent: HttpsAgent) =>
      new Promise<unknown>((resolve, reject) => {
        getTls(origin, { agent }, (answer) => resolve(answer.statusCode)).on("error", reject);
      });
    return [
      async () => (await made(origin)).text(),
      () =>
        made.post(origin, {
          headers: {},
          body: "",
          timeoutMs: 5_000,
          keepBytes: 10,
          maxBytes: 10,
          isPrivateAllowed: true,
        }),
      () => viaAgent(made.egressAgent.https),
      () => viaAgent(made.agentFor({ isLocal: true })),
    ];
  };

  test("whose certificate nobody vouches for is not talked to, by none of the ways out; nor is TLS 1.1 [M24-34]", async () => {
    const origin = await listen({});
    for (const way of ways(origin)) await expect(way()).rejects.toThrow();
    const trusted = tls.getCACertificates("default");
    // the same servers, once somebody vouches: it was the certificate, and it is the version
    tls.setDefaultCACertificates([...trusted, loopbackCertificate]);
    try {
      for (const way of ways(origin)) await expect(way()).resolves.toBeDefined();
      const dated = await listen(old);
      for (const way of ways(dated)) await expect(way()).rejects.toThrow();
      // it answers whoever takes that
      const answer = new Promise((resolve, reject) => {
        getTls(dated, { ...old, agent: false }, (got) => resolve(got.statusCode)).on("error", reject);
      });
      expect(await answer).toBe(200);
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });

  test("no code switches the check of certificates off or the least version down [M24-34]", () => {
    const server = path.resolve(import.meta.dirname, "..");
    const weak = /rejectUnauthorized|checkServerIdentity|minVersion|secureProtocol|tls-min-v1|SECLEVEL/;
    const files = globSync("**/*.ts", { cwd: server }).filter((file) => !/\.test\.ts$|^test\//.test(file));
    expect(files.length).toBeGreaterThan(300);
    // where such settings of the operator are found and refused
    const users = files.filter((file) => weak.test(readFileSync(path.join(server, file), "utf8")));
    expect(users).toEqual(["platform/transport.ts"]);
  });
});

describe("answers", () => {
  const ask = async (listener: RequestListener, init?: SafeRequest) => {
    const origin = await serve(listener);
    return make({ privateOrigins: [origin] })(origin, init);
  };

  test("a redirect is an answer, never followed", async () => {
    let calls = 0;
    const answer = await ask((_, response) => {
      calls += 1;
      response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    });
    expect([answer.status, answer.headers.get("Location"), await answer.text(), calls]).toEqual([
      302,
      "http://169.254.169.254/",
      "",
      1,
    ]);
  });

  async function* pieces() {
    yield Buffer.from("a");
    yield Buffer.from("b");
  }
  test.each([
    ["text", "ab"],
    ["bytes", Buffer.from("ab")],
    ["an async iterable", pieces()],
  ])("a body of %s arrives", async (_, body) => {
    const answer = await ask((incoming, response) => incoming.pipe(response), { method: "POST", body });
    expect((await answer.bytes()).toString()).toBe("ab");
  });

  test("an answer larger than allowed is cut off, whole or streamed", async () => {
    const big: RequestListener = (_, response) => response.end(Buffer.alloc(5_000));
    for (const read of ["text", "bytes"] as const) {
      const error = await failure((await ask(big, { maxBytes: 4_999 }))[read]());
      expect([error.kind, error.isSent]).toEqual(["too_large", true]);
    }
    const { body } = await ask(big, { maxBytes: 4_999 });
    expect((await failure(body.toArray())).kind).toBe("too_large");
    expect((await (await ask(big, { maxBytes: 5_000 })).bytes()).length).toBe(5_000);
  });

  test("a server that never answers, or never ends, runs into the time limit", async () => {
    expect((await failure(ask(() => undefined, { timeoutMs: 50 }))).kind).toBe("timeout");
    const slow = await ask((_, response) => void response.writeHead(200).write("x"), { timeoutMs: 150 });
    expect((await failure(slow.text())).kind).toBe("timeout");
  });

  test("an answer of any length arrives whole, however late it is read", async () => {
    const bytes = Buffer.alloc(1_000_000, "kw");
    const long: RequestListener = (_, response) => response.end(bytes);
    for (const read of ["bytes", "stream"] as const) {
      const answer = await ask(long);
      for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
      const got = read === "bytes" ? await answer.bytes() : Buffer.concat(await answer.body.toArray());
      expect(got.equals(bytes)).toBe(true);
    }
  });

  test("an answer given up halfway lets its connection go, and the next call has one", async () => {
    const origin = await serve((_, response) => void response.writeHead(200).write(Buffer.alloc(500_000)));
    const fetch = make({ privateOrigins: [origin], connectionsPerOrigin: 1 });
    for (let call = 0; call < 3; call++) {
      const { body } = await fetch(origin);
      for await (const _ of body) break;
    }
  });

  test("a call that waits for a connection until its time is over was not sent, and is not sent later", async () => {
    const seen: (string | undefined)[] = [];
    const firstCame = Promise.withResolvers<ServerResponse>();
    const origin = await serve((incoming, response) => {
      seen.push(incoming.url);
      if (incoming.url === "/first") firstCame.resolve(response);
      else response.end();
    });
    const fetch = make({ privateOrigins: [origin], connectionsPerOrigin: 1 });
    const first = fetch(`${origin}/first`);
    const held = await firstCame.promise;
    const waiting = await failure(fetch(`${origin}/waits`, { timeoutMs: 20 }));
    expect([waiting.kind, waiting.isSent]).toEqual(["timeout", false]);
    held.end();
    await (await first).text();
    await (await fetch(`${origin}/last`)).text();
    expect(seen).toEqual(["/first", "/last"]);
  });

  test("an answer no one reads ends with the time limit, or at once when it is destroyed, and takes nothing down", async () => {
    const ends: Promise<void>[] = [];
    const endless: RequestListener = (_, response) => {
      ends.push(new Promise((done) => response.once("close", done)));
      response.writeHead(200).write("x");
    };
    await ask(endless, { timeoutMs: 60 });
    const unwanted = await ask(endless, { timeoutMs: 60_000 });
    unwanted.body.destroy();
    await Promise.all(ends);
    expect(ends).toHaveLength(2);
  });

  test("a caller can give up", async () => {
    const controller = new AbortController();
    const asked = ask(() => controller.abort(), { signal: controller.signal });
    expect(await failure(asked)).toMatchObject({ kind: "aborted", isSent: true });
    expect(await failure(ask(() => undefined, { signal: AbortSignal.abort() }))).toMatchObject({ isSent: false });
  });

  test("a connection that breaks may have delivered the request, a refused one has not", async () => {
    const broken = await failure(ask((incoming) => incoming.socket.destroy()));
    expect([broken.kind, broken.isSent]).toEqual(["broken", true]);
    const half = await ask((_, response) => {
      response.writeHead(200, { "content-length": "10" }).write("x", () => response.destroy());
    });
    expect((await failure(half.text())).kind).toBe("broken");
    const gone = "http://127.0.0.1:1";
    const refused = await failure(make({ privateOrigins: [gone] })(gone));
    expect([refused.kind, refused.isSent]).toEqual(["unreachable", false]);
  });

  test("every socket's host is told to the recorder", async () => {
    const origin = await serve((_, response) => response.end());
    const hosts: string[] = [];
    const fetch = make({ privateOrigins: [origin], onConnect: (host) => hosts.push(host) });
    await (await fetch(origin)).text();
    await (await fetch(origin)).text();
    expect(new Set(hosts)).toEqual(new Set(["127.0.0.1"]));
  });
});

describe("agent for other libraries", () => {
  const ask = (fetch: SafeFetch, url: string) =>
    new Promise<string>((done, fail) => {
      get(url, { agent: fetch.egressAgent.http }, (answer) => {
        answer.toArray().then((chunks) => done(Buffer.concat(chunks).toString()), fail);
      }).on("error", fail);
    });

  test("reaches a listed origin and nothing else", async () => {
    const origin = await serve((_, answer) => answer.end("hello"));
    expect(await ask(make({ privateOrigins: [origin] }), origin)).toBe("hello");
    expect((await failure(ask(make(), origin))).kind).toBe("blocked");
    expect((await failure(ask(make(), "http://93.184.215.14/"))).kind).toBe("blocked");
    const named = `http://sim.example:${new URL(origin).port}`;
    const resolve = async () => [{ address: "169.254.169.254", family: 4 }];
    expect((await failure(ask(make({ privateOrigins: [named], resolve }), named))).kind).toBe("blocked");
  });
});
