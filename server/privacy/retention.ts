// How long a workspace keeps what no channel decides about.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { describe, retentionsOf, type RetentionDays } from "../platform/table.ts";
import { contactTable } from "../contacts/contact.table.ts";
import { noteTable } from "../conversations/note.table.ts";

const limitOf = (days: RetentionDays | undefined) => {
  if (typeof days !== "object") throw new Error("not a setting");
  return { min: days.min ?? 1, usual: days.default ?? days.max, max: days.max };
};
const contact = limitOf(retentionsOf(describe(contactTable).privacy)[0]?.days);
const note = limitOf(retentionsOf(describe(noteTable).privacy)[0]?.days);
const days = ({ min, max }: { min: number; max: number }) => z.number().int().min(min).max(max);

export const RetentionSettings = z.object({
  contactInactiveDays: days(contact).describe(
    "A contact with whom nobody spoke for so long is forgotten, with everything that is known of it.",
  ),
  noteDays: days(note).describe("Internal notes are deleted after so long."),
});
type RetentionSettings = z.output<typeof RetentionSettings>;

export async function readRetention(ctx: Pick<Ctx, "tx" | "workspaceId">): Promise<RetentionSettings> {
  const [row] = await ctx.tx.query<RetentionSettings>(
    `select contact_inactive_days as "contactInactiveDays", note_days as "noteDays" from retention_setting where workspace_id = $1`,
    [ctx.workspaceId],
  );
  return row ?? { contactInactiveDays: contact.usual, noteDays: note.usual };
}

/** A shorter time applies to what is stored already, with the next sweep. */
export async function updateRetention(
  ctx: Ctx,
  change: { [Name in keyof RetentionSettings]?: number | undefined },
): Promise<RetentionSettings> {
  const before = await readRetention(ctx);
  const next = {
    contactInactiveDays: change.contactInactiveDays ?? before.contactInactiveDays,
    noteDays: change.noteDays ?? before.noteDays,
  };
  await ctx.tx.query(
    `insert into retention_setting (workspace_id, contact_inactive_days, note_days, updated_at) values ($1, $2, $3, $4)
     on conflict (workspace_id) do update set contact_inactive_days = excluded.contact_inactive_days,
       note_days = excluded.note_days, updated_at = excluded.updated_at`,
    [ctx.workspaceId, next.contactInactiveDays, next.noteDays, ctx.clock.now()],
  );
  return next;
}
