import type { Message, NewMessage } from "../../../api.ts";

/** The same content as a new message, or null when it cannot be told from the view (a template's values, a form). */
export function bodyOf(message: Message): NewMessage | null {
  const target = {
    conversationId: message.conversationId,
    ...(message.replyTo?.messageId ? { replyTo: message.replyTo.messageId } : {}),
  };
  const attachment = message.attachments[0];
  switch (message.type) {
    case "text":
      return message.text ? { ...target, type: "text", text: message.text } : null;
    case "image":
    case "video":
    case "document":
      return attachment
        ? {
            ...target,
            type: message.type,
            attachment: { id: attachment.id, ...(message.text ? { caption: message.text } : {}) },
          }
        : null;
    case "audio":
    case "voice":
    case "sticker":
      return attachment ? { ...target, type: message.type, attachment: { id: attachment.id } } : null;
    default:
      return null;
  }
}
