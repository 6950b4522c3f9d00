import type { Address } from "../address.ts";
import type { Party } from "../inbound-event.ts";
import { type Draft, type Json, asObject, readId, readPhone, readText } from "../json-read.ts";

// https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (2026-09-11): since April 2026
// people carry a business-scoped user id; their number may be missing, and is then left out or empty.

const maxName = 255;
// Shorter than any address Meta has ever printed: such a value names nobody.
const minOpaqueId = 5;

export function readUserId(value: unknown): string | undefined {
  const id = readId(value, 256);
  return id !== undefined && id.length >= minOpaqueId ? id : undefined;
}

export function readUsername(value: unknown): string | undefined {
  const name = readText(value, 64)?.replace(/^@/, "").toLowerCase();
  return name === "" ? undefined : name;
}

/** The three ids a person may have, as found under whatever key. `wa_id`, `from` and `recipient_id` may hold a user id as well. */
export type PersonIds = { phone?: unknown; userId?: unknown; parentUserId?: unknown; username?: unknown };

/** Aliases, strongest first; empty when nothing names the person. */
export function readAliases(ids: PersonIds): Address[] {
  const phone = readPhone(ids.phone);
  const opaque = phone === undefined ? readUserId(ids.phone) : undefined;
  const userId = readUserId(ids.userId) ?? opaque;
  const parent = readUserId(ids.parentUserId);
  const username = ids.username === undefined ? undefined : readUsername(ids.username);
  const aliases: Address[] = [];
  if (userId !== undefined) aliases.push({ kind: "wa_user_id", value: userId });
  if (parent !== undefined) aliases.push({ kind: "wa_parent_user_id", value: parent });
  if (phone !== undefined) aliases.push({ kind: "phone", value: phone });
  if (username !== undefined) aliases.push({ kind: "username", value: username });
  return aliases;
}

/**
 * The person behind `ids`, completed from the `contacts` list of the same webhook. An entry completes a person only when an id
 * agrees (or when the person has none and the list has one entry): a wrong match would merge two people for good.
 */
export function readParty(ids: PersonIds, contacts: readonly unknown[]): Party {
  const phone = readPhone(ids.phone);
  const hasOwnId = phone !== undefined || readUserId(ids.phone ?? ids.userId ?? ids.parentUserId) !== undefined;
  for (const item of contacts) {
    const contact = asObject(item);
    if (contact === undefined) continue;
    const agrees = hasOwnId ? isSamePerson(ids, phone, contact) : contacts.length === 1;
    if (agrees) return fromContact(ids, contact);
  }
  return { aliases: readAliases(ids) };
}

function isSamePerson(ids: PersonIds, phone: string | undefined, contact: Json): boolean {
  if (phone !== undefined && phone === readPhone(contact["wa_id"])) return true;
  const userId = ids.userId ?? ids.phone;
  if (typeof userId === "string" && userId !== "") {
    return userId === contact["user_id"] || userId === contact["wa_id"];
  }
  return (
    typeof ids.parentUserId === "string" && ids.parentUserId !== "" && ids.parentUserId === contact["parent_user_id"]
  );
}

function fromContact(ids: PersonIds, contact: Json): Party {
  const profile = asObject(contact["profile"]);
  const party: Draft<Party> = {
    aliases: readAliases({
      phone: isFilled(ids.phone) ? ids.phone : contact["wa_id"],
      userId: isFilled(ids.userId) ? ids.userId : contact["user_id"],
      parentUserId: isFilled(ids.parentUserId) ? ids.parentUserId : contact["parent_user_id"],
      username: ids.username ?? profile?.["username"] ?? contact["username"],
    }),
  };
  const name = readText(profile?.["name"], maxName);
  if (name !== undefined) party.profileName = name;
  return party;
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
