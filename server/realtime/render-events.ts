// What an event looks like to a program: the feed and the webhooks say the same, in the same words.
import { z } from "zod";
import { conversationView } from "../conversations/conversation-view.ts";
import { noteView } from "../conversations/note.ts";
import { messageView } from "../messages/message-view.ts";
import type { Ctx } from "../platform/context.ts";
import { mayReadBody } from "./event-access.ts";
import { idIn, readBodies } from "./event-bodies.ts";
import type { LoggedEvent } from "./event-log.ts";

export const eventView = z
  .object({
    id: z.string(),
    type: z.string(),
    position: z.string().describe("Place in the workspace's log; `after` takes it. Later events have later positions."),
    occurredAt: z.iso.datetime(),
    data: z
      .record(z.string(), z.unknown())
      .describe(
        "Ids, and for `message.*`, `conversation.*` and `note.*` what they mean now in `message`, `conversation` or `note`; null when it is gone. A message whose content was destroyed has `content: null` and `contentDestroyedAt`.",
      ),
  })
  .meta({ id: "Event" });
export type EventView = z.output<typeof eventView>;

const bodyKinds = { message: "messageId", conversation: "conversationId", note: "noteId" } as const;
type BodyKind = keyof typeof bodyKinds;

/** What an event's `data` shows besides its payload, by the noun of its type. */
export const eventBodies: Readonly<Record<BodyKind, z.ZodType>> = {
  message: messageView,
  conversation: conversationView,
  note: noteView,
};

function bodyOf(ctx: Ctx, event: LoggedEvent): { kind: BodyKind; id: string } | undefined {
  const kind = event.type.slice(0, event.type.indexOf("."));
  if (!(kind in bodyKinds) || !mayReadBody(ctx.actor, event.type)) return undefined;
  const id = idIn(event.payload, bodyKinds[kind as BodyKind]);
  return id === undefined ? undefined : { kind: kind as BodyKind, id };
}

/** Bodies are read now: what was erased since is not in them. What the actor may not read is left out. */
export async function renderEvents(ctx: Ctx, events: readonly LoggedEvent[]): Promise<EventView[]> {
  const wanted = { message: new Set<string>(), conversation: new Set<string>(), note: new Set<string>() };
  const bodies = events.map((event) => bodyOf(ctx, event));
  for (const body of bodies) if (body) wanted[body.kind].add(body.id);
  const found = await readBodies(ctx, {
    messageIds: wanted.message,
    conversationIds: wanted.conversation,
    noteIds: wanted.note,
  });
  const views = { message: found.messages, conversation: found.conversations, note: found.notes };
  const viewOf = ({ kind, id }: { kind: BodyKind; id: string }): object | null => {
    const view = views[kind].get(id);
    // a key goes before its rows are cleared, and they know the time
    const destroyedAt = { contentDestroyedAt: ctx.clock.now().toISOString() };
    return view && "content" in view ? { ...destroyedAt, ...view } : (view ?? null);
  };
  return events.map((event, i) => {
    const body = bodies[i];
    return {
      id: event.id,
      type: event.type,
      position: String(event.position),
      occurredAt: event.occurredAt.toISOString(),
      data: { ...event.payload, ...(body ? { [body.kind]: viewOf(body) } : {}) },
    };
  });
}
