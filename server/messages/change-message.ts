// Changing what we sent: an edit or a withdrawal is sent like a message of its own, in order and with its own fate, and the message
// changes when the network took it.
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import type { Sourced } from "../providers/provider.ts";
import { readMessage } from "./read-messages.ts";
import { changeTooLate, messageUnsupported, notChangeable } from "./send-problems.ts";
import { sendMessage } from "./send-message.ts";
import type { MessageView } from "./message-view.ts";
import type { MessageDetail } from "./view-message.ts";

const MINUTE_MS = 60_000;
const states = ["sent", "delivered", "read", "played"] as const satisfies MessageView["status"][];

/**
 * Puts other words into a text of ours. Answers with the edit, a message of type `edit`; `message.edited` follows when the network took
 * it. @throws not_found · message.not_changeable · message.change_too_late · message.unsupported, and those of a send
 */
export async function editMessage(ctx: Ctx, id: string, text: string): Promise<MessageDetail> {
  const { message, until } = await changeable(ctx, id, "edit");
  if (message.type !== "text" || message.text === undefined)
    throw notChangeable({ detail: "Only a text can be edited." });
  return sendMessage(ctx, {
    ...{ conversationId: message.conversationId, type: "edit" },
    edit: { messageId: id, text, until },
  });
}

/**
 * Withdraws a message of ours from everybody. Answers with the withdrawal, a message of type `delete`; `message.deleted` follows when
 * the network took it, and destroys what it said here too. @throws as `editMessage`
 */
export async function withdrawMessage(ctx: Ctx, id: string): Promise<MessageDetail> {
  const { message, until } = await changeable(ctx, id, "delete");
  return sendMessage(ctx, { conversationId: message.conversationId, type: "delete", delete: { messageId: id, until } });
}

async function changeable(
  ctx: Ctx,
  id: string,
  kind: "edit" | "delete",
): Promise<{ message: MessageDetail; until: string }> {
  const message = await readMessage(ctx, id);
  if (message.direction !== "outbound") throw notChangeable({ detail: "Somebody else wrote it." });
  const channel = await ctx.channels.find(message.channelId);
  const provider = channel && ctx.providers[channel.provider];
  if (!provider) throw notFound();
  const limitMs = windowMs(kind === "edit" ? provider.can.edit : provider.can.delete);
  if (limitMs === null || !provider.can.kinds.value.includes(kind)) {
    const what = kind === "edit" ? "edit a message that was sent" : "delete a message that was sent";
    throw messageUnsupported({ detail: `${provider.can.displayName} cannot ${what}.` });
  }
  if (message.deletedAt !== undefined) throw notChangeable({ detail: "It was deleted." });
  const isChange = ["edit", "delete", "reaction"].includes(message.type);
  if (isChange || !states.some((state) => state === message.status))
    throw notChangeable({ detail: isChange ? "It is no message of its own." : `It is ${message.status}.` });
  const sentAt = new Date(message.sentAt ?? message.receivedAt).getTime();
  if (ctx.clock.ms() > sentAt + limitMs) throw changeTooLate();
  return { message, until: new Date(sentAt + limitMs).toISOString() };
}

const windowMs = (limit: Sourced<{ withinMinutes: number }> | null): number | null =>
  limit && limit.value.withinMinutes * MINUTE_MS;
