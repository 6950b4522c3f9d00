import { Link } from "@tanstack/react-router";
import type { Membership } from "../../api.ts";
import { links } from "../../links.ts";
import { locale, t } from "../../text.ts";
import { cx } from "../../ui/cx.ts";
import { useNow } from "./moment.tsx";
import { useMembership } from "./use-can.ts";

type Workspace = Membership["workspace"];

export interface SendingStop {
  /** the sending stands still; otherwise it will */
  isStopped: boolean;
  text: string;
  suspension: Workspace["suspension"];
  /** may accept the agreements */
  isOwner: boolean;
}

/** Why the workspace sends nothing, or soon will not; undefined: all is well. */
export function useSendingStop(): SendingStop | undefined {
  const membership = useMembership();
  const due = membership?.workspace.agreementsDueAt ?? null;
  const now = useNow(due === null ? null : 15_000);
  if (!membership) return undefined;
  const { suspension } = membership.workspace;
  const isOwner = membership.role === "owner";
  if (suspension) {
    const text = t("sending.suspended", { reason: t(`sending.reason.${suspension.reason}`) });
    return { isStopped: true, text, suspension, isOwner };
  }
  if (due === null) return undefined;
  const isStopped = Date.parse(due) <= now;
  const whose = isOwner ? "owner" : "others";
  const at = new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(due));
  const text = isStopped ? t(`sending.stopped.${whose}`) : t(`sending.due.${whose}`, { at });
  return { isStopped, text, suspension, isOwner };
}

/** Above every screen, until it is mended. */
export function SendingNotice() {
  const stop = useSendingStop();
  if (!stop) return null;
  return (
    <section
      aria-label={t("sending.notice")}
      className={cx(
        "flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2",
        stop.isStopped ? "bg-brick-weak text-brick" : "bg-ochre-weak text-ochre",
      )}
    >
      <p>
        {stop.text} <SendingRemedy stop={stop} />
      </p>
    </section>
  );
}

/** What this person can do about it, as a link. */
export function SendingRemedy({ stop }: { stop: SendingStop }) {
  if (stop.suspension) {
    const { contact } = stop.suspension;
    return contact === null ? null : (
      <a href={`mailto:${contact}`} className="underline underline-offset-2">
        {t("sending.suspended.write", { contact: `\u2066${contact}\u2069` })}
      </a>
    );
  }
  return (
    <Link {...links.settings("privacy")} className="underline underline-offset-2">
      {t(stop.isOwner ? "sending.accept" : "sending.read")}
    </Link>
  );
}
