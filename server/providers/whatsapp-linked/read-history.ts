import type { BaileysEventMap, WAMessage } from "baileys";

import type { HistoryMessage, HistoryReceived, InboundEvent } from "../inbound-event.ts";
import { readMessage, type MessagePorts } from "./read-message.ts";

type Chunk = BaileysEventMap["messaging-history.set"];
type Thread = HistoryReceived["threads"][number];

const dayMs = 86_400_000;
// proto.WebMessageInfo.Status
const statuses = ["failed", "pending", "sent", "delivered", "read", "played"] as const;

function entryOf(event: InboundEvent | null, message: WAMessage): HistoryMessage | undefined {
  if (event?.type !== "message_received" && event?.type !== "message_echoed" && event?.type !== "message_reacted")
    return undefined;
  const { providerMessageId, occurredAt } = event;
  const direction = message.key.fromMe ? "outbound" : "inbound";
  const status = direction === "outbound" ? statuses[message.status ?? 2] : undefined;
  const frame = { providerMessageId, occurredAt, direction, ...(status ? { status } : {}) } as const;
  if (event.type === "message_reacted") {
    const reaction = { targetProviderMessageId: event.targetProviderMessageId, emoji: event.emoji };
    return { ...frame, content: { kind: "text", text: "" }, reaction };
  }
  return { ...frame, content: event.content, ...(event.context ? { context: event.context } : {}) };
}

/** One chunk of the past, no older than was asked for; null when nothing of it is. */
export async function readHistory(
  chunk: Chunk,
  days: number,
  now: Date,
  ports: MessagePorts,
): Promise<HistoryReceived | null> {
  const oldest = now.getTime() - days * dayMs;
  const threads = new Map<
    string,
    { with: Thread["with"]; group?: NonNullable<Thread["group"]>; messages: HistoryMessage[] }
  >();
  const names = new Map(chunk.chats.flatMap(({ id, name }) => (id && name ? [[id, name]] : [])));
  for (const message of chunk.messages) {
    const event = await readMessage(message, ports);
    const entry = entryOf(event, message);
    const chat = message.key.remoteJid;
    if (!event || !entry || !chat || entry.occurredAt.getTime() < oldest) continue;
    const party = "sender" in event ? event.sender : "recipient" in event ? event.recipient : undefined;
    if (!party) continue;
    const group = "group" in event ? event.group : undefined;
    const name = names.get(chat) ?? party.profileName;
    const known = threads.get(chat);
    if (known) known.messages.push(entry);
    else
      threads.set(chat, {
        with: { aliases: group ? [group] : party.aliases, ...(name ? { profileName: name.slice(0, 255) } : {}) },
        ...(group ? { group } : {}),
        messages: [entry],
      });
  }
  if (threads.size === 0) return null;
  const { progress, syncType, chunkOrder } = chunk;
  return {
    type: "history_received",
    dedupeKey: `history/${syncType ?? ""}/${chunkOrder ?? ""}/${threads.keys().next().value ?? ""}`,
    occurredAt: now,
    ...(typeof progress === "number" ? { progress } : {}),
    ...(typeof chunkOrder === "number" ? { chunk: chunkOrder } : {}),
    threads: [...threads.values()],
  };
}
