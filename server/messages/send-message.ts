// POST /v1/messages: everything that can be known to fail is refused here, in words; the rest is accepted and will be sent or reported.
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import type { LiveChannel } from "../channels/channel-directory.ts";
import { conversationCreated } from "../conversations/conversation-events.ts";
import { serviceWindow } from "../conversations/conversation-view.ts";
import { channelGrants, findConversation } from "../conversations/find-conversation.ts";
import { conversationKey, ensureConversations, touchConversations } from "../conversations/touch-conversations.ts";
import { attachToMessage } from "../media/attach-to-message.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { notFound } from "../platform/problem.ts";
import { openText } from "../platform/seal.ts";
import type { Address } from "../providers/address.ts";
import type { AnyProvider } from "../providers/provider.ts";
import { insertMessages } from "./insert-messages.ts";
import { contentSubject, openContent, providerMessageIdPlace, reactionPlace, sealContent } from "./message-content.ts";
import { messageQueued, messageReacted } from "./message-events.ts";
import { providerMessageIndex } from "./message-index.ts";
import { statusRank } from "./message-status.ts";
import type { MessageView, SentContent } from "./message-view.ts";
import { attachmentIdsOf, type MessageBody, type NewMessage } from "./new-message.ts";
import { readMessage } from "./read-messages.ts";
import {
  addressUnusable,
  channelDisconnected,
  messageNotRepliable,
  messageUnsupported,
  windowClosed,
} from "./send-problems.ts";
import { writeReactions } from "./write-reactions.ts";

interface Target {
  channel: LiveChannel;
  provider: AnyProvider;
  conversationId: string;
  contactId: string;
  to: Address;
  lastInboundAt: Date | null;
}

/**
 * Accepts a message for sending: one transaction writes it, and `message.queued` puts it into the outbox.
 * @throws not_found · message.window_closed · message.unsupported · message.address_unusable · message.channel_disconnected ·
 *   message.not_repliable · media.unusable
 */
export async function sendMessage(ctx: Ctx, input: NewMessage): Promise<MessageView> {
  const target = await findTarget(ctx, input);
  assertCanSend(ctx, target, input);
  const id = newId("msg", ctx.clock.ms());
  const { workspaceId, tx } = ctx;
  const now = ctx.clock.now();

  const reply = input.replyTo === undefined ? undefined : await findQuoted(ctx, target.conversationId, input.replyTo);
  const reacted =
    input.type === "reaction" ? await findQuoted(ctx, target.conversationId, input.reaction.messageId) : undefined;
  const stored: SentContent = {
    body: bodyOf(input),
    to: target.to,
    ...(reply ? { replyTo: { providerMessageId: reply } } : {}),
    ...(reacted ? { reactionTo: { providerMessageId: reacted } } : {}),
  };
  const subject = contentSubject(target.channel, target.contactId, now);
  const contact = `contact:${target.contactId}`;
  const parent = `workspace:${workspaceId}`;
  const keys = ctx.keyring.ensure([...new Set([subject, contact])].map((s) => ({ subject: s, parent })));
  const key = keys.get(subject);
  const contactKey = keys.get(contact);
  if (!key || !contactKey) throw notFound();

  await attachToMessage(ctx, attachmentIdsOf(input), {
    messageId: id,
    channelId: target.channel.id,
    contactId: target.contactId,
    key: contactKey,
    limits: target.provider.can.media,
  });
  await insertMessages(tx, [
    {
      workspaceId,
      id,
      conversationId: target.conversationId,
      channelId: target.channel.id,
      contactId: target.contactId,
      senderContactId: null,
      authorKind: ctx.actor.kind === "member" || ctx.actor.kind === "api_key" ? ctx.actor.kind : null,
      authorId:
        ctx.actor.kind === "member" ? ctx.actor.memberId : ctx.actor.kind === "api_key" ? ctx.actor.apiKeyId : null,
      direction: "outbound",
      type: input.type,
      content: sealContent(key, workspaceId, id, stored),
      providerMessageIndex: null,
      replyToIndex: reply === undefined ? null : providerMessageIndex(ctx.keyring, workspaceId, reply),
      status: statusRank("queued"),
      error: null,
      sortAt: now,
      sentAt: null,
      receivedAt: now,
      scheduledAt: input.scheduledAt ? new Date(input.scheduledAt) : null,
      purpose: input.purpose ?? null,
      editedAt: null,
      deletedAt: null,
    },
  ]);
  const ids = {
    messageId: id,
    conversationId: target.conversationId,
    contactId: target.contactId,
    channelId: target.channel.id,
  };
  const item = { workspaceId, channelId: target.channel.id, conversationId: target.conversationId, payload: ids };
  if (input.type === "reaction" && reacted !== undefined) {
    const targetIndex = providerMessageIndex(ctx.keyring, workspaceId, reacted);
    await writeReactions(tx, [
      {
        workspaceId,
        channelId: target.channel.id,
        targetIndex,
        actorId: OWN_REACTION,
        contactId: target.contactId,
        emoji: input.reaction.emoji,
        key: contactKey,
        place: reactionPlace(workspaceId, targetIndex, OWN_REACTION),
        occurredAt: now,
      },
    ]);
    await ctx.emit(tx, messageReacted, [{ ...item, payload: { ...ids, messageId: input.reaction.messageId } }]);
  } else {
    await touchConversations(
      tx,
      [
        {
          workspaceId,
          conversationId: target.conversationId,
          inboundCount: 0,
          lastMessageAt: now,
          lastMessageId: id,
          lastInboundAt: null,
          isReopening: false,
        },
      ],
      now,
    );
  }
  await ctx.emit(tx, messageQueued, [item]);
  return readMessage(ctx, id);
}

