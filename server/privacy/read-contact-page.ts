// What a contact's own page shows: counts and standings, no content. Who holds the link only does not see a number or a name.
import { readLedger } from "../contacts/read-standing.ts";
import { consentPurposes, listConsentRules } from "../contacts/consent-rules.ts";
import { maySend, standingOf, type Standing } from "../contacts/consent-standing.ts";
import { defaultConsentAge } from "../identity/jurisdictions.ts";
import type { Ctx } from "../platform/context.ts";
import type { ProviderId } from "../providers/provider.ts";
import type { OpenLink } from "./contact-link.ts";
import { readVisitor, type VisitorState } from "./page-code.ts";
import type { PageRequest, RequestDesk } from "./request-desk.ts";

export interface ContactPage {
  workspaceName: string;
  channelName: string;
  /** `+` and digits, as the network shows everybody for the business; null: the channel has no such number, or is somebody's own phone */
  chat: { phone: string; link: string } | null;
  /** nothing comes in there any more, so no code either */
  isChannelRemoved: boolean;
  /** where people write about their data instead */
  privacyContact: string;
  contentMode: string;
  /** undefined when the person was erased: only the requests are left */
  contact: { id: string; since: Date; isRestricted: boolean; isMinor: boolean } | undefined;
  held: { messages: number; files: number; conversations: number; consents: number };
  consents: { purpose: string; standing: Standing; since: Date | null; isAgreed: boolean; minAge: number }[];
  visitor: VisitorState;
  /** undefined: no requests can be made here */
  requests: readonly PageRequest[] | undefined;
  expiresAt: Date;
}

export async function readContactPage(
  ctx: Ctx,
  desk: RequestDesk | undefined,
  link: OpenLink,
  visitor: string | undefined,
): Promise<ContactPage> {
  const { tx, workspaceId } = ctx;
  const [place] = await tx.named<{
    workspace: string;
    channel: string | null;
    mode: string | null;
    provider: ProviderId | null;
    phone: string | null;
    isRemoved: boolean;
  }>(
    "contact_page.place",
    `select w.name as workspace, c.name as channel, c.content_mode as mode,
       c.provider, h.details ->> 'phone' as phone, c.id is null or c.deleted_at is not null as "isRemoved" from workspace w
     left join channel c on c.workspace_id = w.id and c.id = $2
     left join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id where w.id = $1`,
    [workspaceId, link.channelId],
  );
  const chatLink = place?.provider ? ctx.providers[place.provider]?.can.chatLink : undefined;
  const [contact] = await tx.named<NonNullable<ContactPage["contact"]>>(
    "contact_page.contact",
    `select c.id, c.created_at as since, c.restricted_at is not null as "isRestricted", c.minor_at is not null as "isMinor" from contact o
     join contact c on c.workspace_id = o.workspace_id and c.id = coalesce(o.merged_into, o.id)
     where o.workspace_id = $1 and o.id = $2`,
    [workspaceId, link.contactId],
  );
  const held = contact ? await countHeld(ctx, contact.id) : { messages: 0, files: 0, conversations: 0, consents: 0 };
  const requests = await desk?.list(ctx, contact?.id ?? link.contactId);
  return {
    ...{ workspaceName: place?.workspace ?? "", channelName: place?.channel ?? "", contentMode: place?.mode ?? "full" },
    chat: place?.phone && chatLink ? { phone: place.phone, link: chatLink.value } : null,
    ...{ isChannelRemoved: place?.isRemoved ?? true, privacyContact: ctx.config.privacyContact },
    ...{ contact, held, requests, expiresAt: link.expiresAt },
    consents: contact ? await readConsents(ctx, contact.id) : [],
    visitor: await readVisitor(ctx, link, visitor),
  };
}

async function countHeld(ctx: Ctx, contactId: string): Promise<ContactPage["held"]> {
  const [row] = await ctx.tx.named<ContactPage["held"]>(
    "contact_page.held",
    `select (select count(*)::int from message where workspace_id = $1 and contact_id = $2) as messages,
       (select count(*)::int from attachment a join message m on m.workspace_id = a.workspace_id and m.id = a.message_id
        where m.workspace_id = $1 and m.contact_id = $2) as files,
       (select count(*)::int from conversation where workspace_id = $1 and contact_id = $2) as conversations,
       (select count(*)::int from consent_event where workspace_id = $1 and contact_id = $2) as consents`,
    [ctx.workspaceId, contactId],
  );
  return row ?? { messages: 0, files: 0, conversations: 0, consents: 0 };
}

async function readConsents(ctx: Ctx, contactId: string): Promise<ContactPage["consents"]> {
  const ledger = await readLedger(ctx, contactId);
  const rules = await listConsentRules(ctx);
  const now = ctx.clock.now();
  return consentPurposes.map((purpose) => {
    const { needsConfirmation = false, minAge = defaultConsentAge } =
      rules.find((rule) => rule.purpose === purpose) ?? {};
    const { standing, entry } = standingOf(ledger, { purpose, channelId: null, now, needsConfirmation });
    return { purpose, standing, since: entry?.occurredAt ?? null, isAgreed: maySend(standing, "marketing"), minAge };
  });
}
