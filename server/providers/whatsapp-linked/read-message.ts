// From one message of the library to our events. Whose conversation it is: the group's, else the other person's.
import { WAMessageStubType, type WAMessage } from "baileys";

import type { Address } from "../address.ts";
import { cleanText } from "../json-read.ts";
import type { InboundEvent, Party } from "../inbound-event.ts";
import { addressOf, aliasesOf } from "./jids.ts";
import { readContent, unwrap } from "./read-content.ts";

export type OtherName = (jid: string) => Promise<string | null>;

// proto.Message.ProtocolMessage.Type
const REVOKE = 0;
const MESSAGE_EDIT = 14;

export function timeOf(seconds: WAMessage["messageTimestamp"]): Date {
  const value = typeof seconds === "object" ? seconds?.toNumber() : seconds;
  return new Date((value ?? 0) * 1000);
}

type Place = { sender: Party; group?: Address; isOwn: boolean };

async function placeOf(message: WAMessage, otherName: OtherName): Promise<Place | undefined> {
  const { key, pushName } = message;
  const isOwn = key.fromMe === true;
  const group = addressOf(key.remoteJid);
  const name = cleanText(pushName ?? "").slice(0, 255);
  const named = name && !isOwn ? { profileName: name } : {};
  if (group?.kind === "group") {
    const participant = key.participant ?? undefined;
    const other = key.participantAlt ?? (participant === undefined ? null : await otherName(participant));
    const aliases = isOwn ? [group] : aliasesOf(participant, other);
    return aliases.length > 0 ? { sender: { aliases, ...named }, group, isOwn } : undefined;
  }
  const jid = key.remoteJid ?? undefined;
  // of a message of our own the library's second name is ours, not the other person's
  const alt = isOwn ? undefined : (key.remoteJidAlt ?? undefined);
  const other = alt ?? (jid === undefined ? null : await otherName(jid));
  const aliases = aliasesOf(jid, other);
  return aliases.length > 0 ? { sender: { aliases, ...named }, isOwn } : undefined;
}

/** Null: nothing of it concerns a conversation. */
export async function readMessage(message: WAMessage, otherName: OtherName): Promise<InboundEvent | null> {
  const id = message.key.id;
  if (!id) return null;
  const occurredAt = timeOf(message.messageTimestamp);
  const unread = (reason: string): InboundEvent => ({
    ...{ type: "unknown", dedupeKey: `${reason}/${id}`, occurredAt, field: "message", reason },
    raw: { id, stub: message.messageStubType ?? null },
  });
  // the sender's device is asked to send it again, under the same id
  if (message.messageStubType === WAMessageStubType.CIPHERTEXT) return unread("undecryptable");
  if (!message.message) return null;
  const place = await placeOf(message, otherName);
  if (!place) return null;
  const { sender, group, isOwn } = place;
  const base = { occurredAt, sender, ...(group ? { group } : {}) };
  const own = isOwn ? ({ isOwn: true } as const) : {};
  const content = unwrap(message.message);

  const { reactionMessage: reaction, protocolMessage: protocol } = content;
  if (reaction?.key?.id) {
    const target = {
      targetProviderMessageId: reaction.key.id,
      emoji: reaction.text ? cleanText(reaction.text).slice(0, 64) : null,
    };
    return { ...base, ...own, ...target, type: "message_reacted", dedupeKey: `reaction/${id}`, providerMessageId: id };
  }
  if (protocol?.key?.id && protocol.type === REVOKE) {
    const targetProviderMessageId = protocol.key.id;
    return { ...base, ...own, type: "message_deleted", dedupeKey: `delete/${id}`, targetProviderMessageId };
  }
  if (protocol?.key?.id && protocol.type === MESSAGE_EDIT && protocol.editedMessage) {
    const edited = readContent(protocol.editedMessage);
    const targetProviderMessageId = protocol.key.id;
    if (!edited) return unread("edit_unread");
    const { content: newContent, isCut } = edited;
    const what = { targetProviderMessageId, content: newContent, ...(isCut ? { isCut } : {}) };
    return { ...base, ...own, ...what, type: "message_edited", dedupeKey: `edit/${id}` };
  }
  const read = readContent(message.message);
  if (!read) return null;
  const said = { ...read, providerMessageId: id, dedupeKey: `message/${id}`, occurredAt };
  const where = group ? { group } : {};
  return isOwn
    ? { ...said, ...where, type: "message_echoed", recipient: sender }
    : { ...said, ...where, type: "message_received", sender };
}
