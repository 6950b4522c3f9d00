import { setTimeout as sleep } from "node:timers/promises";
import { webhookError } from "./graph-errors.ts";
import { contactOf } from "./people.ts";
import type { Obj, SimMessage, SimState, StatusName } from "./state.ts";
import { announce, asObj, asText, track, unixSeconds } from "./state.ts";
import type { Delivery, Update } from "./webhooks.ts";
import { emitUpdates } from "./webhooks.ts";

export function metadataOf(state: SimState, phoneNumberId: string): Obj {
  const phone = state.phoneNumbers.get(phoneNumberId) ?? state.primary;
  return { display_phone_number: phone.digits, phone_number_id: phone.id };
}

function categoryOf(state: SimState, message: SimMessage): string {
  if (message.type !== "template") return "service";
  const name = asText(asObj(message.body.template)?.name);
  const found = [...state.templates.values()].find((template) => template.name === name);
  return (found?.category ?? "utility").toLowerCase();
}

/**
 * One status webhook. `pricing` comes with `sent` and with the first of `delivered` or `read`; `contacts` with all but
 * `failed`, which also omits the user id when the business wrote to a phone number.
 */
export function statusUpdate(state: SimState, message: SimMessage, status: StatusName, errorCode?: number): Update {
  const person = state.people.get(message.person);
  const item: Obj = { id: message.id, status, timestamp: unixSeconds(state) };
  if (person?.waId && (person.sharesPhone || !message.byUserId)) item.recipient_id = person.waId;
  if (person && (status !== "failed" || message.byUserId)) {
    item.recipient_user_id = person.userId;
    if (person.parentUserId) item.recipient_parent_user_id = person.parentUserId;
  }
  if (message.callbackData !== undefined) item.biz_opaque_callback_data = message.callbackData;
  const priced = status === "sent" || ((status === "delivered" || status === "read") && (message.pricingSent ?? 0) < 2);
  if (priced) {
    message.pricingSent = status === "sent" ? 1 : 2;
    const category = categoryOf(state, message);
    const type = category === "service" ? "free_customer_service" : "regular";
    item.pricing = { billable: type === "regular", pricing_model: "PMP", type, category };
  }
  if (status === "failed") item.errors = [webhookError(errorCode ?? 131000)];
  const value: Obj = { messaging_product: "whatsapp", metadata: metadataOf(state, message.phoneNumberId) };
  if (person && status !== "failed") {
    value.contacts = [contactOf(person, { username: status === "delivered" || status === "read" })];
  }
  value.statuses = [item];
  return { field: "messages", value, phoneNumberId: message.phoneNumberId };
}

export function reportStatus(
  state: SimState,
  message: SimMessage,
  status: StatusName,
  errorCode?: number,
): Promise<Delivery[]> {
  message.status = status;
  message.statuses.push(status);
  if (errorCode !== undefined) message.errorCode = errorCode;
  announce(state, { kind: "status", message });
  return emitUpdates(state, [statusUpdate(state, message, status, errorCode)]);
}

/** `sent`, then `delivered`, each after its delay; the second leaves once the first was answered. Reactions are only ever `sent`. */
export function scheduleStatuses(state: SimState, message: SimMessage, failWith: number | undefined): void {
  if (!state.autoStatuses) return;
  const run = async () => {
    await sleep(state.options.sentAfterMs ?? 0);
    if (failWith !== undefined) return reportStatus(state, message, "failed", failWith);
    await reportStatus(state, message, "sent");
    if (message.type === "reaction") return undefined;
    await sleep(state.options.deliveredAfterMs ?? 10);
    if (message.status === "sent") await reportStatus(state, message, "delivered");
    return undefined;
  };
  void track(state, run());
}
