import { afterEach, expect, test, vi } from "vitest";
import { RecentMap } from "./recent-map.ts";

afterEach(() => void vi.useRealTimers());

test("holds one generation at least and two at most", () => {
  const map = new RecentMap<number, string>({ generation: 3 });
  for (let i = 0; i < 7; i++) map.set(i, `v${i}`);
  expect([6, 5, 4, 3].map((key) => map.get(key))).toEqual(["v6", "v5", "v4", "v3"]);
  expect([0, 1, 2].map((key) => map.get(key))).toEqual([undefined, undefined, undefined]);
});

test("what is set again is new", () => {
  const map = new RecentMap<string, number>({ generation: 2 });
  map.set("kept", 1);
  map.set("b", 2);
  map.set("kept", 3);
  map.set("c", 4);
  map.set("d", 5);
  expect([map.get("kept"), map.get("b")]).toEqual([3, undefined]);
});

test("nothing stays longer than its age, and a timer runs only while something is there", () => {
  vi.useFakeTimers();
  const map = new RecentMap<string, number>({ generation: 10, maxAgeMs: 1_000 });
  expect(vi.getTimerCount()).toBe(0);
  map.set("a", 1);
  expect([map.get("a"), vi.getTimerCount()]).toEqual([1, 1]);
  vi.advanceTimersByTime(400);
  expect(map.get("a")).toBe(1);
  vi.advanceTimersByTime(600);
  expect(map.get("a")).toBeUndefined();
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  map.set("b", 2);
  expect([map.get("b"), vi.getTimerCount()]).toEqual([2, 1]);
});
