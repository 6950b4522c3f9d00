// The life of one owned session: what is wanted, what the connection says, and what follows from it.
import { linkOf, type LiveChannel } from "../channels/channel-directory.ts";
import { resumeSends } from "../outbound/resume-sends.ts";
import type { App } from "../platform/context.ts";
import { ProviderError } from "../providers/provider-error.ts";
import type { LiveSession, Session, SessionEnd, SessionEntry, SessionReport } from "../providers/provider.ts";
import { patchAfter, UNCONFIRMED } from "./after-end.ts";
import { destroyLink } from "./destroy-link.ts";
import { emitInto } from "./emit-into.ts";
import { findPoll } from "./find-poll.ts";
import type { Lease } from "./lease.ts";
import { recallMessage } from "./recall-message.ts";
import { openField, readRow, sealField, type SessionPatch, type SessionRow } from "./session-row.ts";
import { createSessionStore } from "./session-store.ts";
import { createStateWriter } from "./write-state.ts";

const READ_AGAIN_MS = 1_000;
/** A connection that held so long was a good one: the next failure starts over. */
const GOOD_MS = 60_000;
const SEEN_EVERY_MS = 30_000;
/** A connection that neither stands nor falls gives its turn to the next. */
const TURN_MS = 30_000;
const notLinked: readonly string[] = ["unpaired", "pairing"];

export interface RunningSession {
  readonly lease: Lease;
  /** Takes messages of the outbox now. */
  isSending(): boolean;
  /** Somebody gave a command. */
  wake(): void;
  /** Another process owns it: ends at once and writes nothing. */
  lose(): void;
  /** Ends the connection and keeps everything for the next owner. */
  stop(): Promise<void>;
  /** Resolves when nothing is wanted of it any more, or it was stopped or lost. */
  readonly ended: Promise<void>;
}

export interface RunOptions {
  /** A turn to connect: not all at once after a restart. Resolves to what gives the turn back. */
  turn: () => Promise<() => void>;
  onSending: () => void;
}

