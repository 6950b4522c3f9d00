import { webhookError } from "./graph-errors.ts";
import { sampleContacts, sampleOrder, samplePlace, sampleReferral } from "./inbound-samples.ts";
import type { MediaInput } from "./media.ts";
import { inboundMedia } from "./media.ts";
import type { Person, PersonInput } from "./people.ts";
import { contactOf, findPerson } from "./people.ts";
import type { Obj, PhoneNumber, SimMessage, SimState } from "./state.ts";
import { announce, asObj, asText, newWamid, nowMs } from "./state.ts";
import { metadataOf } from "./statuses.ts";
import type { Delivery } from "./webhooks.ts";
import { emitUpdates } from "./webhooks.ts";

type Flag<T> = T | true;

/** One thing that a person does; exactly one of the kinds, plus the marks below. `true` takes a sample. */
export interface Says {
  /** A key ("wanjiru"), phone, user id, user name, or an object that makes the person. Default wanjiru. */
  person?: string | PersonInput;
  phoneNumberId?: string;
  text?: string;
  image?: Flag<MediaInput>;
  video?: Flag<MediaInput>;
  audio?: Flag<MediaInput>;
  voice?: Flag<MediaInput>;
  document?: Flag<MediaInput>;
  sticker?: Flag<MediaInput>;
  location?: Flag<Obj>;
  contacts?: Flag<Obj[]>;
  /** No or empty emoji takes the reaction back. */
  reaction?: { messageId: string; emoji?: string };
  /** A reply to interactive buttons, a list or a flow. */
  buttonReply?: { id: string; title: string };
  listReply?: { id: string; title: string; description?: string };
  flowReply?: { name?: string; body?: string; response: Obj };
  /** A template's quick reply. */
  templateReply?: { payload: string; text: string };
  order?: Flag<Obj>;
  unsupported?: { type?: string; code?: number } | true;
  edit?: { messageId: string; text?: string; caption?: string };
  revoke?: { messageId: string };
  /** The person's number (or, without phone, user id) changes. */
  changesNumber?: { phone: string };
  changesUserId?: { userId: string };
  /** Any message object of a type that is not listed; `type` included. */
  raw?: Obj;

  replyTo?: string;
  forwarded?: boolean;
  frequentlyForwarded?: boolean;
  referral?: Flag<Obj>;
  referredProduct?: Obj;
  groupId?: string;
  id?: string;
  /** Provider time in milliseconds. */
  at?: number;
  /** `first`: do not wait for retries; `none`: do not wait at all. Default `done`. */
  wait?: "done" | "first" | "none";
}

export interface Said {
  messageId: string;
  message: SimMessage;
  /** The webhook with all its attempts; `delivered` means answered 200. */
  delivery: Delivery | null;
}

const media = ["image", "video", "audio", "voice", "document", "sticker"] as const;

interface Content {
  type: string;
  value: unknown;
  text: string;
  extra?: Obj;
}

