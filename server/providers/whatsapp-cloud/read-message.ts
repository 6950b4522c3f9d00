import type { Address } from "../address.ts";
import type { ContactChanged, InboundEvent, MessageReceived, Party } from "../inbound-event.ts";
import { type Cut, type Draft, type Json, asObject, readId, readSeconds, readText } from "../json-read.ts";
import { type Change, entryDate, unknownItem } from "./change.ts";
import { longest } from "./longest.ts";
import { readContent, readContext, readReferral } from "./read-content.ts";
import { readFaults } from "./read-faults.ts";
import { readAliases, readParty } from "./read-party.ts";

/** One item of `messages[]` (`isOwn: false`) or `message_echoes[]` (`isOwn: true`: the business wrote on its phone). */
export function readMessage(change: Change, item: unknown, isOwn: boolean): InboundEvent {
  const list = isOwn ? "message_echoes" : "messages";
  const message = asObject(item);
  if (message === undefined) return unknownItem(change, list, item, "not_an_object");
  const id = readId(message["id"]);
  if (id === undefined) return unknownItem(change, list, item, "no_message_id");
  const kind = typeof message["type"] === "string" ? message["type"] : "";
  if (kind === "system" && !isOwn) {
    const changed = readSystemChange(change, message, id);
    if (changed !== undefined) return changed;
  }
  const group = readGroup(message);
  const person = readPerson(change, message, isOwn);
  if (person.aliases.length === 0 && !(isOwn && group)) return unknownItem(change, list, item, "no_sender");
  const base: Base = { change, list, message, id, kind, person, group, isOwn };
  if (kind === "reaction") return readReaction(base);
  if (kind === "edit") return readEdit(base);
  if (kind === "revoke") return readRevoke(base);
  return isOwn ? readEcho(base) : readReceived(base);
}

type Base = {
  change: Change;
  list: string;
  message: Json;
  id: string;
  kind: string;
  person: Party;
  group: Address | undefined;
  isOwn: boolean;
};

function readGroup(message: Json): Address | undefined {
  const value = readId(message["group_id"], 256);
  return value === undefined ? undefined : { kind: "group", value };
}

/** The other side: who wrote, or for the business's own messages to whom. */
export function readPerson(change: Change, message: Json, isOwn: boolean): Party {
  const ids = isOwn
    ? { phone: message["to"], userId: message["to_user_id"], parentUserId: message["to_parent_user_id"] }
    : { phone: message["from"], userId: message["from_user_id"], parentUserId: message["from_parent_user_id"] };
  return readParty(ids, change.contacts);
}

function dateOf(base: Base): Date {
  return readSeconds(base.message["timestamp"]) ?? entryDate(base.change);
}

function readReceived(base: Base): InboundEvent {
  const { message, id, group } = base;
  const cut: Cut = { isCut: false };
  const event: Draft<MessageReceived> = {
    type: "message_received",
    dedupeKey: `message:${id}`,
    occurredAt: dateOf(base),
    providerMessageId: id,
    sender: base.person,
    content: readContent(message, base.kind, cut),
  };
  if (group !== undefined) event.group = group;
  if (message["context"] !== undefined) {
    const context = readContext(message["context"]);
    if (context !== undefined) event.context = context;
  }
  if (message["referral"] !== undefined) {
    const referral = readReferral(message["referral"], cut);
    if (referral !== undefined) event.referral = referral;
  }
  if (message["errors"] !== undefined) {
    const faults = readFaults(message["errors"]);
    if (faults !== undefined) event.faults = faults;
  }
  if (cut.isCut) event.isCut = true;
  return event;
}

function readEcho(base: Base): InboundEvent {
  const cut: Cut = { isCut: false };
  const content = readContent(base.message, base.kind, cut);
  const context = readContext(base.message["context"]);
  return {
    type: "message_echoed",
    dedupeKey: `message:${base.id}`,
    occurredAt: dateOf(base),
    providerMessageId: base.id,
    recipient: base.person,
    ...(base.group && { group: base.group }),
    content,
    ...(context && { context }),
    ...(cut.isCut && { isCut: true as const }),
  };
}

