// Whoever writes to many strangers from a fresh number loses it. Messages to people who never wrote, and to whom nobody wrote, are
// counted and wait for their day; conversations that exist are never held back.
import type { App } from "../platform/context.ts";
import type { Capabilities } from "../providers/provider.ts";

const dayMs = 86_400_000;
const shortestWaitMs = 60_000;
const longestWaitMs = 3_600_000;

interface Asked {
  workspaceId: string;
  channelId: string;
  conversationId: string;
  contactId: string;
  messageId: string;
}

/** New people a day, `days` after the phone was linked. */
export function newChatsOn(
  days: number,
  { firstDay, dailyMore, atMost }: NonNullable<Capabilities["newChats"]>["value"],
): number {
  return Math.min(atMost, firstDay + Math.floor(days) * dailyMore);
}

/**
 * How long this message has to wait, in milliseconds; 0 counts it. Waits while the network has closed new chats for the number, and
 * when the day's budget is used up.
 */
export async function firstContactWait(
  app: Pick<App, "db" | "clock">,
  asked: Asked,
  budget: NonNullable<Capabilities["newChats"]>["value"],
): Promise<number> {
  const { workspaceId, channelId, conversationId, contactId, messageId } = asked;
  const now = app.clock.now();
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    // Plan: one probe of the conversation's index, one of first_contact's key
    const [known] = await tx.named(
      "session.is_known",
      `select 1 from message where workspace_id = $1 and conversation_id = $2 and id <> $3
         and (direction = 'inbound' or provider_message_index is not null)
       union all select 1 from first_contact where workspace_id = $1 and channel_id = $4 and contact_id = $5 limit 1`,
      [workspaceId, conversationId, messageId, channelId, contactId],
    );
    if (known) return 0;
    // the row's lock makes two lanes count one after the other
    const [session] = await tx.named<{ linked_at: Date | null; restricted_until: Date | null; state: string }>(
      "session.budget",
      "select linked_at, restricted_until, state from session where workspace_id = $1 and channel_id = $2 for no key update",
      [workspaceId, channelId],
    );
    if (!session) return longestWaitMs;
    const { linked_at: linkedAt, restricted_until: until, state } = session;
    if (until && until > now) return bounded(until.getTime() - now.getTime());
    if (state === "restricted" && !until) return longestWaitMs;
    const since = new Date(now.getTime() - dayMs);
    const [used] = await tx.named<{ n: number; oldest: Date | null }>(
      "session.first_contacts",
      "select count(*)::int as n, min(at) as oldest from first_contact where workspace_id = $1 and channel_id = $2 and at > $3",
      [workspaceId, channelId, since],
    );
    const days = linkedAt ? (now.getTime() - linkedAt.getTime()) / dayMs : 0;
    if (used && used.n >= newChatsOn(days, budget))
      return bounded((used.oldest?.getTime() ?? now.getTime()) + dayMs - now.getTime());
    await tx.named(
      "session.count_contact",
      "insert into first_contact (workspace_id, channel_id, contact_id, at) values ($1, $2, $3, $4) on conflict do nothing",
      [workspaceId, channelId, contactId, now],
    );
    return 0;
  });
}

const bounded = (ms: number): number => Math.min(Math.max(ms, shortestWaitMs), longestWaitMs);
