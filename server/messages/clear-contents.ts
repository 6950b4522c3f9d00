// Ends what a channel may not keep any longer: texts, files and reactions. The rows stay, with who, what kind, which status and when.
import type { ContentRule } from "../channels/content-rules.ts";
import { channelContentCleared } from "../channels/channel-events.ts";
import { heldSql } from "../contacts/held-sql.ts";
import { isWorkable } from "../contacts/restrict-contacts.ts";
import { dropAttachments } from "../media/insert-attachments.ts";
import type { App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import { restAfter } from "../platform/rest.ts";
import { lockSearch } from "../search/search-lock.ts";

const HOUR_MS = 3_600_000;
/** Of `metadata-only`: after receipt, or after the status that says how it ended. */
const SETTLED_MS = 24 * HOUR_MS;
/** Of `metadata-only`, whatever became of it: after it was to be sent. */
export const LONGEST_MS = 72 * HOUR_MS;
const PAGE = 500;

export interface Cleared {
  messages: number;
  files: number;
}

/** When content of a rule is due at `now`: nothing that is younger than `olderThan` is, and of the rest what `sql` says. */
interface Due {
  olderThan: Date;
  sql: string;
  /** $6, where `sql` has it */
  values: Date[];
  /** what was said to or by restricted people stays: it may be wanted for a claim */
  sparesRestricted: boolean;
}

/** Parameters of the statements: $1 workspace, $2 channel, $3 `olderThan`, $4 and $5 the rule's `since` and `until`. */
function dueAt(mode: string, now: number): Due | undefined {
  if (mode === "full") return undefined;
  if (mode === "metadata-only")
    return {
      olderThan: new Date(now - SETTLED_MS),
      sql: `case when m.direction = 'inbound' then m.received_at <= $3
        else coalesce(least(m.failed_at, m.delivered_at, m.read_at, m.played_at) <= $3, false)
          or coalesce(m.scheduled_at, m.received_at) <= $6 end`,
      values: [new Date(now - LONGEST_MS)],
      // a pipe keeps for nobody: its keys go
      sparesRestricted: false,
    };
  const olderThan = new Date(now - Number(mode.slice("days:".length)) * 24 * HOUR_MS);
  return { olderThan, sql: "coalesce(m.scheduled_at, m.sort_at) <= $3", values: [], sparesRestricted: true };
}

const from = `from message m where m.workspace_id = $1 and m.channel_id = $2 and m.content is not null and m.sort_at <= $3
    and ($4::timestamptz is null or m.received_at >= $4) and ($5::timestamptz is null or m.received_at < $5)`;

const spared = ({ sparesRestricted }: Due, row: string, contactColumns: readonly string[]): string =>
  sparesRestricted
    ? contactColumns.map((column) => ` and ${isWorkable(`${row}.workspace_id`, `${row}.${column}`)}`).join("")
    : "";

// Plan: a page of message_content_age, then one look-up by primary key for each row that is due. Locks in id order like statuses do; a row
// that is busy waits for the next sweep.
const clearing = (due: Due): string => {
  const at = 6 + due.values.length;
  const people = ["contact_id", "sender_contact_id"];
  return `with page as materialized (
      select m.id, m.sort_at, (${due.sql}) and not ${heldSql("m", `$${at + 2}`, people)}${spared(due, "m", people)} as is_due
      ${from} and (m.sort_at, m.id) > ($${at}::timestamptz, $${at + 1})
      order by m.sort_at, m.id limit ${PAGE}),
    locked as (select m.id from page p join message m on m.workspace_id = $1 and m.id = p.id
      where p.is_due order by m.id for update of m skip locked),
    cleared as (update message m set content = null, content_destroyed_at = $${at + 2} from locked l
      where m.workspace_id = $1 and m.id = l.id returning m.id)
    select p.sort_at as last_at, p.id as last_id, array(select id from cleared) as ids, (select count(*)::int from page) as looked
    from page p order by p.sort_at desc, p.id desc limit 1`;
};

/** Clears what is due by one rule, page by page, resting as long as it works, so that those who wait for the database get their turn. */
export async function clearDue(app: Pick<App, "db" | "clock" | "emit">, rule: ContentRule): Promise<Cleared> {
  const { workspaceId, channelId } = rule;
  const now = app.clock.now();
  const due = dueAt(rule.mode, now.getTime());
  const total: Cleared = { messages: 0, files: 0 };
  if (!due) return total;
  const scope = { workspaceIds: [workspaceId] };
  let after: [Date | string, string] = ["-infinity", ""];
  for (let isMore = true; isMore;) {
    const startedAt = performance.now();
    isMore = await txRetry(app.db, scope, async (tx) => {
      const [page] = await tx.named<{ last_at: Date; last_id: string; ids: string[]; looked: number }>(
        `content.clear.${due.values.length}`,
        clearing(due),
        [workspaceId, channelId, due.olderThan, rule.since, rule.until, ...due.values, ...after, now],
      );
      if (!page) return false;
      after = [page.last_at, page.last_id];
      const files = await forget(app, tx, rule, page.ids);
      total.messages += page.ids.length;
      total.files += files;
      return page.looked === PAGE;
    });
    if (isMore) await restAfter(startedAt);
  }
  await clearReactions(app, rule, due);
  return total;
}

async function forget(app: Pick<App, "emit">, tx: Tx, rule: ContentRule, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { workspaceId, channelId } = rule;
  const files = await dropAttachments(tx, workspaceId, ids);
  // a batch that is being indexed may have opened them before
  await lockSearch(tx);
  await tx.named("message.unindex", "select kw.unindex_messages($1)", [ids]);
  await app.emit(tx, channelContentCleared, [
    { workspaceId, channelId, payload: { channelId, messages: ids.length, files } },
  ]);
  return files;
}

async function clearReactions(
  app: Pick<App, "db" | "clock">,
  { workspaceId, channelId, until }: ContentRule,
  due: Due,
): Promise<void> {
  for (let isMore = true; isMore;) {
    const startedAt = performance.now();
    const gone = await txRetry(app.db, { workspaceIds: [workspaceId] }, (tx) =>
      tx.named(
        `content.clear_reactions.${due.sparesRestricted}`,
        `delete from reaction r using (select target_index, actor_id, kind from reaction
           where workspace_id = $1 and channel_id = $2 and occurred_at <= $3 and ($4::timestamptz is null or occurred_at < $4)
             and not ${heldSql("reaction", "$5::timestamptz", ["contact_id"])}${spared(due, "reaction", ["contact_id"])}
           order by occurred_at limit ${PAGE} for update skip locked) x
         where r.workspace_id = $1 and r.channel_id = $2 and r.target_index = x.target_index and r.actor_id = x.actor_id
           and r.kind = x.kind returning 1`,
        [workspaceId, channelId, due.olderThan, until, app.clock.now()],
      ),
    );
    isMore = gone.length === PAGE;
    if (isMore) await restAfter(startedAt);
  }
}

/** Takes everything of a channel out of the search: one that keeps nothing is not searched, what it held before included. */
export async function unindexChannel(app: Pick<App, "db">, workspaceId: string, channelId: string): Promise<void> {
  let after: [Date | string, string] = ["-infinity", ""];
  for (let isMore = true; isMore;) {
    const startedAt = performance.now();
    isMore = await txRetry(app.db, { workspaceIds: [workspaceId] }, async (tx) => {
      await lockSearch(tx);
      const rows = await tx.named<{ id: string; sort_at: Date }>(
        "content.unindex_page",
        `select m.id, m.sort_at from message m where m.workspace_id = $1 and m.channel_id = $2 and m.content is not null
           and (m.sort_at, m.id) > ($3::timestamptz, $4) order by m.sort_at, m.id limit ${PAGE}`,
        [workspaceId, channelId, ...after],
      );
      const last = rows.at(-1);
      if (last) after = [last.sort_at, last.id];
      await tx.named("message.unindex", "select kw.unindex_messages($1)", [rows.map((row) => row.id)]);
      return rows.length === PAGE;
    });
    if (isMore) await restAfter(startedAt);
  }
}

// One pass over the messages, then a hash join: 200,000 messages in about a second.
const counted = (where: string): string => `with held as materialized (select m.id ${where})
  select (select count(*)::int from held) as messages,
    (select count(*)::int from attachment a join held h on h.id = a.message_id where a.workspace_id = $1) as files`;

/** What is due by a rule and still there. */
export async function countDue(tx: Tx, rule: ContentRule, now: Date): Promise<Cleared> {
  const due = dueAt(rule.mode, now.getTime());
  if (!due) return { messages: 0, files: 0 };
  const [found] = await tx.query<Cleared>(counted(`${from} and ${due.sql}`), [
    ...[rule.workspaceId, rule.channelId, due.olderThan, rule.since, rule.until],
    ...due.values,
  ]);
  return found ?? { messages: 0, files: 0 };
}

/** What a channel holds. */
export async function countStored(tx: Tx, workspaceId: string, channelId: string): Promise<Cleared> {
  const held = "from message m where m.workspace_id = $1 and m.channel_id = $2 and m.content is not null";
  const [found] = await tx.query<Cleared>(counted(held), [workspaceId, channelId]);
  return found ?? { messages: 0, files: 0 };
}
