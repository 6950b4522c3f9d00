import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type ContactImport } from "../../../admin-api.ts";
import { locale, t, type Locale } from "../../../text.ts";
import { exactTime } from "../../../time.ts";
import { Button, buttonStyle } from "../../../ui/button.tsx";
import { Table } from "../../../ui/table.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { Loaded } from "../../shell/query-states.tsx";
import { columnName, figure } from "./import-words.ts";
import { putImport } from "./put-import.ts";

const kinds = ["new", "changed", "unchanged", "repeated", "refused"] as const;

/** How many rows of each kind; what was not taken, with the reasons, to look at and to mend. */
export function ImportFigures({ one }: { one: ContactImport }) {
  return (
    <>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-panel border border-line bg-line md:grid-cols-5">
        {kinds.map((kind) => (
          <div key={kind} className="flex flex-col-reverse justify-end bg-surface px-3 py-2 last:max-md:col-span-2">
            <dt className="text-meta text-text-2">{t(`import.count.${kind}`)}</dt>
            <dd className="tabular text-pane font-semibold">{figure(one.counts[kind])}</dd>
          </div>
        ))}
      </dl>
      {one.counts.leftOut > 0 && <p className="text-text-2">{t("import.leftOut", { n: one.counts.leftOut })}</p>}
      {notTaken(one) > 0 && <NotTaken one={one} />}
    </>
  );
}

const notTaken = ({ counts }: ContactImport): number => counts.refused + counts.leftOut;

function NotTaken({ one }: { one: ContactImport }) {
  const list = useQuery(adminQueries.importRefusals(one.id, notTaken(one), locale() as Locale));
  return (
    <Loaded query={list}>
      {({ data }) => (
        <>
          <Table
            label={t("import.refused.title")}
            rows={data}
            rowKey={({ row, column }) => `${row} ${column ?? 0}`}
            columns={[
              {
                key: "row",
                label: t("import.refused.row"),
                cell: ({ row }) => <span className="tabular">{figure(row)}</span>,
              },
              {
                key: "column",
                label: t("import.refused.column"),
                cell: (refusal) => <ColumnOf {...refusal} />,
              },
              {
                key: "what",
                label: t("import.refused.what"),
                cell: ({ isLeftOut }) => (
                  <span className="md:whitespace-nowrap">
                    {t(isLeftOut ? "import.refused.value" : "import.refused.whole")}
                  </span>
                ),
              },
              {
                key: "why",
                label: t("import.refused.why"),
                cell: ({ title }) => <span className="block py-2">{title}</span>,
              },
            ]}
          />
          {data.length < notTaken(one) && (
            <p className="text-meta text-text-2">{t("import.refused.first", { n: data.length })}</p>
          )}
          <MendThem one={one} />
        </>
      )}
    </Loaded>
  );
}

/** As a spreadsheet names the column, and as the file does, where it does. */
function ColumnOf({ column, header }: { column: number | null; header: string | null }) {
  if (column === null) return "–";
  if (header === null) return columnName(column);
  return (
    <span className="flex items-baseline gap-1.5">
      <span className="text-text-2">{columnName(column)}</span>{" "}
      <span dir="auto" className="line-clamp-2 max-w-24 break-words md:max-w-40" title={header}>
        {header}
      </span>
    </span>
  );
}

/** The rows as a file, for as long as they are there. */
function MendThem({ one: { id, state, refusedUntil } }: { one: ContactImport }) {
  const discard = useMutation({ mutationFn: () => adminApi.cancelImport(id), onSuccess: putImport });
  if (state === "ended" && refusedUntil === null)
    return <p className="text-meta text-text-2">{t("import.refused.gone")}</p>;
  return (
    <div className="flex flex-col items-start gap-2">
      <div className="flex flex-wrap gap-2">
        <a href={adminApi.importRefusalsUrl(id)} download className={buttonStyle()}>
          {t("import.refused.download")}
        </a>
        {refusedUntil !== null && (
          <Button isBusy={discard.isPending} onClick={() => discard.mutate()}>
            {t("import.refused.delete")}
          </Button>
        )}
      </div>
      <p className="max-w-[60ch] text-meta text-text-2">
        {t("import.refused.download.hint")}
        {refusedUntil !== null && ` ${t("import.refused.until", { at: exactTime(refusedUntil) })}`}
      </p>
      {discard.isError && (
        <p role="alert" className="text-brick">
          {problemText(discard.error)}
        </p>
      )}
    </div>
  );
}
