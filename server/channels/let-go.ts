import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { SealBroken } from "../platform/seal.ts";
import type { ProviderId } from "../providers/provider.ts";
import { ProviderError } from "../providers/provider-error.ts";
import { openSecrets, secretsSubject } from "./channel-secrets.ts";

interface At {
  workspaceId: string;
  channelId: string;
}

/** How long a removed channel's secrets wait for its provider at most; then they go all the same. */
export const letGoWithinMs = 4 * 60_000;
const callTimeoutMs = 20_000;

/**
 * Tells the provider of a removed channel to send us nothing more, and forgets what the channel was to it. Throws while the provider cannot
 * be asked, so that the job tries again; `forgetChannel` ends that.
 */
export async function letGo(app: App, at: At): Promise<void> {
  const [row] = await app.db.tx({ workspaceIds: [at.workspaceId] }, (tx) =>
    tx.query<{
      provider: ProviderId;
      settings: unknown;
      secrets: Buffer;
      account_key: string | null;
      deleted_at: Date;
    }>(
      `select provider, settings, secrets, account_key, deleted_at from channel
       where workspace_id = $1 and id = $2 and deleted_at is not null and secrets is not null`,
      [at.workspaceId, at.channelId],
    ),
  );
  if (!row) return;
  const isLate = app.clock.ms() - row.deleted_at.getTime() >= letGoWithinMs;
  if (!isLate && !isShared(app, at, row.provider, row.account_key)) await revoke(app, at, row);
  await forgetChannel(app, at);
}

/** Whether another channel would stop hearing too: one that was proved to be of this account, or any of this workspace. */
function isShared(app: App, at: At, provider: ProviderId, account: string | null): boolean {
  if (account === null) return false;
  return [...app.channels.all()].some(
    (one) =>
      one.id !== at.channelId &&
      one.provider === provider &&
      one.accountKey === account &&
      (one.verifiedAt !== null || one.workspaceId === at.workspaceId),
  );
}

async function revoke(
  app: App,
  at: At,
  row: { provider: ProviderId; settings: unknown; secrets: Buffer },
): Promise<void> {
  const provider = app.providers[row.provider];
  if (!provider?.disconnect) return;
  try {
    const link = {
      ...{ channelId: at.channelId, http: app.fetch, agentFor: app.fetch.agentFor, clock: app.clock },
      settings: provider.settings.parse(row.settings),
      secrets: provider.secrets.parse(openSecrets(app, at, row.secrets)),
    };
    await provider.disconnect(link, AbortSignal.timeout(callTimeoutMs));
  } catch (error) {
    // a token that no longer holds has nothing left to end
    if (error instanceof KeyDestroyed || error instanceof SealBroken) return;
    const isFinal = error instanceof ProviderError && !["retry_later", "unknown"].includes(error.fault.kind);
    if (!isFinal) throw error;
    app.log.warn({ channelId: at.channelId, code: error.fault.code }, "the provider refused to end a subscription");
  }
}

/** Secrets, their key, and everything by which the provider knows the channel; its name stays with its conversations. */
export async function forgetChannel(app: App, { workspaceId, channelId }: At): Promise<void> {
  const gone = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.query(
      `update channel set secrets = null, settings = '{}', route_key = null, account_key = null, updated_at = $3
       where workspace_id = $1 and id = $2 and deleted_at is not null returning id`,
      [workspaceId, channelId, app.clock.now()],
    );
    if (rows.length > 0)
      await tx.query("update channel_health set details = '{}' where workspace_id = $1 and channel_id = $2", [
        workspaceId,
        channelId,
      ]);
    return rows.length > 0;
  });
  if (gone) app.keyring.destroy(secretsSubject(channelId));
}
