import type { FastifyReply } from "fastify";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Sentinel } from "./faults.ts";
import { checkRates, isSilent, sentinelOf, sentText, takeFault } from "./faults.ts";
import { GraphError } from "./graph-errors.ts";
import { bareMime, familyOf, findMedia, limits } from "./media.ts";
import { addPerson, normaliseRecipient } from "./people.ts";
import type { Person } from "./people.ts";
import type { Obj, PhoneNumber, SimMessage, SimState } from "./state.ts";
import { announce, asObj, asText, newWamid, nowMs } from "./state.ts";
import { reportStatus, scheduleStatuses } from "./statuses.ts";
import { validateMessage } from "./validate-message.ts";
import { invalid, missing } from "./validate-parts.ts";
import { validateTemplateSend } from "./validate-template-send.ts";

/** `POST /{phone}/messages`: a send, or a read mark with or without typing. */
export async function handleMessages(
  state: SimState,
  phone: PhoneNumber,
  body: Obj,
  reply: FastifyReply,
): Promise<unknown> {
  if (!phone.registered) throw new GraphError(133010, { details: "The phone number is not registered." });
  if (body.status !== undefined) return markRead(state, phone, body);
  const type = validateMessage(state, body);
  const rendered = type === "template" ? validateTemplateSend(state, body) : undefined;
  const { person, byUserId } = recipientOf(state, phone, body);
  if (byUserId && rendered?.template.category === "AUTHENTICATION") throw new GraphError(131062);
  const fault = takeFault(state, { type, body, person });
  const sentinel = sentinelOf(state, body, person);
  if (fault?.kind === "error")
    throw new GraphError(fault.code ?? 131000, fault.details ? { details: fault.details } : {});
  if (fault?.kind === "http")
    return reply
      .code(fault.http ?? 502)
      .type("text/html")
      .send("<html><body>Bad gateway</body></html>");
  if (sentinel?.mode === "sync") throw new GraphError(sentinel.code, { details: "Asked for by a sentinel." });
  checkRates(state, phone.id, person.key);
  if (fault?.kind === "slow") await sleep(fault.ms ?? 1000);
  if ((fault?.kind === "close" || fault?.kind === "hang") && !fault.accept) return cut(reply, fault);

  const message = accept(state, phone, { type, body, person, byUserId, text: rendered?.text });
  if (rendered) message.quickReplies = rendered.buttons;
  const isUnwanted = rendered?.template.category === "MARKETING" && person.marketingStopped === true;
  const failWith = isUnwanted ? 131050 : laterFailure(state, message, person, sentinel);
  const begin = () => {
    if (!isSilent(body)) scheduleStatuses(state, message, failWith);
  };
  if (fault?.kind === "status_first") {
    await reportStatus(state, message, "sent");
    await reportStatus(state, message, "delivered");
  } else if (fault?.kind === "close" || fault?.kind === "hang") {
    begin();
    return cut(reply, fault);
  } else if (reply.raw.destroyed) {
    begin(); // the client is gone; what was accepted still travels
  } else {
    reply.raw.once("close", begin);
  }
  const contact = byUserId ? { input: body.recipient, user_id: person.userId } : { input: body.to, wa_id: person.waId };
  const sent: Obj = { id: message.id };
  if (type === "template") sent.message_status = "accepted";
  return { messaging_product: "whatsapp", contacts: [contact], messages: [sent] };
}

function cut(reply: FastifyReply, fault: Fault): FastifyReply {
  reply.hijack();
  if (fault.kind === "close") reply.raw.destroy();
  return reply;
}

function markRead(state: SimState, phone: PhoneNumber, body: Obj): Obj {
  if (body.messaging_product !== "whatsapp") throw invalid("messaging_product must be whatsapp");
  if (body.status !== "read") throw invalid("Param status must be read.");
  const id = asText(body.message_id);
  if (id === undefined) throw missing("message_id");
  const message = state.messageById.get(id);
  if (!message || message.direction !== "in" || message.phoneNumberId !== phone.id) {
    throw new GraphError(131009, { details: "Message ID is invalid." });
  }
  for (const other of state.messages) {
    const isEarlier = other.person === message.person && other.direction === "in" && other.at <= message.at;
    if (!isEarlier || other.phoneNumberId !== phone.id || other.readByBusiness) continue;
    other.readByBusiness = true;
    announce(state, { kind: "status", message: other });
  }
  if (asObj(body.typing_indicator)) {
    state.typing.push({ person: message.person, messageId: id, at: nowMs(state) });
    announce(state, { kind: "typing", person: message.person });
  }
  return { success: true };
}

