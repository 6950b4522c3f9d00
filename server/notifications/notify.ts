// Telling people something, in the transaction of the fact: a row for the app, and a job for the mail.
import { z } from "zod";
import type { App, Role } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";

/** Kinds of notices. What is fixed nobody can turn off: whoever took over an account would. */
export const kinds = {
  security: { isFixed: true },
  legal: { isFixed: true },
  admin: { isFixed: false },
  product: { isFixed: false },
} as const satisfies Record<string, { isFixed: boolean }>;
export type Kind = keyof typeof kinds;

/** Everything that people are told of, and what kind of notice it is. */
export const topics = {
  new_device: "security",
  password_changed: "security",
  email_changed: "security",
  api_key_created: "security",
  api_key_leaked: "security",
  export_started: "security",
  policy_changed: "legal",
  agreements_changed: "legal",
  role_changed: "admin",
  workspace_suspended: "admin",
  workspace_resumed: "admin",
  abuse_suspected: "admin",
  new_version: "product",
} as const satisfies Record<string, Kind>;
export type Topic = keyof typeof topics;

/** The job itself is in notification.jobs.ts. */
export const mailNotification = { name: "notification.mail", payload: z.object({ notificationId: z.string() }) };

export interface Notice {
  personIds: readonly string[];
  topic: Topic;
  aboutWorkspace?: string;
  /** the id of the thing */
  target?: string;
  /** another mail says it already */
  isMailed?: boolean;
}

/** Each person gets it the ways that they chose for its kind. */
export async function notify(app: Pick<App, "clock" | "enqueue">, tx: Tx, notice: Notice): Promise<void> {
  const { personIds, topic, aboutWorkspace = null, target = null, isMailed = false } = notice;
  if (personIds.length === 0) return;
  const kind = topics[topic];
  const rows = await tx.query<{ id: string; wantsMail: boolean }>(
    `insert into notification (id, person_id, kind, topic, about_workspace, target, is_in_app, wants_mail, created_at, mailed_at)
     select n.id, n.person_id, $3, $4, $5, $6, $7 or p.in_app is not false, not $8 and ($7 or p.by_mail is not false), $9,
       case when $8 then $9::timestamptz end
     from unnest($1::text[], $2::text[]) n (id, person_id)
     left join notification_preference p on p.person_id = n.person_id and p.kind = $3
     where $7 or p.in_app is not false or p.by_mail is not false returning id, wants_mail as "wantsMail"`,
    [
      ...[personIds.map(() => newId("ntf", app.clock.ms())), personIds, kind, topic, aboutWorkspace, target],
      ...[kinds[kind].isFixed, isMailed, app.clock.now()],
    ],
  );
  for (const { id, wantsMail } of rows) if (wantsMail) await app.enqueue(tx, mailNotification, { notificationId: id });
}

/** Who manages a workspace, for what concerns it; `tx` sees it. */
export async function managersOf(
  tx: Tx,
  workspaceId: string,
  roles: readonly Role[] = ["owner", "admin"],
): Promise<string[]> {
  const rows = await tx.query<{ personId: string }>(
    `select person_id as "personId" from member where workspace_id = $1 and removed_at is null and person_id is not null
       and role = any ($2::text[]) order by id`,
    [workspaceId, roles],
  );
  return rows.map(({ personId }) => personId);
}
