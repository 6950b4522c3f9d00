import { randomBytes } from "node:crypto";
import type { Agent, RequestOptions } from "node:https";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

import { SafeFetchError } from "../../platform/egress-guard.ts";
import { asObject } from "../json-read.ts";
import type { MediaRef } from "../message-content.ts";
import type { OutboundMedia } from "../outbound-message.ts";
import type { ProviderFault } from "../provider-error.ts";
import type { Media } from "../provider.ts";
import { gone, refuse } from "./faults.ts";
import { decryptMedia, encryptMedia, measureMedia } from "./media-cipher.ts";
import { readHandle, type CipherKind } from "./media-ref.ts";
import type { LinkedLink } from "./settings.ts";
import { readNetwork } from "./trust.ts";

const origin = "https://web.whatsapp.com";
const paths = { image: "image", sticker: "image", video: "video", audio: "audio", document: "document" } as const;

const trouble = (code: string): ProviderFault => ({
  ...{ kind: "retry_later", code, scope: "channel", afterMs: 2_000, sentence: "provider_trouble" },
});

type Call = {
  url: URL;
  agent: Agent;
  signal: AbortSignal;
  method: "GET" | "POST";
  headers?: Record<string, string | number>;
};

function call(
  { url, agent, signal, method, headers }: Call,
  body?: AsyncIterable<Uint8Array>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { agent, signal, method, headers: { origin, ...headers } };
    const going = request(url, options, resolve);
    going.on("error", reject);
    if (body) pipeline(Readable.from(body), going).catch(reject);
    else going.end();
  });
}

const faultOf = (error: unknown): ProviderFault =>
  error instanceof SafeFetchError && error.kind === "blocked"
    ? { kind: "rejected", code: "host_blocked", scope: "channel", sentence: "host_blocked" }
    : { ...trouble("network"), sentence: "network" };

/** Opens a received medium. No connection of the channel is needed. @throws ProviderError */
export async function fetchMedia(link: LinkedLink, ref: MediaRef, signal: AbortSignal): Promise<Media> {
  const handle = readHandle(ref);
  if (!handle) throw refuse(gone);
  const network = await readNetwork(link, signal);
  const agent = link.agentFor(network.mediaRoute);
  const url = new URL(handle.path, `https://${network.mediaHost}`);
  const answer = await call({ url, agent, signal, method: "GET" }).catch((error: unknown) => {
    agent.destroy();
    throw refuse(faultOf(error));
  });
  answer.once("close", () => agent.destroy());
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw refuse([403, 404, 410].includes(answer.statusCode ?? 0) ? gone : trouble(String(answer.statusCode)));
  }
  const bytes = decryptMedia(handle.kind, Buffer.from(handle.key, "base64"), answer);
  const { mimeType, byteLength, sha256 } = ref;
  return {
    bytes,
    mimeType,
    ...(byteLength === undefined ? {} : { byteLength }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

export type UploadTo = { hosts: readonly { hostname: string }[]; auth: string };
export type Uploaded = {
  url: string;
  directPath: string;
  mediaKey: Uint8Array;
  fileSha256: Uint8Array;
  fileEncSha256: Uint8Array;
  fileLength: number;
  mimetype: string;
};

/** Encrypts and uploads, streaming: once to learn the digest that is part of the address, once to send. @throws ProviderError */
export async function uploadMedia(
  input: { media: OutboundMedia; kind: CipherKind; to: UploadTo; agent: Agent },
  signal: AbortSignal,
): Promise<Uploaded> {
  const { media, kind, to, agent } = input;
  const mediaKey = randomBytes(32);
  const sums = await measureMedia(kind, mediaKey, await media.open(signal));
  const token = sums.encrypted.toString("base64url");
  let last: ProviderFault = trouble("no_upload_host");
  for (const { hostname } of to.hosts) {
    const url = new URL(`https://${hostname}/mms/${paths[kind]}/${token}`);
    url.search = new URLSearchParams({ auth: to.auth, token }).toString();
    const headers = { "content-type": "application/octet-stream", "content-length": sums.encryptedBytes };
    try {
      const body = encryptMedia(kind, mediaKey, await media.open(signal));
      const answer = await call({ url, agent, signal, method: "POST", headers }, body);
      const text = Buffer.concat(await answer.toArray()).toString("utf8");
      const found = answer.statusCode === 200 ? asObject(JSON.parse(text)) : undefined;
      const { direct_path: directPath, url: link = "" } = found ?? {};
      if (typeof directPath === "string" && typeof link === "string")
        return {
          ...{ url: link, directPath, mediaKey },
          ...{
            fileSha256: sums.plain,
            fileEncSha256: sums.encrypted,
            fileLength: sums.bytes,
            mimetype: media.mimeType,
          },
        };
      last = trouble(`upload_${answer.statusCode ?? 0}`);
    } catch (error) {
      last = faultOf(error);
    }
  }
  throw refuse(last);
}
