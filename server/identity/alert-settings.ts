import { z } from "zod";
import type { Ctx, Role } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Language } from "../platform/languages.ts";

/** Each kind of recipients with the roles that it means. */
const roles = {
  owners_and_admins: ["owner", "admin"],
  owners: ["owner"],
  nobody: [],
} as const satisfies Record<string, readonly Role[]>;

const recipientsSchema = z
  .enum(Object.keys(roles) as [keyof typeof roles, ...(keyof typeof roles)[]])
  .describe("Who gets a mail when a channel goes down or recovers, or an endpoint is switched off.");

/** Fewer than the product has: the column's check (0013_speak_alerts.sql) names them. */
export const mailLanguages = ["en", "de", "ar"] as const satisfies readonly Language[];
export type MailLanguage = (typeof mailLanguages)[number];

export const alertSettings = z
  .object({ recipients: recipientsSchema, language: z.enum(mailLanguages).describe("Of these mails.") })
  .meta({ id: "AlertSettings" });
export const alertSettingsPatch = alertSettings.partial();
export type AlertSettings = z.output<typeof alertSettings>;

export async function readAlertSettings(tx: Tx, workspaceId: string): Promise<AlertSettings> {
  const [row] = await tx.query<AlertSettings>(
    "select recipients, language from alert_setting where workspace_id = $1",
    [workspaceId],
  );
  return row ?? { recipients: "owners_and_admins", language: "en" };
}

/** The roles whose members are told. */
export const rolesToAlert = ({ recipients }: AlertSettings): readonly Role[] => roles[recipients];

export async function updateAlertSettings(
  ctx: Ctx,
  patch: z.output<typeof alertSettingsPatch>,
): Promise<AlertSettings> {
  const before = await readAlertSettings(ctx.tx, ctx.workspaceId);
  const { recipients = before.recipients, language = before.language } = patch;
  await ctx.tx.query(
    `insert into alert_setting (workspace_id, recipients, language, updated_at) values ($1, $2, $3, $4)
     on conflict (workspace_id) do update set recipients = excluded.recipients, language = excluded.language,
       updated_at = excluded.updated_at`,
    [ctx.workspaceId, recipients, language, ctx.clock.now()],
  );
  return { recipients, language };
}
