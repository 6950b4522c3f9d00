import { and, desc, eq, inArray, isNull, lt, or, type SQL } from "../platform/drizzle.ts";
import { z } from "zod";
import { chooseProvider } from "../identity/features.ts";
import type { App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound, problem, validationFailed } from "../platform/problem.ts";
import type { AnyProvider, ProviderId } from "../providers/provider.ts";
import { channelGrants } from "./channel-grants.ts";
import { CHANNEL_CHANGED_TOPIC } from "./channel-directory.ts";
import { channelContentModeChanged, channelDisconnected, channelUpdated } from "./channel-events.ts";
import { openSecrets, sealSecrets } from "./channel-secrets.ts";
import { channelTable } from "./channel.table.ts";
import { channelCheckJob, channelForgetJob, channelLetGoJob, channelPurgeJob } from "./channels.jobs.ts";
import { isStricter, startContentPeriod } from "./content-rules.ts";
import { letGoWithinMs } from "./let-go.ts";
import { viewChannel, type ChannelView, type ReadReceipts } from "./channel-view.ts";

export const providerUnavailable = problem({
  code: "channel.provider_unavailable",
  status: 422,
  title: "This server does not serve that provider.",
});

export const providerWaits = problem({
  code: "channel.provider_waits",
  status: 409,
  title: "That provider was announced as a new recipient of data, and the notice is not over.",
  fix: "Connect the channel from the day that `detail` names; /privacy/versions shows what changes then.",
});

export const originRefused = problem({
  code: "channel.origin_refused",
  status: 422,
  title: "The API address is not the vendor's own.",
  fix: "Leave `apiBaseUrl` out, or ask the operator to add its origin to KEEPWORD_PROVIDER_ORIGINS.",
});

export const settingFixed = problem({
  code: "channel.setting_fixed",
  status: 409,
  title: "That setting belongs to the channel from its making.",
  fix: "Connect another channel to change it; `detail` names what can be changed here.",
});

export const numberTaken = problem({
  code: "channel.number_taken",
  status: 409,
  title: "This workspace has a channel for that number or page already.",
  fix: "Change the keys of the channel that exists, or remove it first.",
});

export interface NewChannel {
  provider: ProviderId;
  name: string;
  contentMode?: string | undefined;
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

const visible = (ctx: Pick<Ctx, "actor" | "workspaceId">): SQL | undefined => {
  const grants = channelGrants(ctx.actor);
  return and(
    eq(channelTable.workspaceId, ctx.workspaceId),
    isNull(channelTable.deletedAt),
    grants ? inArray(channelTable.id, [...grants]) : undefined,
  );
};

function assertAnnounced({ registry, config, policyGate }: Ctx, id: ProviderId): void {
  const one = registry.processorsOn(config).find(({ provider }) => provider === id);
  const until = one && policyGate.closedUntil(one);
  if (until === undefined) return;
  const day = until?.toISOString().slice(0, 10);
  throw providerWaits({ detail: day === undefined ? "It was not announced yet." : `From ${day} (UTC).` });
}

/** Throws validation_failed with the path of each wrong field; values are not repeated. */
function parseWith<T>(schema: z.ZodType<T>, path: "settings" | "secrets", value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: ["body", path, ...issue.path.map(String)].join("."),
    message: issue.message,
  }));
  throw validationFailed({ issues });
}

function assertOrigin(ctx: Ctx, provider: AnyProvider, settings: unknown): void {
  const { apiBaseUrl } = settings as { apiBaseUrl?: unknown };
  if (typeof apiBaseUrl !== "string") return;
  const { origin } = new URL(apiBaseUrl);
  const allowed = [...provider.origins, ...ctx.config.providerOrigins].map((url) => new URL(url).origin);
  if (!allowed.includes(origin)) throw originRefused();
}

/** Has a channel's credentials checked soon; asking again while it waits changes nothing. */
export function askForCheck(
  app: Pick<App, "enqueue">,
  tx: Tx,
  channel: { workspaceId: string; channelId: string },
  runAt?: Date,
): Promise<void> {
  const key = `channel.check/${channel.channelId}`;
  return app.enqueue(tx, channelCheckJob, channel, { key, ...(runAt ? { runAt } : {}) });
}

/** Tells every process, this one also when the bus is slow. */
function announce(ctx: Ctx, channelId: string): void {
  ctx.bus.publish(ctx.tx, CHANNEL_CHANGED_TOPIC, channelId);
  ctx.tx.afterCommit(() => void ctx.channels.reload(channelId).catch(() => {}));
}

