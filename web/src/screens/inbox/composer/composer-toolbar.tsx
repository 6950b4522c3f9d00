import ChartBar from "lucide-react/icons/chart-bar";
import LayoutTemplate from "lucide-react/icons/layout-template";
import Mic from "lucide-react/icons/mic";
import Paperclip from "lucide-react/icons/paperclip";
import Smile from "lucide-react/icons/smile";
import { lazy, Suspense, useRef, useState } from "react";
import type { Conversation } from "../../../api.ts";
import { useCommands } from "../../../commands.ts";
import { usePrefs } from "../../../prefs.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { keyLabel } from "../../../ui/kbd.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { useChannel } from "../people.ts";
import type { Uploads } from "./uploads.ts";

const EmojiPicker = lazy(() => import("./emoji-picker.tsx").then((part) => ({ default: part.EmojiPicker })));
const PollDialog = lazy(() => import("./poll-dialog.tsx").then((part) => ({ default: part.PollDialog })));
const VoiceRecorder = lazy(() => import("./voice-recorder.tsx").then((part) => ({ default: part.VoiceRecorder })));

export function ComposerToolbar({
  conversation,
  isNote,
  canSend,
  waitsForFiles,
  uploads,
  onEmoji,
  onTemplate,
  onSend,
}: {
  conversation: Conversation;
  isNote: boolean;
  canSend: boolean;
  waitsForFiles: boolean;
  uploads: Uploads;
  onEmoji: (emoji: string) => void;
  onTemplate: () => void;
  onSend: () => void;
}) {
  const [isEmojiOpen, setEmojiOpen] = useState(false);
  const [isRecording, setRecording] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const { sendWith } = usePrefs();
  const [isPolling, setPolling] = useState(false);
  const sends = useChannel(conversation.channelId)?.sends ?? [];
  const canRecord = !isNote && typeof MediaRecorder !== "undefined" && Boolean(navigator.mediaDevices);
  useCommands(
    canRecord
      ? [
          {
            id: "composer.voice",
            label: t("composer.voice"),
            group: t("group.composer"),
            keys: "v",
            run: () => setRecording(true),
          },
        ]
      : [],
  );
  if (isRecording && !isNote) {
    return (
      <Suspense>
        <VoiceRecorder conversationId={conversation.id} onClose={() => setRecording(false)} />
      </Suspense>
    );
  }
  return (
    <div className="flex items-center gap-0.5 px-1.5 pb-1.5">
      {!isNote && (
        <>
          <IconButton icon={Paperclip} label={t("composer.attach")} side="top" onClick={() => files.current?.click()} />
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-hidden
            tabIndex={-1}
            onChange={(event) => {
              uploads.add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </>
      )}
      <Popover
        isOpen={isEmojiOpen}
        onOpenChange={setEmojiOpen}
        label={t("composer.emoji")}
        side="top"
        trigger={
          <button
            type="button"
            aria-label={t("composer.emoji")}
            title={t("composer.emoji")}
            className="flex size-8 items-center justify-center rounded-control text-text-2 hover:bg-hover hover:text-text pointer-coarse:size-10"
          >
            <Smile size={16} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        <Suspense>
          <EmojiPicker
            onChoose={(emoji) => {
              setEmojiOpen(false);
              onEmoji(emoji);
            }}
          />
        </Suspense>
      </Popover>
      {!isNote && sends.includes("template") && (
        <IconButton icon={LayoutTemplate} label={t("composer.template")} keys="t" side="top" onClick={onTemplate} />
      )}
      {!isNote && sends.includes("poll") && (
        <IconButton icon={ChartBar} label={t("poll.new")} side="top" onClick={() => setPolling(true)} />
      )}
      {isPolling && (
        <Suspense>
          <PollDialog conversationId={conversation.id} onClose={() => setPolling(false)} />
        </Suspense>
      )}
      {canRecord && (
        <IconButton icon={Mic} label={t("composer.voice")} keys="v" side="top" onClick={() => setRecording(true)} />
      )}
      <span className="grow" />
      <Tooltip text={waitsForFiles ? t("composer.waitsForFiles") : keyLabel(sendWith)} side="top">
        <Button look={isNote ? "note" : "primary"} aria-disabled={!canSend} onClick={() => canSend && onSend()}>
          {t(isNote ? "composer.addNote" : "composer.send")}
        </Button>
      </Tooltip>
    </div>
  );
}
