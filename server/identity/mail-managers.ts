import type { App } from "../platform/context.ts";
import { MailFailed, type Mail } from "../platform/mail.ts";
import { readAlertSettings, rolesToAlert, type MailLanguage } from "./alert-settings.ts";
import { openPerson } from "./people.ts";

/**
 * Mails those owners and admins of a workspace who are to be told (its alert settings), each on their own. An address that refuses is
 * passed over; `write` gives the mail in the language that the workspace chose. `mustReachOwners`: no setting keeps it from the owners.
 * Returns how many mails were taken. Throws MailFailed when the mail server cannot be used now, so that a job comes again.
 */
export async function mailManagers(
  app: Pick<App, "db" | "keyring" | "mail">,
  workspaceId: string,
  write: (language: MailLanguage) => Omit<Mail, "to">,
  { mustReachOwners = false }: { mustReachOwners?: boolean } = {},
): Promise<number> {
  const { rows, mail } = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const settings = await readAlertSettings(tx, workspaceId);
    const found = await tx.query<{ id: string; email: Buffer; name: Buffer | null }>(
      `select p.id, p.email, p.name from member m join person p on p.id = m.person_id
       where m.workspace_id = $1 and m.removed_at is null and m.role = any ($2::text[]) order by m.created_at, m.id`,
      [workspaceId, [...rolesToAlert(settings), ...(mustReachOwners ? ["owner"] : [])]],
    );
    return { rows: found, mail: write(settings.language) };
  });
  let taken = 0;
  for (const row of rows) {
    try {
      await app.mail.send({ ...mail, to: openPerson(app, row).email });
      taken += 1;
    } catch (error) {
      if (!(error instanceof MailFailed) || error.kind !== "refused") throw error;
    }
  }
  return taken;
}
