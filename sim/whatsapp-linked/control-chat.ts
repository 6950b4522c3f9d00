import type { proto } from "baileys";
import { record } from "./arrive.ts";
import { messageJson } from "./contents.ts";
import { chatOf, isOf, sendHistory } from "./history.ts";
import type { FileKind } from "./media.ts";
import { fileOf } from "./media.ts";
import { typing } from "./presence.ts";
import { giveReceipt } from "./receipts.ts";
import { say } from "./say.ts";
import type { Says } from "./says.ts";
import { messageOf } from "./says.ts";
import type { ReceiptStatus, SimMessage, SimState } from "./state.ts";
import { announce, newMessageId, waitUntil } from "./state.ts";
import { deviceOf, findUser, userOf } from "./users.ts";

export interface MessageMatch {
  id?: string;
  from?: string;
  to?: string;
  type?: string;
  /** Contained. */
  text?: string;
  /** Somebody has read it, or it has at least this. */
  status?: ReceiptStatus;
  timeoutMs?: number;
}

export function viewMessage(message: SimMessage) {
  return { ...message, message: messageJson(message.message) };
}

/** What people say and what their phones have seen. */
export function chatControl(state: SimState) {
  const phoneOf = (who: string) => (state.groups.has(who) ? who : (findUser(state, who)?.phone ?? who));
  const fits = (message: SimMessage, match: MessageMatch) =>
    (match.id === undefined || message.id === match.id) &&
    (match.from === undefined || message.from === phoneOf(match.from)) &&
    (match.to === undefined || message.to === phoneOf(match.to)) &&
    (match.type === undefined || message.type === match.type) &&
    (match.text === undefined || message.text.includes(match.text)) &&
    (match.status === undefined || message.receipts.some((one) => one.status === match.status));
  const known = (id: string) => {
    const message = state.messageById.get(id);
    if (!message) throw new Error(`no message ${id}`);
    return message;
  };
  /** Without an id: everything in the person's chats that was not yet read. */
  const receipt = (
    status: ReceiptStatus,
    { person, messageId, chat }: { person: string; messageId?: string; chat?: string },
  ) => {
    const by = userOf(state, person);
    const isNew = (one: SimMessage) =>
      one.from !== by.phone &&
      isOf(state, by, one) &&
      (chat === undefined || chatOf(by, one) === phoneOf(chat)) &&
      !one.receipts.some((two) => two.by === by.phone && two.status !== "delivered");
    const messages = messageId === undefined ? state.messages.filter(isNew) : [known(messageId)];
    for (const message of messages) giveReceipt(state, message, by, status);
    return { messages: messages.length };
  };

  return {
    /** Resolves when the server has taken it. */
    says: async (input: Says) => {
      const message = await messageOf(state, input);
      const { id, addressing } = input;
      const options = { ...(id === undefined ? {} : { id }), ...(addressing ? { addressing } : {}) };
      return viewMessage(await say(state, userOf(state, input.person), input.to, message, options));
    },
    types: ({ person, to, isTyping = true }: { person: string; to: string; isTyping?: boolean }) =>
      typing(state, userOf(state, person), userOf(state, to), isTyping),
    delivers: (input: { person: string; messageId: string }) => receipt("delivered", input),
    reads: (input: { person: string; messageId?: string; chat?: string }) => receipt("read", input),
    plays: (input: { person: string; messageId: string }) => receipt("played", input),
    /** The person's phone claims not to be able to read the next messages, and asks for them again. */
    asksAgain: ({ person, times = 1 }: { person: string; times?: number }) => {
      state.retriesToAsk.set(userOf(state, person).phone, times);
    },

    messages: (match: MessageMatch = {}) => state.messages.filter((one) => fits(one, match)).map(viewMessage),
    waitForMessage: async (match: MessageMatch) => {
      const find = () => state.messages.find((one) => fits(one, match));
      return viewMessage(await waitUntil(state, find, `a message like ${JSON.stringify(match)}`, match.timeoutMs));
    },
    /** Everything that a person's phone decrypted, copies too: two entries of one id are a message that was sent twice. */
    received: ({ person, from }: { person: string; from?: string }) => {
      const by = userOf(state, person).phone;
      const arrivals = state.arrivals.filter(
        (one) => one.by === by && (from === undefined || one.from === phoneOf(from)),
      );
      return arrivals.map((one) => ({ ...one, message: messageJson(one.message) }));
    },
    waitForReceived: async ({
      person,
      timeoutMs,
      ...match
    }: {
      person: string;
      from?: string;
      id?: string;
      text?: string;
      type?: string;
      timeoutMs?: number;
    }) => {
      const by = userOf(state, person).phone;
      const find = () =>
        state.arrivals.find(
          (one) =>
            one.by === by &&
            (match.from === undefined || one.from === phoneOf(match.from)) &&
            (match.id === undefined || one.id === match.id) &&
            (match.type === undefined || one.type === match.type) &&
            (match.text === undefined || one.text.includes(match.text)),
        );
      const found = await waitUntil(state, find, `what ${person} gets: ${JSON.stringify(match)}`, timeoutMs);
      return { ...found, message: messageJson(found.message) };
    },
    chat: ({ person }: { person: string }) => {
      const owner = userOf(state, person);
      const mine = state.messages.filter((one) => isOf(state, owner, one));
      return { messages: mine.map((one) => ({ ...viewMessage(one), chat: chatOf(owner, one) })) };
    },
    /** The file of a message, as its recipient sees it. */
    file: async ({ messageId }: { messageId: string }) => {
      const { mime, bytes } = await fileOf(state, known(messageId).message);
      return { mime, bytesBase64: bytes.toString("base64") };
    },

    /** Messages from before the link; a device gets them with its history. */
    pastMessages: ({ messages }: { messages: { from: string; to: string; text: string; at: number }[] }) => {
      for (const { from, to, text, at } of messages) {
        const sender = userOf(state, from);
        const recipient = state.groups.get(to)?.jid ?? userOf(state, to).phone;
        const message: proto.IMessage = { conversation: text };
        record(state, {
          id: newMessageId(state),
          from: sender,
          fromDevice: 0,
          to: recipient,
          addressedTo: recipient,
          message,
          at,
        });
      }
      state.messages.sort((a, b) => a.at - b.at);
    },
    sendHistory: ({ phone, device }: { phone: string; device?: number }) =>
      sendHistory(state, deviceOf(state, phone, device)),

    /** The next requests to the media server are answered with this status. */
    failMedia: ({
      method = "GET",
      status = 503,
      times = 1,
    }: {
      method?: "GET" | "POST";
      status?: number;
      times?: number;
    }) => {
      for (let left = times; left > 0; left--) state.media.failures.push({ method, status });
    },
    expireMedia: ({ messageId, isOnPhone = true }: { messageId: string; isOnPhone?: boolean }) => {
      const content = Object.values(known(messageId).message) as (FileKind | null | undefined)[];
      for (const part of content) if (part?.directPath) state.media.expire(part.directPath, isOnPhone);
      announce(state, { kind: "stanza" });
    },
    mediaRequests: () => state.media.requests,
  };
}
