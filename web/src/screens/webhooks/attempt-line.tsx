import type { Fault, Outcome } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Moment } from "../shell/moment.tsx";

interface Attempt {
  outcome: Outcome;
  fault: Fault | null;
  status: number | null;
  durationMs: number;
  answer: string | null;
  startedAt?: string;
}

/** One call: what it came to, how long it took, and how the answer began. */
export function AttemptLine({ attempt }: { attempt: Attempt }) {
  const { outcome, fault, status, durationMs, answer, startedAt } = attempt;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={outcome === "delivered" ? "success" : "danger"}>
          {t(fault ? `webhooks.fault.${fault}` : `webhooks.outcome.${outcome}`)}
        </Badge>
        {status !== null && (
          <bdi dir="ltr" className="tabular text-meta">
            HTTP {status}
          </bdi>
        )}
        <bdi dir="ltr" className="tabular text-meta text-text-2">
          {durationMs} ms
        </bdi>
        {startedAt && (
          <span className="text-meta text-text-2">
            <Moment at={startedAt} />
          </span>
        )}
        {status !== null && answer === null && (
          <span className="text-meta text-text-2">{t("webhooks.delivery.noAnswer")}</span>
        )}
      </p>
      {answer !== null && (
        <pre
          dir="ltr"
          tabIndex={0}
          role="region"
          aria-label={t("webhooks.delivery.answer")}
          className="max-h-48 overflow-auto rounded-control bg-sunken p-3 font-mono text-meta break-words whitespace-pre-wrap"
        >
          {answer}
        </pre>
      )}
    </div>
  );
}
