// One transaction for everything that arrived in a few milliseconds. Statements are sent together where they do not need each
// other's answer. Lock order: aliases by hash, new conversations by key, new messages by provider index, statuses by message id,
// conversations by id, the event counter by workspace. What two batches are likely to share comes late, so that it is held briefly.
import { isSpokenWord } from "../contacts/consent-words.ts";
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import { contactCreated, contactUpdated } from "../contacts/contact-events.ts";
import { resolveContacts, type ResolvedContacts } from "../contacts/resolve-contacts.ts";
import { applyChannelChanges, type ChannelsApp } from "../channels/apply-channel-changes.ts";
import { conversationCreated, conversationUpdated } from "../conversations/conversation-events.ts";
import { touchConversations } from "../conversations/touch-conversations.ts";
import { insertAttachments, mediaOf, type PendingAttachment } from "../media/insert-attachments.ts";
import { applyEarlyStatuses, applyStatuses, writeProviderIds, type StatusChange } from "../messages/apply-statuses.ts";
import { emitStatusChanges } from "../messages/emit-status-changes.ts";
import { contentSubject } from "../messages/message-content.ts";
import { messageImported, messageReceived } from "../messages/message-events.ts";
import { insertMessages } from "../messages/insert-messages.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { TemplateChanged } from "../providers/inbound-event.ts";
import type { MessageContent } from "../providers/message-content.ts";
import { applyChanges, applyReactions, fillPlaceholders } from "./apply-changes.ts";
import type { Batch, Unit } from "./batch.ts";
import { collectBatch } from "./collect-batch.ts";
import { derivedId, keepEvents } from "./inbound-events.ts";
import { placeMessages, touchesOf, type CreatedConversation, type Placed } from "./place-messages.ts";

/** What other folders do in the same transaction. */
export interface InboundHandlers {
  templatesChanged?: (tx: Tx, units: readonly Unit<TemplateChanged>[]) => Promise<void>;
  /** people wrote a word that the product itself obeys (STOP), or a code of their page */
  wordsHeard?: (tx: Tx, items: readonly HeardWords[]) => Promise<void>;
  /** enqueue the fetching of received media */
  attachmentsPending?: (
    tx: Tx,
    items: readonly { workspaceId: string; attachmentId: string; messageId: string; channelId: string }[],
  ) => Promise<void>;
}

/** A whole message that is short enough to be a word or a code. */
export interface HeardWords {
  workspaceId: string;
  channelId: string;
  conversationId: string;
  contactId: string;
  messageId: string;
  at: Date;
  text: string;
}

export type ApplyApp = Pick<App, "keyring" | "clock" | "emit"> & ChannelsApp;

/**
 * Writes what a batch says, of any number of workspaces, exactly once: what is known already changes nothing. Throws when any part
 * cannot be written; the caller bisects.
 */
export async function applyBatch(
  app: ApplyApp,
  tx: Tx,
  units: readonly Unit[],
  handlers: InboundHandlers = {},
): Promise<void> {
  const batch = collectBatch(app.keyring, units);
  const now = app.clock.now();
  // a change that overtook its message leaves a row as well
  const bodies = [...batch.messages, ...batch.reactions, ...batch.changes.map(({ unit }) => unit)];
  const transit = bodies.flatMap(({ channel }) =>
    channel.contentMode === "metadata-only"
      ? [{ subject: contentSubject(channel, "", now), parent: `workspace:${channel.workspaceId}` }]
      : [],
  );
  const people = await resolveContacts(app, tx, batch.people, transit);
  const { placed, created } = await placeMessages(tx, batch, people, now);
  const inserted = await insertMessages(
    tx,
    placed.map((item) => item.row),
  );
  const fresh = placed.filter((item) => inserted.has(item.row.id));
  const early = fresh.filter(({ row }) => row.direction === "outbound");
  const [moved, changed, more] = await Promise.all([
    applyStatuses(tx, batch.statuses, now),
    touchConversations(tx, touchesOf(fresh), now),
    applyEarlyStatuses(
      tx,
      early.map(({ row }) => ({ ...row, providerMessageIndex: row.providerMessageIndex ?? Buffer.alloc(0) })),
    ),
    writeAttachments(tx, fresh, handlers, now),
    fillPlaceholders(app, tx, placed, inserted),
  ]);
  await announcePeople(app, tx, people);
  await app.emit(
    tx,
    conversationCreated,
    created.map((payload) => ({ ...frame(payload), payload: omitWorkspace(payload) })),
  );
  await announceMessages(app, tx, fresh);
  await app.emit(
    tx,
    conversationUpdated,
    changed.map(({ workspaceId, conversationId }) => ({
      ...{ workspaceId, conversationId, channelId: channelOf(fresh, conversationId) },
      payload: { conversationId, changed: ["status" as const] },
    })),
  );
  await emitStatusChanges(app, tx, [...moved, ...more]);
  await writeLostIds(app, tx, moved, batch.statusIds);
  await applyChanges(app, tx, batch, people, now);
  await applyReactions(app, tx, batch.reactions, people, now);
  await writeConsents(app, tx, batch, people, now);
  const heard = wordsOf(fresh);
  if (heard.length > 0) await handlers.wordsHeard?.(tx, heard);
  await keepEvents(
    app,
    tx,
    batch.unknown.map(({ unit, name, errorCode, raw, dedupeKey }) => ({
      ...{ channel: unit.channel, kind: "unknown" as const, name, errorCode, dedupeKey },
      ...{ part: { form: "raw" as const, raw }, occurredAt: unit.event.occurredAt, receivedAt: unit.receivedAt },
    })),
  );
  if (batch.templates.length > 0) await handlers.templatesChanged?.(tx, batch.templates);
  await applyChannelChanges(app, tx, batch.channelChanges, batch.providerErrors);
}

