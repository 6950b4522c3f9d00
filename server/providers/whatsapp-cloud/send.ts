import type { Address } from "../address.ts";
import { type Draft, asList, asObject, readId, readPhone } from "../json-read.ts";
import type { OutboundMessage, OutboundSignal } from "../outbound-message.ts";
import { ProviderError } from "../provider-error.ts";
import type { SendReceipt } from "../provider.ts";
import { composeMessage } from "./compose.ts";
import { callGraph, pathId } from "./graph.ts";
import { readUserId } from "./read-party.ts";
import type { CloudLink } from "./settings.ts";
import { uploadMedia } from "./upload-media.ts";

/** Sends one message. A 200 means accepted, not delivered: many refusals arrive as `failed` statuses later. */
export async function send(link: CloudLink, message: OutboundMessage, signal: AbortSignal): Promise<SendReceipt> {
  const uploaded: string[] = [];
  const json = await composeMessage(message, async (media) => {
    const id = await uploadMedia(link, media, signal);
    uploaded.push(id);
    return id;
  });
  const path = `${pathId(link.settings.phoneNumberId)}/messages`;
  const answer = await callGraph(link, { method: "POST", path, json, isSend: true }, signal);
  const accepted = asObject(asList(answer["messages"])[0]);
  const providerMessageId = readId(accepted?.["id"]);
  if (accepted === undefined || providerMessageId === undefined) {
    // Accepted, it seems, but without a name: only a status with our callback data can tell.
    throw new ProviderError({
      kind: "unknown",
      code: "no_message_id",
      scope: "message",
      sentence: "outcome_unknown",
      isOutcomeUnknown: true,
    });
  }
  const receipt: Draft<SendReceipt> = { providerMessageId };
  const recipientAddress = readRecipient(asList(answer["contacts"])[0]);
  if (recipientAddress !== undefined) receipt.recipientAddress = recipientAddress;
  if (accepted["message_status"] === "held_for_quality_assessment") receipt.heldForQuality = true;
  if (uploaded.length > 0) receipt.providerMediaIds = uploaded;
  return receipt;
}

/** `wa_id` may differ from what we typed (Brazil, Mexico); a send to a user id answers with no `wa_id`. */
function readRecipient(value: unknown): Address | undefined {
  const contact = asObject(value);
  const phone = readPhone(contact?.["wa_id"]);
  if (phone !== undefined) return { kind: "phone", value: phone };
  const userId = readUserId(contact?.["user_id"]);
  return userId === undefined ? undefined : { kind: "wa_user_id", value: userId };
}

/** Read marks (earlier messages are marked too) and typing, which also marks read and lasts up to 25 s. */
export async function sendSignal(link: CloudLink, what: OutboundSignal, signal: AbortSignal): Promise<void> {
  const json = {
    messaging_product: "whatsapp",
    status: "read",
    message_id: what.providerMessageId,
    ...(what.kind === "typing" && { typing_indicator: { type: "text" } }),
  };
  await callGraph(link, { method: "POST", path: `${pathId(link.settings.phoneNumberId)}/messages`, json }, signal);
}
