// Writes what a copy holds as a contact with its history. A repeat meets the same rows.
import type { LiveChannel } from "../channels/channel-directory.ts";
import { contactCreated, contactUpdated } from "../contacts/contact-events.ts";
import { consentPurposes } from "../contacts/consent-rules.ts";
import { takeContact } from "../contacts/contact.ts";
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import { conversationKey, ensureConversations, touchConversations } from "../conversations/touch-conversations.ts";
import { storeAttachment } from "../media/store-attachment.ts";
import { insertMessages, type NewMessageRow } from "../messages/insert-messages.ts";
import { contentSubject, sealContent } from "../messages/message-content.ts";
import { messageImported } from "../messages/message-events.ts";
import { providerMessageIndex } from "../messages/message-index.ts";
import { messageStatuses } from "../messages/message-view.ts";
import { statusRank } from "../messages/message-status.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { problem } from "../platform/problem.ts";
import type { DataKey } from "../platform/keyring.ts";
import type { OpenCtx } from "../platform/route.ts";
import { identityKinds, type Address, type AddressKind } from "../providers/address.ts";
import type { MessageContent } from "../providers/message-content.ts";
import type { ExportData, ExportedMessage } from "./export-format.ts";

export const copyOfNobody = problem({
  code: "copy.of_nobody",
  status: 422,
  title: "The copy names nobody: nothing was held about the person who asked for it.",
});

export interface OpenCopy {
  data: ExportData;
  /** the checked bytes of a file; undefined for one that is not in the archive */
  file(name: string): AsyncIterable<Buffer> | undefined;
}

const PAGE = 500;
/** Whatever the team's data says, only the person themself can agree again: a grant in a copy is one that was imported. */
const isRefusal = (action: string): boolean => ["withdrawn", "objected", "platform_stop"].includes(action);
/** The copy is not signed by who told it: what would lift a refusal, now or of later days, is left out. */
const isBelieved = ({ action, purpose, occurredAt }: ExportData["consents"][number], now: Date): boolean =>
  isRefusal(action) ||
  (["granted", "confirmed"].includes(action) && isConsentPurpose(purpose) && new Date(occurredAt) <= now);
const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
const isConsentPurpose = (purpose: string): boolean => consentPurposes.some((known) => known === purpose);

export async function writeCopy(
  ctx: OpenCtx,
  channel: LiveChannel,
  copy: OpenCopy,
): Promise<{ contactId: string; messages: number; files: number }> {
  const { workspaceId } = ctx;
  const scope = { workspaceIds: [workspaceId] };
  const { contactId, conversationId, key } = await ctx.db.tx(scope, (tx) => writePerson({ ...ctx, tx }, channel, copy));
  let messages = 0;
  let files = 0;
  for (let at = 0; at < copy.data.messages.length; at += PAGE) {
    const page = copy.data.messages
      .slice(at, at + PAGE)
      .map((message) => ({ message, id: newId("msg", Date.parse(message.at)) }));
    const fresh = await ctx.db.tx(scope, (tx) =>
      writeMessages({ ...ctx, tx }, { channel, contactId, conversationId, key }, page),
    );
    messages += fresh.size;
    for (const { message, id } of page) {
      if (!fresh.has(id)) continue;
      for (const attachment of message.attachments) {
        const bytes = attachment.file === null ? undefined : copy.file(attachment.file);
        if (!bytes) continue;
        await storeAttachment(ctx, key, { ...attachment, messageId: id, channelId: channel.id, contactId, bytes });
        files += 1;
      }
    }
  }
  return { contactId, messages, files };
}

interface Place {
  channel: LiveChannel;
  contactId: string;
  conversationId: string;
  key: DataKey;
}

