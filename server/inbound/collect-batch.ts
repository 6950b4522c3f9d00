// Reads the events of a batch into what has to be written. Pure: no database, no sealing.
import { LRUCache } from "lru-cache";
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { PersonRef } from "../contacts/resolve-contacts.ts";
import { errorOfFault, type StoredError } from "../messages/message-error.ts";
import { statusRank } from "../messages/message-status.ts";
import { providerMessageIndex } from "../messages/message-index.ts";
import type { ReceivedContent } from "../messages/message-view.ts";
import type { Keyring } from "../platform/keyring.ts";
import { RecentMap } from "../platform/recent-map.ts";
import type { Address } from "../providers/address.ts";
import type { HistoryMessage, InboundEvent, MessageDeleted, MessageEdited, Party } from "../providers/inbound-event.ts";
import type { MessageContent, MessageContext } from "../providers/message-content.ts";
import type { ProviderFault } from "../providers/provider-error.ts";
import type { Batch, MessageDraft, Unit } from "./batch.ts";

// A provider's clock may run ahead of ours; far ahead would pin a conversation to the top of the inbox.
const maxAheadMs = 5 * 60_000;

/** Time of the event: the provider's, ours where it told none. */
export function timeOf(occurredAt: Date, receivedAt: Date): Date {
  const ms = occurredAt.getTime();
  return ms <= 0 || ms > receivedAt.getTime() + maxAheadMs ? receivedAt : occurredAt;
}

// Statuses name the recipient's aliases: worth a look-up once, to learn that a number and a user id are one person.
const seenRecipients = new LRUCache<string, true>({ max: 50_000, ttl: 600_000, ttlAutopurge: false });

// Three statuses speak of one message, mostly within a minute. As text: a buffer of 16 bytes takes 300.
const messageIndexes = new RecentMap<string, string>({ generation: 20_000, maxAgeMs: 60_000 });

function messageIndex(keyring: Keyring, workspaceId: string, providerMessageId: string): Buffer {
  const place = `${workspaceId}/${providerMessageId}`;
  const known = messageIndexes.get(place);
  if (known !== undefined) return Buffer.from(known, "latin1");
  const made = providerMessageIndex(keyring, workspaceId, providerMessageId);
  messageIndexes.set(place, made.toString("latin1"));
  return made;
}

export function collectBatch(keyring: Keyring, units: readonly Unit[]): Batch {
  const batch: Batch = {
    ...{ people: [], messages: [], statuses: [], statusIds: new Map(), reactions: [], changes: [] },
    ...{ preferences: [], unknown: [], templates: [], channelChanges: [], providerErrors: [] },
  };
  const indexOf = ({ workspaceId }: LiveChannel, providerMessageId: string): Buffer =>
    messageIndex(keyring, workspaceId, providerMessageId);
  for (const unit of units) collectUnit(batch, unit, indexOf);
  return batch;
}

type IndexOf = (channel: LiveChannel, providerMessageId: string) => Buffer;

function addPerson(batch: Batch, channel: LiveChannel, party: Party, more: Partial<PersonRef> = {}): number {
  const ref = { workspaceId: channel.workspaceId, aliases: party.aliases, name: party.profileName, ...more };
  return batch.people.push(ref) - 1;
}

/** Whose conversation it is, and who spoke when that is a group. */
function addParties(
  batch: Batch,
  channel: LiveChannel,
  party: Party,
  group: Address | undefined,
): { person: number; sender: number | null } {
  const speaker = addPerson(batch, channel, party);
  if (!group) return { person: speaker, sender: null };
  return { person: addPerson(batch, channel, { aliases: [group] }, { isGroup: true }), sender: speaker };
}

function draft(
  unit: Unit,
  indexOf: IndexOf,
  message: {
    providerMessageId: string;
    content: MessageContent;
    context?: MessageContext | undefined;
    referral?: ReceivedContent["referral"];
    isCut?: true | undefined;
  },
): Pick<MessageDraft, "channel" | "stored" | "index" | "replyToIndex" | "at" | "receivedAt"> {
  const { channel, receivedAt } = unit;
  const { providerMessageId, content, context, referral, isCut } = message;
  const quoted = context?.replyTo?.providerMessageId;
  return {
    channel,
    stored: {
      content,
      providerMessageId,
      ...(context ? { context } : {}),
      ...(referral ? { referral } : {}),
      ...(isCut ? { isCut } : {}),
    },
    index: indexOf(channel, providerMessageId),
    replyToIndex: quoted === undefined ? null : indexOf(channel, quoted),
    at: timeOf(unit.event.occurredAt, receivedAt),
    receivedAt,
  };
}

