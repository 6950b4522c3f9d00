// Jobs: work that may wait. Payloads hold ids only, so a queue never holds what an erase must find.
import type { z } from "zod";
import type { Tx } from "./db.ts";

export interface JobDeclaration<A, S extends z.ZodType = z.ZodType> {
  /** imperative, dotted: `media.fetch` */
  name: string;
  doc: string;
  /** ids and counts only (a registry test checks it) */
  payload: S;
  /** runs until it returns; throwing means "try again later" with the queue's exponential backoff */
  run: (app: A, payload: z.infer<S>) => Promise<void>;
  /** default 25 (the queue's own default: about three days) */
  maxAttempts?: number;
  /** cron pattern in UTC; the payload is then `{}` */
  schedule?: string;
}

/** Declares a job. Read by the worker, the queue's allow-list, the tests and the operations docs. */
export function job<A, S extends z.ZodType>(declaration: JobDeclaration<A, S>) {
  return declaration;
}

export interface EnqueueOptions {
  runAt?: Date;
  /** a second job with the same key replaces the first while it waits */
  key?: string;
}

export type Enqueue = <S extends z.ZodType>(
  tx: Tx,
  declaration: { name: string; payload: S },
  payload: z.infer<S>,
  options?: EnqueueOptions,
) => Promise<void>;

/** Builds `enqueue`: inside the caller's transaction, through the owner's wrapper that accepts declared names only. */
export function createEnqueue(): Enqueue {
  return async (tx, declaration, payload, options = {}) => {
    await tx.named("job.enqueue", "select public.kw_enqueue($1, $2::json, $3::timestamptz, $4)", [
      declaration.name,
      JSON.stringify(payload),
      options.runAt ?? null,
      options.key ?? null,
    ]);
  };
}
