// Bodies of events, read when they are asked for: what was erased since is not in them.
import { readConversations } from "../conversations/list-conversations.ts";
import type { ConversationView } from "../conversations/conversation-view.ts";
import { readNotes, type NoteView } from "../conversations/note.ts";
import type { MessageView } from "../messages/message-view.ts";
import { readMessages } from "../messages/read-messages.ts";
import type { Ctx } from "../platform/context.ts";

export interface Bodies {
  messages: ReadonlyMap<string, MessageView>;
  conversations: ReadonlyMap<string, ConversationView>;
  notes: ReadonlyMap<string, NoteView>;
}

export interface WantedBodies {
  messageIds: ReadonlySet<string>;
  conversationIds: ReadonlySet<string>;
  noteIds: ReadonlySet<string>;
}

const byId = <V extends { id: string }>(views: readonly V[]): Map<string, V> =>
  new Map(views.map((view) => [view.id, view]));

/** One query for each kind; what is gone, or outside the actor's grants, is missing from the maps. */
export async function readBodies(ctx: Ctx, wanted: WantedBodies): Promise<Bodies> {
  const { messageIds, conversationIds, noteIds } = wanted;
  const [messages, conversations, notes] = await Promise.all([
    messageIds.size > 0 ? readMessages(ctx, [...messageIds]) : [],
    conversationIds.size > 0 ? readConversations(ctx, [...conversationIds]) : [],
    noteIds.size > 0 ? readNotes(ctx, [...noteIds]) : [],
  ]);
  return { messages: byId(messages), conversations: byId(conversations), notes: byId(notes) };
}

export const idIn = (payload: Record<string, unknown>, name: string): string | undefined => {
  const id = payload[name];
  return typeof id === "string" ? id : undefined;
};