type Frame = Omit<MessageDraft, "person" | "sender" | keyof ReturnType<typeof draft>>;
const inboundFrame: Frame = {
  ...{ direction: "inbound", authorKind: null, status: statusRank("received"), error: null },
  ...{ editedAt: null, deletedAt: null, isImported: false, isHistory: false, isFresh: true, opensWindow: true },
};
const echoFrame: Frame = {
  ...inboundFrame,
  ...{ direction: "outbound", authorKind: "phone_app", status: statusRank("sent") },
  ...{ isImported: true, isFresh: false, opensWindow: false },
};

function collectUnit(batch: Batch, unit: Unit, indexOf: IndexOf): void {
  const { channel, event, receivedAt } = unit;
  const at = timeOf(event.occurredAt, receivedAt);
  switch (event.type) {
    case "message_received": {
      const parties = addParties(batch, channel, event.sender, event.group);
      const error = errorOf(event.faults);
      batch.messages.push({ ...inboundFrame, ...parties, ...draft(unit, indexOf, event), error });
      return;
    }
    case "message_echoed": {
      const person = event.group
        ? addPerson(batch, channel, { aliases: [event.group] }, { isGroup: true })
        : addPerson(batch, channel, event.recipient);
      batch.messages.push({ ...echoFrame, person, sender: null, ...draft(unit, indexOf, event) });
      return;
    }
    case "message_status": {
      const index = indexOf(channel, event.providerMessageId);
      const { workspaceId, id: channelId } = channel;
      const messageId = event.callbackData ?? null;
      const error = event.status === "failed" ? errorOf(event.faults) : null;
      const report = {
        workspaceId,
        channelId,
        providerMessageIndex: index,
        messageId,
        status: event.status,
        at,
        error,
      };
      batch.statuses.push(report);
      if (messageId !== null) batch.statusIds.set(messageId, event.providerMessageId);
      learnAliases(batch, channel, event.recipient);
      return;
    }
    case "message_reacted": {
      const { person, sender } = addParties(batch, channel, event.sender, event.group);
      const targetIndex = indexOf(channel, event.targetProviderMessageId);
      batch.reactions.push({
        channel,
        person,
        actor: sender ?? person,
        targetIndex,
        kind: "emoji",
        value: event.emoji,
        at,
      });
      return;
    }
    case "message_voted": {
      const { person, sender } = addParties(batch, channel, event.sender, event.group);
      const targetIndex = indexOf(channel, event.targetProviderMessageId);
      const value = event.options.length > 0 ? JSON.stringify(event.options) : null;
      const actor = event.isOwn ? null : (sender ?? person);
      batch.reactions.push({ channel, person, actor, targetIndex, kind: "vote", value, at });
      return;
    }
    case "message_edited":
    case "message_deleted": {
      const parties = addParties(batch, channel, event.sender, event.group);
      const targetIndex = indexOf(channel, event.targetProviderMessageId);
      const known = { ...unit, event } as Unit<MessageEdited> | Unit<MessageDeleted>;
      batch.changes.push({ unit: known, ...parties, targetIndex, at });
      return;
    }
    case "contact_changed": {
      if (event.isRemoved) return;
      const party: Party = {
        aliases: [...event.current, ...event.previous],
        ...(event.profileName === undefined ? {} : { profileName: event.profileName }),
      };
      const isGroup = event.current[0]?.kind === "group";
      // who stands in the phone's address book and was never talked with is nobody here
      const isOnlyKnown = event.change === "address_book" && !isGroup;
      const person = addPerson(batch, channel, party, { isGroup, isOnlyKnown });
      if (event.providerMessageId === undefined) return;
      const content = { kind: "system", systemKind: event.change } as const;
      const line = draft(unit, indexOf, { providerMessageId: event.providerMessageId, content });
      batch.messages.push({ ...inboundFrame, person, sender: null, ...line, isFresh: false, opensWindow: false });
      return;
    }
    case "preference_changed":
      batch.preferences.push({ unit: { ...unit, event }, person: addPerson(batch, channel, event.person) });
      return;
    case "history_received":
      collectHistory(batch, { ...unit, event }, indexOf);
      return;
    case "template_changed":
      batch.templates.push({ ...unit, event });
      return;
    case "channel_changed":
      batch.channelChanges.push({ ...unit, event });
      return;
    case "provider_error":
      batch.providerErrors.push({ ...unit, event });
      return;
    case "unknown":
      batch.unknown.push({
        unit,
        name: event.field,
        errorCode: event.reason,
        raw: event.raw,
        dedupeKey: event.dedupeKey,
      });
  }
}

