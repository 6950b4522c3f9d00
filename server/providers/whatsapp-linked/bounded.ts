/** The work, for as long as the signal lets it. */
export function bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const fail = (): void => aborted.reject(new Error("the call was given up"));
  if (signal.aborted) fail();
  signal.addEventListener("abort", fail, { once: true });
  work.catch(() => undefined);
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener("abort", fail));
}
