import { LRUCache } from "lru-cache";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed, type DataKey } from "../platform/keyring.ts";
import { blindIndex } from "../platform/seal.ts";
import { identityKinds, type Address } from "../providers/address.ts";
import { mergeContacts } from "./merge-contacts.ts";
import { newsOf, writeContacts, type Profile } from "./write-contacts.ts";

export interface PersonRef {
  workspaceId: string;
  aliases: readonly Address[];
  /** what the provider says they call themselves */
  name?: string | undefined;
  isGroup?: boolean;
  /** learn aliases if the person is known, but make nobody */
  isOnlyKnown?: boolean;
}

export interface ResolvedContacts {
  /** parallel to the people asked for; null only for `isOnlyKnown` strangers */
  contactIds: (string | null)[];
  keys: Map<string, DataKey>;
  created: { workspaceId: string; contactId: string }[];
  updated: { workspaceId: string; contactId: string }[];
}

export interface Alias extends Address {
  index: Buffer;
  key: string;
}

/** All refs that share an alias are one person. */
interface Person {
  workspaceId: string;
  aliases: Map<string, Alias>;
  name: string | undefined;
  /** shown and searched; never says who someone is */
  username: Alias | undefined;
  isGroup: boolean;
  isOnlyKnown: boolean;
  refs: number[];
  contactId: string | null;
  isNew: boolean;
}

export type ContactsApp = Pick<App, "keyring" | "clock">;
type KeyWish = { subject: string; parent: string };

const isIdentity = new Set<string>(identityKinds);

// One HMAC costs 2.4 µs, and the same people write again and again. Holds what is in the provider's bodies anyway, for a while.
// As text: a buffer of 16 bytes takes 300.
const indexCache = new LRUCache<string, string>({ max: 50_000, ttl: 600_000, ttlAutopurge: false });

const cacheKeyOf = (workspaceId: string, { kind, value }: Address): string => `${workspaceId}\0${kind}\0${value}`;

/** An address that was wrong is not kept here any longer. */
export function forgetAddress(workspaceId: string, address: Address): void {
  indexCache.delete(cacheKeyOf(workspaceId, address));
}

function aliasesOf(ref: PersonRef, indexKey: ReturnType<App["keyring"]["indexKey"]>): Alias[] {
  const out: Alias[] = [];
  for (const { kind, value } of ref.aliases) {
    const cacheKey = cacheKeyOf(ref.workspaceId, { kind, value });
    let text = indexCache.get(cacheKey);
    if (text === undefined) indexCache.set(cacheKey, (text = blindIndex(indexKey, kind, value).toString("latin1")));
    out.push({ kind, value, index: Buffer.from(text, "latin1"), key: `${ref.workspaceId}/${kind}/${text}` });
  }
  return out;
}

function groupPeople(app: ContactsApp, refs: readonly PersonRef[]): Person[] {
  const byAlias = new Map<string, Person>();
  const people = new Set<Person>();
  const indexKeys = new Map<string, ReturnType<App["keyring"]["indexKey"]>>();
  for (const [at, ref] of refs.entries()) {
    let indexKey = indexKeys.get(ref.workspaceId);
    if (!indexKey) indexKeys.set(ref.workspaceId, (indexKey = app.keyring.indexKey(ref.workspaceId, "address")));
    const all = aliasesOf(ref, indexKey);
    const aliases = all.filter((alias) => isIdentity.has(alias.kind));
    let person: Person | undefined;
    for (const alias of aliases) {
      const other = byAlias.get(alias.key);
      if (!other || other === person) continue;
      if (!person) person = other;
      else {
        for (const [key, moved] of other.aliases) {
          byAlias.set(key, person);
          person.aliases.set(key, moved);
        }
        person.refs.push(...other.refs);
        person.name ??= other.name;
        person.username ??= other.username;
        person.isGroup ||= other.isGroup;
        person.isOnlyKnown &&= other.isOnlyKnown;
        people.delete(other);
      }
    }
    person ??= {
      ...{ workspaceId: ref.workspaceId, aliases: new Map(), name: undefined, username: undefined, refs: [] },
      ...{ isGroup: false, isOnlyKnown: true, contactId: null, isNew: false },
    };
    people.add(person);
    person.refs.push(at);
    person.name = ref.name ?? person.name;
    person.username = all.find((alias) => alias.kind === "username") ?? person.username;
    person.isGroup ||= ref.isGroup === true;
    person.isOnlyKnown &&= ref.isOnlyKnown === true;
    for (const alias of aliases) {
      byAlias.set(alias.key, person);
      person.aliases.set(alias.key, alias);
    }
  }
  return [...people];
}

interface Known {
  contactId: string;
  name: Buffer | null;
  nameSource: string;
}

// `lateral … limit 1` leaves the planner one order: each alias by the unique index, then its contact.
// EXPLAIN (200 rows): Nested Loop (unnest -> Index Scan contact_identity_address -> contact_pkey), 1,200 buffers
async function lookUp(tx: Tx, people: readonly Person[]): Promise<Map<string, Known>> {
  const aliases = people.flatMap((person) => [...person.aliases.values()].map((alias) => ({ person, alias })));
  const rows = await tx.named<{ ord: number; contact_id: string; name: Buffer | null; name_source: string }>(
    "contact.look_up",
    `select x.ord::int as ord, c.id as contact_id, c.name, c.name_source
     from unnest($1::text[], $2::text[], $3::bytea[]) with ordinality as x (w, k, i, ord)
     cross join lateral (select contact_id from contact_identity n
       where n.workspace_id = x.w and n.kind = x.k and n.address_index = x.i limit 1) n
     cross join lateral (select id, name, name_source from contact c where c.workspace_id = x.w and c.id = n.contact_id limit 1) c`,
    [
      aliases.map(({ person }) => person.workspaceId),
      aliases.map(({ alias }) => alias.kind),
      aliases.map(({ alias }) => alias.index),
    ],
  );
  const known = new Map<string, Known>();
  for (const row of rows) {
    const key = aliases[row.ord - 1]?.alias.key;
    if (key) known.set(key, { contactId: row.contact_id, name: row.name, nameSource: row.name_source });
  }
  return known;
}

