// libsignal (6.0.0, queue_job.js) has one queue an address for all sessions of a process, and runs a waiting job in the async context of
// whoever came first. Two phones that hear from the same person at once would take a ratchet step outside of its transaction, or in that
// of the other phone: without its journal entry, or with the other's. So whoever works with an address has it alone, and its queue is empty.

/** Address of libsignal → the end of the last turn. Of the whole process, as the queue is. */
const turns = new Map<string, Promise<unknown>>();

/** Runs `work` in the caller's own context once nobody else works with this address. */
export function inTurn<T>(address: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(address) ?? Promise.resolve()).then(work, work);
  turns.set(address, mine);
  const forget = (): void => {
    if (turns.get(address) === mine) turns.delete(address);
  };
  mine.then(forget, forget);
  return mine;
}
