import { z } from "zod";
import { findChannel } from "../channels/channels.ts";
import { isStricter, readContentRules } from "../channels/content-rules.ts";
import { contentMode } from "../channels/channel-view.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { countDue, countStored } from "./clear-contents.ts";

const count = z.object({ messages: z.int(), files: z.int() });

export const contentRoutes = [
  route({
    id: "channel.preview_content_mode",
    method: "GET",
    path: "/v1/channels/:id/content-mode",
    summary: "See what a content mode would destroy, and what waits to be",
    description:
      "A stricter mode applies to what is stored already: `metadata-only` destroys all of it within 72 hours, most at once; `days:N` at once what is older.",
    permission: "channel:read",
    // it counts what is stored
    rateLimit: { perMinute: 60 },
    params: z.object({ id: z.string().max(64) }),
    query: z.object({ mode: contentMode.optional().describe("The mode to look at; the present one when left out.") }),
    returns: z
      .object({
        contentMode: z.string().describe("The present one."),
        mode: z.string(),
        isStricter: z.boolean().describe("Whether a change to `mode` destroys what is stored already."),
        destroys: count.describe("What a change to `mode` destroys; nothing when it is not stricter."),
        waiting: count.describe("What the present mode keeps no longer and is being destroyed."),
      })
      .meta({ id: "ContentModePreview" }),
    problems: [notFound],
    run: async (ctx, { params: { id }, query }) => {
      const { contentMode: present } = await findChannel(ctx, id);
      const mode = query.mode ?? present;
      const { tx, workspaceId } = ctx;
      const now = ctx.clock.now();
      const place = { workspaceId, channelId: id };
      const waiting = { messages: 0, files: 0 };
      for (const rule of await readContentRules(tx, workspaceId, id)) {
        const due = await countDue(tx, rule, now);
        waiting.messages += due.messages;
        waiting.files += due.files;
      }
      const destroys = !isStricter(mode, present)
        ? { messages: 0, files: 0 }
        : mode === "metadata-only"
          ? await countStored(tx, workspaceId, id)
          : await countDue(tx, { ...place, mode, since: null, until: null }, now);
      return { contentMode: present, mode, isStricter: isStricter(mode, present), destroys, waiting };
    },
  }),
];
