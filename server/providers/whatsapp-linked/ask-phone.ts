import type { proto, WASocket } from "baileys";

import type { MediaRef } from "../message-content.ts";
import type { MediaQuestion } from "../provider.ts";
import { gone, notConnected, refuse } from "./faults.ts";
import { jidOf } from "./jids.ts";
import { readHandle, writeHandle, type CipherKind } from "./media-ref.ts";

/** The library looks for the file's key and place in the part of its kind. */
const partOf = (kind: CipherKind, file: { mediaKey: Buffer; directPath: string }): proto.IMessage => ({
  [`${kind}Message`]: file,
});

// proto.MediaRetryNotification.ResultType as the library puts it: the phone has it no more, or cannot give it (7.0.0-rc14, messages-media.js)
const refusals = new Set([404, 412, 418]);

/** The phone uploads its copy again and tells the new place, sealed with the file's own key. @throws ProviderError */
export async function askPhone(
  sock: WASocket,
  { ref, providerMessageId: id, to, author, isOwn }: MediaQuestion,
  within: <T>(work: Promise<T>) => Promise<T>,
): Promise<MediaRef> {
  const handle = readHandle(ref);
  const remoteJid = jidOf(to);
  if (!handle || !remoteJid) throw refuse(gone);
  const participant = author && remoteJid.endsWith("@g.us") ? jidOf(author) : null;
  const key = { remoteJid, id, fromMe: isOwn, ...(participant ? { participant } : {}) };
  const file = { mediaKey: Buffer.from(handle.key, "base64"), directPath: handle.path };
  try {
    await within(sock.updateMediaMessage({ key, message: partOf(handle.kind, file) }));
  } catch (error) {
    const { statusCode } = (error as { output?: { statusCode?: number } }).output ?? {};
    throw refusals.has(statusCode ?? 0) ? refuse(gone) : notConnected("no_answer");
  }
  if (!file.directPath.startsWith("/")) throw refuse(gone);
  return { ...ref, id: writeHandle({ ...handle, path: file.directPath }) };
}
