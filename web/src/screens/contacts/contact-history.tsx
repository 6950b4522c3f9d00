import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Conversation } from "../../api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { ago } from "../../time.ts";
import { Badge } from "../../ui/badge.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { useAuthorName, useChannel } from "../inbox/people.ts";
import { Preview } from "../inbox/content/template-content.tsx";
import { Moment } from "../shell/moment.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";

/** More than one conversation a channel is rare; a person on twenty channels is rarer. */
const most = 20;

export function ContactConversations({ ids }: { ids: readonly string[] }) {
  const found = useQueries({ queries: ids.slice(0, most).map((id) => queries.conversation(id)) });
  if (found.some((query) => query.isPending)) return <SkeletonRows count={1} />;
  const shown = found.flatMap((query) => (query.data ? [query.data] : []));
  if (shown.length === 0) return <p className="text-text-2">{t("contact.conversations.none")}</p>;
  return (
    <ul className="flex flex-col divide-y divide-line border-y border-line">
      {shown.map((conversation) => (
        <Row key={conversation.id} conversation={conversation} />
      ))}
    </ul>
  );
}

function Row({ conversation }: { conversation: Conversation }) {
  const channel = useChannel(conversation.channelId);
  return (
    <li>
      <Link
        {...links.conversation(conversation.id, { view: "all" })}
        className="-mx-3 flex min-h-14 items-center gap-3 rounded-control px-3 py-2 hover:bg-hover"
      >
        <ChannelGlyph network={channel?.provider ?? ""} size={16} />
        <span className="flex min-w-0 grow flex-col">
          <span dir="auto" className="text-match truncate">
            {channel?.name}
          </span>
          <span dir="auto" className="text-match truncate text-meta text-text-2">
            <Preview conversation={conversation} />
          </span>
        </span>
        {!conversation.isEmpty && (
          <>
            <Badge>
              {t(conversation.status === "pending" ? "inbox.status.open" : `inbox.status.${conversation.status}`)}
            </Badge>
            <span className="shrink-0 text-meta text-text-2">
              <Moment at={conversation.lastMessageAt} />
            </span>
          </>
        )}
      </Link>
    </li>
  );
}

export function ContactNotes({ ids }: { ids: readonly string[] }) {
  const found = useQueries({ queries: ids.slice(0, most).map((id) => queries.notes(id)) });
  if (found.some((query) => query.isPending)) return <SkeletonRows count={1} />;
  const notes = found
    .flatMap((query) => query.data?.data ?? [])
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  if (notes.length === 0) return <p className="text-text-2">{t("contact.notes.none")}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {notes.map((note) => (
        <li key={note.id} className="rounded-control bg-note px-3 py-2">
          <p dir="auto" className="text-start break-words whitespace-pre-wrap">
            {note.text ?? t("message.destroyed")}
          </p>
          <NoteMeta authorId={note.authorId} at={note.createdAt} />
        </li>
      ))}
    </ul>
  );
}

function NoteMeta({ authorId, at }: { authorId: string | null; at: string }) {
  const author = useAuthorName(authorId);
  return (
    <p className="mt-0.5 text-meta text-text-2">
      {t("contact.notes.by", { name: author ?? t("author.apiKey"), at: ago(at) })}
    </p>
  );
}
