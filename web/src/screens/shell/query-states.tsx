import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { t } from "../../text.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { QueryError } from "./route-states.tsx";

/** What a part of a page shows while its answer is not there: rows in grey on a cold start, or the error with a way on. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <QueryError error={query.error} onRetry={() => void query.refetch()} />;
  return <SkeletonRows />;
}

export function SkeletonRows({ count = 4 }: { count?: number }) {
  return (
    <div role="status" aria-label={t("app.loading")} className="flex animate-late flex-col gap-4 py-2">
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} className="h-7 w-full" />
      ))}
    </div>
  );
}
