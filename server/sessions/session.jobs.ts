import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";

const dayMs = 86_400_000;
/** The network's own queue for a device that is away. */
const JOURNAL_DAYS = 14;
const SHARE_DAYS = 1;
const FIRST_CONTACT_DAYS = 30;

const payload = z.object({});

async function sweepSessions(app: App): Promise<void> {
  const before = (days: number): Date => new Date(app.clock.ms() - days * dayMs);
  const limits = [before(JOURNAL_DAYS), before(SHARE_DAYS), before(FIRST_CONTACT_DAYS)] as const;
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.session_leftovers($1, $2, $3) w", [...limits]),
  );
  for (const { id } of workspaces)
    await app.db.tx({ workspaceIds: [id] }, async (tx) => {
      await tx.query("delete from decrypt_journal where workspace_id = $1 and created_at < $2", [id, limits[0]]);
      await tx.query("delete from session_share where workspace_id = $1 and expires_at < $2", [id, limits[1]]);
      await tx.query("delete from first_contact where workspace_id = $1 and at < $2", [id, limits[2]]);
    });
}

export const sessionJobs = [
  job<App, typeof payload>({
    name: "session.sweep",
    doc: "Removes what sessions kept too long: journal entries after 14 days, old links, old first contacts.",
    payload,
    schedule: "17 * * * *",
    run: sweepSessions,
  }),
];
