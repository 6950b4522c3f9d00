// Webhook endpoints as the API shows them.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { notFound, problem } from "../platform/problem.ts";
import { openSecrets, shownPublicKey } from "./endpoint-secrets.ts";
import { disabledReasons } from "./webhook-events.ts";

export const endpointUrlTaken = problem({
  code: "webhook_endpoint.url_taken",
  status: 409,
  title: "Another endpoint of this workspace has this address: it would get everything twice.",
  fix: "Change the endpoint that is there, or add something to the path.",
});

export const endpointUrlRefused = problem({
  code: "webhook_endpoint.url_refused",
  status: 422,
  title: "Events are not sent to this address.",
  fix: "Use a public https address on port 443 or 8443, without a user name in it. For a receiver in your own network, the operator sets KEEPWORD_ALLOW_PRIVATE_TARGETS.",
});

export const tooManyEndpoints = problem({
  code: "webhook_endpoint.too_many",
  status: 409,
  title: "A workspace has 50 webhook endpoints at most.",
  fix: "Remove one that is not used any more.",
});

export const endpointDisabled = problem({
  code: "webhook_endpoint.disabled",
  status: 409,
  title: "The endpoint is switched off, so nothing is delivered to it.",
  fix: "Enable it first; what it missed can come along.",
});

export const endpointStyles = ["standard", "cloud_api"] as const;
export type EndpointStyle = (typeof endpointStyles)[number];

export const endpointView = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    eventTypes: z.array(z.string()),
    channelIds: z
      .array(z.string())
      .nullable()
      .describe("Only events of these channels, and those of no channel; null means all."),
    ordered: z.boolean(),
    style: z.enum(endpointStyles),
    headerNames: z.array(z.string()).describe("Custom headers; their values are not shown again."),
    publicKey: z.string().describe("`whpk_…`: checks `v1a` signatures."),
    previousKeysUntil: z.iso
      .datetime()
      .nullable()
      .describe("Until then deliveries are signed with the keys before the rotation as well."),
    status: z.enum(["enabled", "disabled"]),
    disabledAt: z.iso.datetime().nullable(),
    disabledReason: z.enum(disabledReasons).nullable(),
    failingSince: z.iso.datetime().nullable().describe("Nothing but failures since then."),
    pausedUntil: z.iso.datetime().nullable().describe("Left alone until then: it asked for it, or keeps failing."),
    lastSuccessAt: z.iso.datetime().nullable().describe("To ten seconds."),
    pendingCount: z.int().describe("Deliveries that wait; 10000 stands for more."),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "WebhookEndpoint" });
export type EndpointView = z.output<typeof endpointView>;

export interface EndpointRow {
  id: string;
  secrets: Buffer;
  description: string;
  eventTypes: string[];
  channelIds: string[] | null;
  isOrdered: boolean;
  style: EndpointStyle;
  status: "enabled" | "disabled";
  disabledAt: Date | null;
  disabledReason: EndpointView["disabledReason"];
  failingSince: Date | null;
  pausedUntil: Date | null;
  lastSuccessAt: Date | null;
  pendingCount: number;
  createdAt: Date;
  updatedAt: Date;
}

const select = `select e.id, e.secrets, e.description, e.event_types as "eventTypes", e.channel_ids as "channelIds",
    e.is_ordered as "isOrdered", e.style, e.status, e.disabled_at as "disabledAt", e.disabled_reason as "disabledReason",
    e.failing_since as "failingSince", e.paused_until as "pausedUntil", e.last_success_at as "lastSuccessAt",
    e.created_at as "createdAt", e.updated_at as "updatedAt",
    (select count(*)::int from (select 1 from delivery d where d.workspace_id = e.workspace_id and d.endpoint_id = e.id
      and d.state = 'pending' limit 10000) p) as "pendingCount"
  from webhook_endpoint e
  where e.workspace_id = $1 and ($2::text[] is null or e.channel_ids is not null and e.channel_ids <@ $2)`;

function viewOf(ctx: Ctx, row: EndpointRow): EndpointView {
  const now = ctx.clock.now();
  const { secrets, isOrdered: ordered, pausedUntil, ...rest } = row;
  const { url, headers, keys, previous } = openSecrets(ctx, ctx.workspaceId, row.id, secrets);
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    ...rest,
    ...{ url, ordered, headerNames: Object.keys(headers), publicKey: shownPublicKey(keys) },
    previousKeysUntil: previous && new Date(previous.until) > now ? previous.until : null,
    disabledAt: iso(row.disabledAt),
    failingSince: iso(row.failingSince),
    pausedUntil: pausedUntil && pausedUntil > now ? pausedUntil.toISOString() : null,
    lastSuccessAt: iso(row.lastSuccessAt),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** All of them, oldest first: there are 50 at most. Whoever is limited to channels sees those limited to the same. */
export async function listEndpoints(ctx: Ctx) {
  const rows = await ctx.tx.named<EndpointRow>("webhook.list", `${select} order by e.created_at, e.id`, [
    ctx.workspaceId,
    channelGrants(ctx.actor),
  ]);
  return { data: rows.map((row) => viewOf(ctx, row)), nextCursor: null };
}

/** The row, if the caller may know it. @throws not_found */
export async function assertEndpoint(ctx: Ctx, id: string): Promise<EndpointRow> {
  const [row] = await ctx.tx.named<EndpointRow>("webhook.get", `${select} and e.id = $3`, [
    ctx.workspaceId,
    channelGrants(ctx.actor),
    id,
  ]);
  if (!row) throw notFound();
  return row;
}

/** @throws not_found */
export const getEndpoint = async (ctx: Ctx, id: string): Promise<EndpointView> =>
  viewOf(ctx, await assertEndpoint(ctx, id));
