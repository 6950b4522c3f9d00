// From one message of the library to our events. Whose conversation it is: the group's, else the other person's.
import { jidNormalizedUser, WAMessageStubType, type proto, type WAMessage } from "baileys";

import type { Address } from "../address.ts";
import { cleanText } from "../json-read.ts";
import type { InboundEvent, Party } from "../inbound-event.ts";
import type { StoredPoll } from "../provider.ts";
import { addressOf, aliasesOf } from "./jids.ts";
import { readContent, unwrap } from "./read-content.ts";
import { readVote } from "./read-vote.ts";

export type OtherName = (jid: string) => Promise<string | null>;

export type MessagePorts = {
  otherName: OtherName;
  /** This account, by number and by hidden id. */
  own: () => string[];
  poll: (providerMessageId: string) => Promise<StoredPoll | undefined>;
};

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
export async function readMessage(message: WAMessage, ports: MessagePorts): Promise<InboundEvent | null> {
  const { otherName } = ports;
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
  if (content.pollUpdateMessage) {
    const vote = await voteOf(content.pollUpdateMessage, message, ports);
    if (!vote) return unread("vote_unread");
    return { ...base, ...own, ...vote, type: "message_voted", dedupeKey: `vote/${id}` };
  }
  if (protocol?.key?.id && protocol.type === REVOKE) {
    const targetProviderMessageId = protocol.key.id;
    return { ...base, ...own, type: "message_deleted", dedupeKey: `delete/${id}`, targetProviderMessageId };
  }
  if (protocol?.key?.id && protocol.type === MESSAGE_EDIT && protocol.editedMessage) {
    const edited = readContent(protocol.editedMessage);
    const targetProviderMessageId = protocol.key.id;
    // nothing that can be read must not take the place of what can
    if (!edited || edited.content.kind === "unsupported") return unread("edit_unread");
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

async function voteOf(
  update: proto.Message.IPollUpdateMessage,
  { key }: WAMessage,
  { otherName, own, poll }: MessagePorts,
): Promise<{ targetProviderMessageId: string; options: string[] } | undefined> {
  const { id: targetProviderMessageId, participant, remoteJid, fromMe } = update.pollCreationMessageKey ?? {};
  const found = targetProviderMessageId ? await poll(targetProviderMessageId) : undefined;
  if (!targetProviderMessageId || !found) return undefined;
  const namesOf = async (...jids: (string | null | undefined)[]): Promise<string[]> => {
    const known = jids.flatMap((jid) => (jid ? [jidNormalizedUser(jid)] : []));
    const others = await Promise.all(known.map(otherName));
    return [...new Set([...known, ...others.flatMap((jid) => (jid ? [jidNormalizedUser(jid)] : []))])];
  };
  const voters = key.fromMe
    ? own()
    : await namesOf(key.participant ?? key.remoteJid, key.participant ? key.participantAlt : key.remoteJidAlt);
  // the key is written from the voter's side: what is theirs there is not ours
  const creators = [...own(), ...voters, ...(await namesOf(participant, fromMe ? null : remoteJid))];
  const options = readVote(update, found, { creators: [...new Set(creators)], voters });
  return options && { targetProviderMessageId, options };
}
