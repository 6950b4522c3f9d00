// A person's own notices, and which kinds they get in which way.
import { z } from "zod";
import { personOf } from "../identity/people.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { problem } from "../platform/problem.ts";
import { kinds, topics, type Kind, type Topic } from "./notify.ts";

export const kindFixed = problem({
  code: "notification.kind_fixed",
  status: 409,
  title:
    "Notices of this kind cannot be turned off: they are about the safety of your account, or the law asks for them.",
});

const kindSchema = z.enum(Object.keys(kinds) as [Kind, ...Kind[]]);

export const NotificationView = z.object({
  id: z.string(),
  kind: kindSchema,
  topic: z.enum(Object.keys(topics) as [Topic, ...Topic[]]),
  workspaceId: z.string().nullable(),
  target: z.string().nullable().describe("The id of what it is about."),
  at: z.iso.datetime(),
  isRead: z.boolean(),
});

interface Row extends Omit<z.output<typeof NotificationView>, "at"> {
  at: Date;
}

/** Newest first; those that somebody wanted by mail only are not here. */
export async function listNotifications(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const { personId } = personOf(ctx);
  const before = decodeCursor(z.tuple([z.iso.datetime(), z.string()]), page.cursor);
  const rows = await ctx.tx.query<Row>(
    `select id, kind, topic, about_workspace as "workspaceId", target, created_at as at, read_at is not null as "isRead"
     from notification where person_id = $1 and is_in_app and ($2::timestamptz is null or (created_at, id) < ($2, $3))
     order by created_at desc, id desc limit $4`,
    [personId, before?.[0] ?? null, before?.[1] ?? null, page.limit + 1],
  );
  const data = rows.slice(0, page.limit).map((row) => ({ ...row, at: row.at.toISOString() }));
  const last = data.at(-1);
  const [unread] = await ctx.tx.query<{ n: number }>(
    "select count(*)::int as n from notification where person_id = $1 and is_in_app and read_at is null",
    [personId],
  );
  return {
    data,
    unreadCount: unread?.n ?? 0,
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.at, last.id]) : null,
  };
}

export async function markRead(ctx: Ctx): Promise<void> {
  await ctx.tx.query("update notification set read_at = $2 where person_id = $1 and read_at is null", [
    personOf(ctx).personId,
    ctx.clock.now(),
  ]);
}

export const PreferencesView = z.object({
  data: z.array(
    z.object({
      kind: kindSchema,
      byMail: z.boolean(),
      inApp: z.boolean(),
      isFixed: z.boolean().describe("Cannot be turned off."),
    }),
  ),
});

export async function readPreferences(ctx: Ctx): Promise<z.input<typeof PreferencesView>> {
  const rows = await ctx.tx.query<{ kind: string; byMail: boolean; inApp: boolean }>(
    `select kind, by_mail as "byMail", in_app as "inApp" from notification_preference where person_id = $1`,
    [personOf(ctx).personId],
  );
  const chosen = new Map(rows.map((row) => [row.kind, row]));
  return {
    data: (Object.keys(kinds) as Kind[]).map((kind) => {
      const { byMail = true, inApp = true } = chosen.get(kind) ?? {};
      return { kind, byMail, inApp, isFixed: kinds[kind].isFixed };
    }),
  };
}

export const preferenceChange = z
  .object({ kind: kindSchema, byMail: z.boolean().optional(), inApp: z.boolean().optional() })
  .strict();

/** Throws `kindFixed`. */
export async function choosePreference(
  ctx: Ctx,
  { kind, byMail, inApp }: z.output<typeof preferenceChange>,
): Promise<z.input<typeof PreferencesView>> {
  if (kinds[kind].isFixed) throw kindFixed();
  await ctx.tx.query(
    `insert into notification_preference as p (person_id, kind, by_mail, in_app, updated_at)
     values ($1, $2, coalesce($3, true), coalesce($4, true), $5)
     on conflict (person_id, kind) do update set by_mail = coalesce($3, p.by_mail), in_app = coalesce($4, p.in_app), updated_at = $5`,
    [personOf(ctx).personId, kind, byMail ?? null, inApp ?? null, ctx.clock.now()],
  );
  return readPreferences(ctx);
}
