// Events in the shape of WhatsApp's Cloud API webhooks, for programs that were written for it.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages (2026-11-20)
import type { ContactView } from "../contacts/contact-view.ts";
import type { ConversationView } from "../conversations/conversation-view.ts";
import { readConversations } from "../conversations/list-conversations.ts";
import type { AttachmentView, MessageView } from "../messages/message-view.ts";
import { readMessages } from "../messages/read-messages.ts";
import type { Ctx } from "../platform/context.ts";
import { readSessionPhones } from "../sessions/session-phones.ts";
import { idIn } from "../realtime/event-bodies.ts";
import type { LoggedEvent } from "../realtime/event-log.ts";

const statusOf: Readonly<Record<string, string>> = {
  "message.sent": "sent",
  "message.delivered": "delivered",
  "message.read": "read",
  "message.failed": "failed",
};

/** The events that have a Cloud API shape; an endpoint of that style gets no others. */
export const cloudApiTypes = ["message.received", ...Object.keys(statusOf)] as const;

type Part = Record<string, unknown>;

const given = (name: string, value: unknown): Part => (value === undefined || value === null ? {} : { [name]: value });
const seconds = (at: string): string => String(Math.floor(new Date(at).getTime() / 1000));

function identityOf(contact: ContactView, kind: string): string | undefined {
  return contact.identities.find((identity) => identity.kind === kind)?.value;
}

/** The person's phone as WhatsApp writes it: digits only. Absent for people who hide theirs. */
const waId = (contact: ContactView): string | undefined => identityOf(contact, "phone")?.replace(/^\+/, "");

function media(attachment: AttachmentView | undefined): Part {
  // the id is ours: `/graph/{version}/{id}` gives the file
  return { ...given("id", attachment?.id), ...given("mime_type", attachment?.mimeType) };
}

const unsupported: Part = {
  type: "unsupported",
  errors: [{ code: 131051, title: "Message type unknown", message: "Message type unknown" }],
};

function interactiveOf(reply: Part): Part {
  const { id, title, description } = reply;
  switch (reply["kind"]) {
    case "button":
      return { type: "button_reply", button_reply: { id, title } };
    case "list":
      return { type: "list_reply", list_reply: { id, title, ...given("description", description) } };
    case "flow": {
      const form = { name: reply["name"] ?? "flow", response_json: JSON.stringify(reply["fields"] ?? {}) };
      return { type: "nfm_reply", nfm_reply: { ...form, ...given("body", reply["text"]) } };
    }
    default:
      return { type: String(reply["kind"]) };
  }
}

function sharedContact(contact: Part): Part {
  const list = (name: string): Part[] => (Array.isArray(contact[name]) ? (contact[name] as Part[]) : []);
  return {
    name: { formatted_name: contact["name"] },
    phones: list("phones").map(({ number, type, userId }) => ({
      ...{ phone: number, ...given("type", type), ...given("user_id", userId) },
    })),
    emails: list("emails"),
    urls: list("urls"),
  };
}

function contentOf(view: MessageView): Part {
  const [attachment] = view.attachments;
  const caption = given("caption", view.text);
  switch (view.type) {
    case "text":
      return view.text === undefined ? unsupported : { type: "text", text: { body: view.text } };
    case "image":
    case "video":
      return { type: view.type, [view.type]: { ...media(attachment), ...caption } };
    case "document":
      return {
        type: "document",
        document: { ...media(attachment), ...given("filename", attachment?.fileName), ...caption },
      };
    case "audio":
    case "voice":
      return { type: "audio", audio: { ...media(attachment), voice: view.type === "voice" } };
    case "sticker":
      return { type: "sticker", sticker: media(attachment) };
    case "location":
      return view.location ? { type: "location", location: view.location } : unsupported;
    case "contacts":
      return view.contacts ? { type: "contacts", contacts: view.contacts.map(sharedContact) } : unsupported;
    case "interactive":
      return view.interactive ? { type: "interactive", interactive: interactiveOf(view.interactive) } : unsupported;
    case "button":
      return { type: "button", button: { ...given("payload", view.interactive?.["payload"]), text: view.text ?? "" } };
    default:
      return unsupported;
  }
}

