import { useQuery } from "@tanstack/react-query";
import Download from "lucide-react/icons/download";
import FileText from "lucide-react/icons/file-text";
import Hourglass from "lucide-react/icons/hourglass";
import ImageOff from "lucide-react/icons/image-off";
import { lazy, Suspense, useState, type ReactNode } from "react";
import type { Attachment } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { locale, t, type TextKey } from "../../../text.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";

const VoicePlayer = lazy(() => import("./voice-player.tsx").then((part) => ({ default: part.VoicePlayer })));
const Lightbox = lazy(() => import("./lightbox.tsx").then((part) => ({ default: part.Lightbox })));

const maxWidth = 320;
const maxHeight = 340;

/** The box a picture will fill, known before it is loaded, so that nothing jumps. */
export function mediaBox(width: number | null, height: number | null): { width: number; height: number } {
  if (!width || !height) return { width: 260, height: 190 };
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  return { width: Math.max(96, Math.round(width * scale)), height: Math.max(64, Math.round(height * scale)) };
}

export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

const stateText: Record<Exclude<Attachment["state"], "stored">, TextKey> = {
  pending: "media.pending",
  failed: "media.failed",
  removed: "media.removed",
};

export function AttachmentView({ attachment, alt }: { attachment: Attachment; alt: string }) {
  if (attachment.kind === "document") return <DocumentTile attachment={attachment} />;
  if (attachment.kind === "audio" || attachment.kind === "voice") {
    return attachment.state === "stored" ? (
      <Suspense fallback={<div className="h-11 w-72 max-w-full" />}>
        <VoicePlayer attachment={attachment} />
      </Suspense>
    ) : (
      <StateLine attachment={attachment} />
    );
  }
  return <Picture attachment={attachment} alt={alt} />;
}

function StateLine({ attachment }: { attachment: Attachment }) {
  if (attachment.state === "stored") return null;
  return <p className="px-1 py-2 text-text-2">{t(stateText[attachment.state])}</p>;
}

function Box({ attachment, children }: { attachment: Attachment; children: ReactNode }) {
  const isSticker = attachment.kind === "sticker";
  const box = isSticker ? { width: 144, height: 144 } : mediaBox(attachment.width, attachment.height);
  return (
    <div
      className={isSticker ? "relative max-w-full" : "relative max-w-full overflow-hidden rounded-[10px] bg-sunken"}
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {children}
    </div>
  );
}

function Picture({ attachment, alt }: { attachment: Attachment; alt: string }) {
  const link = useQuery({ ...queries.mediaLink(attachment.id), enabled: attachment.state === "stored" });
  const [isOpen, setOpen] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const state = attachment.state;
  if (state !== "stored" || link.isError || isBroken) {
    return (
      <Box attachment={attachment}>
        <div className="flex size-full flex-col items-center justify-center gap-1 px-3 text-center text-meta text-text-2">
          <Icon of={state === "pending" ? Hourglass : ImageOff} size={20} />
          {t(state === "stored" ? "media.failed" : stateText[state])}
        </div>
      </Box>
    );
  }
  if (!link.data) {
    return (
      <Box attachment={attachment}>
        <Skeleton className="size-full" />
      </Box>
    );
  }
  if (attachment.kind === "video") {
    return (
      <Box attachment={attachment}>
        <video src={link.data.url} controls preload="metadata" className="size-full object-contain" aria-label={alt} />
      </Box>
    );
  }
  const image = (
    <img
      src={link.data.url}
      alt={alt}
      decoding="async"
      onError={() => setBroken(true)}
      className={attachment.kind === "sticker" ? "size-full object-contain" : "size-full object-cover"}
    />
  );
  if (attachment.kind === "sticker") return <Box attachment={attachment}>{image}</Box>;
  return (
    <Box attachment={attachment}>
      <button
        type="button"
        className="block size-full"
        aria-label={t("media.open", { name: alt })}
        onClick={() => setOpen(true)}
      >
        {image}
      </button>
      {isOpen && (
        <Suspense>
          <Lightbox src={link.data.url} alt={alt} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Box>
  );
}

function DocumentTile({ attachment }: { attachment: Attachment }) {
  const link = useQuery({ ...queries.mediaLink(attachment.id), enabled: attachment.state === "stored" });
  const name = attachment.fileName ?? t("kind.document");
  const facts = [
    attachment.mimeType?.split("/").at(-1)?.slice(0, 12).toUpperCase(),
    attachment.bytes ? fileSize(attachment.bytes) : null,
  ];
  const inner = (
    <>
      <Icon of={FileText} size={20} className="shrink-0 text-text-2" />
      <span className="flex min-w-0 grow flex-col">
        <bdi className="truncate font-medium">{name}</bdi>
        <span className="text-meta text-text-2">
          {attachment.state === "stored"
            ? facts
                .filter(Boolean)
                .map((fact) => `\u2068${fact}\u2069`)
                .join(" · ")
            : t(stateText[attachment.state])}
        </span>
      </span>
      {link.data && <Icon of={Download} className="shrink-0 text-text-2" />}
    </>
  );
  const look = "flex w-72 max-w-full items-center gap-3 rounded-[10px] border border-line bg-surface px-3 py-2 text-ui";
  if (!link.data) return <div className={look}>{inner}</div>;
  return (
    <a href={link.data.url} download={name} className={`${look} transition-colors hover:bg-sunken`}>
      {inner}
    </a>
  );
}
