import type { SharedSession } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { span } from "../../../time.ts";
import { QrCode } from "../../../ui/qr-code.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { useNow } from "../../shell/moment.tsx";

/** The code of the moment and what to do with it on the phone. */
export function PairingCode({
  session,
}: {
  session: Pick<SharedSession, "state" | "qr" | "pairingCode" | "pairingExpiresAt">;
}) {
  const { state, qr, pairingCode, pairingExpiresAt } = session;
  const leftMs = (pairingExpiresAt ? Date.parse(pairingExpiresAt) : 0) - useNow(1_000);
  if (!qr && !pairingCode) {
    const text = t(state === "connecting" ? "session.connecting.text" : "link.asking");
    return (
      <p role="status" className="flex min-h-24 items-center justify-center gap-3 text-text-2">
        <Spinner size={16} label={text} />
        {text}
      </p>
    );
  }
  const steps = pairingCode
    ? (["link.step.open", "link.step.device", "link.step.code"] as const)
    : (["link.step.open", "link.step.device", "link.step.scan"] as const);
  return (
    <div className="flex flex-wrap items-center gap-x-8 gap-y-5">
      {qr ? (
        <div className="size-66 max-w-full shrink-0">
          <QrCode value={qr} label={t("link.qr")} />
        </div>
      ) : (
        <output
          dir="ltr"
          aria-label={t("link.code")}
          className="rounded-panel bg-sunken px-5 py-4 font-mono text-title font-semibold tracking-widest select-all"
        >
          {`${pairingCode?.slice(0, 4)}-${pairingCode?.slice(4)}`}
        </output>
      )}
      <div className="flex min-w-0 grow basis-60 flex-col gap-3">
        <ol className="flex list-inside list-decimal flex-col gap-2 marker:text-text-2">
          {steps.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ol>
        <p className="tabular text-meta text-text-2">
          {leftMs > 0 ? t(qr ? "link.renews" : "link.lives", { span: span(leftMs) }) : t("link.renewing")}
        </p>
      </div>
    </div>
  );
}
