import type { BinaryNode } from "./node.ts";
import type { FaultKind, Fault } from "./faults.ts";
import { addFault } from "./faults.ts";
import { unlink } from "./link.ts";
import { enterCode, scan } from "./pairing.ts";
import { say } from "./say.ts";
import type { SimState } from "./state.ts";
import { waitUntil } from "./state.ts";
import type { NewUser } from "./users.ts";
import { deviceOf, setUser, userOf } from "./users.ts";

export type Control = ReturnType<typeof createControl>;

export function createControl(state: SimState) {
  return {
    addPhone: (input: NewUser) => {
      const { phone, lid, name } = setUser(state, input);
      return { phone, lid, name };
    },
    scan: async ({ phone, qr }: { phone: string; qr: string }) => {
      const device = await scan(state, userOf(state, phone), qr);
      return { device: device.number };
    },
    enterCode: async ({ phone, code }: { phone: string; code: string }) => {
      const device = await enterCode(state, userOf(state, phone), code);
      return { device: device.number };
    },
    says: ({ person, to, text }: { person: string; to: string; text: string }) =>
      say(state, userOf(state, person), to, { conversation: text }),
    unlink: ({ phone, device }: { phone: string; device?: number }) => unlink(state, deviceOf(state, phone, device)),
    fault: (input: Partial<Fault> & { kind: FaultKind }) => addFault(state, input),
    received: ({ person }: { person: string }) =>
      state.arrivals.filter((one) => one.by === userOf(state, person).phone),
    waitFor: <T>(find: (state: SimState) => T | undefined, what: string) => waitUntil(state, () => find(state), what),
    state: () => state,
  };
}
export type { BinaryNode };
