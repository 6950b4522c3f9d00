// A link for whoever holds the phone: shows the code of one session for a while, without a login.
import { z } from "zod";
import { findChannel } from "../channels/channels.ts";
import { baseUrl } from "../platform/config.ts";
import type { App, Ctx } from "../platform/context.ts";
import { randomToken, sha256 } from "../platform/crypto.ts";
import { newId } from "../platform/ids.ts";
import { notFound, problem } from "../platform/problem.ts";
import { actorLabel } from "./actor-label.ts";
import { readRow } from "./session-row.ts";
import { sessionView, viewSession } from "./session.ts";

const SHARE_MINUTES = 30;

export const shareOver = problem({
  code: "session.link_not_valid",
  status: 404,
  title: "This link has expired, or never was.",
  fix: "Ask for a new one.",
});

export const shareView = z.object({
  id: z.string(),
  url: z.string().describe("Holds the token after `#`, where no server log sees it."),
  token: z.string().describe("Shown once."),
  expiresAt: z.iso.datetime(),
});

export const sharedSession = sessionView
  .pick({ state: true, since: true, reason: true, qr: true, pairingCode: true, pairingExpiresAt: true })
  .extend({ channelName: z.string() })
  .meta({ id: "SharedSession" });

/** @throws not_found */
export async function shareSession(ctx: Ctx, channelId: string): Promise<z.output<typeof shareView>> {
  await findChannel(ctx, channelId);
  const token = randomToken(24);
  const id = newId("shr");
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + SHARE_MINUTES * 60_000);
  const rows = await ctx.tx.query(
    `insert into session_share (workspace_id, id, channel_id, token_hash, created_by, created_at, expires_at)
     select $1, $2, $3, $4, $5, $6, $7 where exists (select 1 from session where workspace_id = $1 and channel_id = $3) returning id`,
    [ctx.workspaceId, id, channelId, sha256(token), actorLabel(ctx.actor), now, expiresAt],
  );
  if (rows.length === 0) throw notFound();
  return { id, token, url: `${baseUrl(ctx.config)}/link#${token}`, expiresAt: expiresAt.toISOString() };
}

/** What a link shows. @throws session.link_not_valid */
export async function readShared(
  app: Pick<App, "db" | "clock" | "keyring">,
  token: string,
): Promise<z.output<typeof sharedSession>> {
  const now = app.clock.now();
  const [found] = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ workspace_id: string; channel_id: string }>("select * from kw.session_share($1, $2)", [
      sha256(token),
      now,
    ]),
  );
  if (!found) throw shareOver();
  const { workspace_id: workspaceId, channel_id: channelId } = found;
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const row = await readRow(tx, workspaceId, channelId, now);
    const [channel] = await tx.query<{ name: string }>(
      "select name from channel where workspace_id = $1 and id = $2 and deleted_at is null",
      [workspaceId, channelId],
    );
    if (!row || !channel) throw shareOver();
    const { state, since, reason, qr, pairingCode, pairingExpiresAt } = viewSession(
      { ...app, workspaceId },
      channelId,
      row,
      true,
    );
    return { state, since, reason, qr, pairingCode, pairingExpiresAt, channelName: channel.name };
  });
}
