import { locale, t, type TextKey } from "../../text.ts";
import { useAuthorName } from "../inbox/people.ts";

/** On which ground people were imported, when, and by whom: a member, a program, or nobody who is known still. */
export function GroundLine({ basis, at, by }: { basis: string | null; at: string; by: string | null }) {
  const member = useAuthorName(by?.startsWith("mem_") ? by : null);
  const name = by?.startsWith("key_") ? t("consent.ground.program") : member;
  const values = {
    ground: t(basis === null ? "consent.ground.gone" : (`import.ground.${basis}` as TextKey)),
    at: new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(at)),
  };
  return (
    <p className="text-meta text-text-2">
      {name === undefined
        ? t("consent.ground.at", values)
        : t("consent.ground.by", { ...values, name: isolated(name) })}
    </p>
  );
}

/** A name in a sentence of another direction. */
const isolated = (text: string): string => `\u2068${text}\u2069`;
