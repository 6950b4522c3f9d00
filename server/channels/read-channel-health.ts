import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { readChannel } from "./channels.ts";

const time = z.iso.datetime().nullable();

export const channelHealthView = z
  .object({
    id: z.string(),
    status: z.string(),
    checkedAt: time,
    checkState: z.enum(["unknown", "ok", "failed"]),
    checkCode: z.string().nullable().describe("Why the last check failed: a provider's code, or `route_taken`."),
    lastWebhookAt: time,
    lastInboundAt: time,
    lastSentAt: time,
    lastErrorAt: time,
    lastErrorCode: z.string().nullable(),
    lagMs: z.int().nullable().describe("Between the provider's time of the last message and its arrival here."),
    poisonCount: z.int().describe("Parts that could not be applied and wait for a replay."),
    unknownCount: z.int().describe("Parts of a kind that this version does not read."),
    waitingCount: z
      .int()
      .describe(
        "Messages that are not sent yet, those that are tried again later among them; at most 10,000 are counted.",
      ),
    details: z
      .record(z.string(), z.unknown())
      .describe(
        "What the provider reported: `check` of the last check, then one entry a kind (`quality`, `limit`, …).",
      ),
  })
  .meta({ id: "ChannelHealth" });
export type ChannelHealthView = z.output<typeof channelHealthView>;

interface Row {
  checked_at: Date | null;
  check_state: ChannelHealthView["checkState"];
  check_code: string | null;
  last_webhook_at: Date | null;
  last_inbound_at: Date | null;
  last_sent_at: Date | null;
  last_error_at: Date | null;
  last_error_code: string | null;
  lag_ms: number | null;
  details: Record<string, unknown>;
}

/** How a channel fares. Figures of the traffic are up to a few seconds old. @throws not_found */
export async function readChannelHealth(ctx: Ctx, id: string): Promise<ChannelHealthView> {
  const { status } = await readChannel(ctx, id);
  const [[row], [counts], [outbox]] = await Promise.all([
    ctx.tx.query<Row>(
      `select checked_at, check_state, check_code, last_webhook_at, last_inbound_at, last_sent_at, last_error_at, last_error_code,
         lag_ms, details from channel_health where workspace_id = $1 and channel_id = $2`,
      [ctx.workspaceId, id],
    ),
    ctx.tx.query<{ poison: number; unknown: number }>(
      `select count(*) filter (where kind = 'poison') as poison, count(*) filter (where kind = 'unknown') as unknown
       from inbound_event where workspace_id = $1 and channel_id = $2 and resolved_at is null`,
      [ctx.workspaceId, id],
    ),
    ctx.tx.query<{ waiting: number }>(
      `select count(*)::int as waiting from (
         select 1 from outbox where workspace_id = $1 and channel_id = $2 and state = 'waiting' limit 10000) x`,
      [ctx.workspaceId, id],
    ),
  ]);
  const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;
  return {
    ...{ id, status, checkedAt: iso(row?.checked_at), checkState: row?.check_state ?? "unknown" },
    checkCode: row?.check_code ?? null,
    lastWebhookAt: iso(row?.last_webhook_at),
    lastInboundAt: iso(row?.last_inbound_at),
    lastSentAt: iso(row?.last_sent_at),
    lastErrorAt: iso(row?.last_error_at),
    lastErrorCode: row?.last_error_code ?? null,
    lagMs: row?.lag_ms ?? null,
    poisonCount: counts?.poison ?? 0,
    unknownCount: counts?.unknown ?? 0,
    waitingCount: outbox?.waiting ?? 0,
    details: row?.details ?? {},
  };
}
