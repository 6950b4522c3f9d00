// To whom messages go: from conversations, contacts or addresses to a channel, an address and what is known of the service window.
import type { LiveChannel } from "../channels/channel-directory.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { contactCreated, contactUpdated } from "../contacts/contact-events.ts";
import { findAddresses, findContacts, meetsOnlySeen } from "../contacts/find-contacts.ts";
import { resolveContacts, type PersonRef, type ResolvedContacts } from "../contacts/resolve-contacts.ts";
import { conversationCreated } from "../conversations/conversation-events.ts";
import { findSendPlaces, type ConversationRef } from "../conversations/find-conversation.ts";
import { conversationKey, ensureConversations } from "../conversations/touch-conversations.ts";
import { whyStopped } from "../identity/sending-stop.ts";
import type { Ctx } from "../platform/context.ts";
import { notFound, ProblemError } from "../platform/problem.ts";
import type { Address } from "../providers/address.ts";
import type { AnyProvider } from "../providers/provider.ts";
import type { NewMessage } from "./new-message.ts";
import { addressUnusable, channelDisconnected, personUnseen } from "./send-problems.ts";

/** Where a message goes. Nobody is made by looking: who is not known yet has no contact, and no conversation. */
export interface Target {
  channel: LiveChannel;
  provider: AnyProvider;
  to: Address;
  contactId: string | null;
  conversationId: string | null;
  lastInboundAt: Date | null;
}

export interface ReadyTarget extends Target {
  contactId: string;
  conversationId: string;
}

export type Place = Pick<Target, "channel" | "provider"> & { conversation?: ConversationRef };

/**
 * The target of each message, or why there is none, in the order of `inputs`; some four statements, however many there are.
 * The refusals are not_found, message.channel_disconnected, message.address_unusable, conversation.person_unseen, and of a workspace that
 * may not send that alone.
 */
export async function findTargets(ctx: Ctx, inputs: readonly NewMessage[]): Promise<(Target | ProblemError)[]> {
  const named = await Promise.all(
    inputs.map(async (input) => ("channelId" in input ? placeOn(ctx, input.channelId) : undefined)),
  );
  const typed = inputs.map((input, at) => typedAddress(input, named[at]));
  const people = await knownPeople(ctx, inputs, typed);
  const { state, byId, byPlace } = await findSendPlaces(
    ctx,
    inputs.flatMap((input) => ("conversationId" in input ? [input.conversationId] : [])),
    inputs.flatMap((input, at) => {
      const contactId = people[at];
      return "channelId" in input && typeof contactId === "string" ? [{ channelId: input.channelId, contactId }] : [];
    }),
  );
  const stopped = whyStopped(state, ctx.clock.now());
  if (stopped) return inputs.map(() => stopped);
  const places = await Promise.all(
    inputs.map(async (input, at) =>
      "conversationId" in input ? placeIn(ctx, byId.get(input.conversationId)) : (named[at] ?? notFound()),
    ),
  );
  const contacts = places.map((place, at) => {
    const person = people[at] ?? null;
    if (place instanceof ProblemError || person instanceof ProblemError) return null;
    return place.conversation?.contactId ?? person;
  });
  const addresses = await findAddresses(
    ctx,
    contacts.filter((id, at) => id !== null && typed[at] === undefined),
  );
  return places.map((place, at) => {
    const address = typed[at];
    const contactId = contacts[at] ?? null;
    if (place instanceof ProblemError) return place;
    if (address instanceof ProblemError) return address;
    const person = people[at];
    if (person instanceof ProblemError) return person;
    if (contactId === null && !address) return notFound();
    const to = address ?? bestAddress(place.provider, addresses.get(contactId ?? ""));
    if (to instanceof ProblemError) return to;
    const conversation =
      place.conversation ?? byPlace.get(conversationKey({ ...ids(ctx, place), contactId: contactId ?? "" }));
    const { channel, provider } = place;
    return {
      ...{ channel, provider, to, contactId },
      conversationId: conversation?.id ?? null,
      lastInboundAt: conversation?.lastInboundAt ?? null,
    };
  });
}

