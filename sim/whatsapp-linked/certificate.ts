import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate authority that lives as long as the process, and one server certificate of it. */
export interface Tls {
  ca: string;
  cert: string;
  key: string;
}

const oids = {
  commonName: "550403",
  ecdsaSha256: "2a8648ce3d040302",
  basicConstraints: "551d13",
  keyUsage: "551d0f",
  subjectAltName: "551d11",
} as const;

/** X.509 v3 with P-256, as small as TLS clients accept it. Node can read certificates but not make them. */
export function createTls(hosts: readonly string[], now: Date): Tls {
  const [authority, server] = [newKey(), newKey()];
  const from = new Date(now.getTime() - 86_400_000);
  const until = new Date(now.getTime() + 10 * 365 * 86_400_000);
  const issuer = { name: "Keepword simulator", key: authority.private };
  const ca = certify(issuer, issuer.name, authority.public, from, until, [
    extension(oids.basicConstraints, sequence(der(0x01, Buffer.from([0xff])))),
    extension(oids.keyUsage, der(0x03, Buffer.from([1, 0b0000_0110]))),
  ]);
  const cert = certify(issuer, hosts[0] ?? "localhost", server.public, from, until, [
    extension(oids.subjectAltName, sequence(...hosts.map(altName))),
  ]);
  return { ca, cert, key: server.private };
}

function newKey(): { public: Buffer; private: string } {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    public: pair.publicKey.export({ format: "der", type: "spki" }),
    private: pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function certify(
  issuer: { name: string; key: string },
  subject: string,
  publicKey: Buffer,
  from: Date,
  until: Date,
  extensions: Buffer[],
): string {
  const algorithm = sequence(oid(oids.ecdsaSha256));
  const serial = randomBytes(16);
  serial[0] = 0x40;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    nameOf(issuer.name),
    sequence(timeOf(from), timeOf(until)),
    nameOf(subject),
    publicKey,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, createPrivateKey(issuer.key));
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x01, Buffer.from([0xff])), der(0x04, value));
}

function altName(host: string): Buffer {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
  return isAddress ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from(commonName)))));
}

/** GeneralizedTime for every year; validators read it, though RFC 5280 wants UTCTime before 2050. */
function timeOf(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]|\..*/g, "")}Z`));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), value]);
  const bytes = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), value]);
}
