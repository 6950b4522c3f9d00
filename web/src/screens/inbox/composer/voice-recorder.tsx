import Send from "lucide-react/icons/send-horizontal";
import Trash2 from "lucide-react/icons/trash-2";
import { useEffect, useRef, useState } from "react";
import { uploadMedia } from "../../../api.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { toast } from "../../../ui/toast.tsx";
import { clock } from "../content/voice-player.tsx";
import { sendMessage } from "../sends.ts";
import { startRecording, type Recording } from "./recording.ts";

/** Records while open. Nothing is sent before the button; the bin discards. */
export function VoiceRecorder({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const recording = useRef<Recording | null>(null);
  const [seconds, setSeconds] = useState(0);
  const [levels, setLevels] = useState<readonly number[]>([]);
  const [isSending, setSending] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const stop = new AbortController();
    startRecording(stop.signal).then(
      (started) => (recording.current = started),
      () => {
        if (stop.signal.aborted) return;
        toast({ text: t("voice.noMicrophone"), tone: "danger" });
        close.current();
      },
    );
    const timer = setInterval(() => {
      const now = recording.current;
      if (!now) return;
      setSeconds(now.seconds());
      setLevels((before) => [...before.slice(-47), now.level()]);
    }, 100);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, []);
  const send = async (): Promise<void> => {
    const now = recording.current;
    if (!now) return;
    setSending(true);
    try {
      const voice = await now.finish();
      const media = await uploadMedia(voice.blob, voice.fileName, {
        onProgress: () => undefined,
        signal: new AbortController().signal,
        ...(voice.isVoice ? { kind: "voice" as const } : {}),
      });
      sendMessage({ conversationId, type: voice.isVoice ? "voice" : "audio", attachment: { id: media.id } });
      onClose();
    } catch {
      setSending(false);
      toast({ text: t("upload.failed"), tone: "danger", action: { label: t("app.retry"), run: () => void send() } });
    }
  };
  return (
    <div className="flex items-center gap-2 px-2 pb-2">
      <IconButton icon={Trash2} label={t("voice.discard")} onClick={onClose} />
      <span role="status" className="sr-only">
        {t("voice.recording")}
      </span>
      <span aria-hidden className="motion-essential size-2 animate-pulse-soft rounded-full bg-brick" />
      <span className="tabular w-10 text-meta text-text-2">{clock(seconds)}</span>
      <span aria-hidden dir="ltr" className="flex h-7 grow items-center justify-end gap-px overflow-hidden">
        {levels.map((level, index) => (
          <span key={index} className="w-0.5 rounded-full bg-ink" style={{ height: `${Math.max(10, level * 100)}%` }} />
        ))}
      </span>
      <Button look="primary" isBusy={isSending} disabled={seconds < 0.5} onClick={() => void send()}>
        <Icon of={Send} className="rtl:-scale-x-100" />
        {t("composer.send")}
      </Button>
    </div>
  );
}
