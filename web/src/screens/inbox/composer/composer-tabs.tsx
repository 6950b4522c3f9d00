import type { Conversation } from "../../../api.ts";
import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import type { Draft } from "./drafts.ts";
import { WindowStrip } from "./window-strip.tsx";

export function ComposerTabs({
  conversation,
  isSilent,
  mode,
  onChange,
}: {
  conversation: Conversation;
  /** Nothing can be sent at all: the time that is left says nothing. */
  isSilent: boolean;
  mode: Draft["mode"];
  onChange: (mode: "reply" | "note") => void;
}) {
  const isNote = mode === "note";
  const tab = (value: "reply" | "note", isChosen: boolean) => (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChange(value)}
      className={cx(
        "h-7 rounded-control px-2.5 text-ui transition-colors pointer-coarse:h-9",
        isChosen ? "bg-hover font-medium text-text" : "text-text-2 hover:text-text",
      )}
    >
      {t(value === "reply" ? "composer.reply" : "composer.note")}
    </button>
  );
  return (
    <div className="flex items-center gap-1 px-2 pt-2">
      <div role="group" aria-label={t("composer.kind")} className="flex gap-1">
        {tab("reply", !isNote)}
        {tab("note", isNote)}
      </div>
      <span className="grow" />
      {isNote ? (
        <span className="pe-1.5 text-meta text-text-2">{t("note.private")}</span>
      ) : isSilent ? null : (
        <WindowStrip conversation={conversation} />
      )}
    </div>
  );
}