export async function says(state: SimState, input: Says): Promise<Said> {
  const person = findPerson(state, input.person);
  const phone = input.phoneNumberId ? state.phoneNumbers.get(input.phoneNumberId) : state.primary;
  if (!phone) throw new Error(`the simulator has no phone number ${input.phoneNumberId}`);
  const before = { ...person };
  const content = contentOf(state, input, person, phone);
  const at = input.at ?? nowMs(state);
  const webhook: Obj = {};
  const context = contextOf(state, input, person, phone);
  if (context) webhook.context = context;
  if (input.referral) webhook.referral = input.referral === true ? sampleReferral : input.referral;
  if (before.waId && before.sharesPhone) webhook.from = before.waId;
  webhook.from_user_id = before.userId;
  if (before.parentUserId) webhook.from_parent_user_id = before.parentUserId;
  if (input.groupId) webhook.group_id = input.groupId;
  Object.assign(webhook, { id: input.id ?? newWamid(), timestamp: String(Math.floor(at / 1000)), type: content.type });
  Object.assign(webhook, content.extra, content.value === undefined ? {} : { [content.type]: content.value });

  const message = remember(state, webhook, { person, phone, text: content.text, at, replyTo: input.replyTo });
  const value: Obj = { messaging_product: "whatsapp", metadata: metadataOf(state, phone.id) };
  if (content.type !== "system") value.contacts = [contactOf(person)];
  value.messages = [webhook];
  const lastId = state.deliveries.at(-1)?.id ?? 0;
  const done = emitUpdates(state, [{ field: "messages", value, phoneNumberId: phone.id }]);
  // Held or gathered with others, it has no delivery of its own yet.
  const newest = state.deliveries.findLast((delivery) => delivery.id === lastId + 1) ?? null;
  if (input.wait === "none") return { messageId: message.id, message, delivery: newest };
  if (input.wait === "first") {
    if (newest) await firstAttempt(state, newest);
    return { messageId: message.id, message, delivery: newest };
  }
  const [delivery] = await done;
  return { messageId: message.id, message, delivery: delivery ?? null };
}

async function firstAttempt(state: SimState, delivery: Delivery): Promise<void> {
  if (delivery.state !== "waiting") return;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!delivery.attempts.some((attempt) => attempt.status !== undefined || attempt.error !== undefined)) return;
      state.bus.off("change", look);
      resolve();
    };
    state.bus.on("change", look);
  });
}

function contentOf(state: SimState, input: Says, person: Person, phone: PhoneNumber): Content {
  if (input.text !== undefined) return { type: "text", value: { body: input.text }, text: input.text };
  for (const kind of media) {
    const given = input[kind];
    if (!given) continue;
    const value = inboundMedia(state, kind, given === true ? {} : given, phone.id);
    const text = asText(value.caption) ?? asText(value.filename) ?? "";
    return { type: kind === "voice" ? "audio" : kind, value, text };
  }
  if (input.location) {
    const value = input.location === true ? samplePlace : input.location;
    return {
      type: "location",
      value,
      text: asText(value.name) ?? `${String(value.latitude)}, ${String(value.longitude)}`,
    };
  }
  if (input.contacts) {
    return { type: "contacts", value: input.contacts === true ? sampleContacts : input.contacts, text: "Contact" };
  }
  if (input.reaction) return reactionOf(state, input.reaction);
  const reply = replyOf(input);
  if (reply) return reply;
  if (input.order) {
    return { type: "order", value: input.order === true ? sampleOrder : input.order, text: "Order" };
  }
  if (input.edit) return editOf(state, input.edit);
  if (input.revoke) return revokeOf(state, input.revoke.messageId);
  if (input.changesNumber || input.changesUserId) return systemOf(state, input, person);
  if (input.raw) {
    const { type, ...rest } = input.raw;
    return { type: asText(type) ?? "unknown", value: undefined, text: "", extra: rest };
  }
  if (input.unsupported) {
    const { type = "poll_creation", code = 131051 } = input.unsupported === true ? {} : input.unsupported;
    const error = webhookError(code, "Message type is currently not supported.");
    return { type: "unsupported", value: { type }, text: "", extra: { errors: [error] } };
  }
  throw new Error("says() needs one kind of content");
}

function replyOf(input: Says): Content | undefined {
  const { buttonReply, listReply, flowReply, templateReply } = input;
  if (buttonReply) {
    const value = { type: "button_reply", button_reply: buttonReply };
    return { type: "interactive", value, text: buttonReply.title };
  }
  if (listReply)
    return { type: "interactive", value: { type: "list_reply", list_reply: listReply }, text: listReply.title };
  if (flowReply) {
    const { name = "flow", body = "Sent", response } = flowReply;
    const value = { type: "nfm_reply", nfm_reply: { response_json: JSON.stringify(response), body, name } };
    return { type: "interactive", value, text: body };
  }
  return templateReply && { type: "button", value: templateReply, text: templateReply.text };
}

