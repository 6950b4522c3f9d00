import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { mayKnow } from "./event-access.ts";
import { readBounds, readLog } from "./event-log.ts";
import { renderEvents, type EventView } from "./render-events.ts";

export const positionUnknown = problem({
  code: "event.position_unknown",
  status: 410,
  title: "The log does not reach to that position.",
  fix: "Read the present state from the lists, then follow the log again without `after`.",
});

const tooOld = "The position lies before the oldest event that is kept; events are kept for 31 days.";
const inTheFuture =
  "The position lies in the future: the log has not come that far. It belongs to another workspace, or to a database from before a restore.";

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

/** A type with `*` as a pattern for LIKE. */
export const likePattern = (glob: string): string => glob.replaceAll("_", "\\_").replaceAll("*", "%");

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
    types: query.types?.map(likePattern) ?? null,
    channelIds: channelGrants(actor),
  });
  const lastRead = events.length === query.limit ? (events.at(-1)?.position ?? upTo) : upTo;
  return {
    data: await renderEvents(
      ctx,
      events.filter((event) => mayKnow(actor, event)),
    ),
    nextCursor: lastRead < latest ? String(lastRead) : null,
    lastPosition: String(lastRead),
  };
}
