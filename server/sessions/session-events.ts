import { z } from "zod";
import { event } from "../platform/event.ts";

export const sessionStates = [
  "unpaired",
  "pairing",
  "connecting",
  "connected",
  "backing_off",
  "replaced",
  "restricted",
  "logged_out",
  "failed",
] as const;
export type SessionState = (typeof sessionStates)[number];

export const sessionChanged = event({
  type: "session.changed",
  doc: "Emitted when the session of a linked device changed its state. QR and pairing codes are not in it: read the session.",
  payload: z.object({ channelId: z.string(), state: z.enum(sessionStates), reason: z.string().nullable() }),
});

export const sessionEvents = [sessionChanged];

/** Something is to be done for a session; the payload is the channel's id. */
export const SESSION_WORK_TOPIC = "session.work";
/** A session's row changed, its QR included; the payload is the channel's id. */
export const SESSION_CHANGED_TOPIC = "session.changed";