const ids = (ctx: Ctx, { channel }: Pick<Target, "channel">) => ({
  workspaceId: ctx.workspaceId,
  channelId: channel.id,
});

async function placeIn(ctx: Ctx, conversation: ConversationRef | undefined): Promise<Place | ProblemError> {
  if (!conversation) return notFound();
  const place = await placeOn(ctx, conversation.channelId, true);
  return place instanceof ProblemError ? place : { ...place, conversation };
}

/**
 * A channel that can send, or why it cannot: not_found, also outside the actor's grants, or message.channel_disconnected.
 * `isSeen`: it was found by a conversation, which stays readable when the channel is removed and in no directory any more.
 */
export async function placeOn(ctx: Ctx, channelId: string, isSeen = false): Promise<Place | ProblemError> {
  const channel = await ctx.channels.find(channelId);
  const grants = channelGrants(ctx.actor);
  if (channel ? channel.workspaceId !== ctx.workspaceId : !isSeen) return notFound();
  if (grants && !grants.includes(channelId)) return notFound();
  const provider = channel && ctx.providers[channel.provider];
  if (!provider || channel.status === "disconnected" || channel.status === "deleting") return channelDisconnected();
  return { channel, provider };
}

function typedAddress(input: NewMessage, place: Place | ProblemError | undefined): Address | ProblemError | undefined {
  if (!("to" in input) || typeof input.to === "object" || !place || place instanceof ProblemError) return undefined;
  return readAddress(input.to, place.provider);
}

/** `+` and digits are a phone number, whoever can reach one; everything else is the provider's own id for the person. */
export function readAddress(
  text: string,
  provider: { can: Pick<AnyProvider["can"], "addressKinds"> },
): Address | ProblemError {
  const kinds = provider.can.addressKinds.value;
  const compact = text.replaceAll(/[\s().-]/g, "");
  if (compact.startsWith("+") && !kinds.includes("phone"))
    return addressUnusable({ detail: "This channel does not reach people by their phone number." });
  if (/^\+[1-9]\d{6,14}$/.test(compact) && kinds.includes("phone")) return { kind: "phone", value: compact };
  const own = kinds.find((kind) => kind !== "phone" && kind !== "group");
  // WhatsApp's ids are CC. and letters or digits; a bare number is nearly always a phone number without its plus sign
  if (own === undefined || (kinds.includes("phone") && !/^[A-Z]{2}\./.test(text)))
    return addressUnusable({ detail: "A phone number must start with + and the country code." });
  return { kind: own, value: text };
}

/** The contact of each message that names a person; null for one that nobody has met yet, and a refusal of whom the actor may not meet so. */
async function knownPeople(
  ctx: Ctx,
  inputs: readonly NewMessage[],
  typed: readonly (Address | ProblemError | undefined)[],
): Promise<(string | null | ProblemError)[]> {
  const named = await findContacts(
    ctx,
    inputs.flatMap((input) => ("to" in input && typeof input.to === "object" ? [input.to.contactId] : [])),
  );
  const refs = typed.flatMap((address, at) =>
    address && !(address instanceof ProblemError) ? [{ at, ref: personOf(ctx, address) }] : [],
  );
  const met = await meet(
    ctx,
    refs.map(({ ref }) => ({ ...ref, isOnlyKnown: true })),
  );
  const byInput = new Map(refs.map(({ at }, n) => [at, met[n] ?? null]));
  return inputs.map((input, at) =>
    "to" in input && typeof input.to === "object" ? (named.get(input.to.contactId) ?? null) : (byInput.get(at) ?? null),
  );
}

const personOf = (ctx: Ctx, address: Address): PersonRef => ({
  workspaceId: ctx.workspaceId,
  aliases: [address],
  isGroup: address.kind === "group",
});