function reactionOf(state: SimState, reaction: { messageId: string; emoji?: string }): Content {
  const target = state.messageById.get(reaction.messageId);
  if (target) {
    target.reactions = target.reactions.filter((one) => one.by !== "person");
    if (reaction.emoji) target.reactions.push({ by: "person", emoji: reaction.emoji });
    announce(state, { kind: "status", message: target });
  }
  const value = reaction.emoji
    ? { message_id: reaction.messageId, emoji: reaction.emoji }
    : { message_id: reaction.messageId };
  return { type: "reaction", value, text: reaction.emoji ?? "" };
}

function editOf(state: SimState, edit: { messageId: string; text?: string; caption?: string }): Content {
  const target = state.messageById.get(edit.messageId);
  const type = target?.type ?? "text";
  const text = edit.text ?? edit.caption ?? "";
  const inner = type === "text" ? { body: text } : { ...asObj(target?.body[type]), caption: text };
  if (target) {
    Object.assign(target, { text, edited: true });
    announce(state, { kind: "status", message: target });
  }
  const message = { context: { id: edit.messageId }, type, [type]: inner };
  return { type: "edit", value: { original_message_id: edit.messageId, message }, text };
}

function revokeOf(state: SimState, messageId: string): Content {
  const target = state.messageById.get(messageId);
  if (target) {
    Object.assign(target, { revoked: true, text: "" });
    announce(state, { kind: "status", message: target });
  }
  return { type: "revoke", value: { original_message_id: messageId }, text: "" };
}

/** Both kinds give the person a new user id, as Meta does when a number changes. */
function systemOf(state: SimState, input: Says, person: Person): Content {
  const old = { ...person };
  const digits = input.changesNumber?.phone.replaceAll(/\D/g, "");
  person.userId = input.changesUserId?.userId ?? `${old.userId}9`;
  const value: Obj = { type: digits ? "user_changed_number" : "user_changed_user_id" };
  if (digits) {
    if (old.waId) state.peopleByPhone.delete(old.waId);
    person.waId = digits;
    state.peopleByPhone.set(digits, person);
    value.body = `User ${old.name} changed from ${old.waId ?? ""} to ${digits}`;
    value.wa_id = digits;
  } else {
    value.body = `User ${old.name} changed their user id`;
  }
  Object.assign(value, { user_id: person.userId, previous_user_id: old.userId });
  if (old.parentUserId)
    Object.assign(value, { parent_user_id: old.parentUserId, previous_parent_user_id: old.parentUserId });
  announce(state, { kind: "people" });
  return { type: "system", value, text: String(value.body) };
}

function contextOf(state: SimState, input: Says, person: Person, phone: PhoneNumber): Obj | undefined {
  const context: Obj = {};
  if (input.replyTo) {
    const target = state.messageById.get(input.replyTo);
    const from = target?.direction === "in" ? person.waId : phone.digits;
    if (from) context.from = from;
    context.id = input.replyTo;
  }
  if (input.forwarded) context.forwarded = true;
  if (input.frequentlyForwarded) context.frequently_forwarded = true;
  if (input.referredProduct) context.referred_product = input.referredProduct;
  return Object.keys(context).length > 0 ? context : undefined;
}

function remember(
  state: SimState,
  webhook: Obj,
  about: { person: Person; phone: PhoneNumber; text: string; at: number; replyTo: string | undefined },
): SimMessage {
  const message: SimMessage = {
    id: String(webhook.id),
    direction: "in",
    person: about.person.key,
    phoneNumberId: about.phone.id,
    type: String(webhook.type),
    body: webhook,
    text: about.text,
    at: about.at,
    statuses: [],
    reactions: [],
  };
  if (about.replyTo !== undefined) message.replyTo = about.replyTo;
  state.messages.push(message);
  state.messageById.set(message.id, message);
  announce(state, { kind: "message", message });
  return message;
}
