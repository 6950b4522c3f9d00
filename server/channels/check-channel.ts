import type { App } from "../platform/context.ts";
import { sqlState } from "../platform/db-errors.ts";
import type { Tx } from "../platform/db.ts";
import { ProviderError } from "../providers/provider-error.ts";
import { CHANNEL_CHANGED_TOPIC, linkOf, type LiveChannel } from "./channel-directory.ts";
import { channelConnected, channelUpdated } from "./channel-events.ts";

type Finding =
  | { state: "ok"; details: Record<string, unknown> }
  /** its session says how it stands */
  | { state: "pairing" }
  | { state: "failed"; code: string; isFinal: boolean; isAuthLost: boolean };

type Told = Exclude<Finding, { state: "pairing" }>;

const checkTimeoutMs = 20_000;

/** Asks the provider about a channel and writes what it found. Throws when the provider could not be asked: the job tries again. */
export async function checkChannel(app: App, { channelId }: { workspaceId: string; channelId: string }): Promise<void> {
  const channel = await app.channels.reload(channelId);
  if (!channel) return;
  const finding = await ask(app, channel);
  if (finding.state === "pairing") return;
  try {
    await write(app, channel, finding);
  } catch (error) {
    // channel_route: another channel of the installation was verified with the same provider id
    if (sqlState(error) !== "23505") throw error;
    const isFree = finding.state === "ok" && (await rivalIsGone(app, channel));
    await write(
      app,
      channel,
      isFree ? finding : { state: "failed", code: "route_taken", isFinal: true, isAuthLost: false },
    );
  }
  await app.channels.reload(channelId);
  if (finding.state === "failed" && !finding.isFinal) throw new Error(`channel check: ${finding.code}`);
}

/**
 * Whether the channel that holds this number has lost it: its own credentials are asked for, now. Otherwise a number whose owner
 * moved to another workspace would stay with the workspace it left.
 */
async function rivalIsGone(app: App, channel: LiveChannel): Promise<boolean> {
  const rival = channel.routeKey === null ? undefined : app.channels.byRoute(channel.provider, channel.routeKey);
  if (!rival || rival.id === channel.id) return false;
  const finding = await ask(app, rival);
  if (finding.state !== "failed" || !finding.isAuthLost) return false;
  await write(app, rival, finding);
  await app.channels.reload(rival.id);
  return true;
}

async function ask(app: App, channel: LiveChannel): Promise<Finding> {
  const provider = app.providers[channel.provider];
  if (!provider) return { state: "failed", code: "provider_unavailable", isFinal: true, isAuthLost: false };
  try {
    const found = await provider.connect(linkOf(app, channel), AbortSignal.timeout(checkTimeoutMs));
    if (found.state === "needs_pairing") return { state: "pairing" };
    const { phone, displayName, health } = found;
    return { state: "ok", details: { phone, displayName, check: health } };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, code } = error.fault;
    const isFinal = kind !== "retry_later" && kind !== "unknown";
    return { state: "failed", code, isFinal, isAuthLost: kind === "auth_lost" || kind === "banned" };
  }
}

async function write(app: App, channel: LiveChannel, finding: Told): Promise<void> {
  const { workspaceId, id: channelId } = channel;
  const now = app.clock.now();
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const isOk = finding.state === "ok";
    const [row] = await tx.query<{ was: string }>(
      `update channel c set updated_at = $3,
         status = case when $4 then 'connected' when $5 then 'needs_attention' else c.status end,
         verified_at = case when $4 then coalesce(c.verified_at, $3) when $6 then null else c.verified_at end
       from (select status from channel where workspace_id = $1 and id = $2 for update) o
       where c.workspace_id = $1 and c.id = $2 and c.deleted_at is null returning o.status as was`,
      [
        ...[workspaceId, channelId, now, isOk],
        finding.state === "failed" && finding.isFinal,
        finding.state === "failed" && finding.isAuthLost,
      ],
    );
    if (!row) return;
    await writeHealth(tx, channel, finding, now);
    const declaration = isOk && row.was !== "connected" ? channelConnected : channelUpdated;
    await app.emit(tx, declaration, [{ workspaceId, channelId, payload: { channelId } }]);
    app.bus.publish(tx, CHANNEL_CHANGED_TOPIC, channelId);
  });
}

async function writeHealth(tx: Tx, channel: LiveChannel, finding: Told, now: Date): Promise<void> {
  await tx.query(
    `insert into channel_health as h (workspace_id, channel_id, checked_at, check_state, check_code, details, updated_at)
     values ($1, $2, $3, $4, $5, $6, $3)
     on conflict (workspace_id, channel_id) do update set checked_at = $3, check_state = $4, check_code = $5,
       details = h.details || excluded.details, updated_at = $3`,
    [
      ...[channel.workspaceId, channel.id, now, finding.state],
      finding.state === "failed" ? finding.code : null,
      JSON.stringify(finding.state === "ok" ? finding.details : {}),
    ],
  );
}
