import { sha256 } from "../platform/crypto.ts";
import type { Ctx } from "../platform/context.ts";

/** Keeps the exact words once, however many people agreed to them. The version is their hash, so it cannot mean other words later. */
export async function keepConsentText(ctx: Pick<Ctx, "tx" | "workspaceId" | "clock">, text: string): Promise<string> {
  const id = `txt_${sha256(text).toString("hex").slice(0, 32)}`;
  await ctx.tx.named(
    "consent_text.keep",
    `insert into consent_text (workspace_id, id, text, created_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [ctx.workspaceId, id, text, ctx.clock.now()],
  );
  return id;
}

/** The words of versions; one that is unknown is left out. */
export async function readConsentTexts(
  ctx: Pick<Ctx, "tx" | "workspaceId">,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.named<{ id: string; text: string }>(
    "consent_text.read",
    "select id, text from consent_text where workspace_id = $1 and id = any ($2::text[])",
    [ctx.workspaceId, [...new Set(ids)]],
  );
  return new Map(rows.map(({ id, text }) => [id, text]));
}
