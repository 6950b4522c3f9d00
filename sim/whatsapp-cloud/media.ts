import { createHash, randomBytes } from "node:crypto";
import { GraphError } from "./graph-errors.ts";
import { makeJpeg, makeMp3, makeMp4, makePdf, makePng, makeVoice, makeWebp } from "./media-fixtures.ts";
import type { Obj, SimState } from "./state.ts";
import { newNumericId, nowMs } from "./state.ts";

export interface MediaItem {
  id: string;
  mime: string;
  bytes: Buffer;
  sha256: Buffer;
  filename?: string;
  /** Uploaded by the business, or sent by a person. */
  origin: "uploaded" | "inbound";
  phoneNumberId: string;
  createdAt: number;
  links: Map<string, number>;
}

export interface MediaInput {
  bytesBase64?: string;
  bytes?: Uint8Array;
  mime?: string;
  filename?: string;
  caption?: string;
  /** Seconds of a voice note. */
  seconds?: number;
  animated?: boolean;
}

const megabyte = 1024 * 1024;
const linkLifeMs = 5 * 60_000;
const inboundLifeMs = 7 * 86_400_000;
const uploadedLifeMs = 30 * 86_400_000;

/** What Meta takes on upload, by family: types and the largest size. Any other type is refused as a file. */
export const limits: Record<string, { max: number; mimes: RegExp }> = {
  audio: { max: 16 * megabyte, mimes: /^audio\/(aac|amr|mpeg|mp4|ogg)$/ },
  image: { max: 5 * megabyte, mimes: /^image\/(jpeg|png)$/ },
  video: { max: 16 * megabyte, mimes: /^video\/(mp4|3gpp)$/ },
  sticker: { max: 500 * 1024, mimes: /^image\/webp$/ },
  document: { max: 100 * megabyte, mimes: /^(text|application)\/[\w.+-]+$/ },
};

export function bareMime(mime: string): string {
  return (mime.split(";")[0] ?? "").trim().toLowerCase();
}

export function familyOf(mime: string): string | undefined {
  const bare = bareMime(mime);
  return Object.keys(limits).find((family) => limits[family]?.mimes.test(bare));
}

export function storeMedia(
  state: SimState,
  input: { bytes: Uint8Array; mime: string; origin: MediaItem["origin"]; phoneNumberId: string; filename?: string },
): MediaItem {
  const bytes = Buffer.from(input.bytes);
  const sha256 = createHash("sha256").update(bytes).digest();
  const item: MediaItem = { ...input, id: newNumericId(), bytes, sha256, createdAt: nowMs(state), links: new Map() };
  state.media.set(item.id, item);
  return item;
}

export function uploadMedia(
  state: SimState,
  phoneNumberId: string,
  mime: string,
  bytes: Buffer,
  filename?: string,
): Obj {
  const family = familyOf(mime);
  if (!family) {
    const details = `Param file must be a file with one of the accepted types. Received file of type '${bareMime(mime)}'.`;
    throw new GraphError(100, { details });
  }
  if (bytes.length === 0) throw new GraphError(100, { details: "Param file must not be empty." });
  if (bytes.length > (limits[family]?.max ?? 0)) {
    throw new GraphError(100, { details: `The file is larger than ${limits[family]?.max} bytes.` });
  }
  const named = filename === undefined ? {} : { filename };
  return { id: storeMedia(state, { bytes, mime, origin: "uploaded", phoneNumberId, ...named }).id };
}

/** Ids of inbound media live 7 days, uploaded ones 30. */
export function findMedia(state: SimState, id: string): MediaItem | undefined {
  const item = state.media.get(id);
  if (!item) return undefined;
  const life = item.origin === "inbound" ? inboundLifeMs : uploadedLifeMs;
  return nowMs(state) - item.createdAt > life ? undefined : item;
}

export function newLink(state: SimState, item: MediaItem): string {
  const hash = randomBytes(16).toString("base64url");
  const expires = nowMs(state) + linkLifeMs;
  item.links.set(hash, expires);
  const ext = Math.floor(expires / 1000);
  return `${state.baseUrl}/whatsapp_business/attachments/?mid=${item.id}&source=getMedia&ext=${ext}&hash=${hash}`;
}

export function mediaNode(state: SimState, item: MediaItem): Obj {
  return {
    messaging_product: "whatsapp",
    url: newLink(state, item),
    mime_type: item.mime,
    sha256: item.sha256.toString("hex"),
    file_size: item.bytes.length,
    id: item.id,
  };
}

/** The item behind a download link, unless the link is unknown or older than five minutes. */
export function openLink(state: SimState, id: string, hash: string): MediaItem | undefined {
  const item = findMedia(state, id);
  const expires = item?.links.get(hash);
  return item && expires !== undefined && nowMs(state) < expires ? item : undefined;
}

export function expireLinks(state: SimState, id?: string): void {
  for (const item of state.media.values()) if (id === undefined || item.id === id) item.links.clear();
}

function makePhoto(input: MediaInput): Buffer {
  return input.mime === "image/png" ? makePng() : makeJpeg(480, 320, (input.caption ?? "").length);
}

const samples: Record<string, { mime: string; make: (input: MediaInput) => Buffer }> = {
  image: { mime: "image/jpeg", make: (input) => makePhoto(input) },
  video: { mime: "video/mp4", make: () => makeMp4() },
  audio: { mime: "audio/mpeg", make: () => makeMp3() },
  voice: { mime: "audio/ogg; codecs=opus", make: (input) => makeVoice(input.seconds) },
  document: { mime: "application/pdf", make: (input) => makePdf(input.filename) },
  sticker: { mime: "image/webp", make: () => makeWebp() },
};

/** The media object of an inbound webhook; makes the file unless bytes are given. `sha256` is base64 here, as in practice. */
export function inboundMedia(state: SimState, kind: string, input: MediaInput, phoneNumberId: string): Obj {
  const sample = samples[kind];
  const given = input.bytes ?? (input.bytesBase64 === undefined ? undefined : Buffer.from(input.bytesBase64, "base64"));
  const bytes = given ?? sample?.make(input) ?? Buffer.alloc(0);
  const mime = input.mime ?? sample?.mime ?? "application/octet-stream";
  const item = storeMedia(state, { bytes, mime, origin: "inbound", phoneNumberId });
  const media: Obj = {
    mime_type: mime,
    sha256: item.sha256.toString("base64"),
    id: item.id,
    url: newLink(state, item),
  };
  if (input.caption !== undefined) media.caption = input.caption;
  if (kind === "document") media.filename = input.filename ?? "order-1042.pdf";
  if (kind === "sticker") media.animated = input.animated ?? false;
  if (kind === "voice" || kind === "audio") media.voice = kind === "voice";
  return media;
}
