import { t, type TextKey } from "../../text.ts";
import { Moment } from "./moment.tsx";

/** A text with `{at}` in it, where the moment keeps counting; its place in the sentence is the language's own. */
export function Said({ text, at }: { text: TextKey; at: string }) {
  const [before = "", after = ""] = t(text, { at: "\u0000" }).split("\u0000");
  return (
    <>
      {before}
      <Moment at={at} />
      {after}
    </>
  );
}
