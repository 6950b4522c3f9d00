import { proto } from "baileys";
import { deflateSync } from "node:zlib";
import { uploadAsPhone } from "./media.ts";
import { tellDevice } from "./say.ts";
import type { Device, SimMessage, SimState, User } from "./state.ts";
import { findUser, jidAs, lidJid, pnJid } from "./users.ts";

const types = { bootstrap: 0, recent: 3, pushNames: 4, onDemand: 6 } as const;
const chunkSize = 200;

/** What a phone sends a device that was just linked: a key of the app state, its newest messages, the older ones, and names. */
export async function greetDevice(state: SimState, device: Device): Promise<void> {
  const { owner, number } = device;
  const { APP_STATE_SYNC_KEY_SHARE } = proto.Message.ProtocolMessage.Type;
  const timestamp = Math.floor(device.linkedAt / 1000);
  const fingerprint = { rawId: 1, currentIndex: 1, deviceIndexes: [0] };
  const { id, secret } = owner.appStateKey;
  const keys = [{ keyId: { keyId: id }, keyData: { keyData: secret, fingerprint, timestamp } }];
  await tellDevice(state, owner, number, { type: APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys } });
  await sendHistory(state, device);
}

/** Sends the whole history of an account: the newest inline, the rest in parts of 200 messages that the device has to download. */
export async function sendHistory(state: SimState, device: Device): Promise<void> {
  const { owner } = device;
  const mine = state.messages.filter((one) => isOf(state, owner, one) && isShown(one));
  const all = mine.sort((a, b) => b.at - a.at).slice(0, state.options.history ?? 10_000);
  const inline = all.slice(0, state.options.inlineHistory ?? 50);
  const rest = all.slice(inline.length);
  const parts: SimMessage[][] = [];
  for (let at = 0; at < rest.length; at += chunkSize) parts.push(rest.slice(at, at + chunkSize));
  const people = chatsOf(state, owner, all).flatMap((chat) => findUser(state, chat) ?? []);
  const known = people.filter((person) => !person.hidesNumber);
  const phoneNumberToLidMappings = known.map((person) => ({ pnJid: pnJid(person), lidJid: lidJid(person) }));
  const pushnames = people.map((person) => ({ id: jidAs(person, person.addressing), pushname: person.name }));

  await tell(
    state,
    device,
    types.bootstrap,
    { conversations: conversations(state, owner, inline), phoneNumberToLidMappings },
    1,
    100,
    true,
  );
  await tell(state, device, types.pushNames, { pushnames }, 1, 100, true);
  for (const [index, part] of parts.entries()) {
    const progress = Math.round(((index + 1) / parts.length) * 100);
    await tell(
      state,
      device,
      types.recent,
      { conversations: conversations(state, owner, part) },
      index + 1,
      progress,
      false,
    );
  }
  if (parts.length === 0) await tell(state, device, types.recent, { conversations: [] }, 1, 100, true);
}

async function tell(
  state: SimState,
  device: Device,
  syncType: number,
  body: Partial<proto.IHistorySync>,
  order: number,
  progress: number,
  isInline: boolean,
): Promise<void> {
  await tellDevice(state, device.owner, device.number, {
    type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: await historyPart(state, syncType, body, { order, progress, isInline }),
  });
}

/** One part, either inside the message or as a file. */
export async function historyPart(
  state: SimState,
  syncType: number,
  body: Partial<proto.IHistorySync>,
  { order, progress, isInline = false }: { order: number; progress: number; isInline?: boolean },
): Promise<proto.Message.IHistorySyncNotification> {
  const bytes = deflateSync(proto.HistorySync.encode({ ...body, syncType, progress, chunkOrder: order }).finish());
  const base = { syncType, chunkOrder: order, progress };
  if (isInline) return { ...base, initialHistBootstrapInlinePayload: bytes };
  const { url: _, mediaKeyTimestamp: __, ...file } = await uploadAsPhone(state, bytes, "md-msg-hist");
  return { ...base, ...file };
}

