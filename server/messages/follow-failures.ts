// What else is true when a message failed, whoever told it: the answer to the call, or a status hours later.
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { messageFailed, messageReacted, type MessageEventPayload } from "./message-events.ts";
import { OWN_REACTION } from "./write-reactions.ts";

type FollowApp = Pick<App, "clock" | "emit">;

export const failureReactions = (app: FollowApp): Reaction[] => [
  {
    on: messageFailed,
    run: async (tx, items) => {
      const failed = items as readonly EventItem<MessageEventPayload>[];
      const ids: [string[], string[]] = [
        failed.map((item) => item.workspaceId),
        failed.map((item) => item.payload.messageId),
      ];
      await withdrawReactions(app, tx, ids);
      await recordStops(app, tx, ids);
    },
  },
];

/** A reaction of ours that did not arrive is not shown; a newer one stays. */
async function withdrawReactions(app: FollowApp, tx: Tx, ids: [string[], string[]]): Promise<void> {
  const rows = await tx.named<{
    workspace_id: string;
    conversation_id: string;
    contact_id: string;
    channel_id: string;
    target_id: string | null;
  }>(
    "reaction.withdraw",
    `delete from reaction r using message m
     where m.workspace_id = any ($1::text[]) and m.id = any ($2::text[]) and m.type = 'reaction' and m.direction = 'outbound'
       and r.workspace_id = m.workspace_id and r.channel_id = m.channel_id and r.target_index = m.reply_to_index
       and r.actor_id = '${OWN_REACTION}' and r.kind = 'emoji' and r.occurred_at = m.sort_at
     returning m.workspace_id, m.conversation_id, m.contact_id, m.channel_id, (select t.id from message t
       where t.workspace_id = m.workspace_id and t.channel_id = m.channel_id and t.provider_message_index = r.target_index) as target_id`,
    ids,
  );
  await app.emit(
    tx,
    messageReacted,
    rows.flatMap((row) => {
      const { workspace_id: workspaceId, conversation_id: conversationId, channel_id: channelId } = row;
      const payload = { messageId: row.target_id ?? "", conversationId, contactId: row.contact_id, channelId };
      return row.target_id === null ? [] : [{ workspaceId, channelId, conversationId, payload }];
    }),
  );
}

/** The provider says that the person stopped marketing: from now on we know it before the call. */
async function recordStops(app: FollowApp, tx: Tx, ids: [string[], string[]]): Promise<void> {
  const rows = await tx.named<{ workspaceId: string; id: string; contactId: string; channelId: string; at: Date }>(
    "message.opted_out",
    `select workspace_id as "workspaceId", id, contact_id as "contactId", channel_id as "channelId", coalesce(failed_at, sort_at) as at
     from message where workspace_id = any ($1::text[]) and id = any ($2::text[])
       and error ->> 'code' = 'message.opted_out' and error ->> 'providerCode' is not null`,
    ids,
  );
  const made = await recordConsents(
    tx,
    rows.map(({ workspaceId, id, contactId, channelId, at }) => ({
      // one entry a message, however often it is told
      ...{ workspaceId, id: id.replace(/^msg_/, "cns_"), contactId, channelId, occurredAt: at },
      ...{ purpose: "marketing", action: "platform_stop", method: "provider" },
    })),
    app.clock.now(),
  );
  await app.emit(
    tx,
    consentChanged,
    made.map(({ workspaceId, contactId, channelId, purpose, action }) => ({
      ...{ workspaceId, channelId: channelId ?? undefined },
      payload: { contactId, purpose, action },
    })),
  );
}