/**
 * The contacts of addresses. Whoever meets only people whom they see is refused all others alike: whether the workspace knows more people is
 * told to nobody who tries numbers.
 */
async function meet(ctx: Ctx, refs: readonly PersonRef[]): Promise<(string | null | ProblemError)[]> {
  if (!meetsOnlySeen(ctx.actor)) return (await resolve(ctx, refs)).contactIds;
  const known = await resolve(
    ctx,
    refs.map((ref) => ({ ...ref, isOnlyKnown: true })),
  );
  const seen = await findContacts(
    ctx,
    known.contactIds.filter((id) => id !== null),
  );
  return known.contactIds.map((id) => (id === null ? undefined : seen.get(id)) ?? personUnseen());
}

/** The contact of an address, made where nobody has met them yet. @throws message.address_unusable · conversation.person_unseen */
export async function meetAddress(ctx: Ctx, provider: AnyProvider, to: string): Promise<string> {
  const address = readAddress(to, provider);
  if (address instanceof ProblemError) throw address;
  const [contactId] = await meet(ctx, [personOf(ctx, address)]);
  if (contactId instanceof ProblemError) throw contactId;
  if (!contactId) throw new Error("a person was not made");
  return contactId;
}

/** Where a channel reaches somebody best, or why it does not. */
export function bestAddress(provider: AnyProvider, addresses: readonly Address[] | undefined): Address | ProblemError {
  if (!addresses?.length) return notFound();
  for (const kind of provider.can.addressKinds.value) {
    const found = addresses.find((address) => address.kind === kind);
    if (found) return found;
  }
  return addressUnusable({ detail: "The contact has no address that this channel can reach." });
}

async function resolve(ctx: Ctx, refs: readonly PersonRef[]): Promise<Pick<ResolvedContacts, "contactIds">> {
  if (refs.length === 0) return { contactIds: [] };
  const resolved = await resolveContacts(ctx, ctx.tx, refs);
  const item = (found: { workspaceId: string; contactId: string }) => ({
    workspaceId: found.workspaceId,
    payload: { contactId: found.contactId },
  });
  await ctx.emit(ctx.tx, contactCreated, resolved.created.map(item));
  await ctx.emit(ctx.tx, contactUpdated, resolved.updated.map(item));
  return resolved;
}

/** Makes the contacts and conversations that are not there yet. */
export async function readyTargets(ctx: Ctx, targets: readonly Target[]): Promise<ReadyTarget[]> {
  const strangers = targets.filter((target) => target.contactId === null);
  const made = await resolve(
    ctx,
    strangers.map((target) => personOf(ctx, target.to)),
  );
  const contactOf = new Map(strangers.map((target, at) => [target, made.contactIds[at]]));
  const placed = targets.map((target) => {
    const contactId = target.contactId ?? contactOf.get(target);
    if (!contactId) throw new Error("a person was not made");
    return { ...target, contactId };
  });
  const now = ctx.clock.now();
  const missing = placed.filter((target) => target.conversationId === null);
  const ensured = await ensureConversations(
    ctx.tx,
    missing.map((target) => ({ ...ids(ctx, target), contactId: target.contactId, at: now, status: "open" })),
    now,
  );
  const fresh = new Map<string, (typeof placed)[number]>();
  const ready = placed.map((target) => {
    const found = ensured.get(conversationKey({ ...ids(ctx, target), contactId: target.contactId }));
    const conversationId = target.conversationId ?? found?.id;
    if (conversationId === undefined) throw new Error("a conversation was not made");
    if (found?.isNew) fresh.set(conversationId, target);
    return { ...target, conversationId };
  });
  await ctx.emit(
    ctx.tx,
    conversationCreated,
    [...fresh].map(([conversationId, { contactId, channel }]) => ({
      ...{ workspaceId: ctx.workspaceId, channelId: channel.id, conversationId },
      payload: { conversationId, contactId, channelId: channel.id },
    })),
  );
  return ready;
}
