// What happened to messages after they were sent: edits, withdrawals, reactions, media that follow a history.
import type { ResolvedContacts } from "../contacts/resolve-contacts.ts";
import { mediaOf } from "../media/insert-attachments.ts";
import {
  findByProviderIndex,
  replaceContents,
  targetKey,
  withdrawMessages,
  type KnownMessage,
} from "../messages/change-messages.ts";
import { contentSubject, openContent, reactionPlace, sealContent, storedType } from "../messages/message-content.ts";
import { messageDeleted, messageEdited, messageReacted, messageVoted } from "../messages/message-events.ts";
import { insertMessages } from "../messages/insert-messages.ts";
import { statusRank } from "../messages/message-status.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { DataKey, Keyring } from "../platform/keyring.ts";
import { OWN_REACTION, writeReactions, type ReactionKind } from "../messages/write-reactions.ts";
import type { LiveChannel } from "../channels/channel-directory.ts";
import { placeMessages, touchesOf, type Placed } from "./place-messages.ts";
import type { Batch, ChangeDraft, MessageDraft, ReactionDraft } from "./batch.ts";
import { touchConversations } from "../conversations/touch-conversations.ts";

type ApplyApp = Pick<App, "keyring" | "emit">;

const payloadOf = ({ id: messageId, conversationId, contactId, channelId }: KnownMessage) => ({
  ...{ messageId, conversationId, contactId, channelId },
});
const frameOf = ({ workspaceId, channelId, conversationId }: KnownMessage) => ({
  ...{ workspaceId, channelId, conversationId },
});

function keyFor(keyring: Keyring, channel: LiveChannel, known: KnownMessage, now: Date): DataKey {
  const subject = contentSubject(channel, known.senderContactId ?? known.contactId, now);
  const key = keyring.ensure([{ subject, parent: `workspace:${channel.workspaceId}` }]).get(subject);
  if (!key) throw new Error("a message without a key");
  return key;
}

/** Applies edits and withdrawals in order of their time. One that overtook its message leaves a row for it to find. */
export async function applyChanges(
  app: ApplyApp,
  tx: Tx,
  batch: Batch,
  people: ResolvedContacts,
  now: Date,
): Promise<void> {
  if (batch.changes.length === 0) return;
  const changes = batch.changes.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const missing = await applyToKnown(app, tx, changes, now);
  if (missing.length === 0) return;
  const firsts = [
    ...new Map(missing.map((change) => [targetKey(change.unit.channel.id, change.targetIndex), change])).values(),
  ];
  const { placed } = await placeMessages(tx, { messages: firsts.map(stubOf) }, people, now);
  const made = await insertMessages(
    tx,
    placed.map(({ row }) => row),
  );
  const fresh = placed.filter(({ row }) => made.has(row.id));
  await touchConversations(tx, touchesOf(fresh), now);
  // Those that were not inserted met a message committed a moment ago; the others find their own stub and change nothing more.
  await applyToKnown(app, tx, missing, now);
}

/** Returns the changes whose message is not known. */
async function applyToKnown(app: ApplyApp, tx: Tx, changes: readonly ChangeDraft[], now: Date): Promise<ChangeDraft[]> {
  const known = await findByProviderIndex(
    tx,
    changes.map(({ unit: { channel }, targetIndex }) => ({
      ...{ workspaceId: channel.workspaceId, channelId: channel.id, index: targetIndex },
    })),
  );
  const missing: ChangeDraft[] = [];
  const edited = new Map<string, { message: KnownMessage; content: Buffer; type: string; editedAt: Date }>();
  const withdrawn = new Map<string, { message: KnownMessage; deletedAt: Date }>();
  for (const change of changes) {
    const { channel, event } = change.unit;
    const message = known.get(targetKey(channel.id, change.targetIndex));
    if (!message) missing.push(change);
    else if (message.deletedAt || withdrawn.has(message.id) || !isAuthor(change, message)) continue;
    else if (event.type === "message_deleted") {
      withdrawn.set(message.id, { message, deletedAt: change.at });
      edited.delete(message.id);
    } else if (message.editedAt === null || message.editedAt < change.at) {
      const before = openContent(app.keyring, "inbox", message);
      const frame = before && "content" in before ? before : { providerMessageId: event.targetProviderMessageId };
      const stored = { ...frame, content: event.content, ...(event.isCut ? { isCut: event.isCut } : {}) };
      const key = keyFor(app.keyring, channel, message, now);
      const content = sealContent(key, message.workspaceId, message.id, stored);
      edited.set(message.id, { message, content, type: storedType(event.content), editedAt: change.at });
    }
  }
  await replaceContents(
    tx,
    [...edited.values()].map(({ message, ...rest }) => ({ workspaceId: message.workspaceId, id: message.id, ...rest })),
  );
  await withdrawMessages(
    tx,
    [...withdrawn.values()].map(({ message, deletedAt }) => ({
      ...{ workspaceId: message.workspaceId, id: message.id, deletedAt },
    })),
  );
  const items = (messages: Iterable<{ message: KnownMessage }>) =>
    [...messages].map(({ message }) => ({ ...frameOf(message), payload: payloadOf(message) }));
  await app.emit(tx, messageEdited, items(edited.values()));
  await app.emit(tx, messageDeleted, items(withdrawn.values()));
  return missing;
}

