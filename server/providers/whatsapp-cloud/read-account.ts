import type { ChannelChanged, InboundEvent, TemplateChanged } from "../inbound-event.ts";
import {
  type Draft,
  type Json,
  asObject,
  fingerprint,
  readId,
  readPhone,
  readSeconds,
  readText,
} from "../json-read.ts";
import { type Change, entryDate, unknownEvent } from "./change.ts";

// Fields about the account, its numbers and templates.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (2026-09-11)

const lower = (value: unknown, max = 128): string | undefined => readText(value, max)?.toLowerCase();

/** Dispatches on keys as well as the field: Meta's own sample labels a quality update as a status update. */
export function readTemplateChange(change: Change): InboundEvent {
  const { value } = change;
  const id = readId(value["message_template_id"]);
  if (id === undefined) {
    return unknownEvent(change, value, "no_template_id");
  }
  const event: Draft<TemplateChanged> = {
    type: "template_changed",
    dedupeKey: `template:${fingerprint([change.field, value, change.entryTime ?? null])}`,
    occurredAt: readSeconds(value["category_update_timestamp"]) ?? entryDate(change),
    change: "components",
    providerTemplateId: id,
  };
  const name = readText(value["message_template_name"], 512);
  if (name !== undefined) event.name = name;
  const language = readText(value["message_template_language"], 16)?.replace("-", "_");
  if (language !== undefined) event.language = language;
  const quality = lower(value["new_quality_score"]);
  const status = lower(value["event"]);
  const category = lower(value["new_category"]);
  if (quality !== undefined) {
    event.change = "quality";
    const previous = lower(value["previous_quality_score"]);
    event.quality = previous === undefined ? { current: quality } : { previous, current: quality };
  } else if (category !== undefined) {
    event.change = "category";
    const previous = lower(value["previous_category"]);
    const announced = lower(value["correct_category"]);
    event.category = {
      current: category,
      ...(previous !== undefined && { previous }),
      ...(announced !== undefined && { announced }),
    };
  } else if (status !== undefined) {
    event.change = "status";
    event.status = status;
    const info = asObject(value["rejection_info"]);
    const reason = readText(info?.["reason"], 1024) ?? lower(value["reason"]);
    if (reason !== undefined && reason !== "none") event.reason = reason;
    const recommendation = readText(info?.["recommendation"], 1024);
    if (recommendation !== undefined) event.recommendation = recommendation;
    const current = lower(value["message_template_category"]);
    if (current !== undefined) event.category = { current };
  }
  return event;
}

type Reading = Pick<ChannelChanged, "change" | "severity">;

const updates: Readonly<Record<string, Reading>> = {
  account_deleted: { change: "ban", severity: "stop" },
  account_violation: { change: "violation", severity: "warn" },
  account_restriction: { change: "restriction", severity: "stop" },
  account_offboarded: { change: "partner", severity: "stop" },
  account_reconnected: { change: "partner", severity: "info" },
  partner_removed: { change: "partner", severity: "stop" },
  partner_app_uninstalled: { change: "partner", severity: "stop" },
  partner_added: { change: "partner", severity: "info" },
  partner_app_installed: { change: "partner", severity: "info" },
  partner_client_certification_status_update: { change: "partner", severity: "info" },
};
const other: Reading = { change: "other", severity: "info" };

/** How each field reads; `account_update` is many things in one. Null: not about the channel. */
function readingOf(change: Change, event: string | undefined): Reading | null {
  const { value } = change;
  switch (change.field) {
    case "account_update":
      if (event === "disabled_update") {
        const state = lower(asObject(value["ban_info"])?.["waba_ban_state"]);
        return { change: "ban", severity: state === "reinstate" ? "info" : state === "disable" ? "stop" : "warn" };
      }
      return event === undefined ? null : (updates[event] ?? other);
    case "account_alerts": {
      const severity = lower(asObject(value["alert_info"])?.["alert_severity"]) ?? lower(value["alert_severity"]);
      return { change: "alert", severity: severity === "informational" ? "info" : "warn" };
    }
    case "account_review_update":
      return { change: "review", severity: lower(value["decision"]) === "approved" ? "info" : "warn" };
    case "business_capability_update":
      return { change: "limit", severity: "info" };
    case "phone_number_quality_update":
      return {
        change: event === "onboarding" ? "limit" : "quality",
        severity: event === "flagged" || event === "downgrade" ? "warn" : "info",
      };
    case "phone_number_name_update":
      return { change: "name", severity: lower(value["decision"]) === "rejected" ? "warn" : "info" };
    case "business_username_update":
    case "business_username_updates":
      return { change: "username", severity: "info" };
    case "security":
      return { change: "security", severity: "warn" };
    case "partner_solutions":
      return { change: "partner", severity: "info" };
    case "account_settings_update":
      return { change: "settings", severity: "info" };
    case "payment_configuration_update":
      return other;
    default:
      return null;
  }
}

export function readChannelChange(change: Change): InboundEvent {
  const { value } = change;
  const event = lower(value["event"]);
  const reading = readingOf(change, event);
  if (reading === null || Object.keys(value).length === 0) return unknownEvent(change, value, "unknown_field");
  const phone = readPhone(value["display_phone_number"]);
  return {
    type: "channel_changed",
    dedupeKey: `channel:${fingerprint([change.field, value, change.entryTime ?? null])}`,
    occurredAt: readSeconds(value["timestamp"]) ?? entryDate(change),
    ...reading,
    providerEvent: event ?? lower(value["decision"]) ?? change.field,
    ...(phone !== undefined && { phone }),
    details: flatten(value),
  };
}

const maxDetails = 40;

/** `{ban_info: {waba_ban_state: "DISABLE"}}` → `{"ban_info.waba_ban_state": "DISABLE"}`: enough for a screen, bounded. */
function flatten(
  value: Json,
  prefix = "",
  into: Record<string, string | number | boolean> = {},
): ChannelChanged["details"] {
  for (const [key, item] of Object.entries(value)) {
    if (Object.keys(into).length >= maxDetails) break;
    const path = `${prefix}${key}`.slice(0, 128);
    if (typeof item === "number" || typeof item === "boolean") into[path] = item;
    else if (typeof item === "string") into[path] = readText(item, 512) ?? "";
    else if (typeof item === "object" && item !== null && prefix.split(".").length < 4)
      flatten(item as Json, `${path}.`, into);
  }
  return into;
}
