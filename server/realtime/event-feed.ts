import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { mayKnow, mayReadBody } from "./event-access.ts";
import { idIn, readBodies } from "./event-bodies.ts";
import { readBounds, readLog, type LoggedEvent } from "./event-log.ts";

export const positionUnknown = problem({
  code: "event.position_unknown",
  status: 410,
  title: "The log does not reach to that position.",
  fix: "Read the present state from the lists, then follow the log again without `after`.",
});

const tooOld = "The position lies before the oldest event that is kept; events are kept for 31 days.";
const inTheFuture =
  "The position lies in the future: the log has not come that far. It belongs to another workspace, or to a database from before a restore.";

export const eventView = z
  .object({
    id: z.string(),
    type: z.string(),
    position: z.string().describe("Place in the workspace's log; `after` takes it. Later events have later positions."),
    occurredAt: z.iso.datetime(),
    data: z
      .record(z.string(), z.unknown())
      .describe(
        "Ids, and for `message.*`, `conversation.*` and `note.*` what they mean now in `message`, `conversation` or `note`; null when it is gone.",
      ),
  })
  .meta({ id: "Event" });
export type EventView = z.output<typeof eventView>;

export interface FeedQuery {
  after?: string | undefined;
  types?: readonly string[] | undefined;
  limit: number;
}

export interface FeedPage {
  data: EventView[];
  /** `after` of the next page; null when nothing more is there now */
  nextCursor: string | null;
  /** everything up to here was looked at: `after` of a later call */
  lastPosition: string;
}

// A filter that finds nothing must not read the whole log in one call.
const maxScanned = 50_000;

const pattern = (glob: string): string => glob.replaceAll("_", "\\_").replaceAll("*", "%");

/**
 * A page of the workspace's log after a position, in order: nothing is skipped and nothing comes twice, however many write at the
 * same time. Without `after` it begins with the oldest event that is kept. @throws event.position_unknown
 */
export async function listEvents(ctx: Ctx, query: FeedQuery): Promise<FeedPage> {
  const { tx, workspaceId, actor } = ctx;
  const { oldest, latest } = await readBounds(tx, workspaceId);
  const after = query.after === undefined ? oldest - 1 : Number(query.after);
  if (after + 1 < oldest) throw positionUnknown({ detail: tooOld });
  if (after > latest) throw positionUnknown({ detail: inTheFuture });
  const upTo = Math.min(latest, after + maxScanned);
  const events = await readLog(tx, workspaceId, {
    after,
    upTo,
    limit: query.limit,
    types: query.types?.map(pattern) ?? null,
    channelIds: channelGrants(actor),
  });
  const lastRead = events.length === query.limit ? (events.at(-1)?.position ?? upTo) : upTo;
  return {
    data: await render(
      ctx,
      events.filter((event) => mayKnow(actor, event)),
    ),
    nextCursor: lastRead < latest ? String(lastRead) : null,
    lastPosition: String(lastRead),
  };
}

const bodyKinds = { message: "messageId", conversation: "conversationId", note: "noteId" } as const;
type BodyKind = keyof typeof bodyKinds;

function bodyOf(ctx: Ctx, event: LoggedEvent): { kind: BodyKind; id: string } | undefined {
  const kind = event.type.slice(0, event.type.indexOf("."));
  if (!(kind in bodyKinds) || !mayReadBody(ctx.actor, event.type)) return undefined;
  const id = idIn(event.payload, bodyKinds[kind as BodyKind]);
  return id === undefined ? undefined : { kind: kind as BodyKind, id };
}

async function render(ctx: Ctx, events: readonly LoggedEvent[]): Promise<EventView[]> {
  const wanted = { message: new Set<string>(), conversation: new Set<string>(), note: new Set<string>() };
  const bodies = events.map((event) => bodyOf(ctx, event));
  for (const body of bodies) if (body) wanted[body.kind].add(body.id);
  const found = await readBodies(ctx, {
    messageIds: wanted.message,
    conversationIds: wanted.conversation,
    noteIds: wanted.note,
  });
  const views = { message: found.messages, conversation: found.conversations, note: found.notes };
  return events.map((event, i) => {
    const body = bodies[i];
    return {
      id: event.id,
      type: event.type,
      position: String(event.position),
      occurredAt: event.occurredAt.toISOString(),
      data: { ...event.payload, ...(body ? { [body.kind]: views[body.kind].get(body.id) ?? null } : {}) },
    };
  });
}
