import type { ResolvedContacts } from "../contacts/resolve-contacts.ts";
import { conversationKey, ensureConversations, type ConversationTouch } from "../conversations/touch-conversations.ts";
import type { NewMessageRow } from "../messages/insert-messages.ts";
import { contentSubject, sealContent, storedType } from "../messages/message-content.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { DataKey } from "../platform/keyring.ts";
import type { Batch, MessageDraft } from "./batch.ts";

/** A draft with its people known and its body sealed. */
export interface Placed {
  draft: MessageDraft;
  row: NewMessageRow;
  key: DataKey;
}

export interface CreatedConversation {
  workspaceId: string;
  conversationId: string;
  contactId: string;
  channelId: string;
}

/** Finds or makes the conversations and seals the bodies. */
export async function placeMessages(
  tx: Tx,
  batch: Pick<Batch, "messages">,
  people: ResolvedContacts,
  now: Date,
): Promise<{ placed: Placed[]; created: CreatedConversation[] }> {
  const contactOf = (at: number): string => {
    const id = people.contactIds[at];
    if (id === null || id === undefined) throw new Error("a message without a contact");
    return id;
  };
  const wanted = batch.messages.map((draft) => ({
    workspaceId: draft.channel.workspaceId,
    channelId: draft.channel.id,
    contactId: contactOf(draft.person),
    at: draft.at,
    status: draft.isHistory ? ("resolved" as const) : ("open" as const),
  }));
  const conversations = await ensureConversations(tx, wanted, now);
  const placed = batch.messages.map((draft, i) => {
    const place = wanted[i];
    const conversation = place && conversations.get(conversationKey(place));
    if (!place || !conversation) throw new Error("a message without a conversation");
    const { channel } = draft;
    const senderContactId = draft.sender === null ? null : contactOf(draft.sender);
    const subject = contentSubject(channel, senderContactId ?? place.contactId, now);
    const key = people.keys.get(subject);
    if (!key) throw new Error("a message without a key");
    const id = newId("msg");
    const row: NewMessageRow = {
      ...{ workspaceId: channel.workspaceId, id, conversationId: conversation.id, channelId: channel.id },
      ...{ contactId: place.contactId, senderContactId, authorKind: draft.authorKind, authorId: null },
      ...{ direction: draft.direction, type: draft.stored ? storedType(draft.stored.content) : "unsupported" },
      content: draft.stored ? sealContent(key, channel.workspaceId, id, draft.stored) : null,
      ...{
        providerMessageIndex: draft.index,
        replyToIndex: draft.replyToIndex,
        status: draft.status,
        error: draft.error,
      },
      ...{ sortAt: draft.at, sentAt: draft.at, receivedAt: draft.receivedAt, scheduledAt: null, purpose: null },
      ...{ editedAt: draft.editedAt, deletedAt: draft.deletedAt },
    };
    return { draft, row, key };
  });
  const created: CreatedConversation[] = [];
  const seen = new Set<string>();
  for (const place of wanted) {
    const found = conversations.get(conversationKey(place));
    if (!found?.isNew || seen.has(found.id)) continue;
    seen.add(found.id);
    const { workspaceId, contactId, channelId } = place;
    created.push({ workspaceId, conversationId: found.id, contactId, channelId });
  }
  return { placed, created };
}

/** One touch per conversation, of the messages that really went in. */
export function touchesOf(fresh: readonly Placed[]): ConversationTouch[] {
  const byId = new Map<string, ConversationTouch>();
  for (const { draft, row } of fresh) {
    const { workspaceId, conversationId } = row;
    const known = byId.get(conversationId);
    const touch = known ?? {
      ...{ workspaceId, conversationId, inboundCount: 0, lastMessageAt: row.sortAt, lastMessageId: row.id },
      ...{ lastInboundAt: null, isReopening: false },
    };
    if (!known) byId.set(conversationId, touch);
    if (draft.isFresh) {
      touch.inboundCount += 1;
      touch.isReopening = true;
    }
    if (draft.opensWindow && (touch.lastInboundAt === null || draft.at > touch.lastInboundAt))
      touch.lastInboundAt = draft.at;
    // equal times: the later id, as the thread has it
    if (row.sortAt >= touch.lastMessageAt) {
      touch.lastMessageAt = row.sortAt;
      touch.lastMessageId = row.id;
    }
  }
  return [...byId.values()];
}
