// How names of attributes are compared: with each other, and with the words of special categories.
import { normaliseText } from "../platform/words.ts";
import { specialKinds, specialWords, type SpecialKind } from "./special-words.ts";

// Cyrillic and Greek letters, and digits, that look like a Latin letter (Unicode UTS 39, those of the alphabets that people mix)
const latin: Record<string, string> = Object.fromEntries(
  [
    ...[
      "аa",
      "вb",
      "еe",
      "ѕs",
      "іi",
      "јj",
      "ӏl",
      "кk",
      "мm",
      "нh",
      "оo",
      "рp",
      "сc",
      "тt",
      "уy",
      "хx",
      "һh",
      "ԁd",
      "ԛq",
      "ԝw",
      "ґr",
    ],
    ...["αa", "βb", "εe", "ηn", "ιi", "κk", "μm", "νv", "οo", "ρp", "τt", "υu", "χx", "γy", "ωw", "0o", "1l"],
  ].map(([from = "", to = ""]) => [from, to]),
);

const wordsOf = (text: string): string[] =>
  (
    Array.from(normaliseText(text.replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")), (letter) => latin[letter] ?? letter)
      .join("")
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).map((word) => word.replace(/^[وفبك]?ال(?=\p{Script=Arabic}{2})/u, ""));

/** The same for names that differ in case, accents, separators or look-alike letters only; empty where no letter or digit is. */
export const skeletonOf = (name: string): string => wordsOf(name).join("");

interface Entry {
  stem: string;
  isOpen: boolean;
}

const entries: readonly (readonly [SpecialKind, readonly Entry[]])[] = specialKinds.map((kind) => [
  kind,
  Object.values(specialWords).flatMap((words) =>
    words[kind].map((word) => ({ stem: wordsOf(word).join(" "), isOpen: word.endsWith("*") })),
  ),
]);

/** The special categories that a name tells of by its words; also where it is written without spaces or letter by letter. */
export function specialKindsIn(text: string): SpecialKind[] {
  const words = wordsOf(text);
  const spaced = ` ${words.join(" ")} `;
  const joined = words.join("");
  const tells = ({ stem, isOpen }: Entry): boolean =>
    spaced.includes(` ${stem}${isOpen ? "" : " "}`) || joined === stem.replaceAll(" ", "");
  return entries.flatMap(([kind, list]) => (list.some(tells) ? [kind] : []));
}
