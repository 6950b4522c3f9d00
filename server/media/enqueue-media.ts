import type { Tx } from "../platform/db.ts";

/** Puts many fetches into the queue with one statement. */
export async function enqueueMediaFetches(
  tx: Tx,
  items: readonly { workspaceId: string; attachmentId: string }[],
): Promise<void> {
  if (items.length === 0) return;
  await tx.named(
    "media.enqueue",
    `select public.kw_enqueue('media.fetch', json_build_object('workspaceId', w, 'attachmentId', a), null, null)
     from unnest($1::text[], $2::text[]) as x (w, a)`,
    [items.map((item) => item.workspaceId), items.map((item) => item.attachmentId)],
  );
}
