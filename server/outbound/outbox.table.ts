import { integer, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What waits to be sent, is being sent, or whose outcome is not known yet. A row goes when its message is settled. */
export const outboxTable = table(
  "outbox",
  { scope: "workspace", purpose: "deliver", role: "processor", retention: "with-parent" },
  {
    workspaceId: column("system", text().notNull()),
    messageId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    conversationId: column("system", text().notNull()),
    state: column("system", text().notNull()),
    dueAt: column("system", at().notNull()),
    orderAt: column("system", at().notNull()),
    attempts: column("system", integer().notNull()),
    attemptedAt: column("system", at()),
    owner: column("system", text()),
    // its queue ended (see fail-stranded.ts): it is never claimed, only failed
    ended: column("system", text()),
  },
);

/** One row for each call to a provider, written before the call: after a crash it says that the call may have happened. */
export const sendAttemptTable = table(
  "send_attempt",
  {
    ...{ scope: "workspace", purpose: "deliver", role: "processor" },
    isDiagnostic: true,
    retention: { from: "startedAt", days: 30, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    messageId: column("system", text().notNull()),
    attempt: column("system", integer().notNull()),
    startedAt: column("system", at().notNull()),
    finishedAt: column("system", at()),
    outcome: column("system", text()),
    errorCode: column("system", text()),
  },
);
