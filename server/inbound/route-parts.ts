import { createHash } from "node:crypto";
import type { ChannelDirectory, LiveChannel } from "../channels/channel-directory.ts";
import type { ParsedHook, ParsedPart, ProviderId } from "../providers/provider.ts";
import type { Unit } from "./batch.ts";
import type { KeptEvent } from "./inbound-events.ts";

/** What one request brought: events to apply, and parts that can only be kept. */
export interface Arrival {
  units: Unit[];
  kept: KeptEvent[];
  bytes: number;
}

export interface RouteInput {
  provider: ProviderId;
  parsed: ParsedHook;
  bytes: number;
  receivedAt: Date;
  /** Whether the bytes were signed with this channel's own app secret. Asked for every channel but `home`. */
  isSignedFor: (channel: LiveChannel) => boolean;
  /** The channel of the URL, whose signature was checked; undefined for the URL of a whole app. */
  home?: LiveChannel;
}

/**
 * Gives every part of a verified body to its channels. A part for another channel counts only if that channel is verified and its
 * own secret signed the bytes: a workspace cannot write into another one. What leads nowhere is kept at `home`.
 */
export function routeParts(channels: ChannelDirectory, input: RouteInput): Arrival {
  const arrival: Arrival = { units: [], kept: [], bytes: input.bytes };
  for (const part of input.parsed.parts) {
    const targets = targetsOf(channels, input, part);
    if (targets.length === 0 && input.home) keepUnrouted(arrival, input, input.home, part);
    for (const channel of targets) {
      const { receivedAt } = input;
      for (const event of part.events) arrival.units.push({ channel, event, receivedAt });
      if (part.error) {
        const { code, raw } = part.error;
        arrival.kept.push(keptRaw(channel, "poison", part.field, code, raw, receivedAt));
      }
    }
  }
  return arrival;
}

function targetsOf(channels: ChannelDirectory, input: RouteInput, part: ParsedPart): LiveChannel[] {
  const { home, provider, isSignedFor } = input;
  if (part.routeKind === "channel") {
    if (home && (part.routeId === null || part.routeId === home.routeKey)) return [home];
    const other = part.routeId === null ? undefined : channels.byRoute(provider, part.routeId);
    return other && isSignedFor(other) ? [other] : [];
  }
  const others = part.routeId === null ? [] : channels.byAccount(provider, part.routeId);
  const isHome = home && (part.routeId === null || part.routeId === home.accountKey);
  const rest = others.filter((channel) => channel.id !== home?.id && isSignedFor(channel));
  return isHome ? [home, ...rest] : rest;
}

function keepUnrouted(arrival: Arrival, input: RouteInput, home: LiveChannel, part: ParsedPart): void {
  if (part.error) {
    arrival.kept.push(keptRaw(home, "poison", part.field, part.error.code, part.error.raw, input.receivedAt));
    return;
  }
  for (const event of part.events) {
    arrival.kept.push({
      ...{
        channel: home,
        kind: "unknown",
        name: event.type,
        errorCode: "route_unknown",
        part: { form: "event", event },
      },
      ...{ dedupeKey: event.dedupeKey, occurredAt: event.occurredAt, receivedAt: input.receivedAt },
    });
  }
}

function keptRaw(
  channel: LiveChannel,
  kind: KeptEvent["kind"],
  field: string,
  errorCode: string,
  raw: unknown,
  receivedAt: Date,
): KeptEvent {
  const dedupeKey = createHash("sha256")
    .update(JSON.stringify(raw) ?? "")
    .digest("base64url");
  const occurredAt = new Date(0);
  return {
    ...{ channel, kind, name: field || "body", errorCode, part: { form: "raw", raw } },
    dedupeKey,
    occurredAt,
    receivedAt,
  };
}
