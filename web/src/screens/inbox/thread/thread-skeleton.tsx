import { t } from "../../../text.ts";
import { Skeleton } from "../../../ui/skeleton.tsx";

export function ThreadSkeleton() {
  return (
    <div
      role="status"
      aria-label={t("app.loading")}
      className="flex min-h-0 grow animate-late flex-col justify-end gap-3 p-6"
    >
      <Skeleton className="h-11 w-64 rounded-bubble" />
      <Skeleton className="h-11 w-44 rounded-bubble" />
      <Skeleton className="h-16 w-72 self-end rounded-bubble" />
      <Skeleton className="h-11 w-56 rounded-bubble" />
    </div>
  );
}
