import type { ReactNode } from "react";
import type { Endpoint } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { Said } from "../shell/said.tsx";
import type { Act } from "./endpoint-acts.tsx";
import { waitingText } from "./endpoint-words.ts";

/** How the receiver fares in a line; coloured only when someone must act, with the button that mends it. */
export function EndpointLead({
  endpoint,
  canManage,
  onAct,
}: {
  endpoint: Endpoint;
  canManage: boolean;
  onAct: (act: Act) => void;
}) {
  const { disabledReason, disabledAt, failingSince, pausedUntil, lastSuccessAt, pendingCount } = endpoint;
  const isOff = endpoint.status === "disabled";
  return (
    <div className="flex flex-col gap-3">
      {isOff && disabledReason && disabledAt && (
        <MustAct
          title={<Said text={`webhooks.off.${disabledReason}`} at={disabledAt} />}
          text={t("webhooks.off.text")}
          action={
            canManage && (
              <Button look="primary" size="small" onClick={() => onAct("enable")}>
                {t("webhooks.enable")}
              </Button>
            )
          }
        />
      )}
      {!isOff && failingSince && (
        <MustAct
          tone="warning"
          title={<Said text="webhooks.failing" at={failingSince} />}
          text={
            <>
              {t("webhooks.failing.text")}
              {pausedUntil && <> {t("webhooks.paused", { at: dayAndTime(pausedUntil) })}</>}
            </>
          }
        />
      )}
      {!isOff && !failingSince && pausedUntil && <p>{t("webhooks.paused", { at: dayAndTime(pausedUntil) })}</p>}
      <p className="flex flex-wrap gap-x-3 text-text-2 *:first-letter:uppercase">
        {lastSuccessAt ? (
          <span>
            <Said text="webhooks.lastSuccess" at={lastSuccessAt} />
          </span>
        ) : (
          <span>{t("webhooks.noSuccess")}</span>
        )}
        <span className="tabular">{waitingText(pendingCount)}</span>
      </p>
    </div>
  );
}

function MustAct({
  tone = "danger",
  title,
  text,
  action,
}: {
  tone?: "danger" | "warning";
  title: ReactNode;
  text: ReactNode;
  action?: ReactNode;
}) {
  const isDanger = tone === "danger";
  return (
    <div
      className={cx(
        "flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-panel px-4 py-3",
        isDanger ? "bg-brick-weak" : "bg-ochre-weak",
      )}
    >
      <div className="min-w-0 grow basis-80">
        <p className={cx("font-medium", isDanger ? "text-brick" : "text-ochre")}>{title}</p>
        <p>{text}</p>
      </div>
      {action}
    </div>
  );
}
