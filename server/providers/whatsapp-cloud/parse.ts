import type { InboundEvent, PreferenceChanged } from "../inbound-event.ts";
import { asList, asObject, cleanJson, cleanText, fingerprint, readId, readSeconds, readText } from "../json-read.ts";
import type { ParsedHook, ParsedPart } from "../provider.ts";
import { type Change, asBody, entryDate, unknownEvent, unknownItem } from "./change.ts";
import { readChannelChange, readTemplateChange } from "./read-account.ts";
import { readFault } from "./read-faults.ts";
import { readBookEntry, readHistory } from "./read-history.ts";
import { readMessage } from "./read-message.ts";
import { readAliases, readParty } from "./read-party.ts";
import { readStatus } from "./read-status.ts";

/**
 * A signed body of the Cloud API, as events. Never throws; a part that cannot be read is kept with its error, its neighbours go on.
 * Shapes: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (2026-09-11): up to 3 MB and
 * 1,000 updates, several entries, changes, messages and statuses; ids and seconds are text in messages, numbers elsewhere.
 */
export function parse(raw: Buffer): ParsedHook {
  const text = raw.toString("utf8");
  const body = readJson(text);
  if (body === undefined) return { parts: [errorPart("not_json", cleanText(text))] };
  const envelope = asObject(body);
  if (envelope === undefined) return { parts: [errorPart("not_an_object", body)] };
  if (envelope["object"] !== "whatsapp_business_account") return { parts: [errorPart("foreign_object", body)] };
  const entries = asList(envelope["entry"]);
  if (entries.length === 0) return { parts: [errorPart("no_entries", body)] };
  const parts: ParsedPart[] = [];
  for (const entry of entries) readEntry(entry, parts);
  return { parts };
}

// Template ids come as JSON numbers. Below 2^53 nothing is lost; a longer one is read again from its source text.
const longInteger = /[:[,]\s*\d{16,}[\s,}\]]/;

function readJson(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return longInteger.test(text) ? parseLongIntegers(text) : body;
  } catch {
    // Raw control characters are no JSON, but they are no reason to lose a message either.
    const repaired = text.replace(/\p{Cc}/gu, " ");
    try {
      return repaired === text ? undefined : JSON.parse(repaired);
    } catch {
      return undefined;
    }
  }
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

