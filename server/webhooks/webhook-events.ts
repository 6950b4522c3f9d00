import { z } from "zod";
import { actedBySchema } from "../identity/identity-events.ts";
import { event } from "../platform/event.ts";

export const webhookEndpointChanged = event({
  type: "webhook_endpoint.changed",
  doc: "Emitted when a webhook endpoint was made, changed, enabled or removed, or got new signing keys.",
  payload: z.object({
    endpointId: z.string(),
    action: z.enum(["created", "updated", "enabled", "secret_rotated", "deleted"]),
    by: actedBySchema,
  }),
});

export const disabledReasons = ["by_hand", "gone", "failing"] as const;

export const webhookEndpointDisabled = event({
  type: "webhook_endpoint.disabled",
  doc: "Emitted when an endpoint gets nothing any more: someone switched it off (`by_hand`), it answered 410 (`gone`), or it only failed for five days (`failing`).",
  payload: z.object({
    endpointId: z.string(),
    action: z.literal("disabled"),
    reason: z.enum(disabledReasons),
    by: actedBySchema,
  }),
});

export const webhookEvents = [webhookEndpointChanged, webhookEndpointDisabled];
