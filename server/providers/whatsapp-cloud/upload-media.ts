import { randomUUID } from "node:crypto";

import { readId } from "../json-read.ts";
import type { OutboundMedia } from "../outbound-message.ts";
import { ProviderError, type ProviderFault } from "../provider-error.ts";
import { callGraph, pathId, transferTimeoutMs } from "./graph.ts";
import type { CloudLink } from "./settings.ts";

/**
 * Brings the bytes to Meta and returns their media id (kept 30 days); an id that is already known is used as it is.
 * Streams: a document may have 100 MB. https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export async function uploadMedia(link: CloudLink, media: OutboundMedia, signal: AbortSignal): Promise<string> {
  if (media.providerMediaId !== undefined) return media.providerMediaId;
  const mimeType = media.mimeType.replace(/[^\w/.+;= -]/g, "");
  const boundary = `keepword-${randomUUID()}`;
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head = Buffer.from(
    `${field("messaging_product", "whatsapp")}${field("type", mimeType)}--${boundary}\r\n` +
      `content-disposition: form-data; name="file"; filename="${uploadName(media, mimeType)}"\r\ncontent-type: ${mimeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let readError: unknown;
  async function* multipart(): AsyncGenerator<Uint8Array> {
    yield head;
    try {
      yield* await media.open(signal);
    } catch (error) {
      readError = error;
      throw error;
    }
    yield tail;
  }
  const answer = await callGraph(
    link,
    {
      method: "POST",
      path: `${pathId(link.settings.phoneNumberId)}/media`,
      timeoutMs: transferTimeoutMs,
      body: {
        headers: {
          "content-type": `multipart/form-data; boundary=${boundary}`,
          "content-length": String(head.length + media.byteLength + tail.length),
        },
        body: multipart(),
      },
    },
    signal,
  ).catch((error: unknown) => {
    throw readError === undefined || signal.aborted
      ? asMediaFault(error)
      : new ProviderError(unreadable, { cause: readError });
  });
  const id = readId(answer["id"]);
  if (id !== undefined) return id;
  throw new ProviderError({
    kind: "retry_later",
    code: "no_media_id",
    scope: "message",
    afterMs: 5000,
    sentence: "provider_trouble",
  });
}

const unreadable: ProviderFault = {
  kind: "rejected",
  code: "media_unreadable",
  scope: "message",
  sentence: "media_unreadable",
};

/** On this path "bad request" means the file: its type, size or emptiness. */
function asMediaFault(error: unknown): unknown {
  if (!(error instanceof ProviderError) || error.fault.sentence !== "bad_request") return error;
  return new ProviderError({ ...error.fault, sentence: "media_refused" }, { cause: error });
}

/** The name in the upload is never shown to anyone (documents carry theirs in the message): a plain one leaks nothing. */
function uploadName(media: OutboundMedia, mimeType: string): string {
  const known = /^[\w/.+-]+\/([\w.+-]+)/.exec(mimeType)?.[1];
  const extension = /\.(\w{1,8})$/.exec(media.filename ?? "")?.[1] ?? known ?? "bin";
  return `file.${extension.replace(/[^\w]/g, "")}`;
}