function parseLongIntegers(text: string): unknown {
  const revive: Reviver = (_key, value, context) =>
    typeof value === "number" &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    /^\d+$/.test(context.source ?? "")
      ? context.source
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

function errorPart(code: string, raw: unknown, routeId: string | null = null): ParsedPart {
  return { routeId, routeKind: "channel", field: "", events: [], error: { code, raw: cleanJson(raw) } };
}

function readEntry(item: unknown, parts: ParsedPart[]): void {
  const entry = asObject(item);
  const wrap = (entryValue: unknown) => ({ object: "whatsapp_business_account", entry: [entryValue] });
  if (entry === undefined) {
    parts.push(errorPart("entry_unreadable", wrap(item)));
    return;
  }
  const accountId = readId(entry["id"]);
  const changes = asList(entry["changes"]);
  if (changes.length === 0) parts.push(errorPart("no_changes", wrap(item), accountId ?? null));
  for (const changeItem of changes) parts.push(readChange(accountId, entry["time"], changeItem));
}

const messageLists = ["messages", "statuses", "errors", "message_echoes"] as const;

function readChange(accountId: string | undefined, entryTime: unknown, item: unknown): ParsedPart {
  const raw = asObject(item);
  const value = asObject(raw?.["value"]);
  const named = readText(raw?.["field"], 128);
  // Some forwarders drop `field`; the lists say what it was.
  const field = named ?? (value && messageLists.some((key) => key in value) ? "messages" : undefined);
  const contacts = asList(value?.["contacts"]);
  const change: Change = { field: field ?? "", value: value ?? {}, accountId, entryTime, contacts };
  const own = readId(
    asObject(value?.["metadata"])?.["phone_number_id"] ??
      asObject(value?.["phone_number_settings"])?.["phone_number_id"],
  );
  const route = {
    routeId: own ?? accountId ?? null,
    routeKind: own === undefined && accountId !== undefined ? "account" : "channel",
    field: change.field,
  } as const;
  if (value === undefined || field === undefined) {
    const body = { object: "whatsapp_business_account", entry: [{ id: accountId, time: entryTime, changes: [item] }] };
    return { ...route, events: [], error: { code: "change_unreadable", raw: cleanJson(body) } };
  }
  try {
    return { ...route, events: readField(change) };
  } catch (error) {
    // A bug of ours, not of the sender: keep the part for a replay after the fix.
    return {
      ...route,
      events: [],
      error: { code: `reader_failed:${error instanceof Error ? error.name : "unknown"}`, raw: asBody(change, value) },
    };
  }
}

function readField(change: Change): InboundEvent[] {
  switch (change.field) {
    case "messages":
    case "smb_message_echoes":
      return readMessages(change);
    case "history":
      return orUnknown(change, readHistory(change));
    case "smb_app_state_sync":
      return orUnknown(
        change,
        asList(change.value["state_sync"]).map((item) => readBookEntry(change, item)),
      );
    case "user_preferences":
      return orUnknown(
        change,
        asList(change.value["user_preferences"]).map((item) => readPreference(change, item)),
      );
    case "user_id_update":
      return orUnknown(
        change,
        asList(change.value["user_id_update"]).map((item) => readUserIdUpdate(change, item)),
      );
    case "message_template_status_update":
    case "message_template_quality_update":
    case "message_template_components_update":
    case "template_category_update":
      return [readTemplateChange(change)];
    default:
      return [readChannelChange(change)];
  }
}

function orUnknown(change: Change, events: InboundEvent[]): InboundEvent[] {
  return events.length > 0 ? events : [unknownEvent(change, change.value, "empty_change")];
}

function readMessages(change: Change): InboundEvent[] {
  const { value } = change;
  const events: InboundEvent[] = [];
  for (const item of asList(value["messages"])) events.push(readMessage(change, item, false));
  for (const item of asList(value["statuses"])) events.push(readStatus(change, item));
  for (const item of asList(value["message_echoes"])) events.push(readMessage(change, item, true));
  for (const item of asList(value["calls"])) events.push(unknownItem(change, "calls", item, "calls"));
  for (const item of asList(value["errors"])) {
    events.push({
      type: "provider_error",
      dedupeKey: `error:${fingerprint([item, change.entryTime ?? null])}`,
      occurredAt: entryDate(change),
      fault: readFault(item),
    });
  }
  return orUnknown(change, events);
}

function readPreference(change: Change, item: unknown): InboundEvent {
  const body = asObject(item) ?? {};
  const value = body["value"];
  const ids = { phone: body["wa_id"], userId: body["user_id"], parentUserId: body["parent_user_id"] };
  const person = readParty(ids, change.contacts);
  if ((value !== "stop" && value !== "resume") || person.aliases.length === 0) {
    return unknownItem(change, "user_preferences", item, "preference_unreadable");
  }
  const event: PreferenceChanged = {
    type: "preference_changed",
    dedupeKey: `preference:${fingerprint(body)}`,
    occurredAt: readSeconds(body["timestamp"]) ?? entryDate(change),
    person,
    category: readText(body["category"], 64) ?? "marketing_messages",
    value,
  };
  return event;
}

/** Announced in 2026 and withdrawn by Meta on 2026-08-11 in favour of system messages; some apps still received it. */
function readUserIdUpdate(change: Change, item: unknown): InboundEvent {
  const body = asObject(item) ?? {};
  const user = asObject(body["user_id"]);
  const parent = asObject(body["parent_user_id"]);
  const phone = body["wa_id"];
  const current = readAliases({ phone, userId: user?.["current"], parentUserId: parent?.["current"] });
  const previous = readAliases({ phone, userId: user?.["previous"], parentUserId: parent?.["previous"] });
  if (current.length === 0 || previous.length === 0) {
    return unknownItem(change, "user_id_update", item, "user_id_unreadable");
  }
  return {
    type: "contact_changed",
    dedupeKey: `user_id:${fingerprint(body)}`,
    occurredAt: readSeconds(body["timestamp"]) ?? entryDate(change),
    change: "user_id",
    previous,
    current,
  };
}
