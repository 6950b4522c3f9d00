import type { Ctx } from "../platform/context.ts";
import { openText, seal } from "../platform/seal.ts";

const place = (workspace: string, table: string, column: string, row: string) => ({ table, column, row, workspace });

/** Words of a register, sealed to the workspace. */
export function sealRegister(ctx: Ctx, table: string, column: string, row: string, text: string): Buffer {
  const subject = `workspace:${ctx.workspaceId}`;
  const key = ctx.keyring.ensure([{ subject, parent: null }]).get(subject);
  if (!key) throw new Error("a workspace without a key");
  return seal(key, place(ctx.workspaceId, table, column, row), text);
}

export function openRegister(ctx: Ctx, table: string, column: string, row: string, sealed: Buffer): string {
  return openText(ctx.keyring, place(ctx.workspaceId, table, column, row), sealed);
}
