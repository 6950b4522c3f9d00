// What people and programs say to a session and see of it. The process that owns it does the rest.
import { z } from "zod";
import { findChannel } from "../channels/channels.ts";
import { assertProviderOn } from "../identity/features.ts";
import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";
import { isAllowed } from "../platform/route.ts";
import type { ProviderId } from "../providers/provider.ts";
import { acknowledgementText, acknowledgementVersion } from "./acknowledgement.ts";
import { actorLabel } from "./actor-label.ts";
import { SESSION_CHANGED_TOPIC, SESSION_WORK_TOPIC, sessionStates } from "./session-events.ts";
import { openField, readRow, sealField, type SessionRow } from "./session-row.ts";

export const noSession = problem({
  code: "session.not_for_channel",
  status: 422,
  title: "This channel's provider has no session to link.",
  fix: "Make a channel with the provider `whatsapp_linked`.",
});

export const acknowledgementRequired = problem({
  code: "session.acknowledgement_required",
  status: 422,
  title: "Somebody must agree first that this is not an official API.",
  fix: "Show `text` to the person who decides, and send `version` as `acknowledgement`.",
  extra: { version: z.string(), text: z.string() },
});

export const alreadyLinked = problem({
  code: "session.already_linked",
  status: 409,
  title: "A phone is linked already.",
  fix: "Log it out first, or restart the session when it is in trouble.",
});

export const notLinked = problem({
  code: "session.not_linked",
  status: 409,
  title: "No phone is linked.",
  fix: "Pair one first.",
});

const time = z.iso.datetime().nullable();

export const sessionView = z
  .object({
    channelId: z.string(),
    state: z.enum(sessionStates),
    since: z.iso.datetime(),
    reason: z.string().optional().describe("Why it is in this state: our word or the network's code."),
    qr: z.string().optional().describe("The text of the QR code to scan now; a newer one follows every 20 to 60 s."),
    pairingCode: z.string().optional().describe("Eight characters to type on the phone."),
    pairingExpiresAt: time,
    phone: z.string().optional(),
    displayName: z.string().optional(),
    linkedAt: time,
    lastSeenAt: time.describe("When something came over the line last, an answer to a probe included."),
    restrictedUntil: time.describe("New chats are closed until then; those that exist go on."),
    nextAttemptAt: time,
    attempts: z.int(),
    historyDays: z.int(),
    acknowledgement: z
      .object({ version: z.string(), at: z.iso.datetime(), by: z.string() })
      .nullable()
      .describe("Who agreed to which version of the notice that this is no official API."),
    notice: z
      .object({ version: z.string(), text: z.string() })
      .nullable()
      .describe("What somebody has to agree to before a phone is paired; null when it was agreed to already."),
  })
  .meta({ id: "Session" });
export type SessionView = z.output<typeof sessionView>;

type ReadCtx = Pick<Ctx, "tx" | "actor" | "workspaceId" | "clock" | "keyring" | "providers">;

async function sessionChannel(ctx: ReadCtx, channelId: string): Promise<{ createdAt: Date; provider: string }> {
  const channel = await findChannel(ctx, channelId);
  if (ctx.providers[channel.provider as ProviderId]?.receive.mode !== "session") throw noSession();
  return channel;
}

/** @throws not_found · session.not_for_channel */
export async function readSession(ctx: ReadCtx, channelId: string): Promise<SessionView> {
  const channel = await sessionChannel(ctx, channelId);
  const row = await readRow(ctx.tx, ctx.workspaceId, channelId, ctx.clock.now());
  if (row) return viewSession(ctx, channelId, row, isAllowed(ctx.actor, "channel:manage"));
  return {
    ...{ channelId, state: "unpaired", since: channel.createdAt.toISOString(), acknowledgement: null },
    ...{ pairingExpiresAt: null, linkedAt: null, lastSeenAt: null, restrictedUntil: null, nextAttemptAt: null },
    ...{ attempts: 0, historyDays: 0, notice: noticeAfter(null) },
  };
}

/** Agreed to once, and again when its text changed. */
const noticeAfter = (agreedVersion: string | null): SessionView["notice"] =>
  agreedVersion === acknowledgementVersion ? null : { version: acknowledgementVersion, text: acknowledgementText };

/** A process that takes sessions looks every two seconds; after so long none runs. */
export const HEARD_MS = 20_000;

const needsOwner: readonly string[] = ["pairing", "connecting", "connected", "restricted"];