/** `to` wins over `recipient`. A number that nobody has becomes a new person; an unknown user id is refused. */
function recipientOf(state: SimState, phone: PhoneNumber, body: Obj): { person: Person; byUserId: boolean } {
  const to = asText(body.to);
  if (to !== undefined) {
    const digits = normaliseRecipient(state, phone, to);
    if (digits.length < 7 || digits.length > 15) {
      throw new GraphError(100, { details: "Param to is not a valid phone number." });
    }
    if (digits === phone.digits) throw new GraphError(131021, { details: "Recipient and sender are the same." });
    const known = state.peopleByPhone.get(digits);
    return { person: known ?? Object.assign(addPerson(state, { phone: digits }), { stranger: true }), byUserId: false };
  }
  const id = asText(body.recipient);
  const known = [...state.people.values()].find((person) => person.userId === id || person.parentUserId === id);
  if (!known) throw new GraphError(131009, { details: "Param recipient is not a known business-scoped user id." });
  return { person: known, byUserId: true };
}

function accept(
  state: SimState,
  phone: PhoneNumber,
  draft: { type: string; body: Obj; person: Person; byUserId: boolean; text: string | undefined },
): SimMessage {
  const { type, body, person } = draft;
  const message: SimMessage = {
    id: newWamid(),
    direction: "out",
    person: person.key,
    phoneNumberId: phone.id,
    type,
    body,
    text: draft.text ?? sentText(body),
    at: nowMs(state),
    statuses: [],
    reactions: [],
    byUserId: draft.byUserId,
    addressedTo: asText(body.to) ?? asText(body.recipient) ?? "",
  };
  const callbackData = asText(body.biz_opaque_callback_data);
  if (callbackData !== undefined) message.callbackData = callbackData;
  const replyTo = asText(asObj(body.context)?.message_id);
  if (replyTo !== undefined) message.replyTo = replyTo;
  if (type === "reaction") applyReaction(state, message);
  state.messages.push(message);
  state.messageById.set(message.id, message);
  announce(state, { kind: "message", message });
  return message;
}

function applyReaction(state: SimState, message: SimMessage): void {
  const reaction = asObj(message.body.reaction);
  const target = state.messageById.get(asText(reaction?.message_id) ?? "");
  if (!target) return;
  target.reactions = target.reactions.filter((one) => one.by !== "business");
  const emoji = asText(reaction?.emoji);
  if (emoji) target.reactions.push({ by: "business", emoji });
  announce(state, { kind: "status", message: target });
}

/** What Meta finds out only after accepting: a closed window, a bad reaction target, a file of the wrong type. */
function laterFailure(
  state: SimState,
  message: SimMessage,
  person: Person,
  sentinel: Sentinel | undefined,
): number | undefined {
  if (sentinel) return sentinel.code;
  if (message.type === "reaction") {
    const target = state.messageById.get(asText(asObj(message.body.reaction)?.message_id) ?? "");
    const isGone = !target || target.revoked || target.type === "reaction" || target.person !== person.key;
    return isGone || nowMs(state) - target.at > 30 * 86_400_000 ? 131009 : undefined;
  }
  const media = asObj(message.body[message.type]);
  const item = media?.id === undefined ? undefined : findMedia(state, String(media.id as string));
  if (item) {
    const limit = limits[message.type];
    const isDocument = message.type === "document" && familyOf(item.mime) !== undefined;
    if (limit && !isDocument && !limit.mimes.test(bareMime(item.mime))) return 131053;
  }
  if (state.enforceWindow && message.type !== "template" && !hasOpenWindow(state, message)) return 131047;
  return undefined;
}

function hasOpenWindow(state: SimState, message: SimMessage): boolean {
  const opened = state.messages.findLast(
    (other) =>
      other.direction === "in" && other.person === message.person && other.phoneNumberId === message.phoneNumberId,
  );
  return opened !== undefined && message.at - opened.at < 86_400_000;
}
