import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError, uploadMedia, type NewMessage } from "../../../api.ts";
import { whenErased } from "../../../stream-events.ts";
import { t } from "../../../text.ts";
import { toast } from "../../../ui/toast.tsx";
import { fileSize } from "../content/media.tsx";

export interface UploadFile {
  key: string;
  name: string;
  bytes: number;
  kind: "image" | "video" | "audio" | "document";
  previewUrl: string | null;
  state: "uploading" | "ready" | "failed";
  progress: number;
  attachmentId: string | null;
  problem: string | null;
  source: Blob;
  stop: AbortController;
}

type Body = DistributiveOmit<NewMessage, "conversationId" | "replyTo">;
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

const mb = 1_000_000;
/** What WhatsApp takes, the tightest of the networks; told before the upload rather than after it. */
const limits: Record<UploadFile["kind"], number> = {
  image: 5 * mb,
  video: 16 * mb,
  audio: 16 * mb,
  document: 100 * mb,
};

export function kindOf(mimeType: string): UploadFile["kind"] {
  if (/^image\/(jpeg|png)$/.test(mimeType)) return "image";
  if (/^video\/(mp4|3gpp)$/.test(mimeType)) return "video";
  if (/^audio\/(aac|mp4|mpeg|amr|ogg)/.test(mimeType)) return "audio";
  return "document";
}

/** Files belong to their conversation: looking into another one keeps them. */
const store = new Map<string, readonly UploadFile[]>();
const listeners = new Set<() => void>();
const none: readonly UploadFile[] = [];

whenErased((conversationIds) => {
  for (const id of conversationIds) store.delete(id);
  for (const listener of listeners) listener();
});

function setFiles(conversationId: string, next: (files: readonly UploadFile[]) => readonly UploadFile[]): void {
  store.set(conversationId, next(store.get(conversationId) ?? none));
  for (const listener of listeners) listener();
}

function changeFile(conversationId: string, key: string, part: Partial<UploadFile>): void {
  setFiles(conversationId, (files) => files.map((file) => (file.key === key ? { ...file, ...part } : file)));
}

function start(conversationId: string, file: UploadFile): void {
  uploadMedia(file.source, file.name, {
    signal: file.stop.signal,
    onProgress: (progress) => changeFile(conversationId, file.key, { progress }),
    // A picture of a kind the networks do not show goes as a file.
    ...(file.kind === "document" ? { kind: "document" as const } : {}),
  }).then(
    (media) => changeFile(conversationId, file.key, { state: "ready", progress: 1, attachmentId: media.id }),
    (error: unknown) => {
      const problem = error instanceof ApiError && error.message ? error.message : t("upload.failed");
      changeFile(conversationId, file.key, { state: "failed", problem });
    },
  );
}

export function useUploads(conversationId: string, onAdded: () => void) {
  const files = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => store.get(conversationId) ?? none,
  );
  const [isDragging, setDragging] = useState(false);
  const depth = useRef(0);
  useEffect(() => setDragging(false), [conversationId]);

  const add = (chosen: readonly File[]): void => {
    for (const source of chosen.slice(0, 10)) {
      const kind = kindOf(source.type);
      if (source.size > limits[kind]) {
        toast({ text: t("upload.tooLarge", { name: source.name, size: fileSize(limits[kind]) }), tone: "danger" });
        continue;
      }
      const file: UploadFile = {
        key: crypto.randomUUID(),
        name: source.name || t("upload.pasted"),
        bytes: source.size,
        kind,
        previewUrl: kind === "image" ? URL.createObjectURL(source) : null,
        state: "uploading",
        progress: 0,
        attachmentId: null,
        problem: null,
        source,
        stop: new AbortController(),
      };
      setFiles(conversationId, (before) => [...before, file]);
      start(conversationId, file);
    }
    if (chosen.length > 0) onAdded();
  };
  const remove = (key: string): void => {
    const file = files.find((one) => one.key === key);
    file?.stop.abort();
    if (file?.previewUrl) URL.revokeObjectURL(file.previewUrl);
    setFiles(conversationId, (before) => before.filter((one) => one.key !== key));
  };
  const retry = (key: string): void => {
    const file = files.find((one) => one.key === key);
    if (!file) return;
    changeFile(conversationId, key, { state: "uploading", progress: 0, problem: null });
    start(conversationId, file);
  };
  /** Turns files and text into messages: the text becomes the caption of the first file that can carry one. */
  const take = (text: string): { body: Body; previewUrl?: string }[] => {
    let caption: string | null = text === "" ? null : text;
    const bodies: { body: Body; previewUrl?: string }[] = [];
    for (const file of files) {
      if (!file.attachmentId) continue;
      const preview = file.previewUrl ? { previewUrl: file.previewUrl } : {};
      if (file.kind === "audio") {
        bodies.push({ body: { type: "audio", attachment: { id: file.attachmentId } } });
        continue;
      }
      bodies.push({
        body: { type: file.kind, attachment: { id: file.attachmentId, ...(caption === null ? {} : { caption }) } },
        ...preview,
      });
      caption = null;
    }
    if (caption !== null) bodies.push({ body: { type: "text", text: caption } });
    setFiles(conversationId, () => none);
    return bodies;
  };
  const enter = (by: 1 | -1): void => {
    depth.current = Math.max(0, depth.current + by);
    setDragging(depth.current > 0);
  };
  return {
    files,
    isDragging,
    add,
    remove,
    retry,
    take,
    onPaste: (event: React.ClipboardEvent): void => {
      const pasted = [...event.clipboardData.files];
      if (pasted.length === 0) return;
      event.preventDefault();
      add(pasted);
    },
    dropTarget: {
      onDragEnter: (event: React.DragEvent) => event.dataTransfer.types.includes("Files") && enter(1),
      onDragLeave: () => enter(-1),
      onDragOver: (event: React.DragEvent) => event.preventDefault(),
      onDrop: (event: React.DragEvent) => {
        event.preventDefault();
        depth.current = 0;
        setDragging(false);
        add([...event.dataTransfer.files]);
      },
    },
  };
}

export type Uploads = ReturnType<typeof useUploads>;