async function writePerson(
  ctx: Ctx,
  channel: LiveChannel,
  { data }: OpenCopy,
): Promise<{ contactId: string; conversationId: string; key: DataKey }> {
  const { workspaceId, tx } = ctx;
  const { person } = data;
  const known = new Set<string>(identityKinds);
  const aliases = (person?.identities ?? []).filter(({ kind }) => known.has(kind)) as {
    kind: AddressKind;
    value: string;
  }[];
  if (!person || aliases.length === 0) throw copyOfNobody();
  const subject = contentSubject(channel, "", ctx.clock.now());
  const wishes = subject.startsWith("contact:") ? [] : [{ subject, parent: `workspace:${workspaceId}` }];
  const people = await resolveContacts(ctx, tx, [{ workspaceId, aliases: aliases as Address[] }], wishes);
  const contactId = people.contactIds[0];
  if (!contactId) throw copyOfNobody();
  const key = people.keys.get(contentSubject(channel, contactId, ctx.clock.now()));
  if (!key) throw copyOfNobody();
  const item = { workspaceId, payload: { contactId } };
  await ctx.emit(tx, people.created.length > 0 ? contactCreated : contactUpdated, [item]);
  // attributes that this workspace did not declare, or declares otherwise, stay as they are: taken in again once they are
  await takeContact(
    { ...ctx, actor: { kind: "system" } },
    contactId,
    { ...(person.name === null ? {} : { name: person.name }), attributes: person.attributes },
    "copy",
  );
  const now = ctx.clock.now();
  const made = await recordConsents(
    tx,
    data.consents
      .filter((one) => isBelieved(one, now))
      .map((one, n) => ({
        ...{ workspaceId, contactId, channelId: null, purpose: one.purpose, action: one.action },
        ...{
          id: `cns_${contactId.slice(4, 26)}${String(n).padStart(4, "0")}`,
          occurredAt: earlier(new Date(one.occurredAt), now),
        },
        method: isRefusal(one.action) ? one.method : "import",
      })),
    ctx.clock.now(),
  );
  await ctx.emit(
    tx,
    consentChanged,
    made.map(({ purpose, action }) => ({ workspaceId, payload: { contactId, purpose, action } })),
  );
  const first = data.messages[0];
  const wanted = { workspaceId, channelId: channel.id, contactId };
  const at = first ? new Date(first.at) : ctx.clock.now();
  const found = await ensureConversations(tx, [{ ...wanted, at, status: "resolved" }], ctx.clock.now());
  const conversation = found.get(conversationKey(wanted));
  if (!conversation) throw new Error("a conversation was not made");
  return { contactId, conversationId: conversation.id, key };
}

/** Returns the ids of those that were not there yet. */
async function writeMessages(
  ctx: Ctx,
  { channel, contactId, conversationId, key }: Place,
  page: readonly { message: ExportedMessage; id: string }[],
): Promise<Set<string>> {
  const { workspaceId, tx } = ctx;
  const now = ctx.clock.now();
  const rows = page.map(({ message, id }): NewMessageRow => {
    const at = new Date(message.at);
    const isTheirs = message.sender === "person";
    return {
      ...{ workspaceId, id, conversationId, channelId: channel.id, contactId, senderContactId: null },
      ...{ authorKind: null, authorId: null, direction: isTheirs ? "inbound" : "outbound", type: message.type },
      content: message.contentDestroyedAt ? null : sealContent(key, workspaceId, id, { content: contentOf(message) }),
      // the id it had where it came from: the same copy twice is the same messages
      providerMessageIndex: providerMessageIndex(ctx.keyring, workspaceId, `copy/${message.id}`),
      ...{ replyToIndex: null, error: null, purpose: null, scheduledAt: null, editedAt: null },
      status: statusRank(isTheirs ? "received" : statusOf(message.status)),
      ...{ sortAt: at, sentAt: at, receivedAt: at, deletedAt: message.deletedAt ? new Date(message.deletedAt) : null },
    };
  });
  const fresh = await insertMessages(tx, rows);
  const last = rows.findLast(({ id }) => fresh.has(id));
  if (!last) return fresh;
  const touch = { workspaceId, conversationId, inboundCount: 0, lastMessageAt: last.sortAt, lastMessageId: last.id };
  await touchConversations(tx, [{ ...touch, lastInboundAt: null, isReopening: false }], now);
  await ctx.emit(
    tx,
    messageImported,
    [...fresh].map((messageId) => ({
      ...{ workspaceId, channelId: channel.id, conversationId },
      payload: { messageId, conversationId, contactId, channelId: channel.id },
    })),
  );
  return fresh;
}

/** A message that was still waiting where it came from is not sent from here: it counts as failed. */
function statusOf(status: string): (typeof messageStatuses)[number] {
  const found = messageStatuses.find((one) => one === status);
  return !found || found === "queued" || found === "received" ? "failed" : found;
}

function contentOf({ type, text, attachments, location, ...rest }: ExportedMessage): MessageContent {
  const [file] = attachments;
  const caption = text === undefined ? {} : { caption: text };
  const media = {
    id: "",
    mimeType: file?.mimeType ?? "application/octet-stream",
    ...(file?.fileName ? { filename: file.fileName } : {}),
  };
  if (type === "text" && text !== undefined) return { kind: "text", text };
  if (type === "image" || type === "video" || type === "document") return { kind: type, media, ...caption };
  if (type === "voice" || type === "audio") return { kind: "audio", media, isVoice: type === "voice" };
  if (type === "sticker") return { kind: "sticker", media, isAnimated: false };
  const { latitude, longitude, name, address } = location ?? {};
  if (typeof latitude === "number" && typeof longitude === "number")
    return {
      ...{ kind: "location", latitude, longitude },
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof address === "string" ? { address } : {}),
    };
  if (text !== undefined) return { kind: "text", text };
  const { contacts, interactive, template, order } = rest;
  return { kind: "unsupported", providerKind: type, raw: { contacts, interactive, template, order } };
}
