// Statuses straight from the network's receipts and acknowledgements: the library folds early ones into other events, and is silent
// about an acknowledgement that is good.
import type { BinaryNode } from "baileys";

import type { DeliveryStatus, MessageStatus } from "../inbound-event.ts";
import { faultOfNack } from "./faults.ts";
import { addressOf, aliasesOf, bareJid } from "./jids.ts";
import type { OtherName } from "./read-message.ts";

const statuses: Readonly<Record<string, DeliveryStatus>> = {
  "": "delivered",
  inactive: "delivered",
  read: "read",
  played: "played",
};

const timeOf = (attrs: Record<string, string>, now: Date): Date =>
  /^\d{9,11}$/.test(attrs["t"] ?? "") ? new Date(Number(attrs["t"]) * 1000) : now;

async function frameOf(node: BinaryNode, otherName: OtherName): Promise<Pick<MessageStatus, "recipient" | "group">> {
  const from = node.attrs["from"] ?? "";
  const group = addressOf(from);
  if (group?.kind === "group") return { recipient: { aliases: [group] }, group };
  return { recipient: { aliases: aliasesOf(from, await otherName(bareJid(from))) } };
}

export type ReceiptPorts = {
  isOwn: (jid: string) => boolean;
  otherName: OtherName;
  now: () => Date;
  /** What we gave with the send of a message, as far as this connection remembers. */
  callbackOf: (providerMessageId: string) => string | undefined;
};

function named(id: string, { callbackOf }: ReceiptPorts): { providerMessageId: string; callbackData?: string } {
  const callbackData = callbackOf(id);
  return { providerMessageId: id, ...(callbackData === undefined ? {} : { callbackData }) };
}

/** What a receipt says of messages of ours. Those between our own devices say nothing. */
export async function readReceipt(node: BinaryNode, ports: ReceiptPorts): Promise<MessageStatus[]> {
  const { isOwn, otherName } = ports;
  const { attrs } = node;
  const status = statuses[attrs["type"] ?? ""];
  if (status === undefined || isOwn(attrs["participant"] ?? attrs["from"] ?? "")) return [];
  const items = Array.isArray(node.content) ? node.content.filter(({ tag }) => tag === "list") : [];
  const more = items.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const ids = new Set([attrs["id"], ...more.map((item) => item.attrs["id"])].filter((id) => id !== undefined));
  const frame = await frameOf(node, otherName);
  const who = attrs["participant"] ?? "";
  return [...ids].map((id) => ({
    ...{ type: "message_status", ...named(id, ports), status, ...frame },
    ...{ dedupeKey: `status/${id}/${status}/${who}`, occurredAt: timeOf(attrs, ports.now()) },
  }));
}

/** The server took a message, or refused it. */
export async function readAck(node: BinaryNode, ports: ReceiptPorts): Promise<MessageStatus | null> {
  const { isOwn, otherName } = ports;
  const { id, from = "", error } = node.attrs;
  if (id === undefined || isOwn(from)) return null;
  const status = error === undefined ? "sent" : "failed";
  return {
    ...{ type: "message_status", ...named(id, ports), status, ...(await frameOf(node, otherName)) },
    ...{ dedupeKey: `status/${id}/${status}`, occurredAt: timeOf(node.attrs, ports.now()) },
    ...(error === undefined ? {} : { faults: [faultOfNack(error)] }),
  };
}
