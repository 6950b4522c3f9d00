// Analytics without anybody in it: how often each public page was opened on a day. No cookie, no id, no address; nothing asks the browser.
import type { FastifyRequest } from "fastify";
import type { App } from "../platform/context.ts";

/** The only names there are; what is none of them is not counted. */
export const visitPages = ["sign_in", "sign_up", "privacy", "privacy_versions", "cookies", "signed_up"] as const;
export type VisitPage = (typeof visitPages)[number];

const FLUSH_MS = 60_000;

export interface Visits extends AsyncDisposable {
  /** A page was opened; a browser that objects to being counted (Global Privacy Control) is not. */
  opened(page: VisitPage, request: Pick<FastifyRequest, "headers">): void;
  /** Something was done, by nobody in particular. */
  happened(page: VisitPage): void;
  /** Adds what was counted since to the days; called every minute and at the end. A crash loses a minute of figures. */
  flush(): Promise<void>;
}

declare module "../platform/context.ts" {
  interface App {
    visits: Visits;
  }
}

export function createVisits(app: Pick<App, "db" | "clock" | "log">): Visits {
  let counts = new Map<string, number>();
  const add = (page: VisitPage): void => {
    const key = `${app.clock.now().toISOString().slice(0, 10)} ${page}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  async function flush(): Promise<void> {
    if (counts.size === 0) return;
    const taken = [...counts].map(([key, visits]) => [...key.split(" "), visits] as const);
    counts = new Map();
    await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.named(
        "visit_count.add",
        `insert into visit_count as c (day, page, visits) select * from unnest($1::date[], $2::text[], $3::bigint[]) order by 1, 2
         on conflict (day, page) do update set visits = c.visits + excluded.visits`,
        [taken.map(([day]) => day), taken.map(([, page]) => page), taken.map(([, , visits]) => visits)],
      ),
    );
  }
  const later = async (): Promise<void> =>
    flush().catch((error: unknown) => app.log.warn({ err: error }, "visits could not be counted"));
  const timer = setInterval(() => void later(), FLUSH_MS);
  timer.unref();
  return {
    opened(page, { headers }) {
      const isFetchedAhead = headers["sec-purpose"] !== undefined || headers["purpose"] !== undefined;
      if (!hasSignal(headers) && !isFetchedAhead) add(page);
    },
    happened: add,
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await later();
    },
  };
}

/** Global Privacy Control: https://w3c.github.io/gpc/ */
export const hasSignal = (headers: FastifyRequest["headers"]): boolean => headers["sec-gpc"] === "1";

/** The figures of the last days, newest first. */
export async function readVisits(
  app: Pick<App, "db" | "clock">,
  days: number,
): Promise<{ day: string; page: string; visits: number }[]> {
  const since = new Date(app.clock.ms() - days * 86_400_000);
  return app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named(
      "visit_count.read",
      `select to_char(day, 'YYYY-MM-DD') as day, page, visits::int as visits from visit_count
       where day > ($1::timestamptz at time zone 'UTC')::date order by day desc, page`,
      [since],
    ),
  );
}
