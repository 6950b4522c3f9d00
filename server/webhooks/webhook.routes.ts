import { z } from "zod";
import { forbidden, notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  createEndpoint,
  deleteEndpoint,
  enableEndpoint,
  endpointPatch,
  newEndpoint,
  rotateSecret,
  switchOff,
  updateEndpoint,
} from "./change-endpoint.ts";
import {
  endpointUrlRefused,
  endpointUrlTaken,
  endpointView,
  getEndpoint,
  listEndpoints,
  tooManyEndpoints,
} from "./endpoint.ts";
import { testEndpoint, testResult } from "./test-endpoint.ts";

const params = z.object({ id: z.string().max(64) });
const withSecret = endpointView.extend({
  secret: z.string().describe("`whsec_…`: checks `v1` signatures. Shown once."),
});

export const webhookRoutes = [
  route({
    id: "webhook_endpoint.list",
    method: "GET",
    path: "/v1/webhook-endpoints",
    summary: "The webhook endpoints",
    permission: "webhook:read",
    returns: z.object({ data: z.array(endpointView), nextCursor: z.null() }),
    run: listEndpoints,
  }),
  route({
    id: "webhook_endpoint.create",
    method: "POST",
    path: "/v1/webhook-endpoints",
    summary: "Have events delivered to an address",
    description:
      "Deliveries follow Standard Webhooks: `webhook-id` (the event's id, the same over all attempts), `webhook-timestamp` and `webhook-signature` with `v1` (HMAC-SHA256) and `v1a` (ed25519). Only a 2xx answer within 15 seconds is success; then it comes again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h and 20 h. 410 switches the endpoint off, 429, 502, 504 and `Retry-After` slow it down, redirects are not followed.",
    permission: "webhook:manage",
    status: 201,
    body: newEndpoint,
    returns: withSecret,
    problems: [forbidden, endpointUrlRefused, endpointUrlTaken, tooManyEndpoints],
    run: (ctx, { body }) => createEndpoint(ctx, body),
  }),
  route({
    id: "webhook_endpoint.get",
    method: "GET",
    path: "/v1/webhook-endpoints/:id",
    summary: "One webhook endpoint, and how its receiver fares",
    permission: "webhook:read",
    params,
    returns: endpointView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => getEndpoint(ctx, id),
  }),
  route({
    id: "webhook_endpoint.update",
    method: "PATCH",
    path: "/v1/webhook-endpoints/:id",
    summary: "Change a webhook endpoint",
    description: "What waits goes to the new address. `headers` replaces all custom headers.",
    permission: "webhook:manage",
    params,
    body: endpointPatch,
    returns: endpointView,
    problems: [notFound, forbidden, endpointUrlRefused, endpointUrlTaken],
    run: (ctx, { params: { id }, body }) => updateEndpoint(ctx, id, body),
  }),
  route({
    id: "webhook_endpoint.delete",
    method: "DELETE",
    path: "/v1/webhook-endpoints/:id",
    summary: "Remove a webhook endpoint",
    description: "With its keys, its deliveries and their log.",
    permission: "webhook:manage",
    params,
    problems: [notFound],
    run: (ctx, { params: { id } }) => deleteEndpoint(ctx, id),
  }),
  route({
    id: "webhook_endpoint.enable",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/enable",
    summary: "Switch a webhook endpoint on again",
    permission: "webhook:manage",
    params,
    body: z.object({
      backlog: z
        .enum(["deliver", "skip"])
        .default("deliver")
        .describe(
          "`deliver`: what it missed comes, oldest first, 50 in a second. `skip`: only what happens from now on.",
        ),
    }),
    returns: endpointView,
    problems: [notFound],
    run: (ctx, { params: { id }, body }) => enableEndpoint(ctx, id, body.backlog),
  }),
  route({
    id: "webhook_endpoint.disable",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/disable",
    summary: "Switch a webhook endpoint off",
    description: "What waits is kept, and what happens meanwhile stays in the log for 30 days.",
    permission: "webhook:manage",
    params,
    returns: endpointView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => switchOff(ctx, id),
  }),
  route({
    id: "webhook_endpoint.rotate_secret",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/rotate-secret",
    summary: "New signing keys",
    description:
      "Deliveries carry signatures of the old and the new keys for 24 hours. `X-Hub-Signature-256` has room for one: it is made with the new secret at once, and what is refused meanwhile comes again.",
    permission: "webhook:manage",
    params,
    returns: withSecret,
    problems: [notFound],
    run: (ctx, { params: { id } }) => rotateSecret(ctx, id),
  }),
  route({
    id: "webhook_endpoint.test",
    method: "POST",
    path: "/v1/webhook-endpoints/:id/test",
    summary: "Send a signed sample now",
    description:
      "An event `webhook.test` (or a message in Cloud API shape), signed like all others, and what the receiver answered. It is in no log.",
    permission: "webhook:manage",
    rateLimit: { perMinute: 30 },
    isOpen: true,
    params,
    returns: testResult,
    problems: [notFound],
    run: (ctx, { params: { id } }) => testEndpoint(ctx, id),
  }),
];
