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
    `select 1 where ${isElsewhere((column) => `${column} = any ($2::text[])`, "$3")}`,
    [...[ctx.workspaceId, ids, grants]],
  );
  if (outside.length > 0)
    throw forbidden({
      detail: "The person also wrote on channels outside your grants, and this reaches everything about them.",
    });
}

/** SQL: somebody has a conversation, or a message in a group, on a channel that is not in the parameter `grants`. $1 is the workspace. */
const isElsewhere = (isTheirs: (column: string) => string, grants: string): string =>
  `(exists (select 1 from conversation v where v.workspace_id = $1 and ${isTheirs("v.contact_id")} and v.channel_id <> all (${grants}::text[]))
   or exists (select 1 from message m where m.workspace_id = $1 and ${isTheirs("m.sender_contact_id")} and m.channel_id <> all (${grants}::text[])))`;

/**
 * SQL: an actor limited to the channels of the parameter `grants` (null: to none) may see the request `r`: it is about somebody whose
 * everything is in them, or the actor `by` opened it, who may watch it to its end.
 */
export const isRequestVisible = (grants: string, by: string): string => {
  const theirs = (column: string): string =>
    `${column} in (select p.id from contact p where p.workspace_id = $1 and (p.id = r.contact_id or p.merged_into = r.contact_id))`;
  return `(${grants}::text[] is null or r.created_by = ${by} or (exists (select 1 from conversation v
     where v.workspace_id = $1 and v.contact_id = r.contact_id and v.channel_id = any (${grants})) and not ${isElsewhere(theirs, grants)}))`;
};
