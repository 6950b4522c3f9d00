import { cx } from "./cx.ts";
import type { ReactNode } from "react";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** First letter of the first and last word; digits and signs give the silhouette. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word));
  const letter = (word: string | undefined): string =>
    word ? ([...segmenter.segment(word)][0]?.segment ?? "").toLocaleUpperCase() : "";
  return letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : "");
}

/** Twelve quiet tints of equal lightness, so that text keeps its contrast on each. */
function tint(seed: string): number {
  let hash = 0;
  for (const char of seed) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return (hash % 12) * 30;
}

export function Avatar({
  name,
  seed = name,
  size = 36,
  corner,
  className,
}: {
  name: string;
  /** Keeps the tint when the name changes. */
  seed?: string;
  size?: 18 | 24 | 28 | 36 | 48 | 56;
  /** A small mark on the lower end corner, e.g. the channel. */
  corner?: ReactNode;
  className?: string;
}) {
  const hue = tint(seed);
  // Two letters cannot be read below 24 px.
  const letters = size < 24 ? initials(name).slice(0, 1) : initials(name);
  return (
    <span className={cx("relative inline-flex shrink-0", className)} style={{ width: size, height: size }} aria-hidden>
      <span
        // As generated content: initials are a picture of the name, not text to find or to read out.
        data-letters={letters}
        className="flex size-full items-center justify-center overflow-hidden rounded-full font-medium before:content-[attr(data-letters)]"
        style={{
          background: `light-dark(oklch(0.92 0.035 ${hue}), oklch(0.34 0.045 ${hue}))`,
          color: `light-dark(oklch(0.38 0.07 ${hue}), oklch(0.88 0.05 ${hue}))`,
          fontSize: Math.round(size * (letters.length > 1 ? 0.36 : size < 24 ? 0.56 : 0.42)),
        }}
      >
        {!letters && (
          <svg width={size * 0.56} height={size * 0.56} viewBox="0 0 20 20" fill="currentColor">
            <circle cx="10" cy="7" r="3.5" />
            <path d="M3.5 17c.6-3.3 3.2-5 6.5-5s5.9 1.7 6.5 5z" />
          </svg>
        )}
      </span>
      {corner && (
        <span className="absolute -end-0.5 -bottom-0.5 flex size-4 items-center justify-center rounded-full bg-surface">
          {corner}
        </span>
      )}
    </span>
  );
}
