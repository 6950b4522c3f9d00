import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  inboundEventView,
  listInboundEvents,
  readInboundEvent,
  replayFailed,
  replayInboundEvent,
  resolveInboundEvent,
} from "./review-events.ts";

const params = z.object({ id: z.string().max(64) });

export const inboundEventRoutes = [
  route({
    id: "inbound_event.list",
    method: "GET",
    path: "/v1/channels/:id/inbound-events",
    summary: "List what a channel received and could not show",
    permission: "channel:manage",
    params,
    query: pageQuery.extend({
      kind: z.enum(["poison", "unknown"]).optional(),
      isResolved: z.stringbool().default(false),
    }),
    returns: pageOf(inboundEventView),
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => listInboundEvents(ctx, id, query),
  }),
  route({
    id: "inbound_event.get",
    method: "GET",
    path: "/v1/inbound-events/:id",
    summary: "Read a part as it came",
    permission: "channel:manage",
    params,
    returns: inboundEventView.extend({ body: z.unknown() }),
    problems: [notFound],
    run: (ctx, { params: { id } }) => readInboundEvent(ctx, id),
  }),
  route({
    id: "inbound_event.replay",
    method: "POST",
    path: "/v1/inbound-events/:id/replay",
    summary: "Apply a part again",
    description: "Safe to repeat: what is known already changes nothing.",
    permission: "channel:manage",
    isOpen: true,
    params,
    returns: inboundEventView,
    problems: [notFound, replayFailed],
    run: (ctx, { params: { id } }) => replayInboundEvent(ctx, id),
  }),
  route({
    id: "inbound_event.resolve",
    method: "POST",
    path: "/v1/inbound-events/:id/resolve",
    summary: "Take a part off the list",
    permission: "channel:manage",
    params,
    returns: inboundEventView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => resolveInboundEvent(ctx, id),
  }),
];
