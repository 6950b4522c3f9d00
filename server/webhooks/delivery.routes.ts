import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { eventTypesSchema } from "./change-endpoint.ts";
import {
  deliveryDetail,
  deliveryStates,
  deliveryView,
  getDelivery,
  listDeliveries,
  recoverDeliveries,
  refillView,
  replayDeliveries,
  replayDelivery,
} from "./delivery.ts";
import { endpointDisabled } from "./endpoint.ts";

const params = z.object({ id: z.string().max(64) });
const at = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const typeList = z
  .string()
  .max(500)
  .transform((text) => text.split(",").map((type) => type.trim()))
  .pipe(eventTypesSchema);

export const deliveryRoutes = [
  route({
    id: "delivery.list",
    method: "GET",
    path: "/v1/webhook-endpoints/:id/deliveries",
    summary: "What went to an endpoint, what waits and what failed; newest event first",
    permission: "webhook:read",
    params,
    query: pageQuery.extend({
      state: z.enum(deliveryStates).optional(),
      types: typeList.optional().describe("Types separated by commas; `*` stands for anything."),
    }),
    returns: pageOf(deliveryView),
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => listDeliveries(ctx, id, query),
  }),
  route({
    id: "delivery.get",
    method: "GET",
    path: "/v1/deliveries/:id",
    summary: "One delivery with its attempts",
    description:
      "What was sent is rendered at each attempt and kept nowhere; `GET /v1/events` shows the event as it is now.",
    permission: "webhook:read",
    params,
    returns: deliveryDetail,
    problems: [notFound],
    run: (ctx, { params: { id } }) => getDelivery(ctx, id),
  }),
  route({
    id: "delivery.replay",
    method: "POST",
    path: "/v1/deliveries/:id/replay",
    summary: "Deliver one event again",
    description: "At once, with the same `webhook-id` and a new schedule, whether it arrived before or not.",
    permission: "webhook:manage",
    status: 202,
    idempotent: true,
    params,
    returns: deliveryDetail,
    problems: [notFound, endpointDisabled],
    run: (ctx, { params: { id } }) => replayDelivery(ctx, id),
  }),
  route({
    id: "webhook_endpoint.recover",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/recover",
    summary: "Deliver everything that did not arrive since a time",
    description: "What failed, what waits, and what was never tried; the log reaches back 30 days.",
    permission: "webhook:manage",
    status: 202,
    params,
    body: z.object({ since: at }),
    returns: refillView,
    problems: [notFound, endpointDisabled],
    run: (ctx, { params: { id }, body }) => recoverDeliveries(ctx, id, body.since),
  }),
  route({
    id: "webhook_endpoint.replay",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/replay",
    summary: "Deliver a part of the past again",
    description: "Events of a time span and of some types, delivered or not.",
    permission: "webhook:manage",
    status: 202,
    params,
    body: z.object({
      since: at,
      until: at.optional(),
      eventTypes: eventTypesSchema.optional(),
      isFailedOnly: z.boolean().default(false).describe("Leave out what was delivered."),
    }),
    returns: refillView,
    problems: [notFound, endpointDisabled],
    run: (ctx, { params: { id }, body: { eventTypes: types, ...body } }) =>
      replayDeliveries(ctx, id, { ...body, types }),
  }),
];
