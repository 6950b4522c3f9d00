import { t } from "../../text.ts";
import { span } from "../../time.ts";
import { Table } from "../../ui/table.tsx";
import { minutesEach, percent, type Subject } from "./health-words.ts";

type Named = Subject & { name: string };

const total = (days: Subject["days"], which: "up" | "down"): number => days.reduce((sum, day) => sum + day[which], 0);

/** The bars as figures, for those who do not see them or want to compare. */
export function DayFigures({ subjects }: { subjects: readonly Named[] }) {
  return (
    <details>
      <summary className="text-text-2 hover:text-text pointer-coarse:py-2.5">{t("health.figures")}</summary>
      <div className="mt-3 overflow-x-auto">
        <Table<Named>
          label={t("health.figures")}
          rows={subjects}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "name",
              label: t("health.column.what"),
              cell: ({ name }) => (
                <span dir="auto" className="text-match">
                  {name}
                </span>
              ),
            },
            {
              key: "uptime",
              label: t("health.column.uptime"),
              align: "end",
              cell: ({ uptime }) => (uptime === null ? "–" : percent(uptime)),
            },
            {
              key: "down",
              label: t("health.column.down"),
              align: "end",
              cell: ({ id, days }) => {
                const down = total(days, "down");
                return down === 0 ? "–" : span(down * minutesEach(id) * 60_000);
              },
            },
            {
              key: "measured",
              label: t("health.column.measured"),
              align: "end",
              isMinor: true,
              cell: ({ id, days }) => span((total(days, "up") + total(days, "down")) * minutesEach(id) * 60_000),
            },
          ]}
        />
      </div>
    </details>
  );
}
