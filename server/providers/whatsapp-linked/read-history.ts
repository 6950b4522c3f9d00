import { createHash } from "node:crypto";
import type { BaileysEventMap, proto, WAMessage } from "baileys";

import type { HistoryMessage, HistoryReceived, InboundEvent } from "../inbound-event.ts";
import { cleanText } from "../json-read.ts";
import type { StoredPoll } from "../provider.ts";
import { aliasesOf } from "./jids.ts";
import { readContent } from "./read-content.ts";
import { readMessage, type MessagePorts } from "./read-message.ts";

type Chunk = BaileysEventMap["messaging-history.set"];
type Thread = HistoryReceived["threads"][number];

const dayMs = 86_400_000;
// proto.WebMessageInfo.Status
const statuses = ["failed", "pending", "sent", "delivered", "read", "played"] as const;

type Said = Extract<
  InboundEvent,
  { type: "message_received" | "message_echoed" | "message_reacted" | "message_voted" | "message_edited" }
>;
const saidTypes: readonly string[] = [
  ...["message_received", "message_echoed", "message_reacted", "message_voted", "message_edited"],
];
const isSaid = (event: InboundEvent | null): event is Said => event !== null && saidTypes.includes(event.type);
const nothing = { kind: "text", text: "" } as const;

function entryOf(event: Said, message: WAMessage): HistoryMessage {
  const { occurredAt } = event;
  const direction = message.key.fromMe ? "outbound" : "inbound";
  const status = direction === "outbound" ? statuses[message.status ?? 2] : undefined;
  const sender = "sender" in event && "group" in event && direction === "inbound" ? { sender: event.sender } : {};
  const providerMessageId = message.key.id ?? "";
  const frame = { providerMessageId, occurredAt, direction, ...sender, ...(status ? { status } : {}) } as const;
  switch (event.type) {
    case "message_reacted": {
      const { targetProviderMessageId, emoji } = event;
      return { ...frame, content: nothing, reaction: { targetProviderMessageId, emoji } };
    }
    case "message_voted": {
      const { targetProviderMessageId, options } = event;
      return { ...frame, content: nothing, vote: { targetProviderMessageId, options } };
    }
    case "message_edited": {
      const { targetProviderMessageId, content } = event;
      return { ...frame, content, edits: { targetProviderMessageId } };
    }
    case "message_received":
    case "message_echoed":
      return { ...frame, content: event.content, ...(event.context ? { context: event.context } : {}) };
  }
}

type Moment = proto.IReaction["senderTimestampMs"];
const hashOf = (option: string): string => createHash("sha256").update(option).digest("hex");

/**
 * What others did to a message, which a history keeps beside it: reactions, and votes that the phone has opened already. Each names its
 * doer by a key as if it was a message of theirs.
 */
async function addedTo(message: WAMessage, said: Said, { otherName }: MessagePorts): Promise<HistoryMessage[]> {
  const target = message.key.id;
  if (!target) return [];
  const frameOf = async (
    key: proto.IMessageKey | null | undefined,
    at: Moment,
  ): Promise<Omit<HistoryMessage, "content">> => {
    const { fromMe, participant } = key ?? {};
    const ms = (typeof at === "object" ? at?.toNumber() : at) ?? 0;
    const aliases = fromMe || !participant ? [] : aliasesOf(participant, await otherName(participant));
    return {
      ...{ providerMessageId: key?.id ?? target, direction: fromMe ? "outbound" : "inbound" },
      occurredAt: ms > 0 ? new Date(ms) : said.occurredAt,
      ...("group" in said && aliases.length > 0 ? { sender: { aliases } } : {}),
    };
  };
  const entries: HistoryMessage[] = [];
  for (const { key, text, senderTimestampMs } of message.reactions ?? []) {
    if (!text) continue;
    const reaction = { targetProviderMessageId: target, emoji: cleanText(text).slice(0, 64) };
    entries.push({ ...(await frameOf(key, senderTimestampMs)), content: nothing, reaction });
  }
  const options = "content" in said && said.content.kind === "poll" ? said.content.options : [];
  const byHash = new Map(options.map((option) => [hashOf(option), option]));
  for (const { pollUpdateMessageKey: key, vote, senderTimestampMs } of message.pollUpdates ?? []) {
    const chosen = (vote?.selectedOptions ?? []).flatMap((hash) => byHash.get(Buffer.from(hash).toString("hex")) ?? []);
    if (chosen.length === 0) continue;
    const what = { targetProviderMessageId: target, options: chosen };
    entries.push({ ...(await frameOf(key, senderTimestampMs)), content: nothing, vote: what });
  }
  return entries;
}

/** Polls of this chunk are not stored yet when their votes are read. */
function withPollsOf(chunk: Chunk, ports: MessagePorts): MessagePorts {
  const polls = new Map<string, StoredPoll>();
  for (const { key, message } of chunk.messages) {
    const content = message && readContent(message)?.content;
    if (key.id && content && content.kind === "poll" && content.votesKey !== undefined)
      polls.set(key.id, { options: content.options, votesKey: Buffer.from(content.votesKey, "base64") });
  }
  return { ...ports, poll: async (id) => polls.get(id) ?? ports.poll(id) };
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
  const chunkPorts = withPollsOf(chunk, ports);
  for (const message of chunk.messages) {
    const event = await readMessage(message, chunkPorts);
    const chat = message.key.remoteJid;
    if (!isSaid(event) || !chat || event.occurredAt.getTime() < oldest) continue;
    const entries = [entryOf(event, message), ...(await addedTo(message, event, ports))];
    const party = "sender" in event ? event.sender : "recipient" in event ? event.recipient : undefined;
    if (!party) continue;
    const group = "group" in event ? event.group : undefined;
    const name = names.get(chat) ?? party.profileName;
    const known = threads.get(chat);
    if (known) known.messages.push(...entries);
    else
      threads.set(chat, {
        with: { aliases: group ? [group] : party.aliases, ...(name ? { profileName: name.slice(0, 255) } : {}) },
        ...(group ? { group } : {}),
        messages: entries,
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
