/** The only source of time in the product. SQL receives it as a parameter, so a test can live in any year. */
export interface Clock {
  now(): Date;
  /** Milliseconds since 1970, the same instant as `now()`. */
  ms(): number;
}

export const systemClock: Clock = { now: () => new Date(), ms: () => Date.now() };

export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(at: Date | string | number): void;
}

/** A clock that stands still until it is moved. */
export function fakeClock(start: Date | string | number = "2026-03-02T09:00:00.000Z"): FakeClock {
  const read = (at: Date | string | number) => {
    const ms = new Date(at).getTime();
    if (Number.isNaN(ms)) throw new RangeError("not a time");
    return ms;
  };
  let current = read(start);
  return {
    now: () => new Date(current),
    ms: () => current,
    advance: (ms) => {
      current += ms;
    },
    set: (at) => {
      current = read(at);
    },
  };
}
