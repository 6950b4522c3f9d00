import type { ReactNode } from "react";
import type { ChannelHealth } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { checkReport } from "./use-health.ts";

/** Codes with words of their own. */
const namedCodes = ["app_secret_wrong", "route_taken", "number_not_in_account"];

/** Codes of the provider's check that mean its keys are no good; 190 and 0 are Meta's for a dead token, 3, 10, 2xx for its rights. */
const keyCodes = /^(0|190|3|10|2\d\d|131005|token_invalid)$/;

/** What someone must do about a channel, each with the button that mends it. Nothing when all is well. */
export function MustAct({
  health,
  canManage,
  onKeys,
  onCheck,
  isChecking,
}: {
  health: ChannelHealth;
  canManage: boolean;
  onKeys: () => void;
  onCheck: () => void;
  isChecking: boolean;
}) {
  const check = checkReport(health);
  const again = (
    <Button size="small" isBusy={isChecking} onClick={onCheck}>
      {t("channel.checkAgain")}
    </Button>
  );
  const newKeys = canManage && (
    <Button size="small" onClick={onKeys}>
      {t("channel.act.token.do")}
    </Button>
  );
  // without the subcode: 190/463 is a dead token too
  const code = (health.checkCode ?? "").split("/")[0] ?? "";
  const isFailed = health.checkState === "failed";
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {isFailed && keyCodes.test(code) && (
        <Act title={t("channel.act.token")} text={t("channel.act.token.text")} action={newKeys} />
      )}
      {isFailed && code === "app_secret_wrong" && (
        <Act title={t("channel.act.secret")} text={t("channel.act.secret.text")} action={newKeys} />
      )}
      {isFailed && code === "route_taken" && (
        <Act title={t("channel.act.routeTaken")} text={t("channel.act.routeTaken.text")} action={canManage && again} />
      )}
      {isFailed && code === "number_not_in_account" && (
        <Act title={t("channel.act.number")} text={t("channel.act.number.text")} action={canManage && again} />
      )}
      {isFailed && !keyCodes.test(code) && !namedCodes.includes(code) && (
        <Act
          title={t("channel.act.check")}
          text={t("channel.act.check.text", { code: `\u2066${health.checkCode}\u2069` })}
          action={canManage && again}
        />
      )}
      {check?.canSend === "blocked" && (
        <Act title={t("channel.act.blocked")} text={t("channel.act.blocked.text")} action={canManage && again} />
      )}
      {check?.isSubscribed === false && (
        <Act title={t("channel.act.subscribe")} text={t("channel.act.subscribe.text")} action={canManage && again} />
      )}
      {health.poisonCount > 0 && (
        <Act
          title={t("channel.act.poison", { n: health.poisonCount })}
          text={t("channel.act.poison.text")}
          action={
            canManage && (
              <Button
                size="small"
                onClick={() => document.getElementById("inbound-events")?.scrollIntoView({ block: "start" })}
              >
                {t("channel.act.poison.do")}
              </Button>
            )
          }
        />
      )}
    </div>
  );
}

function Act({ title, text, action }: { title: string; text: string; action: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-panel bg-brick-weak px-4 py-3"
    >
      <div className="min-w-0 grow basis-70">
        <p className="font-medium text-brick">{title}</p>
        <p>{text}</p>
      </div>
      {action}
    </div>
  );
}
