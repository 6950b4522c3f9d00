import type { BaileysEventMap, proto, WASocket } from "baileys";

import type { MediaRef } from "../message-content.ts";
import type { MediaQuestion } from "../provider.ts";
import { bounded } from "./bounded.ts";
import { gone, noAnswer, notConnected, refuse } from "./faults.ts";
import { jidOf } from "./jids.ts";
import { readHandle, writeHandle, type CipherKind } from "./media-ref.ts";

type Update = BaileysEventMap["messages.media-update"][number];

/** The library looks for the file's key and place in the part of its kind. */
const partOf = (kind: CipherKind, file: { mediaKey: Buffer; directPath: string }): proto.IMessage => ({
  [`${kind}Message`]: file,
});

// proto.MediaRetryNotification.ResultType as the library puts it: the phone has it no more, or cannot give it (7.0.0-rc14, messages-media.js)
const refusals = new Set([404, 412, 418]);

/** The phone uploads its copy again and tells the new place, sealed with the file's own key. @throws ProviderError */
export async function askPhone(
  { sock, isOpen }: { sock: WASocket; isOpen: () => boolean },
  { ref, providerMessageId: id, to, author, isOwn }: MediaQuestion,
  signal: AbortSignal,
): Promise<MediaRef> {
  const handle = readHandle(ref);
  const remoteJid = jidOf(to);
  if (!handle || !remoteJid) throw refuse(gone);
  const participant = author && remoteJid.endsWith("@g.us") ? jidOf(author) : null;
  const key = { remoteJid, id, fromMe: isOwn, ...(participant ? { participant } : {}) };
  const file = { mediaKey: Buffer.from(handle.key, "base64"), directPath: handle.path };
  // the library waits for ever, and listens as long as it waits: it is told that the answer is an error
  const error = new Error("no answer in time") as NonNullable<Update["error"]>;
  const giveUp = (): void => void sock.ev.emit("messages.media-update", [{ key, error }]);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await bounded(sock.updateMediaMessage({ key, message: partOf(handle.kind, file) }), signal);
  } catch (refusal) {
    const { statusCode } = (refusal as { output?: { statusCode?: number } }).output ?? {};
    if (refusals.has(statusCode ?? 0)) throw refuse(gone);
    throw isOpen() ? refuse(noAnswer) : notConnected();
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
  if (!file.directPath.startsWith("/")) throw refuse(gone);
  return { ...ref, id: writeHandle({ ...handle, path: file.directPath }) };
}
