import { personPlace } from "../identity/people.ts";
import { notify } from "../notifications/notify.ts";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { MailFailed } from "../platform/mail.ts";
import { tryOpenText } from "../platform/seal.ts";
import { changeSentence } from "./policy-text.ts";
import { currentPolicy, listPolicies } from "./read-policies.ts";

const PAGE = 200;

/** One mail a person, noted when the mail server took it; a run that broke off goes on where it was. */
export async function mailPolicy(app: App, { version }: { version: number }): Promise<void> {
  const versions = await app.db.tx({ workspaceIds: [] }, listPolicies);
  const announced = versions.find(({ number }) => number === version);
  if (!announced) return;
  await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query("insert into policy_notice (person_id, version) select id, $1 from person on conflict do nothing", [
      version,
    ]),
  );
  const changes = announced.changes.map((change) => `- ${changeSentence(change)}`).join("\n");
  const day = announced.effectiveAt.toISOString().slice(0, 10);
  // who answers until then tells it, also that somebody else will
  const { operator } = (currentPolicy(versions, app.clock.now()).current ?? announced).facts;
  const text = `The privacy policy of ${operator.name} changes on ${day}:\n\n${changes}\n\nBefore and after: ${baseUrl(app.config)}/privacy/versions/${version}\nIf you do not agree, you can export your data and close your workspace before that day: ${baseUrl(app.config)}/settings/privacy\nQuestions: ${operator.contact}\n`;
  const subject = `Our privacy policy changes on ${day}`;
  for (;;) {
    const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query<{ id: string; email: Buffer }>(
        `select p.id, p.email from policy_notice n join person p on p.id = n.person_id where n.version = $1 and n.mailed_at is null
         order by p.id limit ${PAGE}`,
        [version],
      ),
    );
    for (const { id, email } of due) {
      const to = tryOpenText(app.keyring, personPlace(id, "email"), email);
      try {
        if (to !== null) await app.mail.send({ template: "policy_changes", to, subject, text });
      } catch (error) {
        // an address that no server takes must not keep the others from hearing of it
        if (!(error instanceof MailFailed) || error.kind !== "refused") throw error;
      }
      await app.db.tx({ workspaceIds: [] }, async (tx) => {
        await tx.query("update policy_notice set mailed_at = $3 where person_id = $1 and version = $2", [
          id,
          version,
          app.clock.now(),
        ]);
        await notify(app, tx, { personIds: [id], topic: "policy_changed", target: String(version), isMailed: true });
      });
    }
    if (due.length < PAGE) return;
  }
}
