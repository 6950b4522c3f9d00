import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { searchConversationIds } from "../contacts/search-contacts.ts";
import {
  conversationColumns,
  conversationJoins,
  conversationStatuses,
  isBegun,
  pageColumns,
  pageJoins,
  viewConversation,
  type ConversationRow,
  type ConversationView,
  type ViewFrame,
} from "./conversation-view.ts";
import { memberOf } from "./find-conversation.ts";
import { mentionedIn } from "./note-mention.ts";

export interface ConversationFilter {
  status?: ConversationView["status"] | undefined;
  channelId?: string | undefined;
  /** a member's id, `me` or `none` */
  assignee?: string | undefined;
  label?: string | undefined;
  /** those with a note that mentions the asking member, who has not looked since */
  isMentioned?: boolean | undefined;
  /** words of a name, or a whole phone number */
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

export function viewFrame(ctx: Ctx): ViewFrame {
  return {
    keyring: ctx.keyring,
    workspaceId: ctx.workspaceId,
    nowMs: ctx.clock.ms(),
    keepsNothing: (channelId) => ctx.channels.peek(channelId)?.contentMode === "metadata-only",
    windowHoursOf: (channelId) => {
      const provider = ctx.channels.peek(channelId)?.provider;
      return provider ? (ctx.providers[provider]?.can.serviceWindowHours.value ?? null) : null;
    },
  };
}

/** With more branches than this, one walk a status that filters by channel is the lesser evil. */
const MAX_BRANCHES = 16;

/**
 * One page of conversations, latest activity first. The statement is put together from the filters that are set, so that each
 * combination has a plan of its own and walks one index in order: conversation_status, _assignee or _channel, or conversation_label_list
 * or _status, with which only the conversations of the page are read. But for a label's whole list these are ordered within a status:
 * without one, and for several granted channels, the page is the best of one short walk each.
 */
export async function listConversations(
  ctx: Ctx,
  filter: ConversationFilter,
): Promise<{ data: ConversationView[]; nextCursor: string | null }> {
  const after = decodeCursor(cursorKey, filter.cursor);
  const values: unknown[] = [ctx.workspaceId, memberOf(ctx)];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const grants = channelGrants(ctx.actor);
  const isLabelled = filter.label !== undefined;
  const isByIds = filter.q !== undefined || filter.isMentioned === true;
  // a label's own rows say what is asked of their conversations
  const [from, id] = isLabelled ? ["conversation_label v", "v.conversation_id"] : ["conversation v", "v.id"];
  const shape: string[] = [];
  const where = ["v.workspace_id = $1"];
  const and = (name: string, sql: string): void => void (where.push(sql), shape.push(name));

  if (filter.assignee === "none") and("unassigned", "v.assignee_id is null");
  else if (filter.assignee !== undefined)
    and("assignee", `v.assignee_id = ${param(filter.assignee === "me" ? memberOf(ctx) : filter.assignee)}`);
  if (filter.q) and("ids", `${id} = any (${param(await searchConversationIds(ctx, filter.q))}::text[])`);
  if (filter.isMentioned) and("mentioned", `${id} = any (${param(await mentionedIn(ctx))}::text[])`);
  // nobody's work yet; who looks for it finds it
  if (!isLabelled && !isByIds) and("begun", isBegun);
  if (grants) and("grants", `v.channel_id = any (${param(grants)}::text[])`);
  let channels = filter.channelId === undefined ? undefined : [filter.channelId];
  let statuses: readonly string[] | undefined = filter.status && [filter.status];
  const isOfLabelAlone = isLabelled && filter.assignee === undefined && !channels && !grants;
  if (!statuses && !isByIds && !isOfLabelAlone) statuses = conversationStatuses;
  if (!channels && grants && filter.assignee === undefined && !isLabelled && !isByIds) channels = [...grants];
  if ((channels?.length ?? 1) * (statuses?.length ?? 1) > MAX_BRANCHES) channels = undefined;

  if (isLabelled) and("label", `v.label_id = ${param(filter.label)}`);
  if (after) and("after", `(v.last_message_at, ${id}) < (${param(after[0])}::timestamptz, ${param(after[1])})`);
  const limit = param(filter.limit + 1);

  const channelParams = channels?.map((channel) => `v.channel_id = ${param(channel)}`) ?? [""];
  const statusParams = statuses?.map((status) => `v.status = ${param(status)}`) ?? [""];
  shape.push(`${channels?.length ?? ""}x${statuses?.length ?? ""}`);
  const branches = channelParams.flatMap((channel) =>
    statusParams.map((status) => {
      const all = [...where, channel, status].filter(Boolean).join(" and ");
      return `(select ${isLabelled ? `${id} as id, v.last_message_at` : "v.*"} from ${from} where ${all}
        order by v.last_message_at desc, ${id} desc limit ${limit})`;
    }),
  );
  const first = `select * from (${branches.join(" union all ")}) b order by b.last_message_at desc, b.id desc limit ${limit}`;
  const labelled = `(${first}) f cross join lateral (select * from conversation o where o.workspace_id = $1 and o.id = f.id offset 0) v`;
  // conversations beside each other in a list of the channel or the workspace are so in other tables too; the few of one label or member are not
  const isDense = !isLabelled && !isByIds && filter.assignee === undefined;
  const text = isDense
    ? `with v as (${first}) select ${pageColumns} from v ${pageJoins} order by v.last_message_at desc, v.id desc`
    : `select ${conversationColumns} from ${isLabelled ? labelled : `(${first}) v`} ${conversationJoins}
       order by ${isLabelled ? "f" : "v"}.last_message_at desc, ${isLabelled ? "f" : "v"}.id desc`;
  const list = (): Promise<ConversationRow[]> =>
    ctx.tx.named<ConversationRow>(`conversation.list.${shape.join(".")}`, text, values);
  const without = isByIds ? [] : isDense ? [sort, nestLoop] : [sort];
  const rows = branches.length === 0 ? [] : await planned(ctx, without, list);

  const page = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? page.at(-1) : undefined;
  await ctx.channels.ensure([...new Set(page.map((row) => row.channel_id))]);
  const frame = viewFrame(ctx);
  return {
    data: page.map((row) => viewConversation(frame, row)),
    nextCursor: last ? encodeCursor([last.last_message_at.toISOString(), last.id]) : null,
  };
}

// Each table beside a page is asked once (`pageJoins`), never for each row again.
const nestLoop = "enable_nestloop";
// A generic plan takes a workspace for an average one, of which all conversations are quickly sorted; in a big one it would read them
// all for a page.
const sort = "enable_sort";

/** Without these ways of the planner. The settings travel with the statement and end with it; the plan that is kept was made under them. */
async function planned<T>(ctx: Ctx, without: readonly string[], list: () => Promise<T>): Promise<T> {
  if (without.length === 0) return list();
  const set = (value: string) => ctx.tx.query(without.map((name) => `set local ${name} = ${value}`).join("; "));
  const [, result] = await Promise.all([set("off"), list(), set("on")]);
  return result;
}

/** Several conversations by id, in no particular order; those outside the actor's grants are left out. */
export async function readConversations(ctx: Ctx, ids: readonly string[]): Promise<ConversationView[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.tx.named<ConversationRow>(
    "conversation.read",
    `select ${conversationColumns} from conversation v ${conversationJoins}
     where v.workspace_id = $1 and v.id = any ($3::text[]) and ($4::text[] is null or v.channel_id = any ($4))`,
    [ctx.workspaceId, memberOf(ctx), ids, channelGrants(ctx.actor)],
  );
  await ctx.channels.ensure([...new Set(rows.map((row) => row.channel_id))]);
  const frame = viewFrame(ctx);
  return rows.map((row) => viewConversation(frame, row));
}

/** @throws not_found */
export async function readConversation(ctx: Ctx, id: string): Promise<ConversationView> {
  const [view] = await readConversations(ctx, [id]);
  if (!view) throw notFound();
  return view;
}
