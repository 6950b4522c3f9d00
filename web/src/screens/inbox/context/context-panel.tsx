import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Conversation } from "../../../api.ts";
import { links } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { locale, t, type TextKey } from "../../../text.ts";
import { listTime } from "../../../time.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Chip } from "../../../ui/badge.tsx";
import { ChannelGlyph } from "../../../ui/glyphs.tsx";
import { toggleLabel } from "../commands/change.ts";
import { openPicker } from "../commands/pickers.ts";
import { RowChannel } from "../list/row-channel.tsx";
import { labelColor, useChannel, useLabels, useMember } from "../people.ts";
import { previewText } from "../preview.ts";
import { ContactFields } from "./contact-fields.tsx";
import { ContactName } from "./contact-name.tsx";
import { MediaGrid } from "./media-grid.tsx";
import { Part } from "./part.tsx";

/** In the order of use: what a person would dial or type stands above ids. */
const identityKinds: readonly string[] = [
  "phone",
  "username",
  "group",
  "wa_user_id",
  "wa_parent_user_id",
  "psid",
  "igsid",
];

/** Kinds of a later version stand last. */
function rank(kind: string): number {
  const at = identityKinds.indexOf(kind);
  return at === -1 ? identityKinds.length : at;
}

/** Who this is and what is known: quiet sections, no cards. */
export function ContextPanel({ conversation }: { conversation: Conversation }) {
  const contact = useQuery(queries.contact(conversation.contact.id)).data;
  const notes = useQuery(queries.notes(conversation.id)).data?.data ?? [];
  const assignee = useMember(conversation.assignee?.id);
  const others = contact?.conversationIds.filter((id) => id !== conversation.id) ?? [];
  const identities = conversation.contact.identities.toSorted((a, b) => rank(a.kind) - rank(b.kind));
  return (
    <div className="flex flex-col pb-6">
      <div className="flex flex-col items-center gap-2 px-4 pt-6 pb-4">
        <Avatar name={conversation.contact.name ?? ""} seed={conversation.contact.id} size={56} />
        <ContactName contact={conversation.contact} />
        {contact && (
          <p className="text-meta text-text-2">
            {t("context.since", {
              at: new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(contact.createdAt)),
            })}
          </p>
        )}
        <Link {...links.contact(conversation.contact.id)} className="rounded-control text-ink hover:underline">
          {t("context.contact")}
        </Link>
      </div>
      <Part title={t("context.identities")}>
        <dl className="flex flex-col gap-1.5">
          {identities.map((identity) => (
            <div key={`${identity.kind}:${identity.value}`} className="flex justify-between gap-3">
              <dt className="shrink-0 text-text-2">
                {t((identityKinds.includes(identity.kind) ? `identity.${identity.kind}` : "identity.other") as TextKey)}
              </dt>
              <dd dir="ltr" className="tabular truncate select-all" title={identity.value}>
                {identity.value}
              </dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title={t("context.assignee")}>
        <button
          type="button"
          onClick={() => openPicker("assign")}
          className="flex items-center gap-2 rounded-control text-start hover:text-ink"
        >
          {assignee && <Avatar name={assignee.name} seed={assignee.id} size={18} />}
          {assignee?.name ?? <span className="text-text-2">{t("conversation.nobody")}</span>}
        </button>
      </Part>
      <Part title={t("context.labels")}>
        <Labels conversation={conversation} />
      </Part>
      <Part title={t("context.notes")}>
        {notes.length === 0 && <p className="text-text-2">{t("context.noNotes")}</p>}
        <ul className="flex flex-col gap-1.5">
          {notes.slice(-3).map((note) => (
            <li key={note.id} dir="auto" className="line-clamp-3 rounded-control bg-note px-2 py-1 text-start">
              {note.text ?? t("message.destroyed")}
            </li>
          ))}
        </ul>
      </Part>
      {contact && <ContactFields values={contact.attributes} />}
      <Part title={t("context.media")}>
        <MediaGrid conversationId={conversation.id} />
      </Part>
      {others.length > 0 && (
        <Part title={t("context.conversations")}>
          <ul className="-mx-2">
            {others.map((id) => (
              <OtherConversation key={id} id={id} />
            ))}
          </ul>
        </Part>
      )}
    </div>
  );
}

function Labels({ conversation }: { conversation: Conversation }) {
  const labels = useLabels().filter((label) => conversation.labels.includes(label.id));
  return (
    <div className="flex flex-wrap gap-1.5">
      {labels.map((label) => (
        <Chip
          key={label.id}
          dot={labelColor[label.color]}
          removeLabel={t("context.removeLabel", { name: label.name })}
          onRemove={() => void toggleLabel(conversation, label.id)}
        >
          {label.name}
        </Chip>
      ))}
      <button
        type="button"
        onClick={() => openPicker("label")}
        className="-my-0.5 h-6 rounded-control px-1.5 text-text-2 not-first:text-meta first:-mx-1.5 hover:bg-hover hover:text-text"
      >
        {t("conversation.addLabel")}
      </button>
    </div>
  );
}

function OtherConversation({ id }: { id: string }) {
  const conversation = useQuery(queries.conversation(id)).data;
  const channel = useChannel(conversation?.channelId ?? "");
  if (!conversation) return null;
  return (
    <li>
      <Link {...links.conversation(id)} className="flex items-center gap-2 rounded-control px-2 py-1.5 hover:bg-hover">
        {channel && <ChannelGlyph network={channel.provider} />}
        <span dir="auto" className="text-match min-w-0 grow truncate">
          {previewText(conversation.lastMessage)}
        </span>
        <RowChannel id={conversation.channelId} />
        <span className="tabular text-meta text-text-2">{listTime(conversation.lastMessageAt)}</span>
      </Link>
    </li>
  );
}
