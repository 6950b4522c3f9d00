// How long a channel keeps what was said: which mode its messages follow, by when they came.
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

/** Other processes learn of a changed channel a moment later: a looser mode waits for them, so that none seals for the old one under it. */
const LOOSER_AFTER_MS = 60_000;

interface Period {
  since: Date;
  mode: string;
}

/** Messages that came from `since` on and before `until` follow `mode`; null is no bound. */
export interface ContentRule {
  workspaceId: string;
  channelId: string;
  mode: string;
  since: Date | null;
  until: Date | null;
}

/** `metadata-only` keeps nothing, `days:N` N days, `full` everything. */
function keptDays(mode: string): number {
  if (mode === "metadata-only") return 0;
  return mode === "full" ? Infinity : Number(mode.slice("days:".length));
}

export const isStricter = (mode: string, than: string): boolean => keptDays(mode) < keptDays(than);

/** The strictest of the modes since a message came is its own. Oldest first; neighbours of the same mode are one. */
export function rulesOf(place: { workspaceId: string; channelId: string }, periods: readonly Period[]): ContentRule[] {
  const rules: ContentRule[] = [];
  let until: Date | null = null;
  for (const { since, mode } of periods.toSorted((a, b) => b.since.getTime() - a.since.getTime())) {
    const later = rules[0];
    if (!later || isStricter(mode, later.mode)) {
      if (later) later.since = until;
      rules.unshift({ ...place, mode, since: null, until });
    }
    until = since;
  }
  return rules;
}

/** The rules of every channel, of removed ones too: what they hold stays readable, so it ends as it was said. */
export async function readAllContentRules(tx: Tx): Promise<ContentRule[]> {
  const rows = await tx.named<Period & { workspace_id: string; channel_id: string }>(
    "content.periods",
    "select workspace_id, channel_id, since, mode from kw.content_periods()",
  );
  const byChannel = Map.groupBy(rows, (row) => row.channel_id);
  return [...byChannel.values()].flatMap((periods) => {
    const [first] = periods;
    return first ? rulesOf({ workspaceId: first.workspace_id, channelId: first.channel_id }, periods) : [];
  });
}

export async function readContentRules(tx: Tx, workspaceId: string, channelId: string): Promise<ContentRule[]> {
  const periods = await tx.named<Period>(
    "content.periods_of",
    "select since, mode from content_period where workspace_id = $1 and channel_id = $2",
    [workspaceId, channelId],
  );
  return rulesOf({ workspaceId, channelId }, periods);
}

/** The channel's mode from now on. What was to become looser and has not yet is forgotten. */
export async function startContentPeriod(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock">,
  channelId: string,
  mode: string,
  before?: string,
): Promise<void> {
  const now = ctx.clock.ms();
  const isLooser = before !== undefined && isStricter(before, mode);
  await ctx.tx.named(
    "content.forget_next",
    "delete from content_period where workspace_id = $1 and channel_id = $2 and since > $3",
    [ctx.workspaceId, channelId, new Date(now)],
  );
  await ctx.tx.named(
    "content.start",
    `insert into content_period (workspace_id, channel_id, since, mode) values ($1, $2, $3, $4)
     on conflict (workspace_id, channel_id, since) do update set mode = excluded.mode`,
    [ctx.workspaceId, channelId, new Date(isLooser ? now + LOOSER_AFTER_MS : now), mode],
  );
}