/** A channel has one reaction a message, whoever of the team gave it. */
export const OWN_REACTION = "self";

/** Of the request, only what is to be sent. */
function bodyOf(input: NewMessage): MessageBody {
  const {
    conversationId: _,
    channelId: __,
    to: ___,
    ...body
  } = input as NewMessage & {
    conversationId?: string;
    channelId?: string;
    to?: unknown;
  };
  return body;
}

async function findTarget(ctx: Ctx, input: NewMessage): Promise<Target> {
  if ("conversationId" in input) {
    const conversation = await findConversation(ctx, input.conversationId);
    const { channel, provider } = await liveChannel(ctx, conversation.channelId);
    const to = await addressOf(ctx, conversation.contactId, provider);
    return {
      channel,
      provider,
      conversationId: conversation.id,
      contactId: conversation.contactId,
      to,
      lastInboundAt: conversation.lastInboundAt,
    };
  }
  const { channel, provider } = await liveChannel(ctx, input.channelId);
  const now = ctx.clock.now();
  let contactId: string;
  let to: Address;
  if (typeof input.to === "object") {
    contactId = input.to.contactId;
    to = await addressOf(ctx, contactId, provider);
  } else {
    to = readAddress(input.to, provider);
    const resolved = await resolveContacts(ctx, ctx.tx, [
      { workspaceId: ctx.workspaceId, aliases: [to], isGroup: to.kind === "group" },
    ]);
    const [found] = resolved.contactIds;
    if (!found) throw addressUnusable();
    contactId = found;
  }
  const ref = { workspaceId: ctx.workspaceId, channelId: channel.id, contactId };
  const ensured = (await ensureConversations(ctx.tx, [{ ...ref, at: now, status: "open" }], now)).get(
    conversationKey(ref),
  );
  if (!ensured) throw notFound();
  if (ensured.isNew) {
    await ctx.emit(ctx.tx, conversationCreated, [
      {
        workspaceId: ctx.workspaceId,
        channelId: channel.id,
        conversationId: ensured.id,
        payload: { conversationId: ensured.id, contactId, channelId: channel.id },
      },
    ]);
  }
  const conversation = await findConversation(ctx, ensured.id);
  return { channel, provider, conversationId: ensured.id, contactId, to, lastInboundAt: conversation.lastInboundAt };
}

