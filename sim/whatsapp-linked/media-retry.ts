import { aesEncryptGCM, hkdf, normalizeMessageContent, proto } from "baileys";
import { notify } from "./deliver.ts";
import type { FileKind } from "./media.ts";
import type { BinaryNode } from "./node.ts";
import { child, node } from "./node.ts";
import type { Device, SimState } from "./state.ts";
import { pnJid } from "./users.ts";

/** A device found a file gone and asks its phone: the phone uploads its own copy again and tells the new place, sealed with the file's key. */
export function reupload(state: SimState, device: Device, id: string, receipt: BinaryNode): void {
  const asked = child(receipt, "rmr");
  const file = fileFields(state, id);
  const again = file?.directPath ? state.media.restore(file.directPath) : undefined;
  const attrs = { type: "mediaretry", id, from: pnJid(device.owner) };
  const about = asked ? [node("rmr", asked.attrs)] : [];
  if (!file?.mediaKey || !again) return notify(state, device, attrs, [...about, node("error", { code: "2" })]);
  Object.assign(file, again);
  const plaintext = proto.MediaRetryNotification.encode({
    stanzaId: id,
    directPath: again.directPath,
    result: proto.MediaRetryNotification.ResultType.SUCCESS,
  }).finish();
  const key = hkdf(file.mediaKey, 32, { info: "WhatsApp Media Retry Notification" });
  const iv = state.random(12);
  const sealed = aesEncryptGCM(plaintext, key, iv, Buffer.from(id));
  const encrypt = node("encrypt", {}, [node("enc_p", {}, sealed), node("enc_iv", {}, iv)]);
  notify(state, device, attrs, [encrypt, ...about]);
}

function fileFields(state: SimState, id: string): FileKind | undefined {
  const content = normalizeMessageContent(state.messageById.get(id)?.message) ?? {};
  const parts = Object.values(content) as (FileKind | null | undefined)[];
  return parts.find((part) => part?.directPath != null) ?? undefined;
}
