import type { ReactNode } from "react";
import { t } from "../../text.ts";
import { cx } from "../../ui/cx.ts";
import { Moment } from "../shell/moment.tsx";
import { dayText, dayWords, minutesEach, percent, reasonText, type Day, type Subject } from "./health-words.ts";

const layout = "flex flex-wrap items-center gap-x-4 gap-y-1.5 md:flex-nowrap";
const nameStyle = "flex min-w-0 grow basis-1/2 md:w-40 md:shrink-0 md:grow-0 md:basis-auto";
const barsStyle = "order-last w-full min-w-0 md:order-none md:w-auto md:grow";
const partStyle = "tabular shrink-0 text-end text-text-2 md:w-36";

/** Rows of channels or services, with the days that they span told once beneath. */
export function UptimeList({ label, days, children }: { label: string; days: readonly Day[]; children: ReactNode }) {
  const first = days[0];
  return (
    <div>
      <ul aria-label={label} className="flex flex-col border-t border-line">
        {children}
      </ul>
      {first && (
        <div aria-hidden className={cx(layout, "mt-1.5 text-meta text-text-2")}>
          <span className={cx(nameStyle, "max-md:hidden")} />
          <span className={cx(barsStyle, "flex justify-between")}>
            <span>{dayText(first.date)}</span>
            <span>{t("time.today")}</span>
          </span>
          <span className={cx(partStyle, "max-md:hidden")} />
        </div>
      )}
    </div>
  );
}

/** A channel or service: a bar for each day, its part of good minutes, and in words what is wrong now. */
export function UptimeRow({ subject, name }: { subject: Subject; name: ReactNode }) {
  const { state, reason, since, uptime } = subject;
  return (
    <li className="flex flex-col gap-1 border-b border-line py-2.5">
      <div className={layout}>
        <span className={nameStyle}>{name}</span>
        <Bars subject={subject} />
        <span className={partStyle}>{uptime === null ? t("health.unmeasured") : percent(uptime)}</span>
      </div>
      {state === "down" && (
        <p className="text-brick">
          {reasonText(reason ?? "")}
          {since && (
            <>
              {" · "}
              <Moment at={since} />
            </>
          )}
        </p>
      )}
    </li>
  );
}

/** The one thing that has colour is a time that was bad; its words are the picture's name and each bar's title. */
function Bars({ subject: { id, days } }: { subject: Subject }) {
  const each = minutesEach(id);
  const bad = days.filter((day) => day.down > 0).map((day) => dayWords(day, each));
  const label = bad.length === 0 ? t("health.bars.good") : bad.join(", ");
  return (
    <div role="img" aria-label={label} className={cx(barsStyle, "flex h-6 gap-0.5")}>
      {days.map((day) => (
        <Bar key={day.date} day={day} title={dayWords(day, each)} />
      ))}
    </div>
  );
}

function Bar({ day: { up, down }, title }: { day: Day; title: string }) {
  const isMeasured = up + down > 0;
  // a minute out of 1,440 must be seen
  const height = down === 0 ? 0 : Math.max(25, (100 * down) / (up + down));
  return (
    <span
      title={title}
      className={cx(
        "flex grow basis-0 flex-col justify-end overflow-hidden rounded-[2px]",
        isMeasured ? "bg-edge/45" : "border-b border-edge",
      )}
    >
      {down > 0 && <span className="bg-ink" style={{ height: `${height}%` }} />}
    </span>
  );
}