/** One channel for a number in a workspace; two requests at once wait for each other. */
async function assertNew(ctx: Ctx, provider: ProviderId, routeKey: string | undefined): Promise<void> {
  if (routeKey === undefined) return;
  const { workspaceId, tx } = ctx;
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `channel/${workspaceId}/${provider}/${routeKey}`,
  ]);
  const rows = await tx.query(
    "select 1 from channel where workspace_id = $1 and provider = $2 and route_key = $3 and deleted_at is null",
    [workspaceId, provider, routeKey],
  );
  if (rows.length > 0) throw numberTaken();
}

/**
 * Makes a channel that receives at once; its check runs as a job. @throws channel.provider_unavailable · channel.provider_waits ·
 * feature.off · channel.origin_refused · channel.number_taken · validation_failed
 */
export async function createChannel(ctx: Ctx, input: NewChannel): Promise<ChannelView> {
  const provider = ctx.providers[input.provider];
  if (!provider) throw providerUnavailable();
  assertAnnounced(ctx, input.provider);
  await chooseProvider(ctx, input.provider);
  const settings = parseWith(provider.settings, "settings", input.settings) as Record<string, unknown>;
  const secrets = parseWith(provider.secrets, "secrets", input.secrets);
  assertOrigin(ctx, provider, settings);
  const id = newId("chn");
  const now = ctx.clock.now();
  const routes = provider.routes(settings);
  await assertNew(ctx, input.provider, routes.channel);
  const row = {
    ...{ id, provider: input.provider, name: input.name, status: "verifying" as const, settings },
    contentMode: input.contentMode ?? (ctx.actor.kind === "api_key" ? "metadata-only" : "days:365"),
    readReceipts: "on_reply" as const,
    ...{ verifiedAt: null, createdAt: now, updatedAt: now },
  };
  await ctx.tx.orm.insert(channelTable).values({
    ...{
      ...row,
      workspaceId: ctx.workspaceId,
      secrets: sealSecrets(ctx, { workspaceId: ctx.workspaceId, channelId: id }, secrets),
    },
    ...{ routeKey: routes.channel ?? null, accountKey: routes.account ?? null },
  });
  await startContentPeriod(ctx, id, row.contentMode);
  await askForCheck(ctx, ctx.tx, { workspaceId: ctx.workspaceId, channelId: id });
  await ctx.emit(ctx.tx, channelUpdated, [{ workspaceId: ctx.workspaceId, channelId: id, payload: { channelId: id } }]);
  announce(ctx, id);
  return viewChannel(ctx, row);
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

export async function listChannels(
  ctx: Ctx,
  query: { cursor?: string | undefined; limit: number },
): Promise<{ data: ChannelView[]; nextCursor: string | null }> {
  const after = decodeCursor(cursorKey, query.cursor);
  const before = after && {
    at: new Date(after[0]),
    id: after[1],
  };
  const rows = await ctx.tx.orm
    .select()
    .from(channelTable)
    .where(
      and(
        visible(ctx),
        before &&
          or(
            lt(channelTable.createdAt, before.at),
            and(eq(channelTable.createdAt, before.at), lt(channelTable.id, before.id)),
          ),
      ),
    )
    .orderBy(desc(channelTable.createdAt), desc(channelTable.id))
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    data: page.map((row) => viewChannel(ctx, asRow(row))),
    nextCursor: last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
  };
}

type Stored = typeof channelTable.$inferSelect;
const asRow = (row: Stored) => ({
  ...row,
  provider: row.provider as ProviderId,
  status: row.status as ChannelView["status"],
  readReceipts: row.readReceipts as ReadReceipts,
});

/** The row of a channel the actor may see. @throws not_found */
export async function findChannel(ctx: Pick<Ctx, "tx" | "actor" | "workspaceId">, id: string): Promise<Stored> {
  const [row] = await ctx.tx.orm
    .select()
    .from(channelTable)
    .where(and(visible(ctx), eq(channelTable.id, id)));
  if (!row) throw notFound();
  return row;
}

/** @throws not_found also for a channel outside the actor's grants */
export async function readChannel(ctx: Ctx, id: string): Promise<ChannelView> {
  return viewChannel(ctx, asRow(await findChannel(ctx, id)));
}

