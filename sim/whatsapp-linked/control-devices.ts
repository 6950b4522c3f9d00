import { endStream, notify, redeliver } from "./deliver.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { addFault } from "./faults.ts";
import { tellChatCap, tellTimelock } from "./iq-mex.ts";
import { unlink } from "./link.ts";
import { node } from "./node.ts";
import { enterCode, scan } from "./pairing.ts";
import { createParty } from "./signal.ts";
import type { SimState, User } from "./state.ts";
import { announce, nowMs, waitUntil } from "./state.ts";
import type { NewUser } from "./users.ts";
import { deviceOf, findUser, jidAs, setUser, userOf } from "./users.ts";

interface DeviceRef {
  phone: string;
  /** Default: the one that was linked last. */
  device?: number;
}

function viewUser(user: User) {
  const { phone, lid, name, addressing, hidesNumber, isOnWhatsApp, isBanned, timelock, chatCap } = user;
  const devices = [...user.devices.values()].map((one) => ({
    number: one.number,
    platform: one.platform,
    linkedAt: one.linkedAt,
    isConnected: one.connection !== undefined,
    isActive: one.connection?.isActive ?? false,
    waiting: one.pending.length,
    preKeys: one.preKeys.length,
  }));
  return { phone, lid, name, addressing, hidesNumber, isOnWhatsApp, isBanned, timelock, chatCap, devices };
}