/** One chat as of some time, newest first, for a device that scrolls back. */
export function describeChat(
  state: SimState,
  owner: User,
  chatJid: string,
  { before, count }: { before: number; count: number },
): proto.IConversation {
  const chat = state.groups.has(chatJid) ? chatJid : (findUser(state, chatJid)?.phone ?? "");
  const older = state.messages.filter(
    (one) => isOf(state, owner, one) && isShown(one) && chatOf(owner, one) === chat && one.at < before,
  );
  const newest = older.sort((a, b) => b.at - a.at).slice(0, count);
  return conversations(state, owner, newest)[0] ?? { id: chatJid, messages: [], endOfHistoryTransfer: true };
}

export function chatOf(owner: User, { from, to }: SimMessage): string {
  if (to.includes("@") || from === owner.phone) return to;
  return from;
}

export function isOf(state: SimState, owner: User, { from, to }: SimMessage): boolean {
  return from === owner.phone || to === owner.phone || (state.groups.get(to)?.members.has(owner.phone) ?? false);
}

/** What is only about another message is not in a history. */
function isShown({ type }: SimMessage): boolean {
  return !["reaction", "poll_vote", "edit", "revoke", "protocol"].includes(type);
}

function chatsOf(state: SimState, owner: User, messages: SimMessage[]): string[] {
  return [...new Set(messages.map((one) => chatOf(owner, one)))];
}

function conversations(state: SimState, owner: User, messages: SimMessage[]): proto.IConversation[] {
  return chatsOf(state, owner, messages).map((chat) => {
    const inChat = messages.filter((one) => chatOf(owner, one) === chat);
    const person = findUser(state, chat);
    const group = state.groups.get(chat);
    const id = group?.jid ?? (person ? jidAs(person, person.addressing) : chat);
    const aliases = person && !person.hidesNumber ? { lidJid: lidJid(person), pnJid: pnJid(person) } : {};
    return {
      id,
      name: group?.subject ?? person?.name ?? chat,
      conversationTimestamp: Math.floor((inChat[0]?.at ?? 0) / 1000),
      messages: inChat.map((message) => ({ message: webMessage(state, owner, id, message) })),
      ...aliases,
    };
  });
}

function webMessage(state: SimState, owner: User, remoteJid: string, message: SimMessage): proto.IWebMessageInfo {
  const fromMe = message.from === owner.phone;
  const author = findUser(state, message.from);
  const group = state.groups.get(message.to);
  const participant = group && author && !fromMe ? { participant: jidAs(author, group.addressing) } : {};
  /** Whoever reacted or voted, as the author of a message of their own. */
  const doneBy = (phone: string): proto.IMessageKey => {
    const doer = findUser(state, phone);
    const isOwner = phone === owner.phone;
    const who = group && doer && !isOwner ? { participant: jidAs(doer, group.addressing) } : {};
    return { remoteJid, fromMe: isOwner, id: message.id, ...who };
  };
  const isRead = message.receipts.some((one) => one.status !== "delivered");
  const { READ, DELIVERY_ACK } = proto.WebMessageInfo.Status;
  return {
    key: { remoteJid, fromMe, id: message.id, ...participant },
    message: message.isRevoked ? null : newestWords(message, remoteJid, fromMe),
    messageTimestamp: Math.floor(message.at / 1000),
    pushName: author?.name ?? "",
    ...(fromMe ? { status: isRead ? READ : DELIVERY_ACK } : {}),
    reactions: message.reactions.map(({ by, emoji }) => ({ key: doneBy(by), text: emoji })),
    pollUpdates: message.votes.map(({ by, options, at }) => ({
      ...{ pollUpdateMessageKey: doneBy(by), senderTimestampMs: at },
      vote: { selectedOptions: options },
    })),
  };
}

/** A message that was changed comes as its change, under its own id. */
function newestWords({ id, editedTo, message }: SimMessage, remoteJid: string, fromMe: boolean): proto.IMessage {
  if (!editedTo) return message;
  const { MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;
  const protocolMessage = { key: { remoteJid, fromMe, id }, type: MESSAGE_EDIT, editedMessage: editedTo };
  return { editedMessage: { message: { protocolMessage } } };
}
