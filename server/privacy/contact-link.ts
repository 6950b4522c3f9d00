// Links to a contact's own page: made by the team, opened by whoever holds them, over after a while.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { findContact } from "../contacts/find-contacts.ts";
import { listReach } from "../conversations/open-conversation.ts";
import { baseUrl } from "../platform/config.ts";
import type { App, Ctx } from "../platform/context.ts";
import { randomToken, sha256 } from "../platform/crypto.ts";
import { newId } from "../platform/ids.ts";
import { problem } from "../platform/problem.ts";

const DAY_MS = 86_400_000;

export const contactHasNoChannel = problem({
  code: "contact.no_channel",
  status: 409,
  title: "No channel of yours reaches this contact, so nothing could prove on their page who they are.",
  fix: "List the channels that do: `GET /v1/contacts/{id}/channels`. Connect one, or wait until they write.",
});

export const newContactLink = z.object({
  channelId: z
    .string()
    .max(64)
    .optional()
    .describe(
      "Where the person proves who they are, by writing; default: the channel they wrote on last, else one that reaches them.",
    ),
  validDays: z.int().min(1).max(30).default(30),
});

export const contactLinkView = z
  .object({
    id: z.string(),
    url: z
      .string()
      .describe(
        "Shown once. Whoever holds it sees the page; what is sensitive also asks for a code from the person's number.",
      ),
    channelId: z.string(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "ContactLink" });

/** @throws not_found · contact.no_channel */
export async function createContactLink(
  ctx: Ctx,
  contactId: string,
  input: z.output<typeof newContactLink>,
): Promise<z.output<typeof contactLinkView>> {
  const id = newId("clk", ctx.clock.ms());
  const contact = await findContact(ctx, contactId);
  const [place] = await ctx.tx.named<{ channelId: string }>(
    "contact_link.place",
    `select channel_id as "channelId" from conversation where workspace_id = $1 and contact_id = $2
       and ($3::text is null or channel_id = $3) and ($4::text[] is null or channel_id = any ($4)) order by last_inbound_at desc nulls last, id desc limit 1`,
    [ctx.workspaceId, contact, input.channelId ?? null, channelGrants(ctx.actor)],
  );
  // who never wrote proves themselves with their first message
  const channelId = place?.channelId ?? (await reachedOn(ctx, contact, input.channelId));
  if (channelId === undefined) throw contactHasNoChannel();
  const token = randomToken(24);
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + input.validDays * DAY_MS);
  await ctx.tx.named(
    "contact_link.create",
    `insert into contact_link (workspace_id, id, contact_id, channel_id, token_hash, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [ctx.workspaceId, id, contact, channelId, sha256(token), memberOf(ctx), now, expiresAt],
  );
  const url = `${baseUrl(ctx.config)}/c/${token}`;
  return { id, url, channelId, expiresAt: expiresAt.toISOString() };
}

async function reachedOn(ctx: Ctx, contactId: string, wanted: string | undefined): Promise<string | undefined> {
  const reach = await listReach(ctx, contactId);
  return reach.find(({ channelId }) => wanted === undefined || channelId === wanted)?.channelId;
}

/** Every link of the contact stops working at once. @throws not_found */
export async function revokeContactLinks(ctx: Ctx, contactId: string): Promise<void> {
  const contact = await findContact(ctx, contactId);
  await ctx.tx.named(
    "contact_link.revoke",
    "update contact_link set revoked_at = $3 where workspace_id = $1 and contact_id = $2 and revoked_at is null",
    [ctx.workspaceId, contact, ctx.clock.now()],
  );
}

const memberOf = (ctx: Ctx): string | null => (ctx.actor.kind === "member" ? ctx.actor.memberId : null);

export interface OpenLink {
  workspaceId: string;
  id: string;
  contactId: string;
  channelId: string;
  expiresAt: Date;
}

/** undefined for one that never was, is over or was revoked: nobody learns which. */
export async function findLink(app: Pick<App, "db" | "clock">, token: string): Promise<OpenLink | undefined> {
  if (!/^[0-9A-Za-z]{20,60}$/.test(token)) return undefined;
  const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<OpenLink>(
      "contact_link.find",
      `select workspace_id as "workspaceId", id, contact_id as "contactId", channel_id as "channelId", expires_at as "expiresAt"
       from kw.contact_link($1, $2)`,
      [sha256(token), app.clock.now()],
    ),
  );
  return row;
}
