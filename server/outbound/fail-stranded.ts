// Messages whose way out has ended: a workspace that closes, a phone that somebody logged out, a phone that was away for too long.
import { z } from "zod";
import { workspaceChanged } from "../identity/identity-events.ts";
import { cancelledError, phoneAwayError, phoneLoggedOutError } from "../messages/message-error.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { sessionChanged } from "../sessions/session-events.ts";
import { FAIL_PAGE, failAll, failWaiting, type Doomed, type FailApp } from "./fail-waiting.ts";

const HOUR_MS = 3_600_000;

/** Goes on with a queue that is longer than a page; the job itself is in outbound.jobs.ts. */
export const failStrandedIn = { name: "outbound.fail_stranded", payload: z.object({ workspaceId: z.string() }) };

/** Why a queue ended, as its rows say. */
const endings = { closing: cancelledError, logged_out: phoneLoggedOutError } as const;
type Ending = keyof typeof endings;

const endedBy = (ending: Ending): Doomed => ({ where: "o.ended = $2", values: [ending], error: endings[ending] });

/** Which rows end; $1 is the workspace. */
const whose: Record<Ending, string> = {
  // also what is scheduled: a reopening sends nothing that is weeks old
  closing: "true",
  // what stood in the queue when somebody logged the phone out; what is scheduled for later may find another phone
  logged_out: `exists (select 1 from session s where s.workspace_id = o.workspace_id and s.channel_id = o.channel_id
    and s.state = 'logged_out' and s.reason like 'asked%' and o.order_at <= s.since)`,
};

/** Due for longer than the operator's limit, on phones that were not heard of since. */
const away = (before: Date, providers: readonly string[]): Doomed => ({
  where: `o.due_at < $2 and exists (select 1 from channel c left join session s on s.workspace_id = c.workspace_id and s.channel_id = c.id
    where c.workspace_id = o.workspace_id and c.id = o.channel_id and c.provider = any ($3::text[])
      and coalesce(s.last_seen_at < $2, true))`,
  values: [before, providers],
  error: phoneAwayError,
});

/**
 * All of the queue is marked within `tx`, also what is being sent and may come back: from here on nothing of it is claimed, whatever becomes of
 * the phone or the workspace. The first page fails at once, the rest by a job.
 */
async function endQueue(
  app: FailApp & Pick<App, "enqueue">,
  tx: Tx,
  workspaceId: string,
  ending: Ending,
): Promise<void> {
  // Plan: the outbox' key, once; a small update a row.
  await tx.query(
    `with ending as (select o.message_id from outbox o where o.workspace_id = $1 and o.ended is null and ${whose[ending]}
       order by o.message_id for update of o)
     update outbox o set ended = $2 from ending e where o.workspace_id = $1 and o.message_id = e.message_id`,
    [workspaceId, ending],
  );
  const count = await failWaiting(app, tx, workspaceId, endedBy(ending));
  if (count === FAIL_PAGE) await app.enqueue(tx, failStrandedIn, { workspaceId });
}

export const strandedReactions = (app: FailApp & Pick<App, "enqueue">): Reaction[] => [
  {
    on: workspaceChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as readonly EventItem<{ action: string }>[])
        if (payload.action === "closing") await endQueue(app, tx, workspaceId, "closing");
    },
  },
  {
    on: sessionChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as readonly EventItem<{ state: string; reason: string | null }>[])
        if (payload.state === "logged_out" && payload.reason?.startsWith("asked"))
          await endQueue(app, tx, workspaceId, "logged_out");
    },
  },
];

const limitOf = ({ clock, config, providers }: App): [before: Date, providers: string[]] => [
  new Date(clock.ms() - config.linkedWaitHours * HOUR_MS),
  Object.values(providers).flatMap(({ id, receive }) => (receive.mode === "session" ? [id] : [])),
];

/** Everything of one workspace that is stranded, by what its rows say now: it may be called at any time, and again. */
export async function failStranded(app: App, workspaceId: string): Promise<void> {
  for (const doomed of [endedBy("closing"), endedBy("logged_out"), away(...limitOf(app))])
    await failAll(app, workspaceId, doomed);
}

/** Also takes up what a crash left. */
export async function failAllStranded(app: App): Promise<void> {
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ id: string }>(
      "outbox.stranded_workspaces",
      "select w as id from kw.stranded_workspaces($1, $2) w",
      limitOf(app),
    ),
  );
  for (const { id } of workspaces) await failStranded(app, id);
}
