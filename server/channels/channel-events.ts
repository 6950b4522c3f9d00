import { z } from "zod";
import { event } from "../platform/event.ts";

/** Why a channel does not work. `session_…` are states of a linked device; `session_lost` heals by itself in most cases. */
const channelDownReasons = [
  "removed",
  "check_failed",
  "provider_stopped",
  "sending_stalled",
  "session_lost",
  "session_replaced",
  "session_logged_out",
  "session_failed",
] as const;
export type ChannelDownReason = (typeof channelDownReasons)[number];

const payload = z.object({ channelId: z.string() });

export const channelConnected = event({
  type: "channel.connected",
  doc: "Emitted when the provider confirmed a channel's credentials and events are subscribed, and when an outage of the channel is over.",
  payload,
});
export const channelUpdated = event({
  type: "channel.updated",
  doc: "Emitted when a channel was made or changed, or its check or the provider reported something new about it.",
  payload,
});
export const channelDisconnected = event({
  type: "channel.disconnected",
  doc: "Emitted when a channel was removed, or was found not to work: its check failed, the provider stopped it, nothing goes out, its session ended.",
  payload: payload.extend({ reason: z.enum(channelDownReasons).optional() }),
});
export const channelContentModeChanged = event({
  type: "channel.content_mode_changed",
  doc: "Emitted when a channel keeps what was said for another time than before. A stricter mode also ends what is stored already.",
  payload: payload.extend({ isStricter: z.boolean() }),
});
export const channelContentCleared = event({
  type: "channel.content_cleared",
  doc: "Emitted when texts and files of a channel were destroyed because its content mode keeps them no longer. Their messages stay.",
  payload: payload.extend({ messages: z.int(), files: z.int() }),
});

export const channelEvents = [
  ...[channelConnected, channelUpdated, channelDisconnected],
  ...[channelContentModeChanged, channelContentCleared],
];
