// Messages for a linked phone that is not there: they wait for it, but not for ever, and not for a phone that was logged out.
import { phoneAwayError, phoneLoggedOutError, type StoredError } from "../messages/message-error.ts";
import { settleMessages } from "../messages/settle-messages.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { sessionChanged } from "../sessions/session-events.ts";
import { OUTBOX_TOPIC } from "./claim.ts";

const HOUR_MS = 3_600_000;
const MOST = 500;

interface Taken {
  workspace_id: string;
  channel_id: string;
  message_id: string;
}

type FailApp = Pick<App, "emit" | "clock" | "keyring" | "bus">;

async function fail(app: FailApp, tx: Tx, rows: readonly Taken[], error: StoredError): Promise<void> {
  if (rows.length === 0) return;
  await settleMessages(
    app,
    tx,
    rows.map((row) => ({ workspaceId: row.workspace_id, channelId: row.channel_id, messageId: row.message_id, error })),
  );
  app.bus.publish(tx, OUTBOX_TOPIC, "");
}

/** What stood in the queue when somebody logged the phone out fails with it. What is scheduled for later may find another phone. */
export const strandedReactions = (app: FailApp): Reaction[] => [
  {
    on: sessionChanged,
    run: async (tx, items) => {
      const ended = (items as EventItem<{ channelId: string; state: string; reason: string | null }>[]).filter(
        ({ payload: { state, reason } }) => state === "logged_out" && reason?.startsWith("asked"),
      );
      if (ended.length === 0) return;
      const rows = await tx.named<Taken>(
        "outbox.fail_logged_out",
        `delete from outbox o using unnest($1::text[], $2::text[]) as x (w, c)
         where o.workspace_id = x.w and o.channel_id = x.c and o.state = 'waiting' and o.order_at <= $3
         returning o.workspace_id, o.channel_id, o.message_id`,
        [ended.map((item) => item.workspaceId), ended.map((item) => item.payload.channelId), app.clock.now()],
      );
      await fail(app, tx, rows, phoneLoggedOutError);
    },
  },
];

/** Fails what has been due for longer than the operator's limit, on phones that were not heard of since. */
export async function failStranded(app: App): Promise<void> {
  const before = new Date(app.clock.ms() - app.config.linkedWaitHours * HOUR_MS);
  const providers = Object.values(app.providers).flatMap(({ id, receive }) => (receive.mode === "session" ? [id] : []));
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ id: string }>("outbox.stranded_workspaces", "select w as id from kw.stranded_workspaces($1, $2) w", [
      before,
      providers,
    ]),
  );
  for (const { id } of workspaces) for (let n = MOST; n === MOST;) n = await failSome(app, id, before, providers);
}

function failSome(app: App, workspaceId: string, before: Date, providers: readonly string[]): Promise<number> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.named<Taken>(
      "outbox.fail_stranded",
      `with stranded as (select o.workspace_id, o.message_id from channel c
         join outbox o on o.workspace_id = c.workspace_id and o.channel_id = c.id and o.state = 'waiting' and o.due_at < $2
         left join session s on s.workspace_id = c.workspace_id and s.channel_id = c.id
         where c.workspace_id = $1 and c.provider = any ($3::text[]) and coalesce(s.last_seen_at < $2, true)
         order by o.message_id limit ${MOST} for update of o skip locked)
       delete from outbox o using stranded s where o.workspace_id = s.workspace_id and o.message_id = s.message_id
       returning o.workspace_id, o.channel_id, o.message_id`,
      [workspaceId, before, providers],
    );
    await fail(app, tx, rows, phoneAwayError);
    return rows.length;
  });
}