function messageOf(view: MessageView, contact: ContactView): Part {
  const { replyTo } = view;
  const context = {
    ...given("id", replyTo?.providerMessageId),
    ...(view.isForwarded === true ? { forwarded: true } : {}),
  };
  return {
    ...given("from", waId(contact)),
    ...given("from_user_id", identityOf(contact, "wa_user_id")),
    id: view.providerMessageId ?? view.id,
    timestamp: seconds(view.sentAt ?? view.receivedAt),
    ...contentOf(view),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  };
}

const errorCodes = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes";

/** The id is the one that the send was answered with: ours. */
function statusPart(event: LoggedEvent, view: MessageView, contact: ContactView): Part {
  const status = statusOf[event.type];
  const common = {
    ...{ id: view.id, status, timestamp: seconds(event.occurredAt.toISOString()) },
    ...given("recipient_id", waId(contact)),
    ...given("biz_opaque_callback_data", view.callbackData),
  };
  if (status !== "failed") return { ...common, ...given("recipient_user_id", identityOf(contact, "wa_user_id")) };
  const { code, providerCode, sentence } = view.error ?? { code: "message.unknown", sentence: "" };
  const names = { code: Number(providerCode ?? 131000) || 131000, title: code, message: code };
  return { ...common, errors: [{ ...names, error_data: { details: sentence }, href: errorCodes }] };
}

interface Facts {
  workspaceId: string;
  channelId: string;
  phone: string | null;
}

/**
 * One change, as Meta sends it: a failure names no contact. `phone_number_id` is the channel's id, which
 * `/graph/{version}/{id}/messages` takes.
 */
function envelope(facts: Facts, contact: ContactView, change: Part, namesContact: boolean): Part {
  const metadata = {
    display_phone_number: (facts.phone ?? facts.channelId).replace(/^\+/, ""),
    phone_number_id: facts.channelId,
  };
  const profile = {
    ...{ profile: { name: contact.name ?? "" } },
    ...given("wa_id", waId(contact)),
    ...given("user_id", identityOf(contact, "wa_user_id")),
  };
  const contacts = namesContact ? { contacts: [profile] } : {};
  const value = { messaging_product: "whatsapp", metadata, ...contacts, ...change };
  return {
    object: "whatsapp_business_account",
    entry: [{ id: facts.workspaceId, changes: [{ field: "messages", value }] }],
  };
}

/** Bodies by event id; an event whose message is gone has none. */
export async function renderCloudBodies(ctx: Ctx, events: readonly LoggedEvent[]): Promise<Map<string, Part>> {
  const ids = (of: (event: LoggedEvent) => string | undefined): string[] => [
    ...new Set(events.flatMap((event) => of(event) ?? [])),
  ];
  const channelIds = ids((event) => event.channelId ?? idIn(event.payload, "channelId"));
  const [messages, conversations, phones, linked] = await Promise.all([
    readMessages(
      ctx,
      ids((event) => idIn(event.payload, "messageId")),
    ),
    readConversations(
      ctx,
      ids((event) => event.conversationId ?? idIn(event.payload, "conversationId")),
    ),
    ctx.tx.named<{ channel_id: string; phone: string | null }>(
      "webhook.phones",
      `select channel_id, details ->> 'phone' as phone from channel_health where workspace_id = $1 and channel_id = any ($2::text[])`,
      [ctx.workspaceId, channelIds],
    ),
    readSessionPhones(ctx, channelIds),
  ]);
  const messageById = new Map(messages.map((view) => [view.id, view]));
  const conversationById = new Map<string, ConversationView>(conversations.map((view) => [view.id, view]));
  const phoneOf = new Map([...phones.map((row) => [row.channel_id, row.phone] as const), ...linked]);
  return new Map(
    events.flatMap((event): [string, Part][] => {
      const view = messageById.get(idIn(event.payload, "messageId") ?? "");
      const contact = conversationById.get(view?.conversationId ?? "")?.contact;
      if (!view || !contact) return [];
      const { channelId } = view;
      const facts = { workspaceId: ctx.workspaceId, channelId, phone: phoneOf.get(channelId) ?? null };
      const isStatus = event.type in statusOf;
      // Meta's API has no edits and withdrawals of ours, so nobody who speaks it asked for one
      if (isStatus ? ["edit", "delete"].includes(view.type) : view.direction !== "inbound") return [];
      const change = isStatus
        ? { statuses: [statusPart(event, view, contact)] }
        : { messages: [messageOf(view, contact)] };
      return [[event.id, envelope(facts, contact, change, event.type !== "message.failed")]];
    }),
  );
}
