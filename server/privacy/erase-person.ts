// A person who belongs to no workspace any more and wants to be forgotten: the ledger, the key, then the rows.
import { z } from "zod";
import { forgetPerson as forgetLogins } from "../identity/authentication.ts";
import { personOf } from "../identity/people.ts";
import { confirmIdentity } from "../identity/close-workspace.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { OpenCtx } from "../platform/route.ts";
import { problem } from "../platform/problem.ts";
import { appendToLedger } from "./ledger.ts";

export const hasMemberships = problem({
  code: "person.has_memberships",
  status: 409,
  title: "You still belong to a workspace.",
  fix: "Leave your workspaces, or close those that are yours; then erase your account.",
});

/** Installation-wide entries of the ledger stand under this word. */
const INSTALLATION = "installation";

/** What they wrote stays with its workspace, by a former member. Throws `wrongPassword`, `hasMemberships`. */
export async function erasePerson(ctx: OpenCtx, password: string | undefined): Promise<void> {
  const { personId } = personOf(ctx);
  await confirmIdentity(ctx, personId, password);
  await forgetPerson(ctx, personId);
}

/** Destroys the key of somebody who was forgotten, also when the process died right after the commit; the job itself is in subject-request.jobs.ts. */
export const destroyPersonKey = { name: "person.destroy_key", payload: z.object({ personId: z.string() }) };

/** Rows that name them as a member stay, without them. False while they belong to a workspace. */
export async function forgetPersonRow(tx: Tx, personId: string): Promise<boolean> {
  const [row] = await tx.query<{ isGone: boolean }>(`select kw.forget_person($1) as "isGone"`, [personId]);
  return row?.isGone === true;
}

export async function forgetPerson(
  app: Pick<App, "db" | "clock" | "config" | "keyring" | "bus" | "authentication" | "enqueue">,
  personId: string,
): Promise<void> {
  await app.db.tx({ workspaceIds: [INSTALLATION] }, async (tx) => {
    if (!(await forgetPersonRow(tx, personId))) throw hasMemberships();
    await appendToLedger(app, tx, {
      ...{ id: `person_${personId}`, kind: "member_erased", workspaceId: INSTALLATION, subjectId: personId },
      ...{ keyIds: [`person:${personId}`], at: app.clock.now().toISOString() },
    });
    forgetLogins(app, tx, personId);
    await app.enqueue(tx, destroyPersonKey, { personId });
    // once it is certain: a key that is gone while the rows stay would be an account that nobody can read
    tx.afterCommit(() => void app.keyring.destroy(`person:${personId}`));
  });
}