/** A person changes what a person wrote, the business what the business wrote. */
function isAuthor({ unit: { event } }: ChangeDraft, message: KnownMessage): boolean {
  return message.direction === (event.isOwn ? "outbound" : "inbound");
}

/** The message itself may still come: it then finds its provider id taken, and this row says what is left of it. */
function stubOf(change: ChangeDraft): MessageDraft {
  const { channel, event, receivedAt } = change.unit;
  const isEdit = event.type === "message_edited";
  const isHistory = change.isHistory === true;
  return {
    ...{ channel, person: change.person, sender: change.sender, index: change.targetIndex, replyToIndex: null },
    ...{ direction: event.isOwn ? "outbound" : "inbound", authorKind: event.isOwn ? "phone_app" : null },
    stored: isEdit ? { content: event.content, providerMessageId: event.targetProviderMessageId } : null,
    ...{ status: statusRank(event.isOwn ? "sent" : "received"), error: null, at: change.at, receivedAt },
    ...{ editedAt: isEdit ? change.at : null, deletedAt: isEdit ? null : change.at },
    ...{ isImported: event.isOwn === true || isHistory, isHistory, isFresh: isEdit && !event.isOwn && !isHistory },
    opensWindow: false,
  };
}

/** History sends media after their messages: the placeholder becomes the medium. */
export async function fillPlaceholders(
  app: ApplyApp,
  tx: Tx,
  placed: readonly Placed[],
  inserted: ReadonlySet<string>,
): Promise<void> {
  const late = placed.filter(
    ({ draft, row }) => draft.isHistory && !inserted.has(row.id) && draft.stored && mediaOf(draft.stored.content),
  );
  if (late.length === 0) return;
  const known = await findByProviderIndex(
    tx,
    late.map(({ draft: { channel, index } }) => ({ workspaceId: channel.workspaceId, channelId: channel.id, index })),
  );
  const filled = late.flatMap(({ draft, key }) => {
    const message = known.get(targetKey(draft.channel.id, draft.index));
    if (!message || message.type !== "media_placeholder" || !draft.stored) return [];
    const content = sealContent(key, message.workspaceId, message.id, draft.stored);
    const { workspaceId, id } = message;
    return [{ workspaceId, id, type: storedType(draft.stored.content), content, editedAt: null }];
  });
  await replaceContents(tx, filled);
}

/** The newest reaction, and the newest vote, of each person stands; one to a message that is not known yet waits for it in its row. */
export async function applyReactions(
  app: ApplyApp,
  tx: Tx,
  drafts: readonly ReactionDraft[],
  people: ResolvedContacts,
  now: Date,
): Promise<void> {
  if (drafts.length === 0) return;
  const newest = new Map<string, ReactionDraft & { actorId: string; contactId: string }>();
  for (const item of drafts) {
    const contactId = people.contactIds[item.person];
    const actorId = item.actor === null ? OWN_REACTION : people.contactIds[item.actor];
    if (!contactId || !actorId) continue;
    const key = `${targetKey(item.channel.id, item.targetIndex)}/${actorId}/${item.kind}`;
    const known = newest.get(key);
    if (!known || known.at <= item.at) newest.set(key, { ...item, actorId, contactId });
  }
  const items = [...newest.values()];
  const rows = items.flatMap(({ channel, targetIndex, actorId, contactId, kind, value, at }) => {
    const key = people.keys.get(contentSubject(channel, actorId === OWN_REACTION ? contactId : actorId, now));
    const { workspaceId, id: channelId } = channel;
    const place = reactionPlace(workspaceId, targetIndex, actorId, kind);
    return key
      ? [{ workspaceId, channelId, targetIndex, actorId, contactId, kind, value, key, place, occurredAt: at }]
      : [];
  });
  await writeReactions(tx, rows);
  const known = await findByProviderIndex(
    tx,
    items.map(({ channel, targetIndex }) => ({
      workspaceId: channel.workspaceId,
      channelId: channel.id,
      index: targetIndex,
    })),
  );
  const told = (kind: ReactionKind) =>
    items.flatMap((item) => {
      const message = item.kind === kind && known.get(targetKey(item.channel.id, item.targetIndex));
      return message ? [{ ...frameOf(message), payload: payloadOf(message) }] : [];
    });
  await app.emit(tx, messageReacted, told("emoji"));
  await app.emit(tx, messageVoted, told("vote"));
}
