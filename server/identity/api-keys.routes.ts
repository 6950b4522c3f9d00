import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  alreadyRotated,
  apiKeyNameSchema,
  ApiKeyView,
  createApiKey,
  listApiKeys,
  overlapHoursSchema,
  revokeApiKey,
  rotateApiKey,
  scopesSchema,
} from "./api-keys.ts";

const listApiKeysRoute = route({
  id: "api_key.list",
  method: "GET",
  path: "/v1/api-keys",
  summary: "The API keys, newest first",
  permission: "api_key:read",
  query: pageQuery,
  returns: pageOf(ApiKeyView),
  run: (ctx, { query }) => listApiKeys(ctx, query),
});

const createApiKeyRoute = route({
  id: "api_key.create",
  method: "POST",
  path: "/v1/api-keys",
  summary: "Make an API key",
  description: "The key is in this answer only. Its scopes are permissions; it cannot hold one that its maker lacks.",
  permission: "api_key:manage",
  status: 201,
  body: z.object({
    name: apiKeyNameSchema,
    scopes: scopesSchema,
    channelIds: z.array(z.string().max(64)).min(1).max(500).nullable().default(null),
    expiresAt: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .nullable()
      .default(null),
  }),
  returns: ApiKeyView.extend({ key: z.string().describe("Shown once.") }),
  run: (ctx, { body }) => createApiKey(ctx, body),
});

const rotateApiKeyRoute = route({
  id: "api_key.rotate",
  method: "POST",
  path: "/v1/api-keys/:id/rotate",
  summary: "Replace an API key by a new one",
  description:
    "The new key has the same name, scopes, channels, rate and span of life, and is in this answer only. The old one goes on for `overlapHours`; with 0 it ends at once.",
  permission: "api_key:manage",
  status: 201,
  params: z.object({ id: z.string().max(64) }),
  body: z.object({ overlapHours: overlapHoursSchema }),
  returns: ApiKeyView.extend({ key: z.string().describe("Shown once."), previousExpiresAt: z.iso.datetime() }),
  problems: [notFound, alreadyRotated],
  run: (ctx, { params, body }) => rotateApiKey(ctx, params.id, body.overlapHours),
});

const revokeApiKeyRoute = route({
  id: "api_key.delete",
  method: "DELETE",
  path: "/v1/api-keys/:id",
  summary: "Revoke an API key",
  description: "It stops working everywhere within five seconds.",
  permission: "api_key:manage",
  params: z.object({ id: z.string().max(64) }),
  problems: [notFound],
  run: (ctx, { params }) => revokeApiKey(ctx, params.id),
});

export const apiKeyRoutes = [listApiKeysRoute, createApiKeyRoute, rotateApiKeyRoute, revokeApiKeyRoute];
