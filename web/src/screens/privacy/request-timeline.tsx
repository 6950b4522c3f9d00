import { locale, t } from "../../text.ts";
import { Seal } from "../../ui/seal.tsx";
import { StepMark } from "../../ui/step-mark.tsx";
import { Moment } from "../shell/moment.tsx";
import { byKind, isMoving, kindText, stepText, whyText, type SubjectRequest } from "./request-words.ts";

/** What is done and what is to be done step by step, with the seal at the end, and the receipt beneath. */
export function RequestTimeline({ request }: { request: SubjectRequest }) {
  const { state } = request;
  // of a refused request nothing will be done
  const steps = state === "refused" ? [] : request.steps;
  const next = steps.find((step) => step.state === "waiting")?.step;
  return (
    <>
      <ol className="flex flex-col gap-2" aria-label={t("requests.steps")}>
        {steps.map((one) => (
          <li key={one.step} className="flex items-start gap-2.5">
            <StepMark
              state={one.state === "done" ? "done" : one.step === next && isMoving(request) ? "waiting" : "open"}
              label={one.state === "done" ? t("requests.stepDone") : t("requests.stepOpen")}
            />
            <span className={one.state === "done" ? "grow" : "grow text-text-2"}>{stepText(one)}</span>
            {one.at && (
              <span className="text-meta leading-5 text-text-2">
                <Moment at={one.at} />
              </span>
            )}
          </li>
        ))}
        {state === "done" && (
          <li className="flex items-center gap-2 font-medium">
            <span className={request.type === "erase" ? "text-seal" : "text-text-2"}>
              <Seal size={20} />
            </span>
            {t("requests.sealed")}
          </li>
        )}
        {state === "refused" && request.refusal && <li>{whyText(request.refusal)}</li>}
      </ol>
      {request.receipt && <ReceiptView receipt={request.receipt} />}
    </>
  );
}

function ReceiptView({ receipt: { deleted, retained } }: { receipt: NonNullable<SubjectRequest["receipt"]> }) {
  const figures = new Intl.NumberFormat(locale());
  const day = new Intl.DateTimeFormat(locale(), { dateStyle: "medium" });
  return (
    <div className="grid gap-4 border-t border-line pt-4 sm:grid-cols-2">
      <div>
        <h2 className="font-medium">{t("requests.deleted")}</h2>
        {deleted.length === 0 && <p className="text-text-2">{t("requests.nothing")}</p>}
        <ul className="mt-1 flex flex-col gap-1">
          {byKind(deleted).map(([kind, count]) => (
            <li key={kind} className="flex justify-between gap-4">
              <span className="text-text-2">{kindText(kind)}</span>
              <span className="tabular">{figures.format(count)}</span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h2 className="font-medium">{t("requests.retained")}</h2>
        {retained.length === 0 && <p className="text-text-2">{t("requests.nothing")}</p>}
        <ul className="mt-1 flex flex-col gap-1">
          {retained.map(({ what, why, until }) => (
            <li key={what} className="text-text-2">
              {whyText(why)}
              {until && ` ${t("requests.until", { at: day.format(new Date(until)) })}`}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
