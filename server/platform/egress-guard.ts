import { lookup as dnsLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * The network was not reached or did not answer as it must.
 * `isSent` is false when it is certain that no byte of the request left: then a repeat is harmless.
 */
export class SafeFetchError extends Error {
  override name = "SafeFetchError";
  readonly kind: "blocked" | "unreachable" | "timeout" | "aborted" | "too_large" | "broken";
  readonly isSent: boolean;
  constructor(kind: SafeFetchError["kind"], message: string, options: { isSent?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.isSent = options.isSent ?? false;
  }
}

// Networks no setting opens: link-local (cloud metadata), vendors' metadata addresses, multicast and reserved. Of IPv6 only
// what is known to be global or local passes at all; the forms that carry an IPv4 address inside (mapped, NAT64, 6to4,
// Teredo), which net.BlockList does not see through, are therefore closed too.
// A list per family: one list would hold every IPv4 address to be inside ::ffff:0:0/96.
const forbidden = {
  4: blockList("0.0.0.0/8 169.254.0.0/16 100.100.100.200/32 192.0.0.0/24 192.88.99.0/24 224.0.0.0/3"),
  6: blockList("fd00:ec2::254/128"),
};
// Networks of the machine and the house, documentation and benchmarks: reachable only for an origin that is listed.
const local = {
  4: blockList(
    "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 198.18.0.0/15 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24",
  ),
  6: blockList("::1/128 fc00::/7"),
};
const globalV6 = blockList("2000::/3");
const reservedV6 = blockList("2001::/23 2001:db8::/32 2002::/16 3fff::/20");

/** Whether an address is on the open internet, in a private network, or one that nothing may reach. */
export function addressClass(address: string): "global" | "local" | "forbidden" {
  const bare = address.replace(/%.*$/, "");
  const version = isIP(bare);
  if (version === 4) {
    if (forbidden[4].check(bare, "ipv4")) return "forbidden";
    return local[4].check(bare, "ipv4") ? "local" : "global";
  }
  if (version !== 6 || forbidden[6].check(bare, "ipv6")) return "forbidden";
  if (local[6].check(bare, "ipv6")) return "local";
  return globalV6.check(bare, "ipv6") && !reservedV6.check(bare, "ipv6") ? "global" : "forbidden";
}

/** What may be connected to: `strict` is public https, `local` also private networks, plain http and any port. */
export type Reach = "strict" | "local";

/** Checks everything of a URL that needs no name resolution. Throws SafeFetchError `blocked`. */
export function assertUrl(text: string | URL, reachOf: (origin: string) => Reach): URL {
  const url = typeof text === "string" ? URL.parse(text) : text;
  if (!url) throw new SafeFetchError("blocked", "not a URL");
  if (url.username || url.password) throw new SafeFetchError("blocked", "a URL with credentials is not fetched");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new SafeFetchError("blocked", "only https is fetched");
  assertTarget(url.protocol, url.hostname, url.port, reachOf(url.origin));
  return url;
}

export function assertTarget(protocol: string, hostname: string, port: string, reach: Reach): void {
  if (reach === "strict") {
    if (protocol !== "https:") throw new SafeFetchError("blocked", "only https is fetched");
    if (!["", "443", "8443"].includes(port))
      throw new SafeFetchError("blocked", "only the ports 443 and 8443 are reached");
  }
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address)) assertAddress(address, reach);
}

function assertAddress(address: string, reach: Reach): void {
  const found = addressClass(address);
  if (found === "forbidden" || (found === "local" && reach === "strict")) {
    throw new SafeFetchError("blocked", "the address is not on the public internet");
  }
}

export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>;

export const systemResolve: Resolve = (hostname) =>
  new Promise((done, fail) => {
    dnsLookup(hostname, { all: true }, (error, addresses) => (error ? fail(error) : done(addresses)));
  });

/**
 * A `lookup` for sockets: the addresses that were checked are the ones connected to, so a name cannot change its answer in
 * between. One bad address among good ones blocks the name.
 */
export function guardedLookup(resolve: Resolve, reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const wanted = addresses.filter((each) => !options.family || each.family === Number(options.family));
        const first = wanted[0];
        try {
          if (!first) throw new SafeFetchError("unreachable", "the name has no address");
          for (const each of addresses) assertAddress(each.address, reach);
        } catch (error) {
          callback(error as SafeFetchError, "", 4);
          return;
        }
        if (options.all) callback(null, wanted);
        else callback(null, first.address, first.family);
      },
      (cause: unknown) => callback(new SafeFetchError("unreachable", "the name does not resolve", { cause }), "", 4),
    );
  };
}

function blockList(ranges: string): BlockList {
  const list = new BlockList();
  for (const range of ranges.split(" ")) {
    const [network = "", bits = ""] = range.split("/");
    list.addSubnet(network, Number(bits), network.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}
