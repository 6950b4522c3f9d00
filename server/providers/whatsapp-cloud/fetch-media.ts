import { type Draft, readId, readNumber, readSha256, readText } from "../json-read.ts";
import type { MediaRef } from "../message-content.ts";
import { ProviderError, type ProviderFault } from "../provider-error.ts";
import type { Media } from "../provider.ts";
import { callGraph, networkFault, pathId, request, transferTimeoutMs } from "./graph.ts";
import { mediaHosts } from "./capabilities.ts";
import type { CloudLink } from "./settings.ts";

/** Meta hands over 100 MB at most; a little room for what it calls a megabyte. */
const maxBytes = 110 * 1024 * 1024;
const gone: ProviderFault = { kind: "rejected", code: "media_gone", scope: "message", sentence: "media_gone" };

/**
 * A received medium: id → short-lived URL (5 minutes) → bytes, both with the token. A dead URL is asked for once more.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (2026-03)
 */
export async function fetchMedia(link: CloudLink, ref: MediaRef, signal: AbortSignal): Promise<Media> {
  const first = await fetchOnce(link, ref, signal);
  const media = first ?? (await fetchOnce(link, ref, signal));
  if (media === undefined) throw new ProviderError(gone);
  return media;
}

async function fetchOnce(link: CloudLink, ref: MediaRef, signal: AbortSignal): Promise<Media | undefined> {
  const query = { phone_number_id: link.settings.phoneNumberId };
  const node = await callGraph(link, { method: "GET", path: pathId(ref.id), query }, signal).catch((error: unknown) => {
    // An id that is past its 7 days answers like one that never was (100, sometimes 33).
    const isGone = error instanceof ProviderError && ["100", "100/33", "33", "http_404"].includes(error.fault.code);
    throw isGone ? new ProviderError(gone, { cause: error }) : error;
  });
  const url = readId(node["url"], 4096);
  if (url === undefined) throw new ProviderError(gone);
  if (!isTrusted(link, url)) {
    throw new ProviderError({ kind: "rejected", code: "media_host", scope: "message", sentence: "media_gone" });
  }
  const headers = { authorization: `Bearer ${link.secrets.accessToken}` };
  const response = await request(
    link,
    url,
    { method: "GET", headers, signal, timeoutMs: transferTimeoutMs, maxBytes },
    false,
  );
  if (response.status === 200) {
    const media: Draft<Media> = {
      bytes: withFaults(response.body),
      mimeType: readText(node["mime_type"], 128) ?? response.headers.get("content-type") ?? ref.mimeType,
    };
    const byteLength = readNumber(node["file_size"]) ?? readNumber(response.headers.get("content-length"));
    if (byteLength !== undefined) media.byteLength = byteLength;
    const sha256 = readSha256(node["sha256"]) ?? ref.sha256;
    if (sha256 !== undefined) media.sha256 = sha256;
    return media;
  }
  await discard(response.body);
  if (response.status === 404 || response.status === 410) return undefined;
  const code = `http_${response.status}`;
  if (response.status === 401 || response.status === 403) {
    throw new ProviderError({ kind: "auth_lost", code, scope: "channel", sentence: "token_invalid" });
  }
  throw new ProviderError({
    kind: "retry_later",
    code,
    scope: "message",
    afterMs: 10_000,
    sentence: "provider_trouble",
  });
}

/** The token may only travel to Meta, or to the base address the operator allowed. */
function isTrusted(link: CloudLink, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const { apiBaseUrl } = link.settings;
  if (apiBaseUrl !== undefined && url.origin === new URL(apiBaseUrl).origin) return true;
  return (
    url.protocol === "https:" &&
    mediaHosts.value.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  );
}

async function* withFaults(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw new ProviderError(networkFault(error, false), { cause: error });
  }
}

async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  // Leaving the loop cancels the stream, so the connection is not held by bytes nobody reads.
  for await (const _chunk of body) break;
}
