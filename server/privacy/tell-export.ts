// That somebody's data is being copied out: told to whom it belongs, or to who manages the workspace.
import { managersOf, notify } from "../notifications/notify.ts";
import type { Ctx } from "../platform/context.ts";

interface Started {
  id: string;
  type: string;
  source: string;
  personId: string | null;
}

/** Contacts who ask on their own page know that they did; of one who wrote a mail only whoever confirmed it thinks so. */
export async function tellExport(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock" | "enqueue">,
  { id, type, source, personId }: Started,
): Promise<void> {
  if (type !== "access" && type !== "portability") return;
  if (personId === null && source !== "owner" && source !== "api" && source !== "mail") return;
  const personIds = personId === null ? await managersOf(ctx.tx, ctx.workspaceId) : [personId];
  await notify(ctx, ctx.tx, { personIds, topic: "export_started", aboutWorkspace: ctx.workspaceId, target: id });
}
