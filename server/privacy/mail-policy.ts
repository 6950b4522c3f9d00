import { readAlertSettings } from "../identity/alert-settings.ts";
import { membershipsOf, personPlace } from "../identity/people.ts";
import { enterWorkspaces } from "../identity/workspaces.ts";
import { notify } from "../notifications/notify.ts";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import type { Language } from "../platform/languages.ts";
import { MailFailed, type Mail } from "../platform/mail.ts";
import { tryOpenText } from "../platform/seal.ts";
import { policyMailTexts } from "./policy-mail-text.ts";
import { changeSentence, fill } from "./policy-text.ts";
import { currentPolicy, listPolicies, type PolicyVersion } from "./read-policies.ts";

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
  // who answers until then tells it, also that somebody else will
  const { operator } = (currentPolicy(versions, app.clock.now()).current ?? announced).facts;
  const write = (language: Language) => writeMail(app, announced, operator, language);
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
        if (to !== null) await app.mail.send({ ...write(await languageOf(app, id)), to });
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

/** The language that the workspace chose for its mails. Who is in none is written to in English, as no other is known. */
function languageOf(app: App, personId: string): Promise<Language> {
  return app.db.tx({ workspaceIds: [] }, async (tx) => {
    const [first] = await membershipsOf(tx, personId);
    if (!first) return "en";
    await enterWorkspaces(tx, [first.workspaceId]);
    return (await readAlertSettings(tx, first.workspaceId)).language;
  });
}

function writeMail(
  app: Pick<App, "config">,
  { number, changes, effectiveAt }: PolicyVersion,
  operator: PolicyVersion["facts"]["operator"],
  language: Language,
): Omit<Mail, "to"> {
  const { subject, lead, compare, choice, questions } = policyMailTexts[language];
  const { name, contact } = operator;
  const day = effectiveAt.toISOString().slice(0, 10);
  const base = baseUrl(app.config);
  const list = changes.map((change) => `- ${changeSentence(change, language)}`).join("\n");
  const foot = [
    fill(compare, { url: `${base}/privacy/versions/${number}?lang=${language}` }),
    fill(choice, { url: `${base}/settings/privacy` }),
    fill(questions, { contact }),
  ].join("\n");
  return {
    template: "policy_changes",
    subject: fill(subject, { day }),
    text: `${fill(lead, { name, day })}\n\n${list}\n\n${foot}\n`,
  };
}