const errorOf = (faults: readonly ProviderFault[] | undefined): StoredError | null =>
  faults?.[0] ? errorOfFault(faults[0]) : null;

/** After a rollback: what was noted as learnt was not. */
export function forgetSeenRecipients(): void {
  seenRecipients.clear();
}

function learnAliases(batch: Batch, channel: LiveChannel, recipient: Party): void {
  if (recipient.aliases.length < 2) return;
  const key = `${channel.workspaceId}/${recipient.aliases.map((alias) => alias.value).join("/")}`;
  if (seenRecipients.get(key)) return;
  seenRecipients.set(key, true);
  addPerson(batch, channel, recipient, { isOnlyKnown: true });
}

function collectHistory(
  batch: Batch,
  unit: Unit<Extract<InboundEvent, { type: "history_received" }>>,
  indexOf: IndexOf,
): void {
  const { channel, event } = unit;
  for (const thread of event.threads) {
    const person = thread.group
      ? addPerson(batch, channel, { aliases: [thread.group] }, { isGroup: true })
      : addPerson(batch, channel, thread.with);
    for (const message of thread.messages) {
      const at = timeOf(message.occurredAt, unit.receivedAt);
      const sender = thread.group && message.sender ? addPerson(batch, channel, message.sender) : null;
      const actor = message.direction === "inbound" ? (sender ?? person) : null;
      if (message.reaction) {
        const targetIndex = indexOf(channel, message.reaction.targetProviderMessageId);
        batch.reactions.push({ channel, person, actor, targetIndex, kind: "emoji", value: message.reaction.emoji, at });
        continue;
      }
      if (message.vote) {
        const { targetProviderMessageId, options } = message.vote;
        const targetIndex = indexOf(channel, targetProviderMessageId);
        const value = options.length > 0 ? JSON.stringify(options) : null;
        batch.reactions.push({ channel, person, actor, targetIndex, kind: "vote", value, at });
        continue;
      }
      if (message.edits) {
        const { targetProviderMessageId } = message.edits;
        const own = message.direction === "outbound" ? ({ isOwn: true } as const) : {};
        const { content, occurredAt } = message;
        const edited: MessageEdited = {
          ...{ type: "message_edited", dedupeKey: event.dedupeKey, occurredAt, content, targetProviderMessageId },
          ...{ sender: message.sender ?? thread.with, ...own },
        };
        const targetIndex = indexOf(channel, targetProviderMessageId);
        batch.changes.push({ unit: { ...unit, event: edited }, person, sender, targetIndex, at, isHistory: true });
        continue;
      }
      const frame = message.direction === "inbound" ? inboundFrame : echoFrame;
      const flags = { isImported: true, isHistory: true, isFresh: false, opensWindow: false };
      const status = message.direction === "inbound" ? frame.status : rankOf(message.status);
      batch.messages.push({ ...frame, ...flags, person, sender, ...draft(unit, indexOf, message), at, status });
    }
  }
  const dedupe = (part: string): string => `${event.dedupeKey}/${part}`;
  for (const [at, raw] of (event.unreadable ?? []).entries()) {
    batch.unknown.push({ unit, name: "history", errorCode: "unreadable", raw, dedupeKey: dedupe(`unreadable/${at}`) });
  }
  if (event.faults && event.faults.length > 0) {
    const raw = { faults: event.faults };
    batch.unknown.push({ unit, name: "history", errorCode: "history_refused", raw, dedupeKey: dedupe("faults") });
  }
}

function rankOf(status: HistoryMessage["status"]): number {
  return statusRank(status === undefined || status === "pending" ? "sent" : status);
}
