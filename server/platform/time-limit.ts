/**
 * A call with a time limit. `AbortSignal.timeout` lives until the time is over, behind weak references that outlive every scavenge:
 * too much for calls that end in a fraction of it, a thousand times a second.
 */
export async function within<T>(ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ms);
  try {
    return await call(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}
