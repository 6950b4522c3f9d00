// What went to an endpoint, what waits and what failed; and delivering it again.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { tryOpenText, type Aad } from "../platform/seal.ts";
import { likePattern } from "../realtime/event-feed.ts";
import { attemptFaults, attemptOutcomes, type AttemptFault, type AttemptOutcome } from "./attempt.ts";
import { assertEndpoint, endpointDisabled } from "./endpoint.ts";
import { refill, wakeLanes, type Backlog } from "./fill.ts";

export const deliveryStates = ["pending", "delivered", "failed"] as const;

export const deliveryView = z
  .object({
    id: z.string(),
    endpointId: z.string(),
    eventId: z.string().describe("`webhook-id` of every attempt, and the id in `GET /v1/events`."),
    eventType: z.string(),
    position: z.string(),
    occurredAt: z.iso.datetime(),
    state: z.enum(deliveryStates).describe("`failed` means that the last attempt of the schedule is over."),
    attempts: z.int(),
    nextAttemptAt: z.iso.datetime().nullable().describe("null when no attempt is to come."),
    finishedAt: z.iso.datetime().nullable(),
    lastOutcome: z.enum(attemptOutcomes).nullable(),
    lastStatus: z.int().nullable(),
  })
  .meta({ id: "Delivery" });
export type DeliveryView = z.output<typeof deliveryView>;

export const deliveryDetail = deliveryView.extend({
  attemptLog: z
    .array(
      z.object({
        id: z.string(),
        startedAt: z.iso.datetime(),
        durationMs: z.int(),
        outcome: z.enum(attemptOutcomes),
        fault: z
          .enum(attemptFaults)
          .nullable()
          .describe(
            "Why it is `broken`; `not_rendered`: the server could not put the event into words and called nobody; an ordered endpoint goes on without it after three such tries.",
          ),
        status: z.int().nullable().describe("null when no answer came."),
        answer: z.string().nullable().describe("The first 2 kB of the answer."),
      }),
    )
    .describe("Oldest first; kept for 30 days."),
});
export type DeliveryDetail = z.output<typeof deliveryDetail>;

interface Row {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  position: number;
  eventAt: Date;
  state: (typeof deliveryStates)[number];
  attempts: number;
  dueAt: Date;
  finishedAt: Date | null;
  lastOutcome: AttemptOutcome | null;
  lastStatus: number | null;
}

const columns = `id, endpoint_id as "endpointId", event_id as "eventId", event_type as "eventType", position, event_at as "eventAt", state,
  attempts, due_at as "dueAt", finished_at as "finishedAt", last_outcome as "lastOutcome", last_status as "lastStatus"`;

const viewOf = ({ eventAt, dueAt, finishedAt, position, ...row }: Row): DeliveryView => ({
  ...row,
  position: String(position),
  occurredAt: eventAt.toISOString(),
  nextAttemptAt: row.state === "pending" ? dueAt.toISOString() : null,
  finishedAt: finishedAt?.toISOString() ?? null,
});

export const answerPlace = (workspaceId: string, attemptId: string): Aad => ({
  ...{ table: "delivery_attempt", column: "answer", row: attemptId, workspace: workspaceId },
});

export interface DeliveryQuery {
  state?: (typeof deliveryStates)[number] | undefined;
  types?: readonly string[] | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Newest event first. @throws not_found */
export async function listDeliveries(ctx: Ctx, endpointId: string, query: DeliveryQuery) {
  await assertEndpoint(ctx, endpointId);
  const before = decodeCursor(z.tuple([z.number()]), query.cursor);
  // delivery_list backwards
  const rows = await ctx.tx.named<Row>(
    "delivery.list",
    `select ${columns} from delivery where workspace_id = $1 and endpoint_id = $2 and ($3::bigint is null or position < $3)
       and ($4::text is null or state = $4) and ($5::text[] is null or event_type like any ($5))
     order by position desc limit $6`,
    [
      ctx.workspaceId,
      endpointId,
      before?.[0] ?? null,
      query.state ?? null,
      query.types?.map(likePattern) ?? null,
      query.limit + 1,
    ],
  );
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    data: shown.map(viewOf),
    nextCursor: rows.length > query.limit && last ? encodeCursor([last.position]) : null,
  };
}

