import { channelDisconnected } from "../channels/channel-events.ts";
import type { App } from "../platform/context.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { SESSION_WORK_TOPIC } from "./session-events.ts";

/**
 * The keys of a removed channel's device are destroyed. It is taken off the account where its connection stands; where none stands, none
 * can be made any more (its settings went with the channel), and the device stays on the phone's list.
 */
export const sessionReactions = (app: Pick<App, "bus" | "clock">): Reaction[] => [
  {
    on: channelDisconnected,
    run: async (tx, items) => {
      const of = items as EventItem<{ channelId: string }>[];
      const rows = await tx.query<{ channel_id: string }>(
        `update session s set is_wanted = false, command = 'log_out', command_no = s.command_no + 1, command_data = null, updated_at = $3
         from channel c where c.workspace_id = s.workspace_id and c.id = s.channel_id and c.deleted_at is not null
           and s.workspace_id = any ($1::text[]) and s.channel_id = any ($2::text[]) returning s.channel_id`,
        [of.map((item) => item.workspaceId), of.map((item) => item.payload.channelId), app.clock.now()],
      );
      for (const { channel_id: channelId } of rows) app.bus.publish(tx, SESSION_WORK_TOPIC, channelId);
    },
  },
];
