import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type ContactImport } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { buttonStyle } from "../../../ui/button.tsx";
import { Table } from "../../../ui/table.tsx";
import { Loaded } from "../../shell/query-states.tsx";
import { columnName, figure, refusalText } from "./import-words.ts";

const kinds = ["new", "changed", "unchanged", "repeated", "refused"] as const;

/** How many rows of each kind, and the refused ones with their reasons. */
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
      {one.counts.refused > 0 && <Refusals one={one} />}
    </>
  );
}

function Refusals({ one }: { one: ContactImport }) {
  const list = useQuery(adminQueries.importRefusals(one.id, one.counts.refused));
  return (
    <Loaded query={list}>
      {({ data }) => (
        <>
          <Table
            label={t("import.refused.title")}
            rows={data}
            rowKey={({ row }) => String(row)}
            columns={[
              {
                key: "row",
                label: t("import.refused.row"),
                cell: ({ row }) => <span className="tabular">{figure(row)}</span>,
              },
              {
                key: "column",
                label: t("import.refused.column"),
                cell: ({ column }) => (column === null ? "–" : columnName(column)),
              },
              {
                key: "why",
                label: t("import.refused.why"),
                cell: ({ code, title }) => <span className="block py-2">{refusalText(code, title)}</span>,
              },
            ]}
          />
          {data.length < one.counts.refused && (
            <p className="text-meta text-text-2">{t("import.refused.first", { n: data.length })}</p>
          )}
          <a href={adminApi.importRefusalsUrl(one.id)} download className={`${buttonStyle()} self-start`}>
            {t("import.refused.download")}
          </a>
        </>
      )}
    </Loaded>
  );
}
