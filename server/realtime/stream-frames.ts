// What the stream says about events: rendered once for everyone who listens, as the text that goes over the wire.
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { Ctx } from "../platform/context.ts";
import { onlyFor } from "./event-access.ts";
import { idIn, readBodies, type Bodies } from "./event-bodies.ts";
import type { LoggedEvent } from "./event-log.ts";

export interface Frame {
  event: LoggedEvent;
  text: string;
}

/** Events that change nothing but a tick under a message: what changed is in the event. */
const tickOf: Readonly<Record<string, string>> = {
  "message.delivered": "delivered",
  "message.read": "read",
  "message.played": "played",
};

export function formatFrame(position: number, type: string, data: Record<string, unknown>): string {
  return `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify({ position, type, ...data })}\n\n`;
}

const isAboutConversation = (event: LoggedEvent): boolean =>
  event.conversationId !== null &&
  onlyFor(event) === undefined &&
  (event.type.startsWith("message.") || event.type.startsWith("conversation."));

function messageIdOf(event: LoggedEvent): string | undefined {
  const isMessage = event.type.startsWith("message.") || event.type.startsWith("attachment.");
  return isMessage && !(event.type in tickOf) ? idIn(event.payload, "messageId") : undefined;
}

const noteIdOf = (event: LoggedEvent): string | undefined =>
  event.type.startsWith("note.") ? idIn(event.payload, "noteId") : undefined;

/** `unreadCount` is one member's; listeners work theirs out of `inboundCount`. */
function shared({ unreadCount: _own, ...conversation }: ConversationView): Omit<ConversationView, "unreadCount"> {
  return conversation;
}

/** Frames of events that follow each other. A conversation is shown with its last event, so that a burst is read once. */
export async function renderFrames(ctx: Ctx, events: readonly LoggedEvent[]): Promise<Frame[]> {
  const lastOf = new Map<string, LoggedEvent>();
  const messageIds = new Set<string>();
  const noteIds = new Set<string>();
  for (const event of events) {
    if (event.conversationId !== null && isAboutConversation(event)) lastOf.set(event.conversationId, event);
    const messageId = messageIdOf(event);
    if (messageId !== undefined) messageIds.add(messageId);
    const noteId = noteIdOf(event);
    if (noteId !== undefined) noteIds.add(noteId);
  }
  const [bodies, marks] = await Promise.all([
    readBodies(ctx, { messageIds, noteIds, conversationIds: new Set(lastOf.keys()) }),
    readMarks(ctx, events),
  ]);
  return events.map((event) => ({
    event,
    text: formatFrame(event.position, event.type, {
      occurredAt: event.occurredAt.toISOString(),
      ...event.payload,
      ...bodyOf(event, bodies),
      ...(event.conversationId !== null && lastOf.get(event.conversationId) === event
        ? { conversation: shareable(bodies, event.conversationId) }
        : {}),
      ...(onlyFor(event) === undefined ? {} : { readCount: marks.get(markKey(event.payload)) ?? 0 }),
    }),
  }));
}

function shareable(bodies: Bodies, id: string): Omit<ConversationView, "unreadCount"> | null {
  const view = bodies.conversations.get(id);
  return view ? shared(view) : null;
}

function bodyOf(event: LoggedEvent, bodies: Bodies): Record<string, unknown> {
  const status = tickOf[event.type];
  if (status !== undefined) return { status, at: event.occurredAt.toISOString() };
  const messageId = messageIdOf(event);
  if (messageId !== undefined) return { message: bodies.messages.get(messageId) ?? null };
  const noteId = noteIdOf(event);
  return noteId === undefined ? {} : { note: bodies.notes.get(noteId) ?? null };
}

const markKey = (payload: Record<string, unknown>): string =>
  `${String(payload["memberId"])}/${String(payload["conversationId"])}`;

/** How far members have read, for the events that say that they did. */
async function readMarks(ctx: Ctx, events: readonly LoggedEvent[]): Promise<Map<string, number>> {
  const own = events.filter((event) => onlyFor(event) !== undefined);
  if (own.length === 0) return new Map();
  const rows = await ctx.tx.named<{ member_id: string; conversation_id: string; read_count: number }>(
    "member_read.marks",
    `select member_id, conversation_id, read_count from member_read
     where workspace_id = $1 and member_id = any ($2::text[]) and conversation_id = any ($3::text[])`,
    [
      ctx.workspaceId,
      own.map((event) => idIn(event.payload, "memberId")),
      own.map((event) => idIn(event.payload, "conversationId")),
    ],
  );
  return new Map(rows.map((row) => [`${row.member_id}/${row.conversation_id}`, Number(row.read_count)]));
}
