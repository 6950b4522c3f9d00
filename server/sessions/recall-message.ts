import { composeOutbound } from "../outbound/compose.ts";
import { providerMessageIndex } from "../messages/message-index.ts";
import type { App } from "../platform/context.ts";
import type { OutboundMessage } from "../providers/outbound-message.ts";

/** A message of ours that somebody's device could not open and asks for again. Undefined when its content is gone. */
export async function recallMessage(
  app: App,
  at: { workspaceId: string; channelId: string },
  providerMessageId: string,
): Promise<OutboundMessage | undefined> {
  const { workspaceId, channelId } = at;
  const index = providerMessageIndex(app.keyring, workspaceId, providerMessageId);
  const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.named<{ id: string; content: Buffer | null; conversation_id: string; contact_id: string; type: string }>(
      "session.recall",
      `select id, content, conversation_id, contact_id, type from message
       where workspace_id = $1 and channel_id = $2 and provider_message_index = $3 and direction = 'outbound'`,
      [workspaceId, channelId, index],
    ),
  );
  if (!row?.content) return undefined;
  const { id: messageId, content, conversation_id: conversationId, contact_id: contactId, type } = row;
  const frame = { workspaceId, channelId, messageId, conversationId, contactId, content, type };
  const claimed = {
    ...frame,
    attempt: 0,
    wantedAt: new Date(0),
    isRestricted: false,
    isForMinor: false,
    isOptedOut: false,
    isKnown: true,
    lacksConsent: false,
    lastInboundAt: null,
    attachments: [],
  };
  return composeOutbound(app, claimed);
}