async function liveChannel(ctx: Ctx, channelId: string): Promise<{ channel: LiveChannel; provider: AnyProvider }> {
  const channel = await ctx.channels.find(channelId);
  const grants = channelGrants(ctx.actor);
  if (!channel || channel.workspaceId !== ctx.workspaceId || (grants && !grants.includes(channelId))) throw notFound();
  const provider = ctx.providers[channel.provider];
  if (!provider || channel.status === "disconnected" || channel.status === "deleting") throw channelDisconnected();
  return { channel, provider };
}

/** `+` and digits are a phone number; everything else is the provider's own id for the person. */
function readAddress(text: string, provider: AnyProvider): Address {
  const kinds = provider.can.addressKinds.value;
  const compact = text.replaceAll(/[\s().-]/g, "");
  if (/^\+[1-9]\d{6,14}$/.test(compact) && kinds.includes("phone")) return { kind: "phone", value: compact };
  const own = kinds.find((kind) => kind !== "phone" && kind !== "group");
  // WhatsApp's ids are CC. and letters or digits; a bare number is nearly always a phone number without its plus sign
  if (own === undefined || (kinds.includes("phone") && !/^[A-Z]{2}\./.test(text)))
    throw addressUnusable({ detail: "A phone number must start with + and the country code." });
  return { kind: own, value: text };
}

/** The best address of a contact for this provider. */
async function addressOf(ctx: Ctx, contactId: string, provider: AnyProvider): Promise<Address> {
  const rows = await ctx.tx.named<{ id: string; kind: Address["kind"]; address: Buffer }>(
    "contact.addresses",
    "select id, kind, address from contact_identity where workspace_id = $1 and contact_id = $2 order by created_at desc, id",
    [ctx.workspaceId, contactId],
  );
  if (rows.length === 0) throw notFound();
  for (const kind of provider.can.addressKinds.value) {
    const row = rows.find((candidate) => candidate.kind === kind);
    if (!row) continue;
    const place = { table: "contact_identity", column: "address", row: row.id, workspace: ctx.workspaceId };
    return { kind, value: openText(ctx.keyring, place, row.address) };
  }
  throw addressUnusable({ detail: "The contact has no address that this channel can reach." });
}

function assertCanSend(ctx: Ctx, target: Target, input: NewMessage): void {
  const { can } = target.provider;
  if (!can.kinds.value.includes(input.type))
    throw messageUnsupported({ detail: `This channel cannot send ${input.type}.` });
  if (input.type === "text" && input.text.length > can.text.value.maxLength)
    throw messageUnsupported({ detail: `A text may have ${can.text.value.maxLength} characters here.` });
  if (input.type === "interactive" && !can.interactiveKinds.value.includes(input.interactive.kind))
    throw messageUnsupported({ detail: `This channel cannot send ${input.interactive.kind}.` });
  if (input.type === "template" && !can.hasTemplates)
    throw messageUnsupported({ detail: "This channel has no templates." });
  const at = input.scheduledAt ? new Date(input.scheduledAt).getTime() : ctx.clock.ms();
  const isFree = input.type !== "template";
  if (isFree && !serviceWindow(target.lastInboundAt, can.serviceWindowHours.value, at).isOpen) throw windowClosed();
}

/** The provider's id of a message of this conversation. */
async function findQuoted(ctx: Ctx, conversationId: string, messageId: string): Promise<string> {
  const [row] = await ctx.tx.named<{ content: Buffer | null; provider_message_id: Buffer | null }>(
    "message.quoted",
    "select content, provider_message_id from message where workspace_id = $1 and conversation_id = $2 and id = $3",
    [ctx.workspaceId, conversationId, messageId],
  );
  if (!row) throw notFound();
  if (row.provider_message_id)
    return openText(ctx.keyring, providerMessageIdPlace(ctx.workspaceId, messageId), row.provider_message_id);
  const stored = openContent(ctx.keyring, { workspaceId: ctx.workspaceId, id: messageId, content: row.content });
  const id = stored && "content" in stored ? stored.providerMessageId : undefined;
  if (id === undefined) throw messageNotRepliable();
  return id;
}
