import { useQuery } from "@tanstack/react-query";
import { queries } from "../../../queries.ts";
import { locale, t } from "../../../text.ts";
import { isSpecial } from "../../settings/field-words.ts";
import { useCan } from "../../shell/use-can.ts";
import { Part } from "./part.tsx";

/** What is noted about the contact: the fields that have a value, then those that are declared and wait for one. */
export function ContactFields({ values }: { values: Readonly<Record<string, unknown>> }) {
  const declared = useQuery(queries.contactAttributes()).data?.data ?? [];
  const seesSpecial = useCan("contact:special");
  const filled = Object.entries(values).map(([name, value]) => {
    const field = declared.find((one) => one.name === name);
    return { name, label: field?.label ?? name, value: shownValue(field?.type, String(value)) };
  });
  const empty = declared.filter(
    ({ name, category, removedAt }) => removedAt === null && !(name in values) && (seesSpecial || !isSpecial(category)),
  );
  if (filled.length + empty.length === 0) return null;
  return (
    <Part title={t("context.attributes")}>
      <dl className="flex flex-col gap-1.5">
        {filled.map(({ name, label, value }) => (
          <div key={name} className="flex justify-between gap-3">
            <Label text={label} />
            <dd dir="auto" className="truncate" title={value}>
              {value}
            </dd>
          </div>
        ))}
        {empty.map(({ name, label }) => (
          <div key={name} className="flex justify-between gap-3">
            <Label text={label} />
            <dd className="shrink-0 text-text-3">{t("context.noValue")}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Label({ text }: { text: string }) {
  return (
    <dt dir="auto" className="max-w-1/2 shrink-0 truncate text-text-2" title={text}>
      {text}
    </dt>
  );
}

/** As people write it; a value that is not of its field's type stays as it is. */
function shownValue(type: string | undefined, value: string): string {
  if (type === "boolean" && value === "true") return t("context.yes");
  if (type === "boolean" && value === "false") return t("context.no");
  if (type === "date" && /^\d{4}-\d\d-\d\d$/.test(value))
    return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(new Date(value));
  return value;
}
