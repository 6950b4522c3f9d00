// What happens to keys and roles, told to those whom it concerns.
import { apiKeyChanged, memberChanged, workspaceChanged } from "../identity/identity-events.ts";
import type { App } from "../platform/context.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { managersOf, notify, type Topic } from "./notify.ts";
import type { z } from "zod";

type Items<D extends { payload: z.ZodType }> = readonly EventItem<z.infer<D["payload"]>>[];

const workspaceTopics: Partial<Record<z.infer<typeof workspaceChanged.payload>["action"], Topic>> = {
  suspended: "workspace_suspended",
  resumed: "workspace_resumed",
  abuse_suspected: "abuse_suspected",
};

export const notificationReactions = (app: Pick<App, "clock" | "enqueue">): Reaction[] => [
  {
    on: apiKeyChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as Items<typeof apiKeyChanged>) {
        // who has the command line is the operator
        const isMade = payload.action === "created" && payload.by.kind !== "system";
        if (!isMade && payload.action !== "leaked") continue;
        const personIds = await managersOf(tx, workspaceId);
        const about = { aboutWorkspace: workspaceId, target: payload.apiKeyId };
        await notify(app, tx, { personIds, topic: isMade ? "api_key_created" : "api_key_leaked", ...about });
      }
    },
  },
  {
    on: workspaceChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as Items<typeof workspaceChanged>) {
        const topic = workspaceTopics[payload.action];
        if (topic === undefined) continue;
        const personIds = await managersOf(tx, workspaceId);
        await notify(app, tx, { personIds, topic, aboutWorkspace: workspaceId });
      }
    },
  },
  {
    on: memberChanged,
    run: async (tx, items) => {
      for (const { workspaceId, payload } of items as Items<typeof memberChanged>) {
        if (payload.action !== "role_changed") continue;
        const [member] = await tx.query<{ personId: string | null }>(
          `select person_id as "personId" from member where workspace_id = $1 and id = $2`,
          [workspaceId, payload.memberId],
        );
        if (!member?.personId) continue;
        const about = { aboutWorkspace: workspaceId, target: payload.memberId };
        await notify(app, tx, { personIds: [member.personId], topic: "role_changed", ...about });
      }
    },
  },
];
