// What the columns alone do not say: from which country numbers without one are, and in which order days are written.
import type { ContactImport, ImportColumn, ImportCountry } from "../../../admin-api.ts";
import { locale, t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Select, type Option } from "../../../ui/select.tsx";

/** Nothing is chosen before; what the other numbers are like is a suggestion that somebody has to take. */
export function CountryQuestion({
  column,
  countries,
  value,
  onChange,
}: {
  column: ImportColumn;
  countries: readonly ImportCountry[];
  value: string | null;
  onChange: (country: string | null) => void;
}) {
  const names = new Intl.DisplayNames(locale(), { type: "region" });
  const nameOf = (country: string): string => names.of(country) ?? country;
  const options: Option<string>[] = countries
    .map(({ country, code }) => ({
      value: country,
      // the sign stays before its digits in right-to-left text
      label: t("import.country.option", { name: nameOf(country), code: `\u2066+${code}\u2069` }),
    }))
    .toSorted((a, b) => a.label.localeCompare(b.label, locale()));
  const { country } = column;
  return (
    <div className="flex flex-col items-start gap-2">
      <div className="w-full max-w-90">
        <Field label={t("import.country")} hint={t("import.country.hint")}>
          {(field) => (
            <Select
              {...field}
              value={value ?? ""}
              onChange={(next) => onChange(next === "" ? null : next)}
              options={[{ value: "", label: t("import.country.none") }, ...options]}
            />
          )}
        </Field>
      </div>
      {country !== null && country !== value && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-text-2">
          {t("import.country.suggestion", { name: nameOf(country) })}
          <Button size="small" onClick={() => onChange(country)}>
            {t("import.country.use", { name: nameOf(country) })}
          </Button>
        </p>
      )}
    </div>
  );
}

type Order = NonNullable<ContactImport["dateOrder"]>;
const orders = { day_first: "1990-04-05", month_first: "1990-05-04" } as const satisfies Record<Order, string>;

/** Asked once for the file. */
export function OrderQuestion({
  column: { dateOrder },
  value,
  onChange,
  isMissing,
}: {
  column: ImportColumn;
  value: Order | null;
  onChange: (order: Order | null) => void;
  isMissing: boolean;
}) {
  const day = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" });
  const options = (Object.keys(orders) as Order[]).map((order) => ({
    value: order,
    label: t(`import.dates.${order}`, { date: day.format(new Date(orders[order])) }),
  }));
  const hint = `${t("import.dates.hint")}${dateOrder === null ? "" : ` ${t(`import.dates.others.${dateOrder}`)}`}`;
  return (
    <div className="max-w-90">
      <Field label={t("import.dates")} hint={hint} error={isMissing && t("import.dates.missing")}>
        {(field) => (
          <Select<Order | "">
            {...field}
            value={value ?? ""}
            onChange={(next) => onChange(next === "" ? null : next)}
            options={[{ value: "", label: t("import.dates.choose") }, ...options]}
          />
        )}
      </Field>
    </div>
  );
}
