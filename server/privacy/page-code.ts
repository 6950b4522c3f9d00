// Proof of who looks at a contact's page: the page shows a code, and the person sends it from their number. Nothing is sent to them, so it
// works outside the service window too. A code proves the browser that asked for it, not everybody who holds the link.
import type { App, Ctx } from "../platform/context.ts";
import { hmac, sha256, timingSafeEqualText } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { OpenLink } from "./contact-link.ts";

const CODE_MS = 15 * 60_000;
export const PROVEN_MS = 30 * 60_000;

type CodeApp = Pick<App, "keyring" | "clock">;
type CodeCtx = Pick<Ctx, "tx" | "keyring" | "clock">;

/** Eight digits, from the id and a key of the workspace. */
function digitsOf(app: CodeApp, workspaceId: string, id: string): string {
  const bytes = hmac(app.keyring.indexKey(workspaceId, "page-code"), id);
  return String(bytes.readUInt32BE(0) % 100_000_000).padStart(8, "0");
}

/** `KW 1234 5678`, as it is shown. */
const shown = (digits: string): string => `KW ${digits.slice(0, 4)} ${digits.slice(4)}`;

export type VisitorState = { state: "unknown" } | { state: "asked"; code: string } | { state: "proven" };

interface CodeRow {
  id: string;
  provenAt: Date | null;
  expiresAt: Date;
}

/** What this browser has shown of itself. `visitor` is its cookie. */
export async function readVisitor(ctx: CodeCtx, link: OpenLink, visitor: string | undefined): Promise<VisitorState> {
  if (visitor === undefined) return { state: "unknown" };
  const rows = await ctx.tx.named<CodeRow>(
    "page_code.visitor",
    `select id, proven_at as "provenAt", expires_at as "expiresAt" from page_code
     where workspace_id = $1 and link_id = $2 and visitor_hash = $3 order by id desc limit 5`,
    [link.workspaceId, link.id, sha256(visitor)],
  );
  const now = ctx.clock.ms();
  if (rows.some((row) => row.provenAt && row.provenAt.getTime() + PROVEN_MS > now)) return { state: "proven" };
  const open = rows.find((row) => !row.provenAt && row.expiresAt.getTime() > now);
  return open ? { state: "asked", code: shown(digitsOf(ctx, link.workspaceId, open.id)) } : { state: "unknown" };
}

export async function createCode(ctx: CodeCtx, link: OpenLink, visitor: string): Promise<void> {
  const now = ctx.clock.now();
  await ctx.tx.named(
    "page_code.create",
    `insert into page_code (workspace_id, id, link_id, contact_id, channel_id, visitor_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[link.workspaceId, newId("pgc", ctx.clock.ms()), link.id, link.contactId, link.channelId],
      ...[sha256(visitor), now, new Date(now.getTime() + CODE_MS)],
    ],
  );
}

/** A code came in: it counts once, from the person whose page showed it, on the channel of the link. */
export async function proveCode(
  app: CodeApp,
  tx: Tx,
  item: { workspaceId: string; contactId: string; channelId: string },
  digits: string,
): Promise<void> {
  const { workspaceId, contactId, channelId } = item;
  const now = app.clock.now();
  const open = await tx.named<{ id: string }>(
    "page_code.open",
    `select p.id from page_code p left join contact c on c.workspace_id = p.workspace_id and c.id = p.contact_id
     where p.workspace_id = $1 and coalesce(c.merged_into, p.contact_id) = $2 and p.channel_id = $3 and p.proven_at is null
       and p.expires_at > $4 order by p.id desc limit 20`,
    [workspaceId, contactId, channelId, now],
  );
  const found = open.find(({ id }) => timingSafeEqualText(digitsOf(app, workspaceId, id), digits));
  if (!found) return;
  await tx.named(
    "page_code.prove",
    "update page_code set proven_at = $3 where workspace_id = $1 and id = $2 and proven_at is null",
    [workspaceId, found.id, now],
  );
}
