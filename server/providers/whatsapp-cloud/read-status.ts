import {
  type DeliveryStatus,
  type InboundEvent,
  type MessageStatus,
  type Pricing,
  deliveryStatuses,
} from "../inbound-event.ts";
import { type Draft, type Json, asObject, readId, readSeconds, readText } from "../json-read.ts";
import { type Change, entryDate, unknownItem } from "./change.ts";
import { readFaults } from "./read-faults.ts";
import { type PersonIds, readParty } from "./read-party.ts";

// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status (2026-09-11)

const known: ReadonlySet<unknown> = new Set(deliveryStatuses);
const isKnown = (status: unknown): status is DeliveryStatus => known.has(status);

export function readStatus(change: Change, item: unknown): InboundEvent {
  const status = asObject(item);
  const id = readId(status?.["id"]);
  if (status === undefined || id === undefined) return unknownItem(change, "statuses", item, "no_message_id");
  const name = status["status"];
  if (!isKnown(name)) return unknownItem(change, "statuses", item, "unknown_status");
  const isGroup = status["recipient_type"] === "group";
  const participant = status["recipient_participant_id"] ?? status["participant_recipient_id"];
  const ids: PersonIds = {
    phone: isGroup ? participant : status["recipient_id"],
    userId: isGroup
      ? (status["recipient_participant_user_id"] ?? status["recipient_user_id"])
      : status["recipient_user_id"],
    parentUserId: status["recipient_parent_user_id"],
  };
  const recipient = readParty(ids, change.contacts);
  const group = isGroup ? readId(status["recipient_id"], 256) : undefined;
  const event: Draft<MessageStatus> = {
    type: "message_status",
    // In a group every participant delivers and reads on their own.
    dedupeKey: isGroup ? `status:${id}:${name}:${readId(participant) ?? ""}` : `status:${id}:${name}`,
    occurredAt: readSeconds(status["timestamp"]) ?? entryDate(change),
    providerMessageId: id,
    status: name,
    recipient,
  };
  if (group !== undefined) event.group = { kind: "group", value: group };
  const callbackData = readText(status["biz_opaque_callback_data"], 512);
  if (callbackData !== undefined) event.callbackData = callbackData;
  if (status["pricing"] !== undefined) {
    const pricing = readPricing(asObject(status["pricing"]));
    if (pricing !== undefined) event.pricing = pricing;
  }
  if (status["errors"] !== undefined) {
    const faults = readFaults(status["errors"]);
    if (faults !== undefined) event.faults = faults;
  }
  return event;
}

/** `billable` is going away: read `type` and `category` (page above). */
function readPricing(body: Json | undefined): Pricing | undefined {
  if (body === undefined) return undefined;
  const pricing: Draft<Pricing> = {};
  const category = readText(body["category"], 64);
  if (category !== undefined) pricing.category = category;
  const kind = readText(body["type"], 64);
  if (kind !== undefined) pricing.kind = kind;
  const model = readText(body["pricing_model"], 16);
  if (model !== undefined) pricing.model = model;
  if (typeof body["billable"] === "boolean") pricing.isBillable = body["billable"];
  return pricing;
}
