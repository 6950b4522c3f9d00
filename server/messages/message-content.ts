import type { DataKey, Keyring } from "../platform/keyring.ts";
import { RecentMap } from "../platform/recent-map.ts";
import { seal, sealedWith, tryOpenText, type Aad } from "../platform/seal.ts";
import type { MessageContent } from "../providers/message-content.ts";
import { describe } from "../platform/table.ts";
import { messageTable, type ContentPurpose } from "./message.table.ts";
import type { StoredContent } from "./message-view.ts";

export type { StoredContent } from "./message-view.ts";

function place(workspaceId: string, messageId: string): Aad {
  return { table: "message", column: "content", row: messageId, workspace: workspaceId };
}

// The search, the event stream and the outbox open within moments what was just sealed: a twentieth of the CPU of receiving. For ten
// seconds, and only while its key lives, as every opened text does.
const justSealed = new RecentMap<string, { workspaceId: string; sealed: Buffer; text: string }>({
  ...{ generation: 2_000, maxAgeMs: 10_000 },
});
const maxRecentLetters = 2_000;

/** Seals what a message says, for its row and nowhere else. `key` is the contact's, or a transit key (see `contentSubject`). */
export function sealContent(key: DataKey, workspaceId: string, messageId: string, stored: StoredContent): Buffer {
  const text = JSON.stringify(stored);
  const sealed = seal(key, place(workspaceId, messageId), text);
  if (text.length <= maxRecentLetters) justSealed.set(messageId, { workspaceId, sealed, text });
  return sealed;
}

/** The text of a row that was sealed here a moment ago, byte for byte. */
function recentText(keyring: Keyring, row: { workspaceId: string; id: string }, content: Buffer): string | undefined {
  const recent = justSealed.get(row.id);
  if (recent?.workspaceId !== row.workspaceId || !recent.sealed.equals(content)) return undefined;
  return sealedWith(keyring, content) && recent.text;
}

const readFor = describe(messageTable).columns["content"]?.readFor ?? [];

/**
 * What a message says, for one of the purposes that its column declares; undefined when it was destroyed: cleared, or its key is gone. The
 * only way to it: what it is wanted for is part of the call. Throws SealBroken for moved bytes.
 */
export function openContent(
  keyring: Keyring,
  purpose: ContentPurpose,
  row: { workspaceId: string; id: string; content: Buffer | null },
): StoredContent | undefined {
  if (!readFor.includes(purpose)) throw new TypeError(`no message may be opened for ${purpose}`);
  if (row.content === null) return undefined;
  const { workspaceId, id, content } = row;
  const text = recentText(keyring, row, content) ?? tryOpenText(keyring, place(workspaceId, id), content);
  return text === null ? undefined : (JSON.parse(text) as StoredContent);
}

/**
 * Whose key seals a message. A `metadata-only` channel is a pipe: what was said is sealed under a key of the channel's day, which the
 * sweep destroys, so that clearing one row late leaves nothing readable. `at` is when we write it, or when it is to be sent.
 */
export function contentSubject(channel: { id: string; contentMode: string }, contactId: string, at: Date): string {
  return channel.contentMode === "metadata-only"
    ? `channel:${channel.id}/${at.toISOString().slice(0, 10)}`
    : `contact:${contactId}`;
}

const transit = /^channel:chn_[0-9a-z]+\/(\d{4}-\d{2}-\d{2})$/;

/** The day of a transit key, undefined for the key of anything else. */
export function transitDay(subject: string): Date | undefined {
  const day = transit.exec(subject)?.[1];
  return day === undefined ? undefined : new Date(`${day}T00:00:00Z`);
}

/** Whether content is only passing through, whatever its channel's mode is by now. */
export function isPassing(keyring: Keyring, content: Buffer): boolean {
  return transitDay(sealedWith(keyring, content)?.subject ?? "") !== undefined;
}

/** The `type` of a row: the word of the API, also when the content is gone. */
export function storedType(content: MessageContent): string {
  if (content.kind === "audio") return content.isVoice ? "voice" : "audio";
  if (content.kind === "interactive_reply") return "interactive";
  return content.kind === "template_button" ? "button" : content.kind;
}

/** Where a provider's message id is sealed when it became known after the row was written. */
export function providerMessageIdPlace(workspaceId: string, messageId: string): Aad {
  return { table: "message", column: "provider_message_id", row: messageId, workspace: workspaceId };
}

/** Where a reaction's emoji, or a vote, is sealed. */
export function reactionPlace(
  workspaceId: string,
  targetIndex: Buffer,
  actorId: string,
  kind: "emoji" | "vote" = "emoji",
): Aad {
  return {
    table: "reaction",
    column: "emoji",
    row: `${targetIndex.toString("hex")}/${actorId}${kind === "emoji" ? "" : `/${kind}`}`,
    workspace: workspaceId,
  };
}
