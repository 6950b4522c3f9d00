import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  adminApi,
  adminQueries,
  type ContactImport,
  type ImportColumn,
  type ImportCountry,
  type ImportMapping,
} from "../../../admin-api.ts";
import { ApiError } from "../../../api.ts";
import { links } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Section } from "../../../ui/page.tsx";
import { Select, type Option } from "../../../ui/select.tsx";
import { isSpecial } from "../../settings/field-words.ts";
import { useCan } from "../../shell/use-can.ts";
import { Loaded } from "../../shell/query-states.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { CountryQuestion, OrderQuestion } from "./import-questions.tsx";
import { putImport } from "./put-import.ts";
import { columnName, importProblem } from "./import-words.ts";

/** `attribute:` and its name, or what every contact has. */
type Target = "ignore" | "name" | "phone" | "userId" | `attribute:${string}`;
const ofAll = ["ignore", "name", "phone", "userId"] as const;

/** What each column is: guessed, with its first values beside it, to be changed. */
export function MapColumns({ one, onChecked }: { one: ContactImport; onChecked: () => void }) {
  const columns = useQuery(adminQueries.importColumns(one.id));
  return (
    <Section title={t("import.columns.title")} purpose={t("import.columns.purpose")}>
      {one.encoding === "windows-1252" && (
        <p className="rounded-control bg-ochre-weak px-3 py-2 text-ochre">{t("import.encoding.old")}</p>
      )}
      <MoreFields />
      <Loaded query={columns}>
        {({ data, countries }) => <Columns one={one} columns={data} countries={countries} onChecked={onChecked} />}
      </Loaded>
    </Section>
  );
}

/** What was chosen so far stays: the settings open beside it, and a new field is offered here at once. */
function MoreFields() {
  const canManage = useCan("workspace:manage");
  if (!canManage) return <p className="text-text-2">{t("import.columns.fields.others")}</p>;
  return (
    <Link {...links.settings("fields")} target="_blank" className="self-start text-ink underline">
      {t("import.columns.fields")}
    </Link>
  );
}

function targetOf({ column, guess, attribute }: ImportColumn, mapping: ContactImport["mapping"]): Target {
  const before = mapping?.find((one) => one.column === column);
  if (before) return before.to === "attribute" ? `attribute:${before.attribute}` : before.to;
  if (mapping || guess === null) return "ignore";
  return guess === "attribute" ? `attribute:${attribute ?? ""}` : guess;
}

function Columns({
  one,
  columns,
  countries,
  onChecked,
}: {
  one: ContactImport;
  columns: readonly ImportColumn[];
  countries: readonly ImportCountry[];
  onChecked: () => void;
}) {
  const declared = useQuery(queries.contactAttributes());
  const seesSpecial = useCan("contact:special");
  const special = useQuery({ ...adminQueries.specialCategories(), enabled: seesSpecial });
  const mayWriteSpecial = seesSpecial && special.data?.canWriteValues === true;
  const [chosen, setTargets] = useState(() => columns.map((column) => targetOf(column, one.mapping)));
  const [overwriteNames, setOverwrite] = useState(one.overwriteNames);
  const [defaultCountry, setCountry] = useState(one.defaultCountry);
  const [dateOrder, setOrder] = useState(one.dateOrder);
  const [isAsked, setAsked] = useState(false);
  const fields = (declared.data?.data ?? []).filter(
    ({ category, removedAt }) => removedAt === null && (mayWriteSpecial || !isSpecial(category)),
  );
  const options: Option<Target>[] = [
    ...ofAll.map((value) => ({ value, label: t(`import.target.${value}`) })),
    ...fields.map(({ name, label }): Option<Target> => ({ value: `attribute:${name}`, label })),
  ];
  // a guess, or somebody else's choice, may be of a field that is not offered
  const targets = chosen.map((target) => (options.some(({ value }) => value === target) ? target : "ignore"));
  const mapping = targets.flatMap((target, at): ImportMapping => {
    const column = at + 1;
    if (target === "ignore") return [];
    if (target === "name" || target === "phone" || target === "userId") return [{ column, to: target }];
    return [{ column, to: "attribute", attribute: target.slice("attribute:".length) }];
  });
  const dates = new Set(fields.filter(({ type }) => type === "date").map(({ name }) => `attribute:${name}`));
  const columnOf = (isIt: (target: Target, column: ImportColumn) => boolean): ImportColumn | undefined =>
    columns.find((column, at) => isIt(targets[at] ?? "ignore", column));
  const lacking = columnOf((target, column) => target === "phone" && column.lacksCountry);
  const unclear = columnOf((target, column) => dates.has(target) && column.hasUnclearDates);
  const check = useMutation({
    mutationFn: () =>
      adminApi.checkImport(one.id, {
        ...{ mapping, overwriteNames },
        defaultCountry: lacking ? defaultCountry : null,
        dateOrder: unclear ? dateOrder : null,
      }),
    onSuccess: (checked) => {
      putImport(checked);
      onChecked();
    },
  });
  // only a name may come from several columns: of all else the last choice counts
  const choose = (at: number, next: Target): void =>
    setTargets((all) =>
      all.map((target, n) => {
        if (n === at) return next;
        return target === next && next !== "name" ? "ignore" : target;
      }),
    );
  const hasAddress = targets.some((target) => target === "phone" || target === "userId");
  return (
    <>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {columns.map((column, at) => (
          <OneColumn
            key={column.column}
            column={column}
            target={targets[at] ?? "ignore"}
            options={options}
            onChange={(next) => choose(at, next)}
          />
        ))}
      </ul>
      {lacking && (
        <CountryQuestion column={lacking} countries={countries} value={defaultCountry} onChange={setCountry} />
      )}
      {unclear && (
        <OrderQuestion
          column={unclear}
          value={dateOrder}
          onChange={setOrder}
          isMissing={isAsked && dateOrder === null}
        />
      )}
      <Checkbox
        isOn={overwriteNames}
        onChange={setOverwrite}
        label={t("import.overwriteNames")}
        hint={t("import.overwriteNames.hint")}
      />
      {!hasAddress && <p className="text-text-2">{t("import.columns.needAddress")}</p>}
      <Button
        look="primary"
        className="self-start"
        disabled={!hasAddress || declared.isPending || (seesSpecial && special.isPending)}
        isBusy={check.isPending}
        onClick={() => {
          setAsked(true);
          if (!unclear || dateOrder !== null) check.mutate();
        }}
      >
        {t("import.check")}
      </Button>
      {check.isError && (
        <p role="alert" className="text-brick">
          {check.error instanceof ApiError ? importProblem(check.error) : problemText(check.error)}
        </p>
      )}
    </>
  );
}

function OneColumn({
  column: { column, header, samples },
  target,
  options,
  onChange,
}: {
  column: ImportColumn;
  target: Target;
  options: readonly Option<Target>[];
  onChange: (next: Target) => void;
}) {
  const name = header.trim() || t("import.columns.unnamed", { column: columnName(column) });
  const shown = samples.filter((sample) => sample.trim() !== "");
  return (
    <li className="grid items-start gap-x-4 gap-y-2 py-3 md:grid-cols-2">
      <div className="min-w-0">
        <p dir="auto" className="text-match truncate font-medium">
          {name}
        </p>
        <p dir="auto" className="text-match truncate text-meta text-text-2">
          {shown.length > 0 ? shown.join(" · ") : t("import.columns.empty")}
        </p>
      </div>
      <Select
        label={t("import.columns.target", { column: name })}
        value={target}
        onChange={onChange}
        options={options}
      />
    </li>
  );
}
