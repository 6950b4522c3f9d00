import { describe, expect, test } from "vitest";
import { idTime, isId, newId } from "./ids.ts";

describe("ids", () => {
  test("10,000 ids made in a row are strictly increasing as text and distinct", () => {
    const ids = Array.from({ length: 10_000 }, () => newId("msg"));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
    expect(ids.every((id) => /^msg_[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
  });

  test("ids for one given time stay ordered beyond the counter of a millisecond", () => {
    const at = Date.UTC(2031, 0, 1);
    const ids = Array.from({ length: 9_000 }, () => newId("msg", at));
    expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
    expect(idTime(ids[0] ?? "")).toBe(at);
    expect(idTime(ids.at(-1) ?? "") - at).toBeLessThan(5);
  });

  test("an id for a far future does not pull later ids along", () => {
    newId("msg", Date.UTC(2090, 0, 1));
    expect(idTime(newId("msg"))).toBeLessThan(Date.UTC(2089, 0, 1));
  });

  test.each([0, 1, 1_700_000_000_123, 2 ** 48 - 1])("the time %d survives", (ms) => {
    expect(idTime(newId("ctc", ms))).toBe(ms);
  });

  test("an id for an earlier time sorts before one for a later time", () => {
    const late = newId("msg", 2_000);
    expect(newId("msg", 1_000) < late).toBe(true);
  });

  test("the 128 bits are a UUID of version 7", () => {
    const letters = "0123456789abcdefghjkmnpqrstvwxyz";
    const bits = Array.from(newId("x").slice(2))
      .map((c) => letters.indexOf(c).toString(2).padStart(5, "0"))
      .join("")
      .slice(2);
    expect([bits.length, bits.slice(48, 52), bits.slice(64, 66)]).toEqual([128, "0111", "10"]);
  });

  test.each([-1, Number.NaN, 2 ** 48, Number.POSITIVE_INFINITY])("the time %d is refused", (ms) => {
    expect(() => newId("msg", ms)).toThrow(RangeError);
  });

  const good = newId("msg");
  test.each([
    ["the same prefix", "msg", good, true],
    ["another prefix", "ctc", good, false],
    ["a longer prefix", "ms", good, false],
    ["upper case", "msg", good.toUpperCase(), false],
    ["a letter that is not in the alphabet", "msg", `${good.slice(0, -1)}u`, false],
    ["too short", "msg", good.slice(0, -1), false],
    ["more than 128 bits", "msg", `msg_8${good.slice(5)}`, false],
    ["a line break behind", "msg", `${good}\n`, false],
    ["a number", "msg", 7, false],
    ["nothing", "msg", undefined, false],
  ])("isId: %s", (_, prefix, text, expected) => {
    expect(isId(prefix, text)).toBe(expected);
  });

  test.each(["", "msg_", "hello", "msg_zzzz"])("idTime refuses %j", (text) => {
    expect(() => idTime(text)).toThrow(RangeError);
  });
});
