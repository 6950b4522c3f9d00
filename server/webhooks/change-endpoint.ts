// Making, changing, switching and removing webhook endpoints.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { actedBy } from "../identity/identity-events.ts";
import { assertChannels } from "../identity/members.ts";
import type { Ctx } from "../platform/context.ts";
import { assertUrl, SafeFetchError } from "../platform/egress-guard.ts";
import { newId } from "../platform/ids.ts";
import { forbidden } from "../platform/problem.ts";
import { isAllowed } from "../platform/route.ts";
import { blindIndex } from "../platform/seal.ts";
import { assertTypes, neededFor } from "../realtime/event-access.ts";
import { likePattern } from "../realtime/event-feed.ts";
import {
  assertEndpoint,
  endpointStyles,
  endpointUrlRefused,
  endpointUrlTaken,
  getEndpoint,
  tooManyEndpoints,
  type EndpointView,
} from "./endpoint.ts";
import { newKeys, openSecrets, ROTATION_OVERLAP_MS, sealSecrets, type EndpointSecrets } from "./endpoint-secrets.ts";
import { disableEndpoint, followForEndpoints } from "./endpoint-state.ts";
import { refill } from "./fill.ts";
import { webhookEndpointChanged } from "./webhook-events.ts";

const MAX_ENDPOINTS = 50;

// what carries the request, and what we sign, is not for others to set
const ownHeaders =
  /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|user-agent|webhook-.*|x-hub-.*)$/;
const headers = z
  .record(
    z
      .string()
      .max(100)
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "is no header name")
      .transform((name) => name.toLowerCase())
      .refine((name) => !ownHeaders.test(name), "is set by Keepword itself"),
    z
      .string()
      .max(2_000)
      .regex(/^[\x20-\x7e]*$/, "may hold printable ASCII only"),
  )
  .refine((all) => Object.keys(all).length <= 20, "20 at most")
  .describe("Sent with every delivery, such as `authorization`. Values are kept sealed and not shown again.");

export const eventTypesSchema = z
  .array(
    z
      .string()
      .max(60)
      .regex(/^[a-z_]*\*?(\.[a-z_]*\*?)?$/, "is not a type, nor a pattern like message.*")
      .min(1),
  )
  .min(1)
  .max(50)
  .transform((types) => [...new Set(types)])
  .describe("Types, with `*` for anything: `message.*`, `contact.erased`, `*`.");

const url = z.string().trim().min(1).max(2_000);
const channelIds = z.array(z.string().max(64)).min(1).max(500).nullable();
const description = z.string().trim().max(200);

export const newEndpoint = z.object({
  url,
  eventTypes: eventTypesSchema,
  channelIds: channelIds.default(null).describe("Only events of these channels, and those of no channel."),
  ordered: z
    .boolean()
    .default(false)
    .describe("Events of a conversation never overtake each other: one that fails holds back those behind it."),
  style: z
    .enum(endpointStyles)
    .default("standard")
    .describe(
      "`cloud_api`: received messages and statuses in the shape of WhatsApp's Cloud API, with `X-Hub-Signature-256` made with the endpoint's secret.",
    ),
  description: description.default(""),
  headers: headers.default({}),
});
export const endpointPatch = z.object({
  url: url.optional(),
  eventTypes: eventTypesSchema.optional(),
  channelIds: channelIds.optional(),
  ordered: z.boolean().optional(),
  description: description.optional(),
  headers: headers.optional(),
});

/** The address as it is called. @throws webhook_endpoint.url_refused */
function checkUrl(ctx: Ctx, text: string): string {
  try {
    return assertUrl(text, () => (ctx.config.allowPrivateTargets ? "local" : "strict")).href;
  } catch (error) {
    if (error instanceof SafeFetchError) throw endpointUrlRefused({ detail: `${error.message}.` });
    throw error;
  }
}

const urlIndex = (ctx: Ctx, href: string): Buffer =>
  blindIndex(ctx.keyring.indexKey(ctx.workspaceId, "webhook_url"), "url", href);

/** Nobody has more sent than they may read. @throws forbidden */
function checkReach(ctx: Ctx, eventTypes: readonly string[], wanted: readonly string[] | null): void {
  const missing = neededFor(eventTypes).find((permission) => !isAllowed(ctx.actor, permission));
  if (missing) throw forbidden({ permission: missing, detail: "Some of these events speak of what you may not read." });
  const own = channelGrants(ctx.actor);
  if (own && !wanted?.every((id) => own.includes(id))) throw forbidden({ detail: "A channel is not yours to follow." });
}

