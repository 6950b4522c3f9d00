// A session's store in memory, for tests of the provider alone: it holds what was committed, and loses what was not.
import { EventEmitter, once } from "node:events";
import type { InboundEvent } from "../providers/inbound-event.ts";
import type { SessionPorts, SessionReport } from "../providers/provider.ts";

export interface MemorySession {
  ports: SessionPorts;
  events: InboundEvent[];
  reports: SessionReport[];
  journal: Map<string, Uint8Array>;
  /** While true, what is told is not stored: as if the process died before the commit. */
  isDying: boolean;
  until<T>(find: () => T | undefined | false, what: string): Promise<T>;
}

const waitMs = 15_000;

/** `from`: what an earlier process left. */
export function memorySession(from?: MemorySession): MemorySession {
  const values = from ? (stores.get(from) ?? new Map<string, Uint8Array>()) : new Map<string, Uint8Array>();
  const journal = from?.journal ?? new Map<string, Uint8Array>();
  const bus = new EventEmitter();
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const session: MemorySession = {
    ...{ events: [], reports: [], journal, isDying: false },
    async until(find, what) {
      const signal = AbortSignal.timeout(waitMs);
      for (;;) {
        const found = find();
        if (found) return found;
        await once(bus, "change", { signal }).catch(() => {
          throw new Error(`no ${what}: ${JSON.stringify(session.reports.map(({ kind }) => kind))}`);
        });
      }
    },
    ports: {
      store: {
        get: async (kind, ids) =>
          new Map(
            ids.flatMap((id) => {
              const value = values.get(`${kind}/${id}`);
              return value ? [[id, value]] : [];
            }),
          ),
        commit: async (changes, entry) => {
          for (const { kind, id, value } of changes)
            if (value === null) values.delete(`${kind}/${id}`);
            else values.set(`${kind}/${id}`, value);
          if (entry) journal.set(hex(entry.hash), entry.entry);
          bus.emit("change");
        },
        findEntry: async (hash) => journal.get(hex(hash)) ?? null,
        leftEntries: async () => [...journal].map(([hash, entry]) => ({ hash: Buffer.from(hash, "hex"), entry })),
        dropEntries: (hashes) => {
          for (const hash of hashes) journal.delete(hex(hash));
          bus.emit("change");
        },
      },
      emit: async (event) => {
        if (session.isDying) return new Promise(() => undefined);
        session.events.push(event);
        bus.emit("change");
      },
      report: (report) => {
        session.reports.push(report);
        bus.emit("change");
      },
      recall: async () => undefined,
      poll: async () => undefined,
    },
  };
  stores.set(session, values);
  return session;
}

const stores = new WeakMap<MemorySession, Map<string, Uint8Array>>();