/** Whoever holds a QR or a code can link a phone of their own: only for those who may manage the channel. */
export function viewSession(
  ctx: Pick<ReadCtx, "clock" | "keyring" | "workspaceId">,
  channelId: string,
  row: SessionRow,
  maySeeCode: boolean,
): SessionView {
  const at = { workspaceId: ctx.workspaceId, channelId };
  const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
  // its process died a moment ago, and another has not taken it yet
  const isAsked = row.command === "pair";
  const isUnheard = isAsked && ctx.clock.ms() - row.updated_at.getTime() > HEARD_MS;
  const isOrphan = !row.is_held && (isUnheard || (needsOwner.includes(row.state) && row.command === null));
  const isFresh = row.pairing_expires_at !== null && row.pairing_expires_at > ctx.clock.now();
  const code =
    maySeeCode && isFresh && !isOrphan && row.command === null
      ? openField<{ qr?: string; pairingCode?: string }>(ctx, at, "pairing", row.pairing)
      : undefined;
  const account = openField<{ phone?: string; displayName?: string }>(ctx, at, "account", row.account);
  const { acknowledged_version: version, acknowledged_at: agreedAt, acknowledged_by: by } = row;
  const { state, reason } = isOrphan ? orphaned(row) : isAsked ? asked : row;
  return {
    ...{ channelId, state, since: row.since.toISOString() },
    ...(reason === null ? {} : { reason }),
    ...(code?.qr === undefined ? {} : { qr: code.qr }),
    ...(code?.pairingCode === undefined ? {} : { pairingCode: code.pairingCode }),
    ...(account?.phone === undefined ? {} : { phone: account.phone }),
    ...(account?.displayName === undefined ? {} : { displayName: account.displayName }),
    ...{ pairingExpiresAt: code ? iso(row.pairing_expires_at) : null, linkedAt: iso(row.linked_at) },
    ...{ lastSeenAt: iso(row.last_seen_at), restrictedUntil: iso(row.restricted_until) },
    ...{ nextAttemptAt: iso(row.next_attempt_at), attempts: row.attempts, historyDays: row.history_days },
    acknowledgement: version && agreedAt && by ? { version, at: agreedAt.toISOString(), by } : null,
    notice: noticeAfter(version),
  };
}

/** Asked for, and not taken up yet: whoever asked sees that it was heard. */
const asked = { state: "pairing", reason: null } as const;

/** A link is taken up by another process; a pairing ends with its own, and has to be begun again. */
const orphaned = ({ is_wanted: isWanted }: SessionRow) =>
  isWanted
    ? ({ state: "backing_off", reason: "owner_lost" } as const)
    : ({ state: "unpaired", reason: "pairing_interrupted" } as const);

const linked: readonly string[] = ["connected", "restricted"];

/**
 * Asks the owning process to pair a phone. The first time, and when the notice changed, somebody must have agreed to it.
 * @throws not_found · session.not_for_channel · feature.off · session.acknowledgement_required · session.already_linked
 */
export async function pairSession(
  ctx: Ctx,
  channelId: string,
  input: {
    method: "qr" | "code";
    phoneNumber?: string | undefined;
    historyDays: 0 | 30 | 90;
    acknowledgement?: string | undefined;
  },
): Promise<SessionView> {
  const { provider } = await sessionChannel(ctx, channelId);
  await assertProviderOn(ctx, provider);
  const { workspaceId, tx } = ctx;
  const now = ctx.clock.now();
  const row = await readRow(tx, workspaceId, channelId, now);
  // a link that is only looking for its connection is one: pairing again would destroy its keys
  if (row && (linked.includes(row.state) || (row.is_wanted && row.linked_at !== null))) throw alreadyLinked();
  const isAgreed = input.acknowledgement === acknowledgementVersion;
  if (!isAgreed && row?.acknowledged_version !== acknowledgementVersion)
    throw acknowledgementRequired({ version: acknowledgementVersion, text: acknowledgementText });
  const data = { method: input.method, phoneNumber: input.phoneNumber };
  await tx.query(
    `insert into session as s (workspace_id, channel_id, state, since, command, command_no, command_data, history_days,
       acknowledged_version, acknowledged_at, acknowledged_by, updated_at)
     values ($1, $2, 'unpaired', $3, 'pair', 1, $4, $5, $6, $7, $8, $3)
     on conflict (workspace_id, channel_id) do update set command = 'pair', command_no = s.command_no + 1,
       command_data = excluded.command_data, history_days = excluded.history_days, updated_at = excluded.updated_at,
       acknowledged_version = coalesce(excluded.acknowledged_version, s.acknowledged_version),
       acknowledged_at = coalesce(excluded.acknowledged_at, s.acknowledged_at),
       acknowledged_by = coalesce(excluded.acknowledged_by, s.acknowledged_by)`,
    [
      ...[
        workspaceId,
        channelId,
        now,
        sealField(ctx, { workspaceId, channelId }, "command_data", data),
        input.historyDays,
      ],
      ...(isAgreed ? [acknowledgementVersion, now, actorLabel(ctx.actor)] : [null, null, null]),
    ],
  );
  ctx.bus.publish(tx, SESSION_WORK_TOPIC, channelId);
  ctx.bus.publish(tx, SESSION_CHANGED_TOPIC, channelId);
  return readSession(ctx, channelId);
}

async function command(ctx: Ctx, channelId: string, what: "restart" | "log_out"): Promise<SessionView> {
  await sessionChannel(ctx, channelId);
  const rows = await ctx.tx.query(
    `update session set command = $3, command_no = command_no + 1, command_data = null, updated_at = $4
     where workspace_id = $1 and channel_id = $2 and ($3 = 'log_out' or linked_at is not null and state <> 'logged_out')
     returning channel_id`,
    [ctx.workspaceId, channelId, what, ctx.clock.now()],
  );
  if (rows.length === 0) throw notLinked();
  ctx.bus.publish(ctx.tx, SESSION_WORK_TOPIC, channelId);
  return readSession(ctx, channelId);
}

/** Connects anew with what is stored. @throws not_found · session.not_for_channel · session.not_linked */
export const restartSession = (ctx: Ctx, channelId: string): Promise<SessionView> => command(ctx, channelId, "restart");

/**
 * Removes the device from the account, as far as the network can be reached, and destroys its keys; calls off a pairing under way.
 * @throws not_found · session.not_for_channel · session.not_linked
 */
export const logOutSession = (ctx: Ctx, channelId: string): Promise<SessionView> => command(ctx, channelId, "log_out");
