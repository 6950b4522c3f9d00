// What is held about someone who signs in: for their own copy.
import { findPerson, openPerson, openPhone } from "../identity/people.ts";
import type { App } from "../platform/context.ts";

export const PERSON_FORMAT = "keepword.person-export/1";

/** Their account with its logins and sign-ins, the workspace and their place in it, and how many rows of which table name them there. */
export async function readPerson(
  app: Pick<App, "db" | "keyring" | "subjectGraph">,
  workspaceId: string,
  personId: string,
): Promise<object> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const row = await findPerson(tx, personId);
    const logins = await tx.query(
      `select created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt", ip, user_agent as "userAgent", browser, system
       from login where person_id = $1 order by created_at`,
      [personId],
    );
    const signIns = await tx.query(
      "select created_at as at, method, result, ip, browser, system from sign_in where person_id = $1 order by created_at",
      [personId],
    );
    const notices = await tx.query(
      `select kind, topic, created_at as at, mailed_at as "mailedAt", read_at as "readAt" from notification
       where person_id = $1 order by created_at`,
      [personId],
    );
    const noticeChoices = await tx.query(
      `select kind, by_mail as "byMail", in_app as "inApp" from notification_preference where person_id = $1`,
      [personId],
    );
    const [workspace] = await tx.query(`select id, name, created_at as "createdAt" from workspace where id = $1`, [
      workspaceId,
    ]);
    const members = await tx.query<{ id: string; role: string; createdAt: Date }>(
      `select id, role, created_at as "createdAt" from member where workspace_id = $1 and person_id = $2`,
      [workspaceId, personId],
    );
    const ids = members.map(({ id }) => id);
    const named: Record<string, number> = {};
    for (const { table, where } of app.subjectGraph.member) {
      const [found] = await tx.query<{ n: number }>(
        `select count(*)::int as n from ${table} t where t.workspace_id = $1 and ${where}`,
        [workspaceId, ids],
      );
      named[table] = (named[table] ?? 0) + (found?.n ?? 0);
    }
    const account = row ? { ...openPerson(app, row), phone: openPhone(app, row) } : null;
    const own = { account, logins, signIns, notices, noticeChoices };
    return { ...own, workspace, memberships: members, rowsThatNameYou: named };
  });
}
