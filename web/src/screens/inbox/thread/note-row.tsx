import StickyNote from "lucide-react/icons/sticky-note";
import Trash2 from "lucide-react/icons/trash-2";
import type { Note } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { clockTime, exactTime } from "../../../time.ts";
import { Icon } from "../../../ui/icon.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { removeNote } from "../commands/notes.ts";
import { RichText } from "../content/rich-text.tsx";
import { useAuthorName } from "../people.ts";

/** Private: full width and tinted, so that nobody takes it for something the customer sees. */
export function NoteRow({ note }: { note: Note }) {
  const author = useAuthorName(note.authorId);
  return (
    <article aria-label={t("note.label")} className="group/note py-1.5">
      <div className="flex items-start gap-2.5 rounded-panel bg-note px-3 py-2">
        <Icon of={StickyNote} className="mt-0.5 shrink-0 text-text-2" />
        <div className="min-w-0 grow">
          <p className="text-meta text-text-2">
            <bdi className="font-medium">{author ?? t("author.apiKey")}</bdi> · {t("note.private")} ·{" "}
            {note.mentionedIds.includes(myMemberId() ?? "") && (
              <span className="font-medium text-ink">{t("note.mentionsYou")} · </span>
            )}
            <time dateTime={note.createdAt} title={exactTime(note.createdAt)} className="tabular">
              {clockTime(note.createdAt)}
            </time>
          </p>
          <p dir="auto" className="text-match break-words whitespace-pre-wrap">
            {note.text === null ? t("message.destroyed") : <RichText text={note.text} />}
          </p>
        </div>
        {note.authorId !== null && note.authorId === myMemberId() && (
          <IconButton
            icon={Trash2}
            label={t("note.remove")}
            size="small"
            className="opacity-0 group-focus-within/note:opacity-100 group-hover/note:opacity-100 pointer-coarse:opacity-100"
            onClick={() => void removeNote(note)}
          />
        )}
      </div>
    </article>
  );
}
