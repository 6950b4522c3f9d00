import { z } from "zod";
import { route } from "../platform/route.ts";
import { streamPermission } from "./check-access.ts";
import { assertTypes } from "./event-access.ts";
import { listEvents, positionUnknown } from "./event-feed.ts";
import { eventView } from "./render-events.ts";

const types = z
  .string()
  .max(500)
  .transform((text) => text.split(",").map((type) => type.trim()))
  .pipe(
    z.array(z.string().regex(/^[a-z_]*\*?(\.[a-z_]*\*?)?$/, "is not a type, nor a pattern like message.*")).max(50),
  );

export const eventRoutes = [
  route({
    id: "event.list",
    method: "GET",
    path: "/v1/events",
    summary: "Follow the log of what happened",
    description:
      "Events in the order of their commits, for 31 days: a reader that goes on after the last position it has misses nothing and gets nothing twice. Bodies are read at the time of the call, and need the permission to read them. Ask again with `lastPosition` for what comes later.",
    permission: "event:read",
    query: z.object({
      after: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe("Goes on after this position. Without it: from the oldest event that is kept."),
      types: types
        .optional()
        .describe("Types separated by commas; `*` stands for anything: `message.*,contact.erased`."),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    returns: z.object({
      data: z.array(eventView),
      nextCursor: z.string().nullable().describe("`after` of the next page; null when there is no more now."),
      lastPosition: z.string().describe("Everything up to here was looked at: `after` of a later call."),
    }),
    problems: [positionUnknown],
    run: (ctx, { query }) => {
      if (query.types) assertTypes(ctx, query.types, "query.types");
      return listEvents(ctx, query);
    },
  }),
  route({
    id: "stream.follow",
    method: "GET",
    path: "/v1/stream",
    summary: "Live stream of what happens (server-sent events)",
    description:
      "Begins with `ready`. `id` is a position: a client that comes back with `Last-Event-ID` gets what it missed, or `reset` when that is too much or too old, and then reads the lists again.",
    permission: streamPermission,
    kind: "stream",
    run: (ctx) => ctx.realtime.follow(ctx),
  }),
];
