import type { ReactNode } from "react";
import { cx } from "./cx.ts";

export interface Column<R> {
  key: string;
  label: ReactNode;
  /** Figures stand at the end side. */
  align?: "start" | "end";
  /** Hidden on a phone when it is not needed to tell rows apart. */
  isMinor?: boolean;
  cell: (row: R) => ReactNode;
}

/** 44 px rows and a sticky head; `empty` is shown in the table's place when there are no rows. */
export function Table<R>({
  label,
  columns,
  rows,
  rowKey,
  empty,
}: {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  empty?: ReactNode;
}) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  const cellStyle = (column: Column<R>): string =>
    cx(
      "px-3 first:ps-0 last:pe-0",
      column.align === "end" ? "text-end tabular" : "text-start",
      column.isMinor && "max-md:hidden",
    );
  return (
    <table className="w-full border-collapse" aria-label={label}>
      <thead className="sticky top-0 z-1 bg-paper">
        <tr className="h-9 text-meta text-text-2">
          {columns.map((column) => (
            <th key={column.key} scope="col" className={cx(cellStyle(column), "border-b border-line font-medium")}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="h-11">
            {columns.map((column) => (
              <td key={column.key} className={cx(cellStyle(column), "border-b border-line")}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
