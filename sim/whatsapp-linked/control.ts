import { chatControl } from "./control-chat.ts";
import { deviceControl } from "./control-devices.ts";
import { groupControl } from "./control-groups.ts";
import type { SimState } from "./state.ts";
import { waitUntil } from "./state.ts";

/** Every operation takes and returns plain data; over HTTP it is `POST /control/<name>`. */
export type Control = ReturnType<typeof createControl>;

export function createControl(state: SimState) {
  return {
    ...deviceControl(state),
    ...chatControl(state),
    ...groupControl(state),

    configure: ({ receipts }: { receipts?: "none" | "delivered" | "read" }) => {
      if (receipts !== undefined) state.options.receipts = receipts;
    },
    /** Resolves when every connected device has answered all that it was sent and nothing is under way. */
    settled: async ({ timeoutMs }: { timeoutMs?: number } = {}) => {
      const isQuiet = () => {
        const devices = [...state.users.values()].flatMap((user) => [...user.devices.values()]);
        const isAnswered = devices.every((device) => !device.connection?.isActive || device.pending.length === 0);
        return isAnswered && state.timers.size === 0 && state.queues.size === 0 ? true : undefined;
      };
      await waitUntil(state, isQuiet, "all stanzas to be answered", timeoutMs);
    },
  };
}
