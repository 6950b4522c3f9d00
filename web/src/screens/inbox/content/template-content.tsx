import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Conversation, Message, Template } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { component, sentText } from "../composer/template-fill.ts";
import { previewText, summary } from "../preview.ts";
import { RichText } from "./rich-text.tsx";

type SentTemplate = { name?: unknown; language?: unknown; header?: unknown; body?: unknown };

/** The channel's template of this name and language; undefined while it loads, or when Meta has it no more. */
function useTemplate(channelId: string, sent: SentTemplate | undefined): Template | undefined {
  const templates = useQuery({ ...queries.templates(channelId), enabled: sent !== undefined }).data?.data;
  return templates?.find((one) => one.name === sent?.name && one.language === sent.language);
}

/** What the customer read: the template's text with what was filled in, else its name. */
export function TemplateContent({ message }: { message: Message }) {
  const sent: SentTemplate = message.template ?? {};
  const template = useTemplate(message.channelId, message.template);
  const name = t("template.sent", { name: typeof sent.name === "string" ? sent.name : "" });
  const body = template ? sentText(template, "BODY", sent.body) : message.text;
  if (!template || !body) {
    return (
      <div dir="auto">
        <p className="text-meta text-text-2">{name}</p>
        {body && <p className="whitespace-pre-wrap">{body}</p>}
      </div>
    );
  }
  const header = sentText(template, "HEADER", sent.header);
  const footer = sentText(template, "FOOTER", undefined);
  const buttons = component(template, "BUTTONS")?.buttons ?? [];
  return (
    <div>
      <p className="text-meta text-text-2">{name}</p>
      <div dir="auto" className="text-start break-words">
        {header && <p className="font-semibold">{header}</p>}
        <p className="whitespace-pre-wrap">
          <RichText text={body} />
        </p>
        {footer && <p className="text-ui text-text-2">{footer}</p>}
      </div>
      {buttons.length > 0 && (
        <ul aria-label={t("interactive.choices")} className="mt-1.5 flex flex-col gap-1">
          {buttons.map((button, index) => (
            <li
              key={index}
              dir="auto"
              className="rounded-control border border-line bg-surface px-3 py-1 text-center text-ui text-ink"
            >
              {button.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The last line of a conversation. A template's text is shown where its message is in memory: rows ask for nothing. */
export function Preview({ conversation }: { conversation: Conversation }) {
  const last = conversation.lastMessage;
  return last?.type === "template" ? <TemplatePreview conversation={conversation} /> : <>{previewText(last)}</>;
}

function TemplatePreview({ conversation }: { conversation: Conversation }) {
  const { lastMessage: last, id, channelId } = conversation;
  const pages = useInfiniteQuery({ ...queries.messages(id), enabled: false }).data?.pages ?? [];
  const sent = pages.flatMap((page) => page.data).find((message) => message.id === last?.id)?.template;
  const template = useTemplate(channelId, sent);
  const text = template && sent ? sentText(template, "BODY", sent["body"]) : "";
  return <>{text ? summary({ type: "template", text }) : previewText(last)}</>;
}
