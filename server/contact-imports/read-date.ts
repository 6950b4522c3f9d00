// Days as people and spreadsheet programs write them down.
import { plainDigits } from "./read-phone.ts";

export const dateOrders = ["day_first", "month_first"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** `iso`: the day · `ambiguous`: which of two numbers is the month was not said · `none`: it is no day. */
export type ReadDate = { iso: string; order: DateOrder | null } | "ambiguous" | "none";

const yearFirst = /^(\d{4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?$/;
const yearLast = /^(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})\.?$/;

/**
 * 31.12.1990 and 12/31/1990 can be read in one way only; of 05/04/1990 somebody has to say it. `order` of the answer: which way the day itself
 * shows. Years of two digits are none: they may be of two centuries.
 */
export function readDate(cell: string, order: DateOrder | null): ReadDate {
  const text = plainDigits(cell);
  const [, year, , month, day] = yearFirst.exec(text) ?? [];
  if (year !== undefined) {
    const iso = isoOf(year, month, day);
    return iso === null ? "none" : { iso, order: null };
  }
  const [, first, , second, ofYear] = yearLast.exec(text) ?? [];
  const dayFirst = isoOf(ofYear, second, first);
  const monthFirst = isoOf(ofYear, first, second);
  if (dayFirst !== null && monthFirst !== null && dayFirst !== monthFirst)
    return order === null ? "ambiguous" : { iso: order === "day_first" ? dayFirst : monthFirst, order: null };
  if (dayFirst !== null) return { iso: dayFirst, order: monthFirst === null ? "day_first" : null };
  return monthFirst === null ? "none" : { iso: monthFirst, order: "month_first" };
}

/** Null where there is no such day. */
function isoOf(year: string | undefined, month: string | undefined, day: string | undefined): string | null {
  if (year === undefined || month === undefined || day === undefined) return null;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso ? null : iso;
}
