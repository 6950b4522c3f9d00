import { z } from "zod";
import { event } from "../platform/event.ts";

export const conversationCreated = event({
  type: "conversation.created",
  doc: "Emitted when a person's first message on a channel, our first message to them, or somebody who is about to write one opened a conversation.",
  payload: z.object({ conversationId: z.string(), contactId: z.string(), channelId: z.string() }),
});

export const conversationUpdated = event({
  type: "conversation.updated",
  doc: "Emitted when status, assignee, labels or snooze of a conversation changed, or a member read it.",
  payload: z.object({
    conversationId: z.string(),
    /** what changed */
    changed: z.array(z.enum(["status", "assignee", "labels", "snooze", "read"])),
    /** set for `read`: only this member's view changed */
    memberId: z.string().optional(),
  }),
});