export function runSession(app: App, lease: Lease, options: RunOptions): RunningSession {
  const { workspaceId, channelId } = lease;
  const scope = { workspaceIds: [workspaceId] };
  let live: LiveSession | undefined;
  let isLive = false;
  let isStopping = false;
  let isLost = false;
  /** the device is to be taken off the account over this connection */
  let isLeaving = false;
  let isPairing = false;
  /** the newest command that `run` has begun to obey: a late read of it must not end what it led to */
  let obeyed = 0;
  let connectedAt = 0;
  let seenWrittenAt = 0;
  /** new chats are closed until then */
  let restrictedUntil: Date | null = null;
  let isRestricted = false;
  let nudge = Promise.withResolvers<void>();
  let stood = Promise.withResolvers<void>();

  const { write, written } = createStateWriter(app, lease, {
    isLost: () => isLost,
    isStopping: () => isStopping,
    lose,
  });

  function lose(): void {
    isLost = true;
    isLive = false;
    void live?.close();
    nudge.resolve();
  }

  function onReport(report: SessionReport): void {
    switch (report.kind) {
      case "pairing": {
        const { qr, pairingCode, expiresAt } = report;
        const pairing = sealField(app, lease, "pairing", { qr, pairingCode });
        void write({ state: "pairing", reason: null, pairing, pairing_expires_at: expiresAt });
        return;
      }
      case "paired":
        void write({
          ...{ state: "connecting", reason: null, is_wanted: true, linked_at: app.clock.now() },
          ...{ pairing: null, pairing_expires_at: null },
        });
        return;
      case "connected": {
        const { phone, displayName } = report;
        isLive = true;
        stood.resolve();
        connectedAt = Date.now();
        // it came to say goodbye
        if (isLeaving) return;
        const seen = app.clock.now();
        seenWrittenAt = connectedAt;
        const account = sealField(app, lease, "account", { phone, displayName });
        void write({ ...standing(), account, last_seen_at: seen, next_attempt_at: null }).then(options.onSending);
        return;
      }
      case "seen":
        if (Date.now() - seenWrittenAt < SEEN_EVERY_MS) return;
        seenWrittenAt = Date.now();
        void write({ last_seen_at: app.clock.now(), ...(isRestricted && isLive ? standing() : {}) });
        return;
      case "restricted":
        isRestricted = true;
        restrictedUntil = report.until;
        void write({ state: "restricted", reason: report.code, restricted_until: report.until });
        return;
      case "unrestricted":
        if (!isRestricted) return;
        isRestricted = false;
        restrictedUntil = null;
        if (isLive) void write(standing()).then(options.onSending);
    }
  }

  /** What a connection that holds is: restricted until the network, or the time it named, ends that. */
  function standing(): SessionPatch {
    if (isRestricted && (restrictedUntil === null || restrictedUntil > app.clock.now())) return { state: "restricted" };
    isRestricted = false;
    return { state: "connected", reason: null, restricted_until: null };
  }

  const channelNow = (): LiveChannel | undefined => app.channels.peek(channelId);
  const sessionOf = (channel: LiveChannel | undefined): Session<unknown, unknown> | undefined => {
    const receive = channel && app.providers[channel.provider]?.receive;
    return receive?.mode === "session" ? receive : undefined;
  };

  /** One connection, from its opening to its end. */
  async function connect(row: SessionRow, entry: SessionEntry): Promise<SessionEnd> {
    const channel = channelNow();
    const provider = sessionOf(channel);
    if (!channel || !provider) return { kind: "lost", code: "channel_gone" };
    isPairing = entry.method !== "stored";
    if (isPairing) connectedAt = 0;
    restrictedUntil = row.restricted_until;
    isRestricted = restrictedUntil !== null && restrictedUntil > app.clock.now();
    const store = createSessionStore(app, lease, row.generation);
    stood = Promise.withResolvers();
    const done = await options.turn();
    try {
      if (isStopping || isLost) return { kind: "lost", code: "stopped" };
      // not before its turn: hundreds that wait for one would write at once, and each state is an event in the workspace's order
      if (!isPairing && !isLeaving && row.state !== "connecting") await write({ state: "connecting", reason: null });
      live = await provider.open(
        linkOf(app, channel),
        {
          store,
          emit: emitInto(app, channelId, () => isLost),
          report: onReport,
          recall: (id) => recallMessage(app, { workspaceId, channelId }, id),
          poll: (ref) => findPoll(app, { workspaceId, channelId }, ref),
        },
        { entry, historyDays: row.history_days },
      );
      if (isStopping || isLost) void live.close();
      // a command that came while it opened woke nobody
      else heed();
      // a turn lasts until the connection stands or falls; a pairing takes as long as people do
      const cap = setTimeout(stood.resolve, TURN_MS);
      if (!isPairing) await Promise.race([live.ended, stood.promise]);
      clearTimeout(cap);
      done();
      if (isLeaving) void live.logOut();
      return await live.ended;
    } catch (error) {
      const code = error instanceof ProviderError ? error.fault.code : "internal";
      if (code === "internal") app.log.error({ err: error, channelId }, "a session could not be opened");
      return { kind: "lost", code };
    } finally {
      done();
      isLive = false;
      live = undefined;
      await store.close();
    }
  }

  async function follow(end: SessionEnd, row: SessionRow): Promise<void> {
    if (isStopping || isLost) return;
    const wasGood = connectedAt > 0 && Date.now() - connectedAt > GOOD_MS;
    if (end.kind === "lost") connectedAt = 0;
    if (end.kind === "logged_out") await destroy(row);
    const patch = patchAfter(end, row, { wasGood, nowMs: app.clock.ms() });
    if (patch) await write(patch);
  }

  const destroy = (row: SessionRow): Promise<void> =>
    destroyLink(app, lease, row.generation, {
      provider: sessionOf(channelNow()),
      isOver: () => isStopping || isLost,
    });

  /** Takes the device off the account over a connection of its own, when one comes to stand, and destroys its keys in any case. */
  async function leave(row: SessionRow): Promise<void> {
    const over = { is_wanted: false, pairing: null, pairing_expires_at: null, next_attempt_at: null, reason: null };
    const doneCommand = row.command_no;
    if (row.state === "logged_out") return write({ doneCommand });
    if (notLinked.includes(row.state)) {
      await destroy(row);
      return write({ ...over, state: "unpaired", doneCommand });
    }
    isLeaving = true;
    const end = await connect(row, { method: "stored" });
    isLeaving = false;
    if (isStopping || isLost) return;
    const isGone = end.kind === "logged_out" && end.code !== UNCONFIRMED;
    await destroy(row);
    await write({
      ...{ ...over, restricted_until: null, state: "logged_out", reason: isGone ? "asked" : UNCONFIRMED },
      doneCommand,
    });
  }

  /** Does what a command says, up to the point where a connection is needed. Returns how to come in. */
  async function obey(row: SessionRow): Promise<SessionEntry | undefined> {
    const doneCommand = row.command_no;
    obeyed = doneCommand;
    if (row.command === "log_out") {
      await leave(row);
      return undefined;
    }
    if (row.command === "restart") {
      await write({ attempts: 0, next_attempt_at: null, ...(row.linked_at ? { is_wanted: true } : {}), doneCommand });
      return undefined;
    }
    const asked = openField<{ method: "qr" | "code"; phoneNumber?: string }>(
      app,
      lease,
      "command_data",
      row.command_data,
    );
    await destroy(row);
    row.generation += 1;
    row.is_wanted = false;
    await write({
      ...{
        state: "pairing",
        reason: null,
        generation: row.generation,
        is_wanted: false,
        attempts: 0,
        next_attempt_at: null,
      },
      ...{ pairing: null, pairing_expires_at: null, doneCommand },
    });
    return asked?.method === "code" && asked.phoneNumber !== undefined
      ? { method: "code", phoneNumber: asked.phoneNumber }
      : { method: "qr" };
  }

  const pause = (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    return Promise.race([slept, nudge.promise]).finally(() => clearTimeout(timer));
  };

  async function run(): Promise<void> {
    await resumeSends(app, { workspaceId, channelId });
    while (!isStopping && !isLost) {
      await written();
      const row = await app.db.tx(scope, (tx) => readRow(tx, workspaceId, channelId, app.clock.now()));
      if (!row) return;
      let entry: SessionEntry = { method: "stored" };
      isLeaving = false;
      if (row.command !== null) {
        const asked = await obey(row);
        if (!asked) continue;
        entry = asked;
      } else {
        if (!row.is_wanted) return;
        const wait = (row.next_attempt_at?.getTime() ?? 0) - app.clock.ms();
        if (wait > 0) {
          await pause(wait);
          nudge = Promise.withResolvers();
          if (isStopping || isLost) return;
          const [now] = await app.db.tx(scope, (tx) =>
            tx.query<{ command: string | null }>(
              "select command from session where workspace_id = $1 and channel_id = $2",
              [workspaceId, channelId],
            ),
          );
          if (now?.command !== null) continue;
        }
      }
      const end = await connect(row, entry);
      await written();
      const after = await app.db.tx(scope, (tx) => readRow(tx, workspaceId, channelId, app.clock.now()));
      if (after) await follow(end, after);
    }
  }

  /** Ends the connection where somebody gave a command; `run` obeys it then. Asked once a command, so it does not give up. */
  function heed(): void {
    if (!live || isStopping || isLost) return;
    app.db
      .tx(scope, (tx) => readRow(tx, workspaceId, channelId, app.clock.now()))
      .then((row) => row?.command && row.command_no > obeyed && endFor(row.command))
      .catch((error: unknown) => {
        app.log.warn({ err: error, channelId }, "a command is not read yet");
        setTimeout(heed, READ_AGAIN_MS).unref();
      });
  }

  function endFor(command: NonNullable<SessionRow["command"]>): void {
    if (command !== "log_out" || isPairing) return void live?.close();
    // over a connection that only opens, once it stands
    isLeaving = true;
    if (isLive) void live?.logOut();
  }

  const ended = (async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      app.log.error({ err: error, channelId }, "a session stopped");
    }
    await live?.close();
  })();

  return {
    lease,
    ended,
    isSending: () => isLive && !isLost && !isStopping && !isLeaving,
    lose,
    wake() {
      nudge.resolve();
      heed();
    },
    async stop() {
      isStopping = true;
      nudge.resolve();
      await live?.close();
      await ended;
      await written();
    },
  };
}
