// A conversation before its first message: made where somebody wants to write to a person who has none on a channel. What a send would
// refuse whatever is written is refused here already; consent is asked when something is sent.
import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { findAddresses, findContact } from "../contacts/find-contacts.ts";
import { whyStopped } from "../identity/sending-stop.ts";
import { bestAddress, meetAddress, placeOn, type Place } from "../messages/find-targets.ts";
import { addressUnusable, channelDisconnected } from "../messages/send-problems.ts";
import type { Ctx } from "../platform/context.ts";
import { forbidden, notFound, problem, ProblemError } from "../platform/problem.ts";
import { isAllowed } from "../platform/route.ts";
import { conversationCreated } from "./conversation-events.ts";
import type { ConversationView } from "./conversation-view.ts";
import { findSendPlaces } from "./find-conversation.ts";
import { readConversation } from "./list-conversations.ts";
import { conversationKey, ensureConversations } from "./touch-conversations.ts";

export const contactRestricted = problem({
  code: "contact.restricted",
  status: 409,
  title: "This person's data is not used for now, so nothing can be sent to them.",
  fix: "The person ends it on their own page, or a member who decides on privacy requests does.",
});

const channelId = z.string().max(64);

export const newConversation = z.union([
  z.object({ channelId, contactId: z.string().max(64) }),
  z.object({
    channelId,
    to: z.string().trim().min(1).max(200).describe("E.164 with `+`, or the provider's own id of the person."),
  }),
]);

interface Person {
  id: string;
  isGroup: boolean;
  isRestricted: boolean;
}

/**
 * The conversation with a person on a channel; the same one whoever asks, and however many do at once. A contact that was merged leads
 * to the one that it became, as when sending.
 * @throws forbidden · not_found · contact.restricted · conversation.person_unseen · message.address_unusable · message.channel_disconnected · workspace.suspended · agreement.required
 */
export async function openConversation(ctx: Ctx, input: z.output<typeof newConversation>): Promise<ConversationView> {
  const { workspaceId } = ctx;
  // the answer shows who the person is; whoever may only send learns nothing of them
  if (!isAllowed(ctx.actor, "conversation:read")) throw forbidden({ permission: "conversation:read" });
  const place = await openPlace(ctx, input.channelId);
  const contactId =
    "to" in input ? await meetAddress(ctx, place.provider, input.to) : await findContact(ctx, input.contactId);
  const person = await lockPerson(ctx, contactId);
  const at = { workspaceId, channelId: place.channel.id, contactId: person.id };
  const { state, byPlace } = await findSendPlaces(ctx, [], [at]);
  const now = ctx.clock.now();
  const stopped = whyStopped(state, now);
  if (stopped) throw stopped;
  if (person.isRestricted) throw contactRestricted();
  const known = byPlace.get(conversationKey(at));
  if (known) return readConversation(ctx, known.id);

  // only a member of a group can write to it, and that a channel is one is known when the group was heard there
  if (person.isGroup) throw addressUnusable({ detail: "A group is written to on a channel on which it was heard." });
  const to = bestAddress(place.provider, (await findAddresses(ctx, [person.id])).get(person.id));
  if (to instanceof ProblemError) throw to;
  const made = (await ensureConversations(ctx.tx, [{ ...at, at: now, status: "open" }], now)).get(conversationKey(at));
  if (!made) throw new Error("a conversation was not made");
  if (made.isNew) {
    const payload = { conversationId: made.id, contactId: person.id, channelId: at.channelId };
    await ctx.emit(ctx.tx, conversationCreated, [
      { workspaceId, channelId: at.channelId, conversationId: made.id, payload },
    ]);
  }
  return readConversation(ctx, made.id);
}

/** A channel that was removed is told apart from one that never was. */
async function openPlace(ctx: Ctx, id: string): Promise<Place> {
  const place = await placeOn(ctx, id);
  if (!(place instanceof ProblemError)) return place;
  const removed = await ctx.tx.named(
    "channel.is_removed",
    `select 1 from channel where workspace_id = $1 and id = $2 and deleted_at is not null
       and ($3::text[] is null or id = any ($3))`,
    [ctx.workspaceId, id, channelGrants(ctx.actor)],
  );
  throw removed.length > 0 ? channelDisconnected({ detail: "The channel was removed." }) : place;
}

/** Held until the end of the transaction, so that an erase or a merge that begins meanwhile finds the conversation too. */
async function lockPerson(ctx: Ctx, id: string): Promise<Person> {
  const [person] = await ctx.tx.named<Person>(
    "conversation.person",
    `select id, is_group as "isGroup", restricted_at is not null as "isRestricted" from contact
     where workspace_id = $1 and id = $2 and merged_into is null for share`,
    [ctx.workspaceId, id],
  );
  if (!person) throw notFound();
  return person;
}

export const reachView = z
  .object({
    channelId: z.string(),
    conversationId: z.string().nullable().describe("Where they spoke on it already."),
  })
  .meta({ id: "ContactReach" });
type Reach = z.output<typeof reachView>;

/**
 * The channels on which a person can be written to: those on which there is a conversation, latest first, then those that reach one of
 * their addresses. Whether they may be written to is another question. @throws not_found
 */
export async function listReach(ctx: Ctx, contactId: string): Promise<Reach[]> {
  const id = await findContact(ctx, contactId);
  // Plan: the workspace's channels, and for each a probe of the conversation's unique key
  const rows = await ctx.tx.named<Reach>(
    "conversation.reach",
    `select c.id as "channelId", v.id as "conversationId" from channel c
     left join conversation v on v.workspace_id = c.workspace_id and v.channel_id = c.id and v.contact_id = $2
     where c.workspace_id = $1 and c.deleted_at is null and ($3::text[] is null or c.id = any ($3))
     order by v.last_message_at desc nulls last, c.created_at, c.id`,
    [ctx.workspaceId, id, channelGrants(ctx.actor)],
  );
  const addresses = (await findAddresses(ctx, [id])).get(id)?.filter(({ kind }) => kind !== "group");
  const places = await Promise.all(rows.map((row) => placeOn(ctx, row.channelId)));
  return rows.filter(({ conversationId }, n) => {
    const place = places[n];
    if (!place || place instanceof ProblemError) return false;
    return conversationId !== null || !(bestAddress(place.provider, addresses) instanceof ProblemError);
  });
}
