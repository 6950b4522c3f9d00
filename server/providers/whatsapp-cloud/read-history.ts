import type { Address } from "../address.ts";
import type { DeliveryStatus, HistoryMessage, HistoryReceived, InboundEvent, Party } from "../inbound-event.ts";
import {
  type Cut,
  type Draft,
  type Json,
  asList,
  asObject,
  cleanJson,
  fingerprint,
  readId,
  readNumber,
  readPhone,
  readSeconds,
  readText,
} from "../json-read.ts";
import { type Change, entryDate, unknownItem } from "./change.ts";
import { readContent, readContext } from "./read-content.ts";
import { readFaults } from "./read-faults.ts";
import { readAliases, readParty } from "./read-party.ts";
import { readEmoji } from "./read-message.ts";

// Coexistence: https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
// A chunk may hold thousands of messages; chunks come in any order; media follow as chunks with `messages` instead of `history`.

type Thread = HistoryReceived["threads"][number];

export function readHistory(change: Change): InboundEvent[] {
  const events = asList(change.value["history"]).map((item) => readChunk(change, item));
  const messages = asList(change.value["messages"]);
  return messages.length === 0 ? events : [...events, readMedia(change, messages)];
}

function readChunk(change: Change, item: unknown): InboundEvent {
  const chunk = asObject(item);
  if (chunk === undefined) return unknownItem(change, "history", item, "not_an_object");
  const metadata = asObject(chunk["metadata"]);
  const unreadable: unknown[] = [];
  const threads = asList(chunk["threads"]).flatMap((thread) => readThread(change, thread, unreadable));
  const event: Draft<HistoryReceived> = {
    type: "history_received",
    dedupeKey: `history:${fingerprint(item)}`,
    occurredAt: entryDate(change),
    threads,
  };
  const [phase, order, progress] = ["phase", "chunk_order", "progress"].map((key) => readNumber(metadata?.[key]));
  if (phase !== undefined) event.phase = phase;
  if (order !== undefined) event.chunk = order;
  if (progress !== undefined) event.progress = progress;
  const faults = readFaults(chunk["errors"]);
  if (faults !== undefined) event.faults = faults;
  if (unreadable.length > 0) event.unreadable = unreadable;
  return event;
}

function readThread(change: Change, item: unknown, unreadable: unknown[]): Thread[] {
  const thread = asObject(item);
  const context = asObject(thread?.["context"]);
  const ids = {
    phone: thread?.["id"] ?? context?.["wa_id"],
    userId: thread?.["user_id"] ?? context?.["user_id"],
    parentUserId: thread?.["parent_user_id"] ?? context?.["parent_user_id"],
    username: context?.["username"],
  };
  const person = thread === undefined ? undefined : readParty(ids, change.contacts);
  if (thread === undefined || person === undefined || person.aliases.length === 0) {
    unreadable.push(cleanJson(item));
    return [];
  }
  const messages: HistoryMessage[] = [];
  for (const entry of asList(thread["messages"])) {
    const message = readPast(asObject(entry), (from) => isAlias(from, person));
    if (message === undefined) unreadable.push(cleanJson(entry));
    else messages.push(message);
  }
  return [{ with: person, messages }];
}

/** Media of the last 14 days, as messages of their own. Without `to`, a message from our own number names no thread. */
function readMedia(change: Change, list: readonly unknown[]): InboundEvent {
  const own = readPhone(asObject(change.value["metadata"])?.["display_phone_number"]);
  const unreadable: unknown[] = [];
  const threads = list.flatMap((item): Thread[] => {
    const message = asObject(item);
    const isOutbound = own !== undefined && readPhone(message?.["from"]) === own;
    const side = isOutbound ? "to" : "from";
    const ids = {
      phone: message?.[side],
      userId: message?.[`${side}_user_id`],
      parentUserId: message?.[`${side}_parent_user_id`],
    };
    const person = readParty(ids, change.contacts);
    const past = readPast(message, () => !isOutbound);
    if (past === undefined || person.aliases.length === 0) {
      unreadable.push(cleanJson(item));
      return [];
    }
    return [{ with: person, messages: [past] }];
  });
  return {
    type: "history_received",
    dedupeKey: `history:${fingerprint(list)}`,
    occurredAt: entryDate(change),
    threads,
    ...(unreadable.length > 0 && { unreadable }),
  };
}

const pastStatus: Readonly<Record<string, DeliveryStatus | "pending">> = {
  SENT: "sent",
  DELIVERED: "delivered",
  READ: "read",
  PLAYED: "played",
  ERROR: "failed",
  PENDING: "pending",
};

function readPast(message: Json | undefined, isTheirs: (from: Address[]) => boolean): HistoryMessage | undefined {
  const id = readId(message?.["id"]);
  if (message === undefined || id === undefined) return undefined;
  const kind = typeof message["type"] === "string" ? message["type"] : "";
  const cut: Cut = { isCut: false };
  const from = readAliases({ phone: message["from"], userId: message["from_user_id"] });
  const past: Draft<HistoryMessage> = {
    providerMessageId: id,
    direction: isTheirs(from) ? "inbound" : "outbound",
    occurredAt: readSeconds(message["timestamp"]) ?? new Date(0),
    content: readContent(message, kind, cut),
  };
  const context = readContext(message["context"]);
  if (context !== undefined) past.context = context;
  const status = pastStatus[readText(asObject(message["history_context"])?.["status"], 32)?.toUpperCase() ?? ""];
  if (status !== undefined) past.status = status;
  const reaction = asObject(message["reaction"]);
  const target = readId(reaction?.["message_id"]);
  if (reaction !== undefined && target !== undefined) {
    past.reaction = { targetProviderMessageId: target, emoji: readEmoji(reaction) };
  }
  return past;
}

function isAlias(from: readonly Address[], person: Party): boolean {
  return from.some((mine) => person.aliases.some((theirs) => theirs.kind === mine.kind && theirs.value === mine.value));
}

/** An entry of the business's address book was added, edited or removed on the phone. */
export function readBookEntry(change: Change, item: unknown): InboundEvent {
  const entry = asObject(item);
  const contact = asObject(entry?.["contact"]);
  const aliases = readAliases({
    phone: contact?.["phone_number"],
    userId: contact?.["user_id"],
    parentUserId: contact?.["parent_user_id"],
    username: contact?.["username"],
  });
  const isKeyed = aliases.some((alias) => alias.kind !== "username");
  if (entry === undefined || contact === undefined || !isKeyed) {
    return unknownItem(change, "state_sync", item, "no_contact");
  }
  const profileName = readText(contact["full_name"], 255) ?? readText(contact["first_name"], 255);
  const isRemoved = entry["action"] === "remove";
  return {
    type: "contact_changed",
    dedupeKey: `book:${fingerprint(entry)}`,
    occurredAt: readSeconds(asObject(entry["metadata"])?.["timestamp"]) ?? entryDate(change),
    change: "address_book",
    previous: aliases,
    current: aliases,
    ...(profileName !== undefined && { profileName }),
    ...(isRemoved && { isRemoved: true as const }),
  };
}
