// Messages that wait and will never be sent leave the outbox, and each says why: a page at a time, because a queue may be longer than one
// transaction should be.
import type { StoredError } from "../messages/message-error.ts";
import { settleMessages } from "../messages/settle-messages.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { OUTBOX_TOPIC } from "./claim.ts";

/** Rows of one transaction: some 100 ms. */
export const FAIL_PAGE = 500;

export type FailApp = Pick<App, "emit" | "clock" | "keyring" | "bus">;

export interface Doomed {
  /** SQL of the outbox' alias `o`; $1 is the workspace, `values` follow */
  where: string;
  values: unknown[];
  error: StoredError;
}

/** Fails at most a page of what waits; fewer than `FAIL_PAGE` is the end. Plan: the outbox' key in its order. */
export async function failWaiting(
  app: FailApp,
  tx: Tx,
  workspaceId: string,
  { where, values, error }: Doomed,
): Promise<number> {
  const rows = await tx.query<{ messageId: string; channelId: string }>(
    `with doomed as (select o.message_id from outbox o where o.workspace_id = $1 and o.state = 'waiting' and ${where}
       order by o.message_id limit ${FAIL_PAGE} for update of o)
     delete from outbox o using doomed d where o.workspace_id = $1 and o.message_id = d.message_id
     returning o.message_id as "messageId", o.channel_id as "channelId"`,
    [workspaceId, ...values],
  );
  if (rows.length === 0) return 0;
  await settleMessages(
    app,
    tx,
    rows.map((row) => ({ workspaceId, ...row, error })),
  );
  // what waited behind them may go
  app.bus.publish(tx, OUTBOX_TOPIC, "");
  return rows.length;
}

/** All of it, page by page. A crash in between leaves the rest waiting: call it again. */
export async function failAll(app: FailApp & Pick<App, "db">, workspaceId: string, doomed: Doomed): Promise<void> {
  const failPage = () => app.db.tx({ workspaceIds: [workspaceId] }, (tx) => failWaiting(app, tx, workspaceId, doomed));
  for (let count = FAIL_PAGE; count === FAIL_PAGE;) count = await failPage();
}