async function assertFreeUrl(ctx: Ctx, index: Buffer, exceptId: string): Promise<void> {
  const rows = await ctx.tx.named(
    "webhook.same_url",
    "select 1 from webhook_endpoint where workspace_id = $1 and url_index = $2 and id <> $3",
    [ctx.workspaceId, index, exceptId],
  );
  if (rows.length > 0) throw endpointUrlTaken();
}

const changed = (
  ctx: Ctx,
  endpointId: string,
  action: "created" | "updated" | "enabled" | "secret_rotated" | "deleted",
) =>
  ctx.emit(ctx.tx, webhookEndpointChanged, [
    { workspaceId: ctx.workspaceId, payload: { endpointId, action, by: actedBy(ctx.actor) } },
  ]);

export type EndpointWithSecret = EndpointView & { secret: string };

/** The secret is in this answer only. @throws forbidden · validation_failed · url_refused · url_taken · too_many */
export async function createEndpoint(ctx: Ctx, input: z.output<typeof newEndpoint>): Promise<EndpointWithSecret> {
  const { tx, workspaceId } = ctx;
  const own = channelGrants(ctx.actor);
  const wanted = input.channelIds ?? (own ? [...own] : null);
  assertTypes(ctx, input.eventTypes, "body.eventTypes");
  checkReach(ctx, input.eventTypes, wanted);
  if (wanted) await assertChannels(ctx, wanted);
  const href = checkUrl(ctx, input.url);
  // the counter's lock makes two creations wait for each other: the count and the address are true until the commit
  await followForEndpoints(tx, workspaceId);
  const [count] = await tx.query<{ n: number }>(
    "select count(*)::int as n from webhook_endpoint where workspace_id = $1",
    [workspaceId],
  );
  if ((count?.n ?? 0) >= MAX_ENDPOINTS) throw tooManyEndpoints();
  const index = urlIndex(ctx, href);
  await assertFreeUrl(ctx, index, "");
  const id = newId("whe");
  const keys = newKeys();
  await tx.named(
    "webhook.create",
    `insert into webhook_endpoint (workspace_id, id, secrets, url_index, description, event_types, type_patterns, channel_ids, is_ordered,
       style, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
    [
      ...[workspaceId, id, sealSecrets(ctx, workspaceId, id, { url: href, headers: input.headers, keys }), index],
      ...[input.description, input.eventTypes, input.eventTypes.map(likePattern), wanted],
      ...[input.ordered, input.style, ctx.clock.now()],
    ],
  );
  await followForEndpoints(tx, workspaceId);
  await changed(ctx, id, "created");
  return { ...(await getEndpoint(ctx, id)), secret: keys.secret };
}

async function lockSecrets(ctx: Ctx, id: string): Promise<EndpointSecrets> {
  await assertEndpoint(ctx, id);
  const [row] = await ctx.tx.named<{ secrets: Buffer }>(
    "webhook.lock",
    "select secrets from webhook_endpoint where workspace_id = $1 and id = $2 for no key update",
    [ctx.workspaceId, id],
  );
  if (!row) throw new Error("an endpoint went while it was changed");
  return openSecrets(ctx, ctx.workspaceId, id, row.secrets);
}

/** @throws not_found · forbidden · validation_failed · url_refused · url_taken */
export async function updateEndpoint(
  ctx: Ctx,
  id: string,
  patch: z.output<typeof endpointPatch>,
): Promise<EndpointView> {
  const { tx, workspaceId } = ctx;
  const before = await assertEndpoint(ctx, id);
  if (patch.eventTypes) assertTypes(ctx, patch.eventTypes, "body.eventTypes");
  const eventTypes = patch.eventTypes ?? before.eventTypes;
  const wanted = patch.channelIds === undefined ? before.channelIds : patch.channelIds;
  // another address is as good as another type: what comes to it must be the caller's to read
  checkReach(ctx, eventTypes, wanted);
  if (patch.channelIds) await assertChannels(ctx, patch.channelIds);
  const secrets = await lockSecrets(ctx, id);
  const href = patch.url === undefined ? secrets.url : checkUrl(ctx, patch.url);
  const index = urlIndex(ctx, href);
  if (href !== secrets.url) await assertFreeUrl(ctx, index, id);
  const isOrdered = patch.ordered ?? before.isOrdered;
  await tx.named(
    "webhook.update",
    `update webhook_endpoint set secrets = $3, url_index = $4, description = $5, event_types = $6, type_patterns = $7, channel_ids = $8,
       is_ordered = $9, updated_at = $10 where workspace_id = $1 and id = $2`,
    [
      ...[
        workspaceId,
        id,
        sealSecrets(ctx, workspaceId, id, { ...secrets, url: href, headers: patch.headers ?? secrets.headers }),
      ],
      ...[index, patch.description ?? before.description, eventTypes, eventTypes.map(likePattern), wanted],
      ...[isOrdered, ctx.clock.now()],
    ],
  );
  if (isOrdered && !before.isOrdered) await orderPending(ctx, id);
  await changed(ctx, id, "updated");
  return getEndpoint(ctx, id);
}

/** What waits already keeps its order from now on, too. */
async function orderPending(ctx: Ctx, id: string): Promise<void> {
  await ctx.tx.named(
    "webhook.order_pending",
    `update delivery d set order_key = coalesce(v.conversation_id, v.channel_id, '') from event v
     where d.workspace_id = $1 and d.endpoint_id = $2 and d.state = 'pending' and v.workspace_id = d.workspace_id
       and v.position = d.position and v.created_at = d.event_at`,
    [ctx.workspaceId, id],
  );
}

/** New keys at once; the old ones sign too for 24 h. The new secret is in this answer only. @throws not_found */
export async function rotateSecret(ctx: Ctx, id: string): Promise<EndpointWithSecret> {
  const { url: address, headers: own, keys: old } = await lockSecrets(ctx, id);
  const keys = newKeys();
  const until = new Date(ctx.clock.ms() + ROTATION_OVERLAP_MS).toISOString();
  const sealed = sealSecrets(ctx, ctx.workspaceId, id, {
    url: address,
    headers: own,
    keys,
    previous: { keys: old, until },
  });
  await ctx.tx.named(
    "webhook.rotate",
    "update webhook_endpoint set secrets = $3, updated_at = $4 where workspace_id = $1 and id = $2",
    [ctx.workspaceId, id, sealed, ctx.clock.now()],
  );
  await changed(ctx, id, "secret_rotated");
  return { ...(await getEndpoint(ctx, id)), secret: keys.secret };
}

/**
 * Switches on again. With `deliver`, what waited and what happened meanwhile comes, oldest first at 50 a second; with `skip` the endpoint
 * begins with what happens from now on. @throws not_found
 */
export async function enableEndpoint(ctx: Ctx, id: string, backlog: "deliver" | "skip"): Promise<EndpointView> {
  const { tx, workspaceId } = ctx;
  const before = await assertEndpoint(ctx, id);
  const rows = await tx.named(
    "webhook.enable",
    `update webhook_endpoint set status = 'enabled', disabled_at = null, disabled_reason = null, failing_since = null,
       last_failure_at = null, failure_count = 0, paused_until = null where workspace_id = $1 and id = $2 and status = 'disabled' returning id`,
    [workspaceId, id],
  );
  if (rows.length === 0) return getEndpoint(ctx, id);
  // from here on commits fill it; what was committed before is in the log for the statement below
  await followForEndpoints(tx, workspaceId);
  if (backlog === "skip") {
    await tx.named(
      "webhook.skip",
      "delete from delivery where workspace_id = $1 and endpoint_id = $2 and state = 'pending'",
      [workspaceId, id],
    );
  } else {
    const oldest = await oldestPending(ctx, id);
    const since = new Date(Math.min(before.disabledAt?.getTime() ?? Infinity, oldest?.getTime() ?? Infinity));
    await refill(ctx, tx, workspaceId, { endpointId: id, since, again: "undelivered" });
  }
  await changed(ctx, id, "enabled");
  return getEndpoint(ctx, id);
}

async function oldestPending(ctx: Ctx, id: string): Promise<Date | null> {
  const [row] = await ctx.tx.named<{ at: Date | null }>(
    "webhook.oldest_pending",
    "select min(event_at) as at from delivery where workspace_id = $1 and endpoint_id = $2 and state = 'pending'",
    [ctx.workspaceId, id],
  );
  return row?.at ?? null;
}

/** @throws not_found */
export async function switchOff(ctx: Ctx, id: string): Promise<EndpointView> {
  const { workspaceId } = ctx;
  await assertEndpoint(ctx, id);
  await disableEndpoint(ctx, ctx.tx, { workspaceId, endpointId: id, reason: "by_hand", by: actedBy(ctx.actor) });
  return getEndpoint(ctx, id);
}

/** The endpoint, its keys, and what went or was to go there. @throws not_found */
export async function deleteEndpoint(ctx: Ctx, id: string): Promise<void> {
  const { tx, workspaceId } = ctx;
  await assertEndpoint(ctx, id);
  await tx.query("delete from webhook_endpoint where workspace_id = $1 and id = $2", [workspaceId, id]);
  await tx.query(
    `delete from delivery_attempt a using delivery d where d.workspace_id = $1 and d.endpoint_id = $2
       and a.workspace_id = d.workspace_id and a.delivery_id = d.id`,
    [workspaceId, id],
  );
  await tx.query("delete from delivery where workspace_id = $1 and endpoint_id = $2", [workspaceId, id]);
  await followForEndpoints(tx, workspaceId);
  await changed(ctx, id, "deleted");
}
