import { describe, expect, test } from "vitest";
import { fakeClock } from "./clock.ts";
import { createRateLimiter } from "./rate-limit.ts";

const rate = { capacity: 3, perSecond: 2 };

function make(maxKeys?: number) {
  const clock = fakeClock();
  return { clock, limiter: createRateLimiter({ clock, maxKeys }) };
}

describe("token buckets", () => {
  test("a burst passes, the next call is told exactly when it will", () => {
    const { clock, limiter } = make();
    expect([3, 2, 1].map(() => limiter.take("a", rate).remaining)).toEqual([2, 1, 0]);
    expect(limiter.take("a", rate)).toEqual({ allowed: false, retryAfterMs: 500, remaining: 0 });
    clock.advance(499);
    expect(limiter.take("a", rate).allowed).toBe(false);
    clock.advance(1);
    expect(limiter.take("a", rate).allowed).toBe(true);
  });

  test("keys do not share tokens, and a bucket never holds more than its capacity", () => {
    const { clock, limiter } = make();
    limiter.take("a", rate, 3);
    expect(limiter.take("b", rate).remaining).toBe(2);
    clock.advance(3_600_000);
    expect(limiter.take("a", rate).remaining).toBe(2);
  });

  test.each([1, 3, 7, 80, 1_000])("%d per second let exactly that many through in ten paced seconds", (perSecond) => {
    const { clock, limiter } = make();
    const paced = { capacity: 1, perSecond };
    let passed = 0;
    let left = 10_000;
    while (left > 0) {
      const answer = limiter.take("a", paced);
      if (answer.allowed) passed += 1;
      const wait = Math.min(left, answer.retryAfterMs || 1);
      clock.advance(wait);
      left -= wait;
    }
    expect(passed).toBeLessThanOrEqual(perSecond * 10 + 1);
    expect(passed).toBeGreaterThanOrEqual(perSecond * 5);
  });

  test.each([
    ["more than the bucket holds", rate, 4],
    ["a bucket that never fills", { capacity: 1, perSecond: 0 }, 2],
  ])("%s is never allowed", (_, which, cost) => {
    const { limiter } = make();
    expect(limiter.take("a", which, cost)).toMatchObject({ allowed: false, retryAfterMs: Number.POSITIVE_INFINITY });
  });

  test("a clock set back gives no tokens away and locks no one out for ever", () => {
    const { clock, limiter } = make();
    limiter.take("a", rate, 3);
    clock.set(0);
    expect(limiter.take("a", rate)).toMatchObject({ allowed: false, retryAfterMs: 500 });
    clock.advance(500);
    expect(limiter.take("a", rate).allowed).toBe(true);
  });

  test("a refund gives back what was taken, not more; a reset fills", () => {
    const { limiter } = make();
    limiter.take("a", rate);
    limiter.refund("a", rate, 9);
    expect(limiter.take("a", rate, 3).allowed).toBe(true);
    limiter.reset("a");
    expect(limiter.take("a", rate, 3).allowed).toBe(true);
  });

  test("a flood of keys keeps the memory bounded and the busy key limited", () => {
    const { limiter } = make(100);
    for (let i = 0; i < 3; i++) limiter.take("busy", rate);
    for (let i = 0; i < 10_000; i++) {
      limiter.take(`key-${i}`, rate);
      if (i % 50 === 0) expect(limiter.take("busy", rate).allowed).toBe(false);
    }
  });
});
