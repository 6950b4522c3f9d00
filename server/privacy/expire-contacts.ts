// People with whom nobody has spoken for as long as the workspace keeps contacts: the ledger and the keys first, then everything else.
import type { App } from "../platform/context.ts";
import { wholeContact } from "./find-subject.ts";
import { forgetContact } from "./forget-contact.ts";
import { appendToLedger } from "./ledger.ts";

interface Due {
  workspace_id: string;
  id: string;
}

/** At most `limit` contacts, longest silent first; returns how many. A crash in between goes on with the next run: their rows go last. */
export async function expireContacts(app: App, limit: number, now: Date): Promise<number> {
  const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<Due>("select workspace_id, id from kw.sweepable_contacts($1, $2, null, null)", [now, limit]),
  );
  for (const { workspace_id: workspaceId, id } of due) await expire(app, workspaceId, id, now);
  return due.length;
}

async function expire(app: App, workspaceId: string, contactId: string, now: Date): Promise<void> {
  const ids = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    // Asked again under the lock: they may have written, or a hold may have been placed, a moment ago.
    await tx.query("select 1 from contact where workspace_id = $1 and id = $2 for update", [workspaceId, contactId]);
    const [still] = await tx.query("select 1 from kw.sweepable_contacts($1, 1, $2, $3)", [now, workspaceId, contactId]);
    if (!still) return [];
    await appendToLedger(app, tx, {
      ...{ id: `expired_${contactId}`, kind: "contact_erased", workspaceId, subjectId: contactId },
      ...{ keyIds: [`contact:${contactId}`], at: now.toISOString() },
    });
    return wholeContact({ tx, workspaceId }, contactId);
  });
  if (ids.length === 0) return;
  app.keyring.destroy(`contact:${contactId}`);
  await forgetContact({ app, workspaceId, ids });
}
