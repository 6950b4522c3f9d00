import { expect, test } from "vitest";
import { lookAtColumns } from "./look-at-columns.ts";
import { dialCodes } from "./numbering-plans.ts";
import { readDate, type DateOrder } from "./read-date.ts";
import { readPhone } from "./read-phone.ts";

/** The number, or the last word of why it is none. */
const phone = (cell: string, country: string | null = null): string => {
  const read = readPhone(cell, country);
  return "wrong" in read ? read.wrong.code.replace("contact_import.", "") : read.phone;
};

test.each([
  ["+254 711 000-001", "+254711000001"],
  ["0049 (711) 123456", "+49711123456"],
  // the zero of a number within the country is no part of it from abroad, but for Italy
  ["+49 (0)711 / 123456", "+49711123456"],
  ["+39 06 1234567", "+39061234567"],
  ["\u200E+٢٥٤ ٧١١ ٠٠٠ ٠٠١\u200E", "+254711000001"],
  ["＋254\u00A0711\u2013000\u2013001", "+254711000001"],
  ["12", "phone_too_short"],
  ["+12", "phone_too_short"],
  ["-", "phone_too_short"],
  ["+254 711 000 001 711 000 002", "phone_too_long"],
  ["1234567890123456", "phone_too_long"],
  ["ask her", "phone_has_letters"],
  ["+254 711 000001 ext. 3", "phone_has_letters"],
  ["+254711000001; +254711000002", "phone_has_signs"],
  ["#31#254711000001", "phone_has_signs"],
  ["2,54711E+11", "phone_rounded"],
  ["0711000002", "phone_not_international"],
  ["254711000001", "phone_not_international"],
  ["+0711000001", "phone_country_unknown"],
  ["+999711000001", "phone_country_unknown"],
])("a number as it is written, %s, is %s", (cell, expected) => {
  expect(phone(cell)).toBe(expected);
});

test.each([
  ["KE", "0711 000 001", "+254711000001"],
  // a spreadsheet dropped the zero; the code without its sign
  ["KE", "711000001", "+254711000001"],
  ["KE", "254711000001", "+254711000001"],
  ["DE", "0711/123456", "+49711123456"],
  ["FR", "06 12 34 56 78", "+33612345678"],
  ["US", "(212) 555-0123", "+12125550123"],
  ["CA", "1-416-555-0123", "+14165550123"],
  ["RU", "8 912 345-67-89", "+79123456789"],
  ["HU", "06 20 123 4567", "+36201234567"],
  ["IT", "391 234 5678", "+393912345678"],
  ["IT", "06 1234567", "+39061234567"],
  ["MY", "012-345 6789", "+60123456789"],
  ["KE", "12", "phone_too_short"],
  ["KE", "12345678901234", "phone_too_long"],
  ["US", "12345678", "phone_too_short"],
  ["RO", "07123456", "phone_not_of_country"],
  // 04917… is a place in Germany, +49 17… are mobiles
  ["DE", "491711234567", "phone_ambiguous"],
  ["KE", "0049 711 123456", "+49711123456"],
  ["KE", "+49 711 123456", "+49711123456"],
])("with the country %s, %s is %s", (country, cell, expected) => {
  expect(phone(cell, country)).toBe(expected);
});

test("countries are known once each, and no code begins with another", () => {
  expect(new Set(dialCodes.map(({ country }) => country)).size).toBe(dialCodes.length);
  expect(dialCodes.length).toBeGreaterThan(230);
  const codes = [...new Set(dialCodes.map(({ code }) => code))];
  for (const code of codes)
    expect([code, codes.filter((other) => other !== code && other.startsWith(code))]).toEqual([code, []]);
});

const date = (cell: string, order: DateOrder | null = null): string => {
  const read = readDate(cell, order);
  return typeof read === "string" ? read : read.iso;
};

test.each([
  ["1990-12-31", "1990-12-31"],
  ["1990/2/3", "1990-02-03"],
  ["31.12.1990", "1990-12-31"],
  ["31. 1. 1990", "1990-01-31"],
  ["12/31/1990", "1990-12-31"],
  ["31-12-1990", "1990-12-31"],
  ["05/05/1990", "1990-05-05"],
  ["٣١/١٢/١٩٩٠", "1990-12-31"],
  ["05/04/1990", "ambiguous"],
  ["05.04.1990", "ambiguous"],
  ["29/02/1991", "none"],
  ["31/12/90", "none"],
  ["31.12-1990", "none"],
  ["soon", "none"],
])("a date as it is written, %s, is %s", (cell, expected) => {
  expect(date(cell)).toBe(expected);
});

test("of a date that can be read in two ways, what was said counts; of any other it does not", () => {
  expect([date("05/04/1990", "day_first"), date("05/04/1990", "month_first")]).toEqual(["1990-04-05", "1990-05-04"]);
  expect([date("31.12.1990", "month_first"), date("12/31/1990", "day_first")]).toEqual(["1990-12-31", "1990-12-31"]);
});

test("what the other cells of a column are like is suggested, and where they differ nothing is", () => {
  const look = lookAtColumns();
  for (const cells of [
    ["+254 711 000 001", "31.12.1990", "+49711123456", "1990-12-31"],
    ["0711000002", "05.04.1990", "+254711000001", "12/31/1990"],
    ["+1 212 555 0123", "6.4.1990", "", "31/12/1990"],
    ["+254711000003", "", "", "not a date"],
  ])
    look.add(cells);
  expect(look.result(5)).toEqual([
    { lacksCountry: true, country: "KE", hasUnclearDates: false, dateOrder: null },
    { lacksCountry: false, country: null, hasUnclearDates: true, dateOrder: "day_first" },
    { lacksCountry: false, country: null, hasUnclearDates: false, dateOrder: null },
    { lacksCountry: false, country: null, hasUnclearDates: false, dateOrder: null },
    { lacksCountry: false, country: null, hasUnclearDates: false, dateOrder: null },
  ]);
});
