import type { MediaRef } from "../message-content.ts";

/** Key material of each kind: https://www.whatsapp.com/security/WhatsApp-Security-Whitepaper.pdf, "transmitting media" (2026-11-20). */
export const mediaInfo = {
  image: "WhatsApp Image Keys",
  video: "WhatsApp Video Keys",
  audio: "WhatsApp Audio Keys",
  document: "WhatsApp Document Keys",
  sticker: "WhatsApp Image Keys",
} as const;
export type CipherKind = keyof typeof mediaInfo;

/** What it takes to fetch and open a medium. It is the medium's key: kept sealed with the message, like all ids of media. */
export type MediaHandle = { kind: CipherKind; path: string; key: string; encryptedSha256?: string };

export const writeHandle = (handle: MediaHandle): string => Buffer.from(JSON.stringify(handle)).toString("base64url");

/** Undefined for what is no handle of ours. */
export function readHandle(ref: Pick<MediaRef, "id">): MediaHandle | undefined {
  try {
    const handle = JSON.parse(Buffer.from(ref.id, "base64url").toString("utf8")) as MediaHandle;
    const isOne =
      handle.kind in mediaInfo && handle.path.startsWith("/") && Buffer.from(handle.key, "base64").length === 32;
    return isOne ? handle : undefined;
  } catch {
    return undefined;
  }
}
