import { z } from "zod";
import { findChannel } from "../channels/channels.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound, problem } from "../platform/problem.ts";
import type { OpenCtx } from "../platform/route.ts";
import { applyBatch, type InboundHandlers } from "./apply-batch.ts";
import type { Unit } from "./batch.ts";
import { openPart } from "./inbound-events.ts";
import { routeParts } from "./route-parts.ts";
import { codeOf } from "./write-arrivals.ts";

declare module "../platform/context.ts" {
  interface App {
    /** what other folders do in the transaction that applies inbound events */
    inboundHandlers: InboundHandlers;
  }
}

export const replayFailed = problem({
  code: "inbound_event.replay_failed",
  status: 409,
  title: "The part still cannot be applied.",
  fix: "Look at `errorCode`; it stays in the list for the next version, or until it is resolved.",
  extra: { errorCode: z.string() },
});

export const inboundEventView = z
  .object({
    id: z.string(),
    channelId: z.string(),
    kind: z.enum(["poison", "unknown"]),
    name: z.string().describe("Our event type, or the provider's field."),
    errorCode: z.string().nullable(),
    attempts: z.int().describe("Replays that failed."),
    receivedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "InboundEvent" });
export type InboundEventView = z.output<typeof inboundEventView>;

interface Row {
  id: string;
  channel_id: string;
  kind: InboundEventView["kind"];
  name: string;
  error_code: string | null;
  attempts: number;
  received_at: Date;
  resolved_at: Date | null;
}

const columns = "id, channel_id, kind, name, error_code, attempts, received_at, resolved_at";

const view = (row: Row): InboundEventView => ({
  ...{ id: row.id, channelId: row.channel_id, kind: row.kind, name: row.name, errorCode: row.error_code },
  ...{ attempts: row.attempts, receivedAt: row.received_at.toISOString() },
  resolvedAt: row.resolved_at?.toISOString() ?? null,
});

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

/** What a channel received and could not show, newest first. @throws not_found */
export async function listInboundEvents(
  ctx: Ctx,
  channelId: string,
  query: { cursor?: string | undefined; limit: number; kind?: string | undefined; isResolved: boolean },
): Promise<{ data: InboundEventView[]; nextCursor: string | null }> {
  await findChannel(ctx, channelId);
  const after = decodeCursor(cursorKey, query.cursor);
  const rows = await ctx.tx.query<Row>(
    `select ${columns} from inbound_event where workspace_id = $1 and channel_id = $2 and ($3::text is null or kind = $3)
       and (resolved_at is not null) = $4 and ($5::timestamptz is null or (received_at, id) < ($5, $6))
     order by received_at desc, id desc limit $7`,
    [
      ...[ctx.workspaceId, channelId, query.kind ?? null, query.isResolved],
      ...[after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
    ],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    data: page.map(view),
    nextCursor: last ? encodeCursor([last.received_at.toISOString(), last.id]) : null,
  };
}

async function find(ctx: Pick<Ctx, "tx" | "actor" | "workspaceId">, id: string): Promise<Row & { body: Buffer }> {
  const [row] = await ctx.tx.query<Row & { body: Buffer }>(
    `select ${columns}, body from inbound_event where workspace_id = $1 and id = $2`,
    [ctx.workspaceId, id],
  );
  if (!row) throw notFound();
  await findChannel(ctx, row.channel_id);
  return row;
}

/** The part as it came. @throws not_found */
export async function readInboundEvent(ctx: Ctx, id: string): Promise<InboundEventView & { body: unknown }> {
  const row = await find(ctx, id);
  const part = openPart(ctx, { workspaceId: ctx.workspaceId, id, body: row.body });
  const body: unknown = part.form === "raw" ? part.raw : part.event;
  return { ...view(row), body: JSON.parse(JSON.stringify(body ?? null)) as unknown };
}

/**
 * Reads and applies a part again with what this version knows. What was applied meanwhile stays as it is.
 * @throws not_found · inbound_event.replay_failed
 */
export async function replayInboundEvent(ctx: OpenCtx, id: string): Promise<InboundEventView> {
  const { db, workspaceId } = ctx;
  const scope = { workspaceIds: [workspaceId] };
  const row = await db.tx(scope, (tx) => find({ ...ctx, tx }, id));
  const at = ctx.clock.now();
  try {
    const units = await unitsOf(ctx, row);
    return await db.tx(scope, async (tx) => {
      await applyBatch(ctx, tx, units, ctx.inboundHandlers);
      const [done] = await tx.query<Row>(
        `update inbound_event set resolved_at = coalesce(resolved_at, $3) where workspace_id = $1 and id = $2 returning ${columns}`,
        [workspaceId, id, at],
      );
      if (!done) throw notFound();
      return view(done);
    });
  } catch (error) {
    const errorCode = error instanceof StillUnreadable ? error.errorCode : codeOf(error);
    await db.tx(scope, (tx) =>
      tx.query(
        "update inbound_event set attempts = attempts + 1, error_code = $3 where workspace_id = $1 and id = $2",
        [workspaceId, id, errorCode],
      ),
    );
    throw replayFailed({ errorCode });
  }
}

class StillUnreadable extends Error {
  readonly errorCode: string;
  constructor(errorCode: string) {
    super("the part is still unreadable");
    this.errorCode = errorCode;
  }
}

async function unitsOf(ctx: OpenCtx, row: Row & { body: Buffer }): Promise<Unit[]> {
  const channel = await ctx.channels.find(row.channel_id);
  const hook = channel && ctx.providers[channel.provider]?.receive;
  if (!channel || !hook) throw notFound();
  const part = openPart(ctx, { workspaceId: ctx.workspaceId, id: row.id, body: row.body });
  const receivedAt = row.received_at;
  if (part.form === "event") return [{ channel, event: part.event, receivedAt }];
  if (hook.mode !== "hook") throw new StillUnreadable("not_a_hook");
  const raw = Buffer.from(typeof part.raw === "string" ? part.raw : JSON.stringify(part.raw));
  // signed when it came; parts for other channels were given to them then
  const arrival = routeParts(ctx.channels, {
    ...{ provider: channel.provider, parsed: hook.parse(raw), bytes: raw.length, receivedAt },
    ...{ isSignedFor: () => false, home: channel },
  });
  const [problemPart] = arrival.kept;
  if (problemPart) throw new StillUnreadable(problemPart.errorCode ?? "unreadable");
  if (arrival.units.every(({ event }) => event.type === "unknown"))
    throw new StillUnreadable(row.error_code ?? "unknown");
  return arrival.units;
}

/** Takes a part off the list without applying it. @throws not_found */
export async function resolveInboundEvent(ctx: Ctx, id: string): Promise<InboundEventView> {
  await find(ctx, id);
  const [row] = await ctx.tx.query<Row>(
    `update inbound_event set resolved_at = coalesce(resolved_at, $3) where workspace_id = $1 and id = $2 returning ${columns}`,
    [ctx.workspaceId, id, ctx.clock.now()],
  );
  if (!row) throw notFound();
  return view(row);
}