const frame = (item: CreatedConversation) => ({
  workspaceId: item.workspaceId,
  channelId: item.channelId,
  conversationId: item.conversationId,
});
const omitWorkspace = ({ conversationId, contactId, channelId }: CreatedConversation) => ({
  conversationId,
  contactId,
  channelId,
});

async function writeAttachments(tx: Tx, fresh: readonly Placed[], handlers: InboundHandlers, now: Date): Promise<void> {
  const items: PendingAttachment[] = [];
  for (const { draft, row, key } of fresh) {
    const found = draft.stored && mediaOf(draft.stored.content);
    if (!found) continue;
    const { workspaceId, id: messageId, channelId, contactId } = row;
    items.push({ workspaceId, id: newId("att"), messageId, channelId, contactId, ...found, key });
  }
  await insertAttachments(tx, items, now);
  if (items.length > 0)
    await handlers.attachmentsPending?.(
      tx,
      items.map(({ workspaceId, id, messageId, channelId }) => ({
        workspaceId,
        attachmentId: id,
        messageId,
        channelId,
      })),
    );
}

async function announcePeople(app: ApplyApp, tx: Tx, people: ResolvedContacts): Promise<void> {
  const item = ({ workspaceId, contactId }: { workspaceId: string; contactId: string }) => ({
    workspaceId,
    payload: { contactId },
  });
  await app.emit(tx, contactCreated, people.created.map(item));
  await app.emit(tx, contactUpdated, people.updated.map(item));
}

async function announceMessages(app: ApplyApp, tx: Tx, fresh: readonly Placed[]): Promise<void> {
  const item = ({ row: { workspaceId, id: messageId, conversationId, contactId, channelId } }: Placed) => ({
    ...{ workspaceId, channelId, conversationId },
    payload: { messageId, conversationId, contactId, channelId },
  });
  await app.emit(tx, messageReceived, fresh.filter(({ draft }) => !draft.isImported).map(item));
  await app.emit(tx, messageImported, fresh.filter(({ draft }) => draft.isImported).map(item));
}

/** Where the send's answer was lost, the status is the first to tell the provider's id. */
async function writeLostIds(
  app: ApplyApp,
  tx: Tx,
  changes: readonly StatusChange[],
  idsByMessage: ReadonlyMap<string, string>,
): Promise<void> {
  const items = changes.flatMap((change) => {
    const providerMessageId = change.isSettled ? idsByMessage.get(change.messageId) : undefined;
    return providerMessageId === undefined ? [] : [{ ...change, providerMessageId }];
  });
  await writeProviderIds(app.keyring, tx, items);
}

const channelOf = (fresh: readonly Placed[], conversationId: string): string | undefined =>
  fresh.find(({ row }) => row.conversationId === conversationId)?.row.channelId;

/** Only what a person says to us by themself and now: no group, no history, no copy of what the business wrote. */
function wordsOf(fresh: readonly Placed[]): HeardWords[] {
  return fresh.flatMap(({ draft, row: { workspaceId, channelId, conversationId, contactId, id: messageId } }) => {
    if (!draft.isFresh || draft.isImported || draft.direction !== "inbound" || draft.sender !== null) return [];
    const text = spokenText(draft.stored?.content);
    if (text === undefined || !isSpokenWord(text)) return [];
    return [{ workspaceId, channelId, conversationId, contactId, messageId, at: draft.at, text }];
  });
}

function spokenText(content: MessageContent | undefined): string | undefined {
  if (content?.kind === "text" || content?.kind === "template_button") return content.text;
  if (content?.kind === "interactive_reply" && content.reply.kind === "button") return content.reply.title;
  return undefined;
}

async function writeConsents(app: ApplyApp, tx: Tx, batch: Batch, people: ResolvedContacts, now: Date): Promise<void> {
  const items = batch.preferences.flatMap(({ unit: { channel, event }, person }) => {
    const contactId = people.contactIds[person];
    if (!contactId) return [];
    const id = derivedId("cns", event.occurredAt, `${channel.id}/${event.dedupeKey}`);
    const action = event.value === "stop" ? "platform_stop" : "platform_resume";
    const purpose = event.category.startsWith("marketing") ? "marketing" : event.category;
    const { workspaceId, id: channelId } = channel;
    return [
      { workspaceId, id, contactId, channelId, purpose, action, method: "provider", occurredAt: event.occurredAt },
    ];
  });
  const made = await recordConsents(tx, items, now);
  await app.emit(
    tx,
    consentChanged,
    made.map(({ workspaceId, contactId, channelId, purpose, action }) => ({
      ...{ workspaceId, channelId: channelId ?? undefined },
      payload: { contactId, purpose, action },
    })),
  );
}
