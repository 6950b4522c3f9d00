import { expect, test } from "vitest";
import { qrMatrix } from "../src/ui/qr-matrix.ts";

const draw = (text: string): string[] =>
  qrMatrix(text).map((row) => row.map((isDark) => (isDark ? "#" : ".")).join(""));

test("a code is the one that a reader was seen to read", () => {
  expect(draw("KEEPWORD")).toEqual([
    "#######.#...#.#######",
    "#.....#.##.#..#.....#",
    "#.###.#.#####.#.###.#",
    "#.###.#.#.#.#.#.###.#",
    "#.###.#..####.#.###.#",
    "#.....#.#.#.#.#.....#",
    "#######.#.#.#.#######",
    ".....................",
    "##..###.....#..#.####",
    ".#.##..#..#.#.#..####",
    ".##.###.#.#.#...#..#.",
    "##.....#...##..#...##",
    "#..##.#.##.#.##...##.",
    "........#.###..#.####",
    "#######....#..#.#..#.",
    "#.....#.##...##......",
    "#.###.#.###.########.",
    "#.###.#..##.###...###",
    "#.###.#..##.##..##...",
    "#.....#.#..##........",
    "#######.##.#..##.##.#",
  ]);
});

test.each([
  ["17 bytes fill the smallest", 17, 21],
  ["one more needs the next", 18, 25],
  ["a pairing text", 237, 57],
  ["the longest", 858, 97],
])("%s", (_, length, size) => {
  expect(draw("x".repeat(length))).toHaveLength(size);
});

test("a text that is too long is refused, not cut", () => {
  expect(() => qrMatrix("x".repeat(859))).toThrow(RangeError);
});