/** Phones, their links, and what can happen to a link. */
export function deviceControl(state: SimState) {
  const phoneOf = ({ phone }: { phone: string }) => userOf(state, phone);
  return {
    addPhone: (input: NewUser) => viewUser(setUser(state, input)),
    phones: () => [...state.users.values()].map(viewUser),
    phone: (input: { phone: string }) => viewUser(phoneOf(input)),

    /** Takes the QR as the client shows it. Resolves when the device is linked. */
    scan: async ({ phone, qr }: { phone: string; qr: string }) => {
      const { number } = await scan(state, userOf(state, phone), qr);
      return { device: number };
    },
    enterCode: async ({ phone, code }: { phone: string; code: string }) => {
      const { number } = await enterCode(state, userOf(state, phone), code);
      return { device: number };
    },
    /** Resolves when a client wants a pairing code for this phone. */
    waitForCodeRequest: async ({ phone, timeoutMs }: { phone: string; timeoutMs?: number }) => {
      const digits = userOf(state, phone).phone;
      const isAsked = () => [...state.connections].some((one) => one.pairing?.code?.phone === digits) || undefined;
      await waitUntil(state, isAsked, `a device that asks for a code of ${digits}`, timeoutMs);
    },
    /** Resolves when a device is connected and active. */
    waitForDevice: async ({ phone, device, timeoutMs }: DeviceRef & { timeoutMs?: number }) => {
      const isThere = () => {
        const devices = [...(findUser(state, phone)?.devices.values() ?? [])];
        return devices.find((one) => one.connection?.isActive && one.number === (device ?? one.number));
      };
      const { number } = await waitUntil(state, isThere, `a device of ${phone}`, timeoutMs);
      return { device: number };
    },

    /** The person removes the device on the phone. */
    unlink: ({ phone, device }: DeviceRef) => unlink(state, deviceOf(state, phone, device)),
    /** Another line with the same keys took over: `conflict`, which clients report as 440. */
    replace: ({ phone, device }: DeviceRef) => {
      const { connection } = deviceOf(state, phone, device);
      if (connection) endStream(connection, {}, [node("conflict", { type: "replaced" })]);
    },
    /** The account is banned: every device is thrown out with 403 until `isBanned` is false again. */
    ban: ({ phone, isBanned = true }: { phone: string; isBanned?: boolean }) => {
      const user = userOf(state, phone);
      user.isBanned = isBanned;
      if (!isBanned) return;
      for (const { connection } of user.devices.values()) {
        connection?.send(node("failure", { reason: "403", location: "sim" }));
        connection?.close();
      }
    },
    /** `close`: a goodbye (428); `cut`: none; `restart`: 515; `error`: a stream error with `code`, say 503. */
    disconnect: ({
      phone,
      device,
      how = "cut",
      code = 503,
    }: DeviceRef & { how?: "close" | "cut" | "restart" | "error"; code?: number }) => {
      const { connection } = deviceOf(state, phone, device);
      if (how === "cut") connection?.destroy();
      else if (how === "close") connection?.close();
      else if (connection) endStream(connection, { code: how === "restart" ? "515" : String(code) });
    },
    /** The next sign-ins fail with this code. */
    refuseLogins: ({ code, times = 1 }: { code: number; times?: number }) => {
      state.refuseLogins.push(...Array.from({ length: times }, () => code));
    },
    /** The account may not write to people who never wrote to it: 463, until it ends. */
    timelock: ({
      phone,
      isActive = true,
      seconds = 3600,
      type = "BIZ_QUALITY",
    }: {
      phone: string;
      isActive?: boolean;
      seconds?: number;
      type?: string;
    }) => {
      const user = userOf(state, phone);
      user.timelock = {
        isActive,
        endsAt: isActive ? nowMs(state) + seconds * 1000 : 0,
        type: isActive ? type : "DEFAULT",
      };
      tellTimelock(state, user);
    },
    /** So many new chats in this cycle; `total: null` lifts the cap. */
    chatCap: ({ phone, total, used = 0 }: { phone: string; total: number | null; used?: number }) => {
      const user = userOf(state, phone);
      user.chatCap = total === null ? null : { total, used };
      tellChatCap(state, user);
    },
    /** A person has a new phone: sessions with the old one are worth nothing. */
    reinstalls: ({ person }: { person: string }) => {
      const user = userOf(state, person);
      user.party = createParty();
      for (const group of state.groups.values()) {
        for (const holder of group.keyHolders) if (holder.startsWith(`${user.phone}>`)) group.keyHolders.delete(holder);
      }
      for (const other of state.users.values()) {
        const hasTalked = state.messages.some((one) => one.from === other.phone || one.to === other.phone);
        for (const device of hasTalked ? other.devices.values() : []) {
          notify(state, device, { type: "encrypt", from: jidAs(user, user.addressing) }, [node("identity")]);
        }
      }
    },

    fault: (input: Partial<Fault> & { kind: FaultKind }) => addFault(state, input),
    clearFaults: () => {
      state.faults.length = 0;
      state.refuseLogins.length = 0;
      state.retriesToAsk.clear();
      state.media.failures.length = 0;
    },
    /** Sends a stanza once more that the device has already answered. */
    redeliver: ({ phone, device, messageId }: DeviceRef & { messageId: string }) => {
      redeliver(state, deviceOf(state, phone, device), messageId);
      announce(state, { kind: "stanza" });
    },
    /** Receipts and acknowledgements that the account's devices gave. */
    answers: ({ phone }: { phone: string }) => {
      const digits = userOf(state, phone).phone;
      const mine = state.answers.filter((one) => one.phone === digits);
      return mine.map(({ device, stanza }): Record<string, string> => ({
        ...stanza.attrs,
        tag: stanza.tag,
        device: String(device),
      }));
    },
    waitForAnswer: async ({
      phone,
      timeoutMs,
      ...attrs
    }: {
      phone: string;
      timeoutMs?: number;
      id?: string;
      type?: string;
      class?: string;
      error?: string;
    }) => {
      const digits = userOf(state, phone).phone;
      const wanted = Object.entries(attrs);
      const find = () =>
        state.answers.find(
          (one) => one.phone === digits && wanted.every(([key, value]) => one.stanza.attrs[key] === value),
        );
      const { device, stanza } = await waitUntil(state, find, `an answer like ${JSON.stringify(attrs)}`, timeoutMs);
      return { device, tag: stanza.tag, ...stanza.attrs };
    },
    /** The server forgets all but so many one-time keys of a device. */
    dropKeys: ({ phone, device, left }: DeviceRef & { left: number }) => {
      deviceOf(state, phone, device).preKeys.splice(left);
    },
    waitForKeys: async ({ phone, device, atLeast, timeoutMs }: DeviceRef & { atLeast: number; timeoutMs?: number }) => {
      const { preKeys } = deviceOf(state, phone, device);
      await waitUntil(state, () => preKeys.length >= atLeast || undefined, `${atLeast} one-time keys`, timeoutMs);
    },
    refusals: () => state.refusals,
    /** Requests that this server does not know. */
    unknown: () => state.unknown,
  };
}
