import type { HealthRecorder } from "../channels/channel-health.ts";
import type { InboundHandlers } from "./apply-batch.ts";
import type { Unit } from "./batch.ts";
import type { Arrival } from "./route-parts.ts";
import { writeArrivals, type WriteApp } from "./write-arrivals.ts";

declare module "../platform/context.ts" {
  interface App {
    intake: Intake;
  }
}

export interface IntakeOptions {
  handlers?: InboundHandlers;
  health?: HealthRecorder;
  /** how long the first of a batch waits for company; 0.1 or 10 ms were no faster (facts: group commit) */
  lingerMs?: number;
  /** events a transaction; a bigger request is a batch of its own */
  maxBatch?: number;
  /** transactions at a time: one leaves the CPU idle while the disk works */
  maxInFlight?: number;
  /** beyond these, answer "try again": memory is not a queue */
  maxQueued?: number;
  maxQueuedBytes?: number;
}

/** The queue in memory between requests and transactions. */
export interface Intake extends AsyncDisposable {
  /** Resolves once everything of the arrival is durable; rejects when nothing may be promised. Undefined: no room, try again. */
  accept(arrival: Arrival): Promise<void> | undefined;
  readonly queued: number;
}

/** A transaction beside another must be worth its statements: below this share of a full batch, events wait for the other's end. */
const worthOverlap = 0.25;
const firstLook = 200;
const lastLook = 1_000_000;

interface Waiting {
  arrival: Arrival;
  weight: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export function createIntake(app: WriteApp, options: IntakeOptions = {}): Intake {
  const {
    lingerMs = 2,
    maxBatch = 500,
    maxInFlight = 2,
    maxQueued = 20_000,
    maxQueuedBytes = 64 * 1024 * 1024,
  } = options;
  const handlers = options.handlers ?? {};
  let queue: Waiting[] = [];
  let weight = 0;
  let bytes = 0;
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;
  let onIdle: (() => void) | undefined;

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (queue.length > 0 && inFlight < maxInFlight && (inFlight === 0 || weight >= maxBatch * worthOverlap))
      void flush(take());
  };

  function take(): Waiting[] {
    let sum = 0;
    let count = 0;
    for (const item of queue) {
      if (count > 0 && sum + item.weight > maxBatch) break;
      sum += item.weight;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    weight -= sum;
    return batch;
  }

  let written = 0;
  let nextLook = firstLook;
  /** While tables are young, the planner is told early what grows; later autovacuum does that. */
  function countWritten(events: number): void {
    written += events;
    if (written < nextLook || nextLook > lastLook) return;
    nextLook *= 4;
    app.db
      .tx({ workspaceIds: [] }, (tx) => tx.query("select kw.analyze_young()"))
      .catch((error: unknown) => app.log.warn(error, "tables not analysed"));
  }

  async function flush(batch: readonly Waiting[]): Promise<void> {
    inFlight += 1;
    const units: Unit[] = [];
    const kept: Arrival["kept"] = [];
    for (const { arrival } of batch) {
      units.push(...arrival.units);
      kept.push(...arrival.kept);
    }
    try {
      const poisoned = await writeArrivals(app, units, kept, handlers);
      options.health?.received(units, poisoned);
      countWritten(units.length);
      for (const item of batch) item.resolve();
    } catch (error) {
      app.log.error({ err: error, events: units.length }, "inbound batch refused");
      for (const item of batch) item.reject(error);
    } finally {
      inFlight -= 1;
      for (const { arrival } of batch) bytes -= arrival.bytes;
    }
    // whoever waits now has waited a whole transaction: no more lingering
    if (queue.length > 0) start();
    else if (inFlight === 0) onIdle?.();
  }

  return {
    get queued() {
      return weight;
    },
    accept(arrival) {
      const itsWeight = weightOf(arrival);
      const isFull = weight + itsWeight > maxQueued || bytes + arrival.bytes > maxQueuedBytes;
      // one that is bigger than the whole queue still gets in when nothing waits
      if (isFull && (queue.length > 0 || inFlight > 0)) return undefined;
      return new Promise((resolve, reject) => {
        queue.push({ arrival, weight: itsWeight, resolve, reject });
        weight += itsWeight;
        bytes += arrival.bytes;
        if (inFlight >= maxInFlight) return;
        if (weight >= maxBatch || (inFlight > 0 && weight >= maxBatch * worthOverlap)) start();
        else if (inFlight > 0) return;
        else timer ??= setTimeout(start, lingerMs);
      });
    },
    async [Symbol.asyncDispose]() {
      if (queue.length > 0) start();
      if (queue.length > 0 || inFlight > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    },
  };
}

function weightOf({ units, kept }: Arrival): number {
  let sum = kept.length;
  for (const { event } of units) {
    sum += 1;
    if (event.type === "history_received") for (const thread of event.threads) sum += thread.messages.length;
  }
  return Math.max(1, sum);
}
