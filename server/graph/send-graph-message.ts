// POST …/messages of the Cloud API: read, then sent by `sendMessage` or `signals` like everything else.
import type { z } from "zod";
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import { copyAttachments } from "../media/copy-attachments.ts";
import { readStored } from "../media/media.ts";
import { providerMessageIndex } from "../messages/message-index.ts";
import { attachmentsOf, newMessage, replaceAttachments } from "../messages/new-message.ts";
import { sendMessage } from "../messages/send-message.ts";
import { maySignal } from "../outbound/signals.ts";
import type { Ctx } from "../platform/context.ts";
import { isProblem, notFound } from "../platform/problem.ts";
import { findGraphChannel } from "./find-graph-channel.ts";
import type { GraphAnswer, GraphBody } from "./graph-body.ts";
import { graphParameter, graphUnsupported } from "./graph-errors.ts";
import { readMessage, type ReadMessage } from "./read-graph-message.ts";

/** @throws not_found · graph.parameter · graph.unsupported, and those of a send */
export async function sendGraphMessage(ctx: Ctx, name: string, body: GraphBody): Promise<GraphAnswer> {
  const { id: channelId } = await findGraphChannel(ctx, name);
  if (body.status === "read") return markRead(ctx, channelId, body);
  const read = readMessage(body);
  const target = await targetOf(ctx, channelId, body);
  const { reaction } = read.body as { reaction?: { messageId: string } };
  const context = body.context?.message_id;
  const message = parsed({
    ...read.body,
    ...{ channelId, to: target },
    ...(reaction
      ? { reaction: { ...reaction, messageId: await messageIdOf(ctx, channelId, reaction.messageId) } }
      : {}),
    ...(context === undefined ? {} : { replyTo: await messageIdOf(ctx, channelId, context) }),
    ...(body.biz_opaque_callback_data === undefined ? {} : { callbackData: body.biz_opaque_callback_data }),
  });
  const { id } = await withFiles(ctx, message, read.fileNames, (own) =>
    sendMessage(ctx, { ...own, channelId, to: target }),
  );
  return graphAnswerOf(body, id);
}

/** The answer to a body that became the message `id`; to a read mark there is no id. */
export function graphAnswerOf(body: GraphBody, id: string): GraphAnswer {
  if (body.status === "read") return { success: true };
  const input = body.to ?? body.recipient ?? "";
  const digits = input.replaceAll(/\D/g, "");
  const isPhone = body.recipient_type !== "group" && body.to !== undefined && !/[A-Za-z]/.test(input);
  return {
    messaging_product: "whatsapp",
    contacts: [{ input, ...(isPhone ? { wa_id: digits } : body.to === undefined ? { user_id: input } : {}) }],
    messages: [{ id, ...(body.type === "template" ? { message_status: "accepted" } : {}) }],
  };
}

type Message = z.output<typeof newMessage>;

/** @throws graph.parameter with the fields that are wrong, never their values */
function parsed(candidate: Record<string, unknown>): Message {
  const result = newMessage.safeParse(candidate);
  if (result.success) return result.data;
  const wrong = result.error.issues.slice(0, 10).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw graphParameter({ detail: wrong.join("; ") });
}

/** Meta's own servers take digits without `+` as a whole number where clients copy them from a webhook's `from`; so is it here, always. */
async function targetOf(ctx: Ctx, channelId: string, body: GraphBody): Promise<string | { contactId: string }> {
  const { to, recipient, recipient_type: recipientType } = body;
  if (to === undefined && recipient === undefined) throw graphParameter({ detail: "The parameter to is required." });
  if (recipientType === "group") return { contactId: await groupOf(ctx, to ?? "") };
  if (to === undefined) return recipient ?? "";
  const compact = to.replaceAll(/[\s().-]/g, "");
  return /^\d{7,15}$/.test(compact) ? `+${compact}` : to;
}

async function groupOf(ctx: Ctx, value: string): Promise<string> {
  const { workspaceId } = ctx;
  const { contactIds } = await resolveContacts(ctx, ctx.tx, [
    { workspaceId, aliases: [{ kind: "group", value }], isGroup: true, isOnlyKnown: true },
  ]);
  const [contactId] = contactIds;
  if (!contactId) throw graphParameter({ detail: "The group in to is not known here." });
  return contactId;
}

/** Ids that we gave, and the provider's own, which webhooks of the past may have told. @throws graph.parameter */
async function messageIdOf(ctx: Ctx, channelId: string, id: string): Promise<string> {
  if (/^msg_[0-9a-z]{26}$/.test(id)) return id;
  const [row] = await ctx.tx.named<{ id: string }>(
    "graph.message",
    "select id from message where workspace_id = $1 and channel_id = $2 and provider_message_index = $3",
    [ctx.workspaceId, channelId, providerMessageIndex(ctx.keyring, ctx.workspaceId, id)],
  );
  if (!row) throw graphParameter({ detail: "The message in message_id is not known on this number." });
  return row.id;
}

/**
 * A media id of the Cloud API may be sent many times, an upload of ours once: each message gets a copy, and the upload stays until it
 * is too old.
 */
async function withFiles<T>(
  ctx: Ctx,
  message: Message,
  fileNames: ReadMessage["fileNames"],
  send: (body: Message) => Promise<T>,
): Promise<T> {
  const ids = [...new Set(attachmentsOf(message).map(({ id }) => id))];
  for (const id of ids) {
    await readStored(ctx, id).catch((error: unknown) => {
      throw isProblem(error, notFound) ? graphParameter({ detail: "The media id is not known here." }) : error;
    });
  }
  const copies = await copyAttachments(ctx, ids, fileNames);
  return copies.keepIf(() => send(replaceAttachments(message, copies.ids)));
}

/** @throws not_found · graph.parameter · graph.unsupported */
async function markRead(ctx: Ctx, channelId: string, body: GraphBody): Promise<GraphAnswer> {
  const { workspaceId } = ctx;
  const asked = body.message_id;
  if (asked === undefined) throw graphParameter({ detail: "The parameter message_id is required." });
  const theirMessageId = await messageIdOf(ctx, channelId, asked);
  const [row] = await ctx.tx.named<{ conversation_id: string }>(
    "graph.read",
    `select conversation_id from message where workspace_id = $1 and id = $2 and channel_id = $3 and direction = 'inbound'`,
    [workspaceId, theirMessageId, channelId],
  );
  if (!row) throw graphParameter({ detail: "The message in message_id was not received on this number." });
  if (!maySignal(ctx, channelId, "read", "reply"))
    throw graphUnsupported({ detail: "This channel does not tell that messages were read (its `readReceipts`)." });
  const isTyping = body.typing_indicator && maySignal(ctx, channelId, "typing", "reply");
  const ref = { workspaceId, channelId, theirMessageId, conversationId: row.conversation_id };
  ctx.tx.afterCommit(() => {
    // on the Cloud API typing shows reading as well, on a linked phone it does not
    ctx.signals.send("read", ref);
    if (isTyping) ctx.signals.send("typing", ref);
  });
  return { success: true };
}
