import type { z } from "zod";
import { readAlertSettings } from "../identity/alert-settings.ts";
import { membershipsOf, openPerson } from "../identity/people.ts";
import { enterWorkspaces } from "../identity/workspaces.ts";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { job } from "../platform/job.ts";
import { MailFailed, type Mail } from "../platform/mail.ts";
import { announceAgreements, sayAgreements } from "./announce-agreements.ts";
import { announceVersion, changesOf, sayVersion } from "./announce-version.ts";
import { noticeTexts, type MailedTopic, type NoticeValues } from "./notification-texts.ts";
import { kinds, mailNotification, topics } from "./notify.ts";

interface NotificationRow {
  personId: string;
  email: Buffer;
  topic: MailedTopic;
  aboutWorkspace: string | null;
  target: string | null;
  at: Date;
}

export const mailNotificationJob = job<App, typeof mailNotification.payload>({
  ...mailNotification,
  doc: "Mails somebody what they are told of.",
  run: async (app, { notificationId }) => {
    const mail = await app.db.tx({ workspaceIds: [] }, (tx) => writeMail(app, tx, notificationId));
    if (!mail) return;
    try {
      await app.mail.send(mail);
    } catch (error) {
      if (!(error instanceof MailFailed) || error.kind !== "refused") throw error;
      return;
    }
    await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.query("update notification set mailed_at = $2 where id = $1", [notificationId, app.clock.now()]),
    );
  },
});

async function writeMail(app: App, tx: Tx, id: string): Promise<Mail | undefined> {
  const [row] = await tx.query<NotificationRow>(
    `select n.person_id as "personId", p.email, n.topic, n.about_workspace as "aboutWorkspace", n.target, n.created_at as at
     from notification n join person p on p.id = n.person_id where n.id = $1 and n.wants_mail and n.mailed_at is null`,
    [id],
  );
  if (!row) return undefined;
  const [first] = await membershipsOf(tx, row.personId);
  const workspaceId = row.aboutWorkspace ?? first?.workspaceId;
  if (workspaceId !== undefined) await enterWorkspaces(tx, [workspaceId]);
  const { language } = await readAlertSettings(tx, workspaceId ?? "");
  const texts = noticeTexts[language];
  const values = await valuesOf(tx, row);
  if (!values) return undefined;
  const { subject, text } = texts.topics[row.topic](values);
  const kind = topics[row.topic];
  const settings = `${baseUrl(app.config)}/settings`;
  return {
    template: "notification",
    to: openPerson(app, { id: row.personId, email: row.email, name: null }).email,
    subject: subject.replaceAll(/[\r\n]+/g, " "),
    text: [
      text,
      ...(row.topic === "new_version" ? [changesOf(row.target ?? "")] : []),
      ...(row.topic === "agreements_changed" ? [`${settings}/privacy`] : []),
      ...(kind === "security" ? [texts.notYou(`${settings}/security`)] : []),
      ...(kinds[kind].isFixed ? [] : [texts.chosenAt(`${settings}/notifications`)]),
    ].join("\n\n"),
  };
}

/** undefined: it is no longer so. */
async function valuesOf(tx: Tx, row: NotificationRow): Promise<NoticeValues | undefined> {
  const [workspace] = await tx.query<{ name: string; due: Date | null }>(
    "select name, case when closing_at is null then agreements_due_at end as due from workspace where id = $1",
    [row.aboutWorkspace],
  );
  if (row.topic === "agreements_changed" && !workspace?.due) return undefined;
  const [signIn] = await tx.query<{ browser: string | null; system: string | null; ip: string | null }>(
    "select browser, system, ip from sign_in where id = $1",
    [row.target],
  );
  const device = [signIn?.browser, signIn?.system, signIn?.ip].filter((word) => word);
  return {
    workspace: workspace?.name ?? "",
    device: device.join(", "),
    at: `${row.at.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    version: row.target ?? "",
    until: workspace?.due?.toISOString().slice(0, 10) ?? "",
  };
}

const announceVersionJob = job<App, z.ZodObject<{ version: z.ZodString }>>({
  ...sayVersion,
  doc: "Tells everyone who did not turn it off that a new version of Keepword runs.",
  run: (app, { version }) => announceVersion(app, version),
});

const announceAgreementsJob = job<App, typeof sayAgreements.payload>({
  ...sayAgreements,
  doc: "Tells the owners of workspaces that have not accepted the agreements in force until when they may send without.",
  run: announceAgreements,
});

export const notificationJobs = [mailNotificationJob, announceVersionJob, announceAgreementsJob];
