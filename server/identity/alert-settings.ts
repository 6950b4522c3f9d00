import { z } from "zod";
import type { Ctx, Role } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

/** Each kind of recipients with the roles that it means. */
const roles = {
  owners_and_admins: ["owner", "admin"],
  owners: ["owner"],
  nobody: [],
} as const satisfies Record<string, readonly Role[]>;

const recipientsSchema = z
  .enum(Object.keys(roles) as [keyof typeof roles, ...(keyof typeof roles)[]])
  .describe("Who gets a mail when a channel goes down or recovers, or an endpoint is switched off.");

export const alertSettings = z.object({ recipients: recipientsSchema }).meta({ id: "AlertSettings" });
export type AlertSettings = z.output<typeof alertSettings>;

export async function readAlertSettings(tx: Tx, workspaceId: string): Promise<AlertSettings> {
  const [row] = await tx.query<AlertSettings>("select recipients from alert_setting where workspace_id = $1", [
    workspaceId,
  ]);
  return row ?? { recipients: "owners_and_admins" };
}

/** The roles whose members are told. */
export async function rolesToAlert(tx: Tx, workspaceId: string): Promise<readonly Role[]> {
  return roles[(await readAlertSettings(tx, workspaceId)).recipients];
}

export async function updateAlertSettings(ctx: Ctx, { recipients }: AlertSettings): Promise<AlertSettings> {
  await ctx.tx.query(
    `insert into alert_setting (workspace_id, recipients, updated_at) values ($1, $2, $3)
     on conflict (workspace_id) do update set recipients = excluded.recipients, updated_at = excluded.updated_at`,
    [ctx.workspaceId, recipients, ctx.clock.now()],
  );
  return { recipients };
}
