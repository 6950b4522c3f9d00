import type { Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { RichText } from "./rich-text.tsx";

const str = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Inbound: what was chosen or filled in. Outbound: the question with its choices. */
export function InteractiveContent({ message }: { message: Message }) {
  const content = message.interactive ?? {};
  return message.direction === "inbound" ? (
    <Answer content={content} text={message.text} />
  ) : (
    <Question content={content} />
  );
}

function Answer({ content, text }: { content: Record<string, unknown>; text: string | undefined }) {
  const fields = Object.entries(record(content.fields)).filter(([key]) => key !== "flow_token");
  return (
    <div dir="auto">
      <p className="text-meta text-text-2">{t("interactive.chose")}</p>
      <p className="font-medium">{text ?? t("kind.interactive")}</p>
      {str(content.description) && <p className="text-ui text-text-2">{str(content.description)}</p>}
      {fields.length > 0 && (
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-ui">
          {fields.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="text-text-2">{key}</dt>
              <dd className="break-words">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function Question({ content }: { content: Record<string, unknown> }) {
  const header = record(content.header);
  const choices = [
    ...list(content.buttons).map((button) => str(button.title)),
    ...list(content.sections).flatMap((section) => list(section.rows).map((row) => str(row.title))),
    ...(content.kind === "cta_url" ? [str(content.buttonText)] : []),
    ...(content.kind === "location_request" ? [t("interactive.sendLocation")] : []),
  ].filter((choice) => choice !== undefined);
  return (
    <div dir="auto">
      {str(header.text) && <p className="font-semibold">{str(header.text)}</p>}
      <p className="whitespace-pre-wrap">
        <RichText text={str(content.body) ?? ""} />
      </p>
      {str(content.footer) && <p className="text-ui text-text-2">{str(content.footer)}</p>}
      <ul aria-label={t("interactive.choices")} className="mt-1.5 flex flex-col gap-1">
        {choices.map((choice, index) => (
          <li
            key={index}
            className="rounded-control border border-line bg-surface px-3 py-1 text-center text-ui text-ink"
          >
            {choice}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What this version cannot show says what it is, and hands over what came. */
export function UnsupportedContent({ message }: { message: Message }) {
  return (
    <div>
      <p className="text-text-2">
        {t(message.type === "media_placeholder" ? "kind.mediaPlaceholder" : "kind.unsupported")}
      </p>
      {message.raw !== undefined && (
        <details className="mt-1 text-ui">
          <summary className="text-ink pointer-coarse:py-2">{t("message.raw")}</summary>
          <pre
            dir="ltr"
            className="mt-1 max-h-60 overflow-auto rounded-control bg-sunken p-2 text-start font-mono text-meta"
            tabIndex={0}
          >
            {JSON.stringify(message.raw, null, 2)}
          </pre>
        </details>
      )}
    </div>
  );
}
