// A request about a person reaches everything of theirs, so whoever may only see some channels must be allowed to see all of it.
import { channelGrants } from "../channels/channel-grants.ts";
import { findContact } from "../contacts/find-contacts.ts";
import type { Ctx } from "../platform/context.ts";
import { forbidden } from "../platform/problem.ts";
import { wholeContact } from "./find-subject.ts";

/**
 * Actors limited to channels may only act on contacts whose every conversation, and every message in a group, is in those channels; and on no
 * request whose contact is not known (null). @throws forbidden · not_found for a contact they cannot see
 */
export async function assertWholePerson(ctx: Ctx, contactId: string | null): Promise<void> {
  const grants = channelGrants(ctx.actor);
  if (grants === null) return;
  if (contactId === null)
    throw forbidden({ detail: "Whoever is limited to channels names the contact by its id: `contactId`." });
  const ids = await wholeContact(ctx, await findContact(ctx, contactId));
  const outside = await ctx.tx.query(
    `select 1 from conversation where workspace_id = $1 and contact_id = any ($2::text[]) and channel_id <> all ($3::text[])
     union all
     select 1 from message where workspace_id = $1 and sender_contact_id = any ($2::text[]) and channel_id <> all ($3::text[]) limit 1`,
    [ctx.workspaceId, ids, grants],
  );
  if (outside.length > 0)
    throw forbidden({
      detail: "The person also wrote on channels outside your grants, and this reaches everything about them.",
    });
}