interface AttemptRow {
  id: string;
  startedAt: Date;
  durationMs: number;
  outcome: AttemptOutcome;
  fault: AttemptFault | null;
  status: number | null;
  answer: Buffer | null;
}

/** One delivery with everything that was tried. @throws not_found */
export async function getDelivery(ctx: Ctx, id: string): Promise<DeliveryDetail> {
  const { tx, workspaceId } = ctx;
  const [rows, attempts] = await Promise.all([
    tx.named<Row>("delivery.get", `select ${columns} from delivery where workspace_id = $1 and id = $2`, [
      workspaceId,
      id,
    ]),
    tx.named<AttemptRow>(
      "delivery.attempt_log",
      `select id, started_at as "startedAt", duration_ms as "durationMs", outcome, fault, status, answer from delivery_attempt
       where workspace_id = $1 and delivery_id = $2 order by started_at, id limit 200`,
      [workspaceId, id],
    ),
  ]);
  const [row] = rows;
  if (!row) throw notFound();
  await assertEndpoint(ctx, row.endpointId);
  return {
    ...viewOf(row),
    attemptLog: attempts.map(({ answer, startedAt, ...tried }) => ({
      ...tried,
      startedAt: startedAt.toISOString(),
      answer: answer && tryOpenText(ctx.keyring, answerPlace(workspaceId, tried.id), answer),
    })),
  };
}

/** Delivers one event again, at once and with a new schedule, whatever became of it before. @throws not_found · endpoint_disabled */
export async function replayDelivery(ctx: Ctx, id: string): Promise<DeliveryDetail> {
  const { tx, workspaceId } = ctx;
  const { endpointId } = await getDelivery(ctx, id);
  await assertEnabled(ctx, endpointId);
  await tx.named(
    "delivery.replay",
    `update delivery set state = 'pending', due_at = $3, attempts = 0, leased_until = null, finished_at = null
     where workspace_id = $1 and id = $2`,
    [workspaceId, id, ctx.clock.now()],
  );
  wakeLanes(ctx, tx, [{ lane: `${workspaceId}/${endpointId}` }]);
  return getDelivery(ctx, id);
}

export const refillView = z.object({
  count: z.int().describe("So many deliveries are due again; 50 go out in a second, oldest first."),
  lookedUntil: z.iso
    .datetime()
    .nullable()
    .describe("Set when there was more than one call takes (100,000 events): go on from here with another call."),
});

/** Everything since then that did not arrive: what failed, what waits, and what was never tried. @throws not_found · endpoint_disabled */
export async function recoverDeliveries(ctx: Ctx, endpointId: string, since: Date) {
  await assertEnabled(ctx, endpointId);
  return refill(ctx, ctx.tx, ctx.workspaceId, { endpointId, since, again: "undelivered" });
}

/** Everything of a time span and of some types, delivered or not. @throws not_found · endpoint_disabled */
export async function replayDeliveries(
  ctx: Ctx,
  endpointId: string,
  filter: { since: Date; until?: Date | undefined; types?: readonly string[] | undefined; isFailedOnly: boolean },
) {
  await assertEnabled(ctx, endpointId);
  const { since, until, types, isFailedOnly } = filter;
  const again: Backlog["again"] = isFailedOnly ? "undelivered" : "all";
  const typePatterns = types?.map(likePattern);
  return refill(ctx, ctx.tx, ctx.workspaceId, { endpointId, since, until, again, typePatterns });
}

async function assertEnabled(ctx: Ctx, endpointId: string): Promise<void> {
  const { status } = await assertEndpoint(ctx, endpointId);
  if (status === "disabled") throw endpointDisabled();
}