/** New secrets replace those given and start a new check. @throws not_found · validation_failed · channel.setting_fixed */
export async function updateChannel(
  ctx: Ctx,
  id: string,
  patch: {
    name?: string | undefined;
    contentMode?: string | undefined;
    readReceipts?: ReadReceipts | undefined;
    settings?: Record<string, unknown> | undefined;
    secrets?: Record<string, unknown> | undefined;
  },
): Promise<ChannelView> {
  const row = await findChannel(ctx, id);
  const changes: Partial<Stored> = { updatedAt: ctx.clock.now() };
  if (patch.name !== undefined) changes.name = patch.name;
  if (patch.contentMode !== undefined && patch.contentMode !== row.contentMode) {
    changes.contentMode = patch.contentMode;
    await changeContentMode(ctx, id, row.contentMode, patch.contentMode);
  }
  if (patch.readReceipts !== undefined) changes.readReceipts = patch.readReceipts;
  if (patch.settings !== undefined)
    changes.settings = changedSettings(providerOf(ctx, row), row.settings as Record<string, unknown>, patch.settings);
  if (patch.secrets !== undefined) {
    const provider = providerOf(ctx, row);
    const at = { workspaceId: ctx.workspaceId, channelId: id };
    const merged = { ...(row.secrets && openSecrets(ctx, at, row.secrets)), ...patch.secrets };
    changes.secrets = sealSecrets(ctx, at, parseWith(provider.secrets, "secrets", merged));
    changes.status = "verifying";
    await askForCheck(ctx, ctx.tx, { workspaceId: ctx.workspaceId, channelId: id });
  }
  await ctx.tx.orm
    .update(channelTable)
    .set(changes)
    .where(and(eq(channelTable.workspaceId, ctx.workspaceId), eq(channelTable.id, id)));
  await ctx.emit(ctx.tx, channelUpdated, [{ workspaceId: ctx.workspaceId, channelId: id, payload: { channelId: id } }]);
  announce(ctx, id);
  return viewChannel(ctx, { ...asRow(row), ...(changes as object) });
}

function providerOf(ctx: Ctx, row: Stored): AnyProvider {
  const provider = ctx.providers[row.provider as ProviderId];
  if (!provider) throw providerUnavailable();
  return provider;
}

/** The settings with these in them; null takes one back. @throws channel.setting_fixed · validation_failed */
function changedSettings(
  provider: AnyProvider,
  settings: Record<string, unknown>,
  patch: Record<string, unknown>,
): Record<string, unknown> {
  const { changeable } = provider;
  const fixed = Object.keys(patch).some((name) => !changeable.includes(name));
  if (fixed)
    throw settingFixed({
      detail: changeable.length > 0 ? `Can be changed: ${changeable.join(", ")}.` : "None can be changed here.",
    });
  const merged = Object.fromEntries(
    Object.entries({ ...settings, ...patch }).filter(([, value]) => value !== null && value !== undefined),
  );
  return parseWith(provider.settings, "settings", merged) as Record<string, unknown>;
}

async function changeContentMode(ctx: Ctx, channelId: string, before: string, mode: string): Promise<void> {
  await startContentPeriod(ctx, channelId, mode, before);
  await ctx.emit(ctx.tx, channelContentModeChanged, [
    { workspaceId: ctx.workspaceId, channelId, payload: { channelId, isStricter: isStricter(mode, before) } },
  ]);
}

/**
 * Stops receiving and sending at once. The provider is told, then the secrets are destroyed, within minutes also when it cannot be reached.
 * With `purge` the conversations follow. @throws not_found
 */
export async function removeChannel(ctx: Ctx, id: string, data: "keep" | "purge"): Promise<void> {
  await findChannel(ctx, id);
  const now = ctx.clock.now();
  await ctx.tx.orm
    .update(channelTable)
    .set({
      status: data === "purge" ? "deleting" : "disconnected",
      ...{ deletedAt: now, updatedAt: now },
    })
    .where(and(eq(channelTable.workspaceId, ctx.workspaceId), eq(channelTable.id, id)));
  const at = { workspaceId: ctx.workspaceId, channelId: id };
  await ctx.enqueue(ctx.tx, channelLetGoJob, at);
  await ctx.enqueue(ctx.tx, channelForgetJob, at, { runAt: new Date(now.getTime() + letGoWithinMs) });
  if (data === "purge") await ctx.enqueue(ctx.tx, channelPurgeJob, at);
  await ctx.emit(ctx.tx, channelDisconnected, [
    { workspaceId: ctx.workspaceId, channelId: id, payload: { channelId: id, reason: "removed" } },
  ]);
  announce(ctx, id);
}
