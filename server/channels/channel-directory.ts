import { LRUCache } from "lru-cache";
import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { SealBroken } from "../platform/seal.ts";
import type { Link, ProviderId } from "../providers/provider.ts";
import { openSecrets } from "./channel-secrets.ts";
import type { ReadReceipts } from "./channel-view.ts";

declare module "../platform/context.ts" {
  interface App {
    channels: ChannelDirectory;
  }
}

/** A channel as the pipelines hold it: settings and secrets opened and checked by its provider's schemas. */
export interface LiveChannel {
  readonly workspaceId: string;
  readonly id: string;
  readonly provider: ProviderId;
  readonly status: "verifying" | "connected" | "needs_attention" | "disconnected" | "deleting";
  readonly contentMode: string;
  readonly readReceipts: ReadReceipts;
  /** the speed the provider grants this number, where its last check told one */
  readonly messagesPerSecond: number | null;
  readonly settings: unknown;
  readonly secrets: unknown;
  /** the secret that signs this channel's webhooks; undefined for providers without hooks */
  readonly appSecret: string | undefined;
  readonly routeKey: string | null;
  readonly accountKey: string | null;
  /** set once the provider confirmed that the token belongs to `routeKey` */
  readonly verifiedAt: Date | null;
}

/** All channels of the installation, in memory. `peek` and the `by…` look-ups never wait. */
export interface ChannelDirectory extends AsyncDisposable {
  peek(id: string): LiveChannel | undefined;
  /** From memory, else from the database; undefined for a channel that is not there. */
  find(id: string): Promise<LiveChannel | undefined>;
  /** Makes `peek` know these. */
  ensure(ids: readonly string[]): Promise<void>;
  /** The one verified channel of this id at the provider. */
  byRoute(provider: ProviderId, routeKey: string): LiveChannel | undefined;
  /** The verified channels of an account at the provider. */
  byAccount(provider: ProviderId, accountKey: string): readonly LiveChannel[];
  all(): Iterable<LiveChannel>;
  reload(id: string): Promise<LiveChannel | undefined>;
}

/** Topic on which a changed channel is announced; the payload is its id. */
export const CHANNEL_CHANGED_TOPIC = "channel.changed";

/** What a provider function is called with. */
export function linkOf(app: Pick<App, "fetch" | "clock">, channel: LiveChannel): Link<unknown, unknown> {
  const { id, settings, secrets } = channel;
  return { channelId: id, settings, secrets, http: app.fetch, agentFor: app.fetch.agentFor, clock: app.clock };
}

interface Row {
  workspace_id: string;
  id: string;
  provider: ProviderId;
  status: LiveChannel["status"];
  content_mode: string;
  read_receipts: ReadReceipts;
  messages_per_second: number | null;
  settings: unknown;
  secrets: Buffer;
  route_key: string | null;
  account_key: string | null;
  verified_at: Date | null;
}

type DirectoryApp = Pick<App, "db" | "bus" | "keyring" | "providers" | "log">;

