import FileText from "lucide-react/icons/file-text";
import RotateCw from "lucide-react/icons/rotate-cw";
import X from "lucide-react/icons/x";
import { t } from "../../../text.ts";
import { Icon } from "../../../ui/icon.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { fileSize } from "../content/media.tsx";
import type { Uploads } from "./uploads.ts";

/** What will be sent: a preview, the size, how far the upload is, and why it failed. */
export function FileTray({ uploads }: { uploads: Uploads }) {
  if (uploads.files.length === 0) return null;
  return (
    <ul aria-label={t("upload.list")} className="flex gap-2 overflow-x-auto px-3 pt-2">
      {uploads.files.map((file) => (
        <li
          key={file.key}
          className="relative flex w-52 shrink-0 items-center gap-2 overflow-hidden rounded-control border border-line bg-paper py-1.5 ps-1.5 pe-1"
        >
          {file.previewUrl ? (
            <img src={file.previewUrl} alt="" className="size-10 shrink-0 rounded-tight object-cover" />
          ) : (
            <span className="flex size-10 shrink-0 items-center justify-center rounded-tight bg-sunken text-text-2">
              <Icon of={FileText} size={20} />
            </span>
          )}
          <span className="flex min-w-0 grow flex-col">
            <bdi className="truncate">{file.name}</bdi>
            <span
              role={file.state === "failed" ? "alert" : undefined}
              className={`truncate text-meta ${file.state === "failed" ? "text-brick" : "text-text-2"}`}
            >
              {file.problem ?? fileSize(file.bytes)}
            </span>
          </span>
          {file.state === "failed" && (
            <IconButton icon={RotateCw} label={t("app.retry")} size="small" onClick={() => uploads.retry(file.key)} />
          )}
          <IconButton
            icon={X}
            label={t("upload.remove", { name: file.name })}
            size="small"
            onClick={() => uploads.remove(file.key)}
          />
          {file.state === "uploading" && (
            <progress
              aria-label={t("upload.progress", { name: file.name })}
              max={1}
              value={file.progress}
              className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none bg-line [&::-moz-progress-bar]:bg-ink [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-ink"
            />
          )}
        </li>
      ))}
    </ul>
  );
}
