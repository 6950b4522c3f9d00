import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { ApiError } from "../../api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";

export function NotFound() {
  return (
    <main className="flex h-full items-center justify-center">
      <EmptyState
        title={t("error.notFound.title")}
        text={t("error.notFound.text")}
        action={
          <Link {...links.inbox()} className={buttonStyle()}>
            {t("error.notFound.action")}
          </Link>
        }
      />
    </main>
  );
}

export function RouteError({ reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <ErrorState
      title={t("error.app.title")}
      text={t("error.app.text")}
      retryLabel={t("app.retry")}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}

/** The error of a query, said in words: no network, gone, or the server's own sentence. */
export function QueryError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const problem = error instanceof ApiError ? error : null;
  const isOffline = problem?.status === 0;
  return (
    <ErrorState
      title={
        isOffline
          ? t("error.network.title")
          : problem?.status === 404
            ? t("error.notFound.title")
            : t("error.server.title")
      }
      text={isOffline ? t("error.network.text") : problem?.message || t("error.server.text")}
      trace={problem?.traceId}
      retryLabel={t("app.retry")}
      onRetry={onRetry}
    />
  );
}
