import type { App } from "../platform/context.ts";
import type { InboundEvent } from "../providers/inbound-event.ts";
import type { LiveChannel } from "./channel-directory.ts";

declare module "../platform/context.ts" {
  interface App {
    health: HealthRecorder;
  }
}

interface Seen {
  workspaceId: string;
  webhookAt: Date | null;
  inboundAt: Date | null;
  sentAt: Date | null;
  errorAt: Date | null;
  errorCode: string | null;
  lagMs: number | null;
}

/** Gathers what happens on channels and writes it every few seconds: a row per channel must not be a lock for every webhook. */
export interface HealthRecorder extends AsyncDisposable {
  received(
    units: readonly { channel: LiveChannel; event: InboundEvent; receivedAt: Date }[],
    failed: readonly { unit: { channel: LiveChannel }; errorCode: string }[],
  ): void;
  /** Messages that the provider has taken. */
  sent(messages: readonly { workspaceId: string; channelId: string }[]): void;
  /** Calls that the provider did not take and that are made again: an outage shows itself before any message fails. */
  retried(calls: readonly { workspaceId: string; channelId: string; errorCode: string }[]): void;
  flush(): Promise<void>;
}

const flushMs = 3_000;

export function createHealthRecorder(app: Pick<App, "db" | "clock" | "log">): HealthRecorder {
  let seen = new Map<string, Seen>();

  const entry = (channel: Pick<LiveChannel, "id" | "workspaceId">): Seen => {
    let known = seen.get(channel.id);
    if (!known) {
      known = {
        workspaceId: channel.workspaceId,
        webhookAt: null,
        inboundAt: null,
        sentAt: null,
        errorAt: null,
        errorCode: null,
        lagMs: null,
      };
      seen.set(channel.id, known);
    }
    return known;
  };

  async function flush(): Promise<void> {
    if (seen.size === 0) return;
    const rows = [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1));
    seen = new Map();
    const workspaceIds = [...new Set(rows.map(([, item]) => item.workspaceId))];
    await app.db.tx({ workspaceIds }, (tx) =>
      tx.named(
        "channel_health.flush",
        `insert into channel_health as h (workspace_id, channel_id, last_webhook_at, last_inbound_at, last_error_at, last_error_code,
           lag_ms, last_sent_at, updated_at)
         select x.w, x.c, x.webhook, x.inbound, x.failed, x.code, x.lag, x.sent, $9
         from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::int[], $8::timestamptz[])
           as x (w, c, webhook, inbound, failed, code, lag, sent) join channel n on n.workspace_id = x.w and n.id = x.c
         on conflict (workspace_id, channel_id) do update set
           last_webhook_at = greatest(h.last_webhook_at, excluded.last_webhook_at),
           last_inbound_at = greatest(h.last_inbound_at, excluded.last_inbound_at),
           last_sent_at = greatest(h.last_sent_at, excluded.last_sent_at),
           last_error_at = coalesce(excluded.last_error_at, h.last_error_at),
           last_error_code = case when excluded.last_error_at is null then h.last_error_code else excluded.last_error_code end,
           lag_ms = coalesce(excluded.lag_ms, h.lag_ms), updated_at = excluded.updated_at`,
        [
          rows.map(([, item]) => item.workspaceId),
          rows.map(([id]) => id),
          rows.map(([, item]) => item.webhookAt),
          rows.map(([, item]) => item.inboundAt),
          rows.map(([, item]) => item.errorAt),
          rows.map(([, item]) => item.errorCode),
          rows.map(([, item]) => item.lagMs),
          rows.map(([, item]) => item.sentAt),
          app.clock.now(),
        ],
      ),
    );
  }

  const timer = setInterval(
    () => void flush().catch((error: unknown) => app.log.warn(error, "health not written")),
    flushMs,
  );
  timer.unref();

  return {
    received(units, failed) {
      for (const { channel, event, receivedAt } of units) {
        const item = entry(channel);
        item.webhookAt = receivedAt;
        if (event.type !== "message_received") continue;
        item.inboundAt = receivedAt;
        const lag = receivedAt.getTime() - event.occurredAt.getTime();
        // times of the provider are whole seconds, and a redelivery after an outage may be days old
        if (lag < 2_000_000_000) item.lagMs = Math.max(0, lag);
      }
      for (const { unit, errorCode } of failed) {
        const item = entry(unit.channel);
        item.errorAt = app.clock.now();
        item.errorCode = errorCode;
      }
    },
    sent(messages) {
      const now = app.clock.now();
      for (const { workspaceId, channelId } of messages) entry({ id: channelId, workspaceId }).sentAt = now;
    },
    retried(calls) {
      const now = app.clock.now();
      for (const { workspaceId, channelId, errorCode } of calls)
        Object.assign(entry({ id: channelId, workspaceId }), { errorAt: now, errorCode } satisfies Partial<Seen>);
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
    },
  };
}
