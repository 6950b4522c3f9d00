import type { DataKey, Keyring } from "../platform/keyring.ts";
import { seal, sealedWith, tryOpenText, type Aad } from "../platform/seal.ts";
import type { MessageContent } from "../providers/message-content.ts";
import { describe } from "../platform/table.ts";
import { messageTable, type ContentPurpose } from "./message.table.ts";
import type { StoredContent } from "./message-view.ts";

export type { StoredContent } from "./message-view.ts";

function place(workspaceId: string, messageId: string): Aad {
  return { table: "message", column: "content", row: messageId, workspace: workspaceId };
}

/** Seals what a message says, for its row and nowhere else. `key` is the contact's, or a transit key (see `contentSubject`). */
export function sealContent(key: DataKey, workspaceId: string, messageId: string, stored: StoredContent): Buffer {
  return seal(key, place(workspaceId, messageId), JSON.stringify(stored));
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
  const text = tryOpenText(keyring, place(row.workspaceId, row.id), row.content);
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