/** An empty or missing emoji takes the reaction back. */
export function readEmoji(reaction: Json): string | null {
  return readText(reaction["emoji"], longest.emoji) ?? null;
}

function readReaction(base: Base): InboundEvent {
  const body = asObject(base.message["reaction"]);
  const target = readId(body?.["message_id"]);
  if (body === undefined || target === undefined) {
    return unknownItem(base.change, base.list, base.message, "reaction_without_target");
  }
  return {
    type: "message_reacted",
    dedupeKey: `reaction:${base.id}`,
    occurredAt: dateOf(base),
    providerMessageId: base.id,
    targetProviderMessageId: target,
    sender: base.person,
    ...(base.group && { group: base.group }),
    ...(base.isOwn && { isOwn: true as const }),
    emoji: readEmoji(body),
  };
}

function readEdit(base: Base): InboundEvent {
  const body = asObject(base.message["edit"]);
  const target = readId(body?.["original_message_id"]);
  const inner = asObject(body?.["message"]);
  if (target === undefined || inner === undefined) {
    return unknownItem(base.change, base.list, base.message, "edit_without_target");
  }
  const cut: Cut = { isCut: false };
  const kind = typeof inner["type"] === "string" ? inner["type"] : "";
  const content = readContent(inner, kind, cut);
  return {
    type: "message_edited",
    dedupeKey: `edit:${base.id}`,
    occurredAt: dateOf(base),
    targetProviderMessageId: target,
    sender: base.person,
    ...(base.group && { group: base.group }),
    ...(base.isOwn && { isOwn: true as const }),
    content,
    ...(cut.isCut && { isCut: true as const }),
  };
}

function readRevoke(base: Base): InboundEvent {
  const target = readId(asObject(base.message["revoke"])?.["original_message_id"]);
  if (target === undefined) return unknownItem(base.change, base.list, base.message, "revoke_without_target");
  return {
    type: "message_deleted",
    dedupeKey: `revoke:${base.id}`,
    occurredAt: dateOf(base),
    targetProviderMessageId: target,
    sender: base.person,
    ...(base.group && { group: base.group }),
    ...(base.isOwn && { isOwn: true as const }),
  };
}

/**
 * System messages that say who someone is now. `wa_id` and `new_wa_id` hold the new number; since 2026-08-11 the ids before and
 * after come along (https://developers.facebook.com/documentation/business-messaging/whatsapp/changelog).
 */
function readSystemChange(change: Change, message: Json, id: string): ContactChanged | undefined {
  const body = asObject(message["system"]);
  const kind = body?.["type"];
  if (body === undefined) return undefined;
  const base = {
    type: "contact_changed",
    dedupeKey: `system:${id}`,
    occurredAt: readSeconds(message["timestamp"]) ?? entryDate(change),
    providerMessageId: id,
  } as const;
  const isNumber = kind === "user_changed_number" || kind === "customer_changed_number";
  if (isNumber || kind === "user_changed_user_id") {
    const current = readAliases({
      phone: isNumber ? (body["wa_id"] ?? body["new_wa_id"]) : undefined,
      userId: body["user_id"],
      parentUserId: body["parent_user_id"],
    });
    const named = readAliases({
      phone: message["from"] === "" ? undefined : message["from"],
      userId: body["previous_user_id"] ?? message["from_user_id"],
      parentUserId: body["previous_parent_user_id"] ?? message["from_parent_user_id"],
    });
    const previous = named.filter(
      (alias) => !current.some((now) => now.kind === alias.kind && now.value === alias.value),
    );
    if (current.length === 0) return undefined;
    return { ...base, change: isNumber ? "number" : "user_id", previous, current };
  }
  if (kind !== "customer_identity_changed" && kind !== "user_identity_changed") return undefined;
  const { aliases } = readPerson(change, message, false);
  return aliases.length === 0 ? undefined : { ...base, change: "identity_key", previous: aliases, current: aliases };
}
