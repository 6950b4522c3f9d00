import type { Ctx } from "../platform/context.ts";
import { openField } from "./session-row.ts";

/** The numbers of linked phones, E.164, by channel. They are sealed, so none can be looked up: those asked for, or all, are opened. */
export async function readSessionPhones(
  ctx: Pick<Ctx, "tx" | "keyring" | "workspaceId">,
  channelIds: readonly string[] | null = null,
): Promise<Map<string, string>> {
  const { workspaceId } = ctx;
  const rows = await ctx.tx.named<{ channel_id: string; account: Buffer }>(
    "session.accounts",
    `select channel_id, account from session
     where workspace_id = $1 and account is not null and ($2::text[] is null or channel_id = any ($2))`,
    [workspaceId, channelIds],
  );
  return new Map(
    rows.flatMap(({ channel_id: channelId, account }) => {
      const { phone } = openField<{ phone?: string }>(ctx, { workspaceId, channelId }, "account", account) ?? {};
      return phone === undefined ? [] : [[channelId, phone]];
    }),
  );
}
