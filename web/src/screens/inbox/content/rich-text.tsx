import { Fragment, type ReactNode } from "react";

// Links end before closing punctuation that belongs to the sentence around them.
const linkPattern = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,:;!?)\]}'’»]/giu;
const marks: readonly { pattern: RegExp; wrap: (inner: ReactNode) => ReactNode }[] = [
  { pattern: /```([\s\S]+?)```/u, wrap: (inner) => <code className="font-mono text-ui">{inner}</code> },
  { pattern: /`([^`\n]+)`/u, wrap: (inner) => <code className="font-mono text-ui">{inner}</code> },
  {
    pattern: /(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}*])/u,
    wrap: (inner) => <strong className="font-semibold">{inner}</strong>,
  },
  { pattern: /(?<![\p{L}\p{N}_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}_])/u, wrap: (inner) => <em>{inner}</em> },
  { pattern: /(?<![\p{L}\p{N}~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\p{L}\p{N}~])/u, wrap: (inner) => <s>{inner}</s> },
];

/** What stands in the first of them is written as it is. */
const codes = 2;

function styled(text: string, from = 0): ReactNode {
  for (let index = from; index < marks.length; index += 1) {
    const mark = marks[index];
    const hit = mark?.pattern.exec(text);
    if (!mark || !hit) continue;
    const inner = hit[1] ?? "";
    return (
      <>
        {styled(text.slice(0, hit.index), index)}
        {mark.wrap(index < codes ? inner : styled(inner, index + 1))}
        {styled(text.slice(hit.index + hit[0].length), index)}
      </>
    );
  }
  return text;
}

/** A message's text as the networks show it: links, *bold*, _italic_, ~struck~, `code` and ```code```. Never HTML. */
export function RichText({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const hit of text.matchAll(linkPattern)) {
    parts.push(<Fragment key={at}>{styled(text.slice(at, hit.index))}</Fragment>);
    parts.push(
      <a
        key={`l${hit.index}`}
        href={hit[0]}
        target="_blank"
        rel="noopener noreferrer nofollow"
        dir="ltr"
        className="break-all text-ink underline underline-offset-2 hover:text-ink-strong"
      >
        {hit[0]}
      </a>,
    );
    at = hit.index + hit[0].length;
  }
  parts.push(<Fragment key="end">{styled(text.slice(at))}</Fragment>);
  return <>{parts}</>;
}

const emojiOnly = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;

/** One to three emoji alone are shown large. */
export function isFewEmoji(text: string): boolean {
  if (text.length > 40 || !emojiOnly.test(text) || /^[\d\s#*]+$/.test(text)) return false;
  return [...new Intl.Segmenter().segment(text.replace(/\s/g, ""))].length <= 3;
}
