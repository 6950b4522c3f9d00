import { expect, test } from "vitest";
import { isStricter, rulesOf } from "./content-rules.ts";

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));
const place = { workspaceId: "wsp_1", channelId: "chn_1" };

test.each<[string, [number, string][], [string, number | null][]]>([
  ["one mode for all", [[1, "days:30"]], [["days:30", null]]],
  [
    "a stricter mode applies to what is stored already",
    [
      [1, "full"],
      [5, "days:30"],
    ],
    [["days:30", null]],
  ],
  [
    "a looser one only to what comes",
    [
      [1, "metadata-only"],
      [5, "days:30"],
      [9, "full"],
    ],
    [
      ["metadata-only", 5],
      ["days:30", 9],
      ["full", null],
    ],
  ],
  [
    "loosened and tightened again: the strictest since a message came",
    [
      [1, "days:30"],
      [5, "full"],
      [9, "days:90"],
      [12, "full"],
    ],
    [
      ["days:30", 5],
      ["days:90", 12],
      ["full", null],
    ],
  ],
  [
    "the order of the rows says nothing",
    [
      [9, "full"],
      [1, "days:1"],
    ],
    [
      ["days:1", 9],
      ["full", null],
    ],
  ],
])("%s", (_what, periods, expected) => {
  const rules = rulesOf(
    place,
    periods.map(([day, mode]) => ({ since: at(day), mode })),
  );
  expect(rules.map(({ mode, until }) => [mode, until])).toEqual(
    expected.map(([mode, day]) => [mode, day === null ? null : at(day)]),
  );
  // one begins where the one before it ends
  expect(rules.map(({ since }) => since)).toEqual([null, ...rules.slice(0, -1).map(({ until }) => until)]);
});

test("metadata-only is stricter than any number of days, and days than full", () => {
  expect(isStricter("metadata-only", "days:1")).toBe(true);
  expect(isStricter("days:1", "days:2")).toBe(true);
  expect(isStricter("days:3650", "full")).toBe(true);
  expect(isStricter("full", "full")).toBe(false);
  expect(isStricter("full", "days:3650")).toBe(false);
});
