// What the cells of each column look like, counted while the file is looked through: for what the mapping has to ask.
import { countryOf } from "./read-phone.ts";
import { readDate, type DateOrder } from "./read-date.ts";

/** Of one column: counts and codes, no cell. */
export interface ColumnLook {
  /** There are numbers that say no country. */
  lacksCountry: boolean;
  /** Where most of the other numbers are from: a suggestion. */
  country: string | null;
  /** There are days that can be read in two ways. */
  hasUnclearDates: boolean;
  /** As the other days of the column are written: a suggestion. */
  dateOrder: DateOrder | null;
}

/** Reading a number costs some microseconds: a sample of the file is enough for a suggestion. */
const MAX_PHONES = 100_000;
const mayBePhone = /^\s*[+(\d\u0660-\u0669\u06F0-\u06F9]/;
const mayBeDate = /^\s*\S{1,4}\s?[./-]\s?\S{1,2}\s?[./-]\s?\S{1,4}\s*$/;

interface Tally {
  countries: Map<string, number>;
  none: number;
  unclear: number;
  orders: Record<DateOrder, number>;
}

export interface Look {
  add: (cells: readonly string[]) => void;
  result: (columns: number) => ColumnLook[];
}

export function lookAtColumns(): Look {
  const tallies: Tally[] = [];
  let phones = 0;
  const tally = (at: number): Tally =>
    (tallies[at] ??= { countries: new Map(), none: 0, unclear: 0, orders: { day_first: 0, month_first: 0 } });
  const lookAt = (cell: string, at: number): void => {
    if (!mayBePhone.test(cell) || cell.length > 40) return;
    if (mayBeDate.test(cell)) {
      const read = readDate(cell, null);
      if (read === "ambiguous") tally(at).unclear += 1;
      else if (read !== "none" && read.order !== null) tally(at).orders[read.order] += 1;
      if (read !== "none") return;
    }
    if (phones === MAX_PHONES) return;
    phones += 1;
    const country = countryOf(cell);
    const { countries } = tally(at);
    if (country === "none") tally(at).none += 1;
    else if (country !== null) countries.set(country, (countries.get(country) ?? 0) + 1);
  };
  return {
    add: (cells) => cells.forEach(lookAt),
    result: (columns) => Array.from({ length: columns }, (_, at) => lookOf(tallies[at])),
  };
}

function lookOf(found: Tally | undefined): ColumnLook {
  if (!found) return { lacksCountry: false, country: null, hasUnclearDates: false, dateOrder: null };
  const { countries, none, unclear, orders } = found;
  const all = [...countries.values()].reduce((sum, n) => sum + n, 0);
  const [most] = [...countries].toSorted(([, a], [, b]) => b - a);
  const [isDay, isMonth] = [orders.day_first > 0, orders.month_first > 0];
  return {
    lacksCountry: none > 0,
    country: most && most[1] * 2 > all ? most[0] : null,
    hasUnclearDates: unclear > 0,
    dateOrder: isDay === isMonth ? null : isDay ? "day_first" : "month_first",
  };
}
