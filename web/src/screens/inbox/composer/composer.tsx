import { lazy, Suspense, useEffect, useRef } from "react";
import type { Conversation } from "../../../api.ts";
import { useCommands } from "../../../commands.ts";
import { prefs } from "../../../prefs.ts";
import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { useSendingStop } from "../../shell/sending-notice.tsx";
import { addNote } from "../commands/notes.ts";
import { setStatus } from "../commands/change.ts";
import { sendMessage } from "../sends.ts";
import { useMembers, useSilence } from "../people.ts";
import { mentionedIn } from "./completion.ts";
import { useCompletions } from "./completions.tsx";
import { ComposerTabs } from "./composer-tabs.tsx";
import { ComposerToolbar } from "./composer-toolbar.tsx";
import { setDraft, useDraft } from "./drafts.ts";
import { FileTray } from "./file-tray.tsx";
import { ReplyBar } from "./reply-bar.tsx";
import { SilenceStrip } from "./silence-strip.tsx";
import { StoppedStrip } from "./stopped-strip.tsx";
import { UnlinkedStrip } from "./unlinked-strip.tsx";
import { useUploads } from "./uploads.ts";
import { useIsWindowOpen } from "./window-strip.tsx";

const TemplatePicker = lazy(() => import("./template-picker.tsx").then((part) => ({ default: part.TemplatePicker })));

/** One surface for answering, noting and templates; its tint says which, so that a note never goes to a customer. */
export function Composer({ conversation }: { conversation: Conversation }) {
  const { id } = conversation;
  const draft = useDraft(id);
  const isOpen = useIsWindowOpen(conversation);
  // a window that was never opened has no end
  const hasWritten = conversation.serviceWindow.expiresAt !== null;
  const silence = useSilence(conversation);
  const field = useRef<HTMLTextAreaElement>(null);
  // Enter sends what was just chosen, dropped or pasted.
  const uploads = useUploads(id, () => field.current?.focus());
  const isNote = draft.mode === "note";
  const isTemplate = !isNote && (!isOpen || draft.mode === "template");
  const text = isNote ? draft.note : draft.reply;
  const stop = useSendingStop();
  const isStopped = !isNote && stop?.isStopped === true;
  const hasContent = text.trim() !== "" || (!isNote && uploads.files.length > 0);
  const isWaiting = !isNote && uploads.files.some((file) => file.state !== "ready");

  const members = useMembers();
  const completions = useCompletions({
    ...{ conversation, isNote, text, field },
    put: (chosen, from, to) => insert(field.current, chosen, from, to),
  });

  useEffect(() => {
    if (draft.focusAt > 0) field.current?.focus();
  }, [draft.focusAt, draft.mode]);
  const focus = (mode: "reply" | "note" | "template"): void => setDraft(id, { mode, focusAt: Date.now() });
  useCommands([
    {
      id: "composer.reply",
      label: t("composer.reply"),
      group: t("group.composer"),
      keys: "r",
      run: () => focus("reply"),
    },
    { id: "composer.note", label: t("composer.note"), group: t("group.composer"), keys: "n", run: () => focus("note") },
    {
      id: "composer.template",
      label: t("composer.template"),
      group: t("group.composer"),
      keys: "t",
      run: () => focus("template"),
    },
  ]);

  const send = (andResolve: boolean): void => {
    if (!hasContent || isWaiting || isStopped || (!isNote && silence !== undefined)) return;
    if (isNote) {
      setDraft(id, { note: "" });
      const note = { text: text.trim(), mentionedIds: mentionedIn(text, members) };
      void addNote(id, note).then((isKept) => isKept || setDraft(id, { note: text }));
    } else {
      const target = { conversationId: id, ...(draft.replyTo ? { replyTo: draft.replyTo } : {}) };
      const bodies = uploads.take(text.trim());
      for (const { body, previewUrl } of bodies) sendMessage({ ...target, ...body }, previewUrl);
      setDraft(id, { reply: "", replyTo: null });
    }
    if (andResolve) void setStatus(conversation, "resolved");
    field.current?.focus();
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || completions.onKeyDown(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (draft.replyTo) setDraft(id, { replyTo: null });
      else field.current?.blur();
      return;
    }
    if (event.key !== "Enter") return;
    const withMod = event.metaKey || event.ctrlKey;
    const sends =
      withMod || (prefs().sendWith === "enter" && !event.shiftKey && !matchMedia("(pointer: coarse)").matches);
    if (!sends) return;
    event.preventDefault();
    send(withMod && event.shiftKey);
  };

  return (
    <div
      className="shrink-0 px-3 pb-3 md:px-5 md:pb-4"
      {...(isNote || isTemplate || isStopped ? {} : uploads.dropTarget)}
    >
      <div
        className={cx(
          "relative rounded-panel border transition-colors focus-within:outline-2 focus-within:outline-ink/50",
          isNote ? "border-note-edge bg-note" : "border-edge bg-surface",
          uploads.isDragging && "border-dashed border-ink bg-ink-weak",
        )}
      >
        <ComposerTabs conversation={conversation} isSilent={silence !== undefined} mode={draft.mode} onChange={focus} />
        {!isNote && silence !== undefined ? (
          <SilenceStrip why={silence} contactId={conversation.contact.id} />
        ) : isStopped ? (
          <StoppedStrip stop={stop} />
        ) : isTemplate ? (
          <Suspense fallback={<div className="h-40" />}>
            <TemplatePicker
              conversation={conversation}
              closedText={isOpen ? undefined : t(hasWritten ? "template.closed" : "template.neverWrote")}
              focusAt={draft.mode === "template" ? draft.focusAt : 0}
              onDone={() => setDraft(id, { mode: "reply", focusAt: Date.now() })}
            />
          </Suspense>
        ) : (
          <>
            {!isNote && draft.replyTo && (
              <ReplyBar messageId={draft.replyTo} onCancel={() => setDraft(id, { replyTo: null })} />
            )}
            {!isNote && <UnlinkedStrip conversation={conversation} />}
            {!isNote && <FileTray uploads={uploads} />}
            {completions.list}
            <textarea
              ref={field}
              {...completions.fieldProps}
              dir={text === "" ? undefined : "auto"}
              rows={1}
              value={text}
              maxLength={isNote ? 10_000 : 4_096}
              aria-label={t(isNote ? "composer.note.label" : "composer.reply.label")}
              placeholder={t(isNote ? "composer.note.placeholder" : "composer.reply.placeholder")}
              onChange={(event) => setDraft(id, isNote ? { note: event.target.value } : { reply: event.target.value })}
              onKeyDown={onKeyDown}
              onPaste={isNote ? undefined : uploads.onPaste}
              className="field-sizing-content block max-h-60 min-h-11 w-full resize-none bg-transparent px-3.5 py-2.5 text-msg text-text outline-none placeholder:text-text-2 pointer-coarse:text-[16px]"
            />
            <ComposerToolbar
              conversation={conversation}
              isNote={isNote}
              canSend={hasContent && !isWaiting}
              waitsForFiles={hasContent && isWaiting}
              uploads={uploads}
              onEmoji={(emoji) => insert(field.current, emoji)}
              onTemplate={() => focus("template")}
              onSend={() => send(false)}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** Through the field's own editing, so that undo keeps working and the caret stays behind what was put in. */
function insert(field: HTMLTextAreaElement | null, text: string, from?: number, to?: number): void {
  if (!field) return;
  field.focus();
  field.setRangeText(text, from ?? field.selectionStart, to ?? field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
