/** Marks the starts of words that were searched for. */
export function Highlight({ text, words }: { text: string; words: string }) {
  const wanted = words
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (wanted.length === 0) return <>{text}</>;
  // oxlint-disable-next-line security/detect-non-literal-regexp -- words are escaped
  const parts = text.split(new RegExp(`(${wanted.join("|")})`, "giu"));
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <mark key={index} className="rounded-tight bg-ink-weak font-medium text-ink">
            {part}
          </mark>
        ) : (
          part
        ),
      )}
    </>
  );
}