/** Loads every channel and follows changes over the bus. */
export async function openChannelDirectory(app: DirectoryApp): Promise<ChannelDirectory> {
  const byId = new Map<string, LiveChannel>();
  const byRoute = new Map<string, LiveChannel>();
  const byAccount = new Map<string, LiveChannel[]>();
  // ids that are no channel, so that guesses at /hooks/… cost the database nothing
  const strangers = new LRUCache<string, true>({ max: 10_000, ttl: 5_000 });
  const loading = new Map<string, Promise<LiveChannel | undefined>>();

  const routeOf = (provider: string, key: string) => `${provider}/${key}`;

  function drop(id: string): void {
    const old = byId.get(id);
    if (!old) return;
    byId.delete(id);
    if (old.routeKey !== null) {
      const route = routeOf(old.provider, old.routeKey);
      if (byRoute.get(route)?.id === id) byRoute.delete(route);
    }
    if (old.accountKey !== null) {
      const account = routeOf(old.provider, old.accountKey);
      byAccount.set(
        account,
        (byAccount.get(account) ?? []).filter((channel) => channel.id !== id),
      );
    }
  }

  function put(channel: LiveChannel): void {
    drop(channel.id);
    strangers.delete(channel.id);
    byId.set(channel.id, channel);
    if (channel.verifiedAt === null) return;
    if (channel.routeKey !== null) byRoute.set(routeOf(channel.provider, channel.routeKey), channel);
    if (channel.accountKey !== null) {
      const account = routeOf(channel.provider, channel.accountKey);
      byAccount.set(account, [...(byAccount.get(account) ?? []), channel]);
    }
  }

  async function read(id: string | null): Promise<LiveChannel[]> {
    const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.named<Row>("channel.directory", "select * from kw.channel_directory($1)", [id]),
    );
    return rows.flatMap((row) => openChannel(app, row) ?? []);
  }

  async function load(id: string): Promise<LiveChannel | undefined> {
    const [channel] = await read(id);
    if (channel) put(channel);
    else {
      drop(id);
      strangers.set(id, true);
    }
    return channel;
  }

  /** One query at a time for an id; a change announced meanwhile is read afterwards. */
  function reload(id: string): Promise<LiveChannel | undefined> {
    const work = (loading.get(id) ?? Promise.resolve(undefined)).catch(() => undefined).then(() => load(id));
    loading.set(id, work);
    const done = (): void => void (loading.get(id) === work && loading.delete(id));
    work.then(done, done);
    return work;
  }

  async function reloadAll(): Promise<void> {
    const channels = await read(null);
    const ids = new Set(channels.map((channel) => channel.id));
    for (const id of byId.keys()) if (!ids.has(id)) drop(id);
    channels.forEach(put);
  }

  const report = (error: unknown): void => app.log.error(error, "channel directory");
  const stop = [
    app.bus.subscribe(CHANNEL_CHANGED_TOPIC, (id) => void reload(id).catch(report)),
    app.bus.onGap(() => void reloadAll().catch(report)),
  ];
  await reloadAll();

  const find = async (id: string): Promise<LiveChannel | undefined> =>
    byId.get(id) ?? (strangers.has(id) ? undefined : await (loading.get(id) ?? reload(id)));

  return {
    peek: (id) => byId.get(id),
    find,
    ensure: async (ids) => {
      const missing = ids.filter((id) => !byId.has(id));
      if (missing.length > 0) await Promise.all(missing.map(find));
    },
    byRoute: (provider, key) => byRoute.get(routeOf(provider, key)),
    byAccount: (provider, key) => byAccount.get(routeOf(provider, key)) ?? [],
    all: () => byId.values(),
    reload,
    [Symbol.asyncDispose]: async () => stop.forEach((unsubscribe) => unsubscribe()),
  };
}

function openChannel(app: DirectoryApp, row: Row): LiveChannel | undefined {
  const provider = app.providers[row.provider];
  if (!provider) return undefined;
  try {
    const at = { workspaceId: row.workspace_id, channelId: row.id };
    const secrets = provider.secrets.parse(openSecrets(app, at, row.secrets));
    const appSecret = (secrets as { appSecret?: unknown }).appSecret;
    return {
      workspaceId: row.workspace_id,
      id: row.id,
      provider: row.provider,
      status: row.status,
      contentMode: row.content_mode,
      readReceipts: row.read_receipts,
      messagesPerSecond: row.messages_per_second,
      settings: provider.settings.parse(row.settings),
      secrets,
      appSecret: typeof appSecret === "string" ? appSecret : undefined,
      routeKey: row.route_key,
      accountKey: row.account_key,
      verifiedAt: row.verified_at,
    };
  } catch (error) {
    // a closed workspace, or a row from another keyring: one broken channel must not stop the others
    if (!(error instanceof KeyDestroyed || error instanceof SealBroken))
      app.log.error({ channelId: row.id }, "channel unreadable");
    return undefined;
  }
}
