import { z } from "zod";
import { event } from "../platform/event.ts";

const payload = z.object({ channelId: z.string() });

export const channelConnected = event({
  type: "channel.connected",
  doc: "Emitted when the provider confirmed a channel's credentials and events are subscribed.",
  payload,
});
export const channelUpdated = event({
  type: "channel.updated",
  doc: "Emitted when a channel was made or changed, or its check or the provider reported something new about it.",
  payload,
});
export const channelDisconnected = event({
  type: "channel.disconnected",
  doc: "Emitted when a channel was removed, or the provider stopped it.",
  payload,
});
