import { useQuery } from "@tanstack/react-query";
import Pause from "lucide-react/icons/pause";
import Play from "lucide-react/icons/play";
import { useEffect, useRef, useState } from "react";
import type { Attachment } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Icon } from "../../../ui/icon.tsx";
import { readPeaks } from "./peaks.ts";

const speeds = [1, 1.5, 2] as const;

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Play, seek on the waveform, and three speeds. One plays at a time. */
export function VoicePlayer({ attachment }: { attachment: Attachment }) {
  const link = useQuery(queries.mediaLink(attachment.id));
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState((attachment.durationMs ?? 0) / 1000);
  const [speed, setSpeed] = useState<(typeof speeds)[number]>(1);
  const peaks = usePeaks(link.data?.url, attachment);
  const toggle = (): void => {
    const player = audio.current;
    if (!player) return;
    if (!player.paused) return player.pause();
    for (const other of document.querySelectorAll("audio")) if (other !== player) other.pause();
    player.playbackRate = speed;
    void player.play().catch(() => setPlaying(false));
  };
  const nextSpeed = (): void => {
    const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  const done = length > 0 ? at / length : 0;
  return (
    <div dir="ltr" className="flex w-72 max-w-full items-center gap-2 py-1 text-ui">
      <button
        type="button"
        onClick={toggle}
        disabled={!link.data}
        aria-label={t(isPlaying ? "voice.pause" : "voice.play")}
        className="flex size-9 shrink-0 items-center justify-center rounded-full bg-ink text-on-ink hover:bg-ink-strong disabled:opacity-50"
      >
        <Icon of={isPlaying ? Pause : Play} />
      </button>
      <div className="relative flex h-8 min-w-0 grow items-center gap-px">
        {peaks.map((peak, index) => (
          <span
            key={index}
            aria-hidden
            className={`min-w-px grow rounded-full ${index / peaks.length < done ? "bg-ink" : "bg-edge"}`}
            style={{ height: `${Math.max(8, peak * 100)}%` }}
          />
        ))}
        <input
          type="range"
          min={0}
          max={length || 1}
          step={0.1}
          value={at}
          aria-label={t("voice.position")}
          aria-valuetext={clock(at)}
          className="absolute inset-0 cursor-pointer opacity-0 focus-visible:opacity-100"
          onChange={(event) => {
            if (audio.current) audio.current.currentTime = Number(event.target.value);
            setAt(Number(event.target.value));
          }}
        />
      </div>
      <span className="tabular w-9 shrink-0 text-end text-meta text-text-2">
        {clock(isPlaying || at > 0 ? at : length)}
      </span>
      <button
        type="button"
        onClick={nextSpeed}
        aria-label={t("voice.speed", { n: speed })}
        className="tabular h-6 w-9 shrink-0 rounded-tight text-meta text-text-2 hover:bg-hover hover:text-text pointer-coarse:h-10 pointer-coarse:w-10"
      >
        {speed}×
      </button>
      <audio
        ref={audio}
        src={link.data?.url}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) =>
          Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)
        }
      />
    </div>
  );
}

const flat = Array.from({ length: 40 }, () => 0.08);

/** The real waveform where the browser can read the sound, else a flat line. */
function usePeaks(url: string | undefined, attachment: Attachment): readonly number[] {
  const [peaks, setPeaks] = useState<readonly number[]>(flat);
  useEffect(() => {
    if (!url || (attachment.bytes ?? 0) > 1_500_000) return;
    const stop = new AbortController();
    readPeaks(url, flat.length, stop.signal).then(setPeaks, () => undefined);
    return () => stop.abort();
  }, [url, attachment.bytes]);
  return peaks;
}
