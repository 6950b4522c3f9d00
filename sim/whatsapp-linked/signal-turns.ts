import type { SignalRepositoryWithLIDStore } from "baileys";

/** Address → the end of the last turn. Of the whole process, for so is the library's queue. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Whoever talks to an address has it alone. libsignal (6.0.0, queue_job.js) has one queue an address for all parties of a process, and
 * runs a job in the async context of whoever came first: a step of one party would land in a transaction of another, or in one of its own
 * that is over, and be forgotten. The next message would repeat its counter.
 */
export function inTurns(base: SignalRepositoryWithLIDStore): SignalRepositoryWithLIDStore {
  function inTurn<T>(jid: string, work: () => Promise<T>): Promise<T> {
    const address = base.jidToSignalProtocolAddress(jid);
    const mine = (turns.get(address) ?? Promise.resolve()).then(work, work);
    turns.set(address, mine);
    const forget = () => void (turns.get(address) === mine && turns.delete(address));
    mine.then(forget, forget);
    return mine;
  }
  return {
    ...base,
    encryptMessage: (options) => inTurn(options.jid, () => base.encryptMessage(options)),
    decryptMessage: (options) => inTurn(options.jid, () => base.decryptMessage(options)),
    injectE2ESession: (options) => inTurn(options.jid, () => base.injectE2ESession(options)),
  };
}
