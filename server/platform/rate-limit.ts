import type { Clock } from "./clock.ts";

export interface Rate {
  /** Tokens a full bucket holds: the burst. */
  capacity: number;
  perSecond: number;
}

export interface RateAnswer {
  allowed: boolean;
  /** 0 when allowed; Infinity when the cost is more than the bucket can ever hold. */
  retryAfterMs: number;
  /** Whole tokens left. */
  remaining: number;
}

export interface RateLimiter {
  /** Takes `cost` tokens (default 1) from the bucket of `key`, or none when there are too few. */
  take(key: string, rate: Rate, cost?: number): RateAnswer;
  /** Gives tokens back, for what turned out not to count. */
  refund(key: string, rate: Rate, cost?: number): void;
  reset(key: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets in the memory of this process. At most `maxKeys` buckets are kept: the one unused for longest goes first, and
 * a bucket that comes back is full, so many keys can only ever loosen the limit of keys that are idle.
 */
export function createRateLimiter(options: { clock: Clock; maxKeys?: number | undefined }): RateLimiter {
  const { clock, maxKeys = 100_000 } = options;
  const buckets = new Map<string, Bucket>();

  function touch(key: string, rate: Rate): Bucket {
    const now = clock.ms();
    const known = buckets.get(key);
    // A clock that was set back adds nothing and takes nothing.
    const grown = known ? known.tokens + (Math.max(0, now - known.at) / 1000) * rate.perSecond : rate.capacity;
    const bucket = { tokens: Math.min(rate.capacity, grown), at: now };
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > maxKeys) {
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest);
        break;
      }
    }
    return bucket;
  }

  return {
    take(key, rate, cost = 1) {
      const bucket = touch(key, rate);
      // A thousandth of a token is rounding: after exactly `retryAfterMs` the call must pass.
      const missing = cost - bucket.tokens;
      if (missing <= 1e-3) {
        bucket.tokens = Math.max(0, bucket.tokens - cost);
        return { allowed: true, retryAfterMs: 0, remaining: Math.floor(bucket.tokens + 1e-3) };
      }
      const canEver = cost <= rate.capacity && rate.perSecond > 0;
      const retryAfterMs = canEver ? Math.ceil((missing / rate.perSecond) * 1000) : Number.POSITIVE_INFINITY;
      return { allowed: false, retryAfterMs, remaining: Math.floor(bucket.tokens + 1e-3) };
    },
    refund(key, rate, cost = 1) {
      const bucket = touch(key, rate);
      bucket.tokens = Math.min(rate.capacity, bucket.tokens + cost);
    },
    reset: (key) => void buckets.delete(key),
  };
}
