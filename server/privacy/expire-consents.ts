import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import type { App } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";

const PAGE = 500;

/** One entry `expired` for each consent whose time is over, dated when it ended. */
export async function expireConsents(app: App): Promise<void> {
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.consent_expiries($1) w", [app.clock.now()]),
  );
  for (const { id } of workspaces) for (let n = PAGE; n === PAGE;) n = await expirePage(app, id);
}

async function expirePage(app: App, workspaceId: string): Promise<number> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.named<{ contactId: string; channelId: string | null; purpose: string; occurredAt: Date }>(
      "consent_event.over",
      `select contact_id as "contactId", channel_id as "channelId", purpose, max(expires_at) as "occurredAt" from consent_event e
       where workspace_id = $1 and expires_at <= $2 and action in ('granted', 'confirmed') and not exists (select 1 from consent_event x
         where x.workspace_id = e.workspace_id and x.contact_id = e.contact_id and x.purpose = e.purpose
           and x.channel_id is not distinct from e.channel_id and x.action = 'expired' and x.occurred_at >= e.expires_at)
         and not exists (select 1 from consent_event n where n.workspace_id = e.workspace_id and n.contact_id = e.contact_id
           and n.purpose = e.purpose and n.channel_id is not distinct from e.channel_id and n.action in ('granted', 'confirmed')
           and n.occurred_at <= e.expires_at and (n.expires_at is null or n.expires_at > e.expires_at))
       group by 1, 2, 3 order by 1, 2, 3 limit ${PAGE}`,
      [workspaceId, app.clock.now()],
    );
    const entries = rows.map((row) => ({
      ...{ ...row, workspaceId, id: newId("cns", app.clock.ms()), action: "expired", method: "clock" },
    }));
    await recordConsents(tx, entries, app.clock.now());
    await app.emit(
      tx,
      consentChanged,
      entries.map(({ contactId, channelId, purpose, action }) => ({
        ...{ workspaceId, channelId: channelId ?? undefined },
        payload: { contactId, purpose, action },
      })),
    );
    return rows.length;
  });
}
