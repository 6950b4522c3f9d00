// New words of the agreements: an owner who has not accepted them is told until when the workspace sends without.
import { z } from "zod";
import { agreementsInForce, settleAgreements } from "../identity/agreements.ts";
import { enterWorkspaces } from "../identity/workspaces.ts";
import type { App } from "../platform/context.ts";
import { managersOf, notify } from "./notify.ts";

/** The job itself is in notification.jobs.ts. */
export const sayAgreements = { name: "notification.announce_agreements", payload: z.object({}) };

const PAGE = 100;

/** At every start, before anything is sent. */
export async function noteAgreements(app: Pick<App, "db" | "clock" | "enqueue">): Promise<void> {
  await app.db.tx({ workspaceIds: [] }, async (tx) => {
    if (await settleAgreements(app, tx)) await app.enqueue(tx, sayAgreements, {});
  });
}

/** In pages; whoever was told of these words before a break is not told again, nor is one who began without having accepted any. */
export async function announceAgreements(app: Pick<App, "db" | "clock" | "enqueue">): Promise<void> {
  const target = agreementsInForce();
  for (let after = ""; ;) {
    const ids = await app.db.tx({ workspaceIds: [] }, async (tx) => {
      const due = await tx.query<{ id: string }>("select id from kw.agreements_due($1, $2) id", [after, PAGE]);
      const found = due.map(({ id }) => id);
      await enterWorkspaces(tx, found);
      const untold = await tx.query<{ id: string }>(
        `select w.id from workspace w where w.id = any ($1::text[]) and w.agreements_due_at > $3 and w.closing_at is null and not exists
           (select 1 from notification n where n.topic = 'agreements_changed' and n.about_workspace = w.id and n.target = $2)`,
        [found, target, app.clock.now()],
      );
      for (const { id: workspaceId } of untold) {
        const personIds = await managersOf(tx, workspaceId, ["owner"]);
        await notify(app, tx, { personIds, topic: "agreements_changed", aboutWorkspace: workspaceId, target });
      }
      return found;
    });
    after = ids.at(-1) ?? after;
    if (ids.length < PAGE) return;
  }
}
