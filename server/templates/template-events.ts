import { z } from "zod";
import { event } from "../platform/event.ts";

export const templateChanged = event({
  type: "template.changed",
  doc: "Emitted when a template was made or removed, or the provider reviewed, paused or recategorised it.",
  payload: z.object({ templateId: z.string(), channelId: z.string() }),
});