/** Held until the end of the transaction, in one order: whoever decides who these addresses belong to is alone in it. */
async function lockAliases(tx: Tx, people: readonly Person[]): Promise<void> {
  const names = people.flatMap((person) =>
    [...person.aliases.values()].map((alias) => `${person.workspaceId}/${alias.kind}/${alias.index.toString("hex")}`),
  );
  await tx.named(
    "contact.lock_aliases",
    `select pg_advisory_xact_lock(h) from (
       select distinct hashtextextended(name, 3) as h from unnest($1::text[]) as x (name) order by 1) as sorted`,
    [names],
  );
}

/**
 * Says who the people of a batch are, and makes those who are not known. All aliases of one person lead to one contact: a new
 * alias joins it, and two contacts that turn out to be one person are merged into the older. Two transactions at a time agree.
 * `alsoKeys` are fetched or made in the same keyring transaction.
 */
export async function resolveContacts(
  app: ContactsApp,
  tx: Tx,
  refs: readonly PersonRef[],
  alsoKeys: readonly KeyWish[] = [],
): Promise<ResolvedContacts> {
  const people = groupPeople(app, refs);
  const result: ResolvedContacts = { contactIds: refs.map(() => null), keys: new Map(), created: [], updated: [] };
  const known = people.length === 0 ? new Map<string, Known>() : await lookUp(tx, people);
  const settled = (person: Person): boolean => {
    const found = new Set([...person.aliases.keys()].map((key) => known.get(key)?.contactId));
    return found.size === 1 && !found.has(undefined);
  };
  const unsettled = people.filter((person) => !settled(person) && !(person.isOnlyKnown && isStranger(person, known)));
  if (unsettled.length > 0) {
    // sent together: the second statement has a snapshot of its own, taken after the locks were granted
    const [, again] = await Promise.all([lockAliases(tx, unsettled), lookUp(tx, unsettled)]);
    for (const [key, value] of again) known.set(key, value);
  }
  ensureKeys(app, people, known, alsoKeys, result.keys);
  const profiles: Profile[] = [];
  for (const person of people) {
    const found = [...new Set([...person.aliases.keys()].flatMap((key) => known.get(key)?.contactId ?? []))];
    const alive = found.filter((id) => result.keys.has(`contact:${id}`)).sort();
    if (alive.length === 0 && person.isOnlyKnown) continue;
    person.isNew = alive.length === 0;
    person.contactId = alive[0] ?? newId("con");
    for (const other of alive.slice(1)) await mergeContacts(app, tx, person.workspaceId, other, person.contactId);
    // an alias whose owner was erased moves to the new contact: nothing of the old one is left that could be read
    const owners = new Set(alive);
    const aliases = [...person.aliases.values()].filter((alias) => !owners.has(known.get(alias.key)?.contactId ?? ""));
    const stored = [...person.aliases.keys()].map((key) => known.get(key)).find((row) => row?.contactId === alive[0]);
    for (const at of person.refs) result.contactIds[at] = person.contactId;
    const { workspaceId, contactId, isNew, isGroup, name, username } = person;
    const profile: Profile = { workspaceId, contactId, isNew, isGroup, aliases, name, username, stored };
    const news = newsOf(app, profile);
    if (!news.name && !isNew) profile.name = undefined;
    if (!news.username) profile.username = undefined;
    if (isNew || aliases.length > 0 || news.name || news.username) profiles.push(profile);
    if (isNew) result.created.push({ workspaceId, contactId });
    else if (aliases.length > 0 || alive.length > 1 || news.name) result.updated.push({ workspaceId, contactId });
  }
  const subjects = profiles.filter((profile) => profile.isNew).map((item) => wish(item.workspaceId, item.contactId));
  for (const [subject, key] of app.keyring.ensure(subjects)) result.keys.set(subject, key);
  await writeContacts(app, tx, profiles, result.keys);
  return result;
}

function isStranger(person: Person, known: Map<string, Known>): boolean {
  return [...person.aliases.keys()].every((key) => !known.has(key));
}

const wish = (workspaceId: string, contactId: string): KeyWish => ({
  subject: `contact:${contactId}`,
  parent: `workspace:${workspaceId}`,
});

/** Contacts whose key was destroyed are erased, even where their rows are still being deleted: they get no entry in `keys`. */
function ensureKeys(
  app: ContactsApp,
  people: readonly Person[],
  known: Map<string, Known>,
  alsoKeys: readonly KeyWish[],
  keys: Map<string, DataKey>,
): void {
  const wanted = new Map(alsoKeys.map((item) => [item.subject, item]));
  for (const person of people) {
    for (const key of person.aliases.keys()) {
      const contactId = known.get(key)?.contactId;
      if (contactId) wanted.set(`contact:${contactId}`, wish(person.workspaceId, contactId));
    }
  }
  for (;;) {
    try {
      for (const [subject, key] of app.keyring.ensure([...wanted.values()])) keys.set(subject, key);
      return;
    } catch (error) {
      if (!(error instanceof KeyDestroyed) || !error.subjects.some((subject) => wanted.delete(subject))) throw error;
    }
  }
}
