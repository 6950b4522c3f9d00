import { announce, newNumericId } from "./state.ts";
import type { Obj, PhoneNumber, SimState } from "./state.ts";

/** A synthetic person with a phone. `waId` are the digits; `sharesPhone: false` hides them from the business. */
export interface Person {
  key: string;
  name: string;
  userId: string;
  sharesPhone: boolean;
  waId?: string;
  username?: string;
  parentUserId?: string;
  /** Set by `marketing()`: marketing templates then fail with 131050. */
  marketingStopped?: boolean;
  /** Set when a business message created this person. */
  stranger?: boolean;
}

export interface PersonInput {
  key?: string;
  name?: string;
  phone?: string;
  userId?: string;
  username?: string;
  parentUserId?: string;
  sharesPhone?: boolean;
}

/** The four identity shapes of Meta's own test payloads: plain, phone and user name, user name alone, parent id. */
const seeds: Person[] = [
  { key: "wanjiru", name: "Wanjiru Otieno", waId: "254700000101", userId: "KE.71004400101", sharesPhone: true },
  {
    key: "pavel",
    name: "Pavel Ivanov",
    waId: "359880000102",
    userId: "BG.71004400102",
    username: "pavel.ivanov",
    sharesPhone: true,
  },
  { key: "mei", name: "Mei Tanaka", userId: "JP.71004400103", username: "mei.tanaka", sharesPhone: false },
  { key: "layla", name: "ليلى حداد", waId: "962790000104", userId: "JO.71004400104", sharesPhone: true },
  {
    key: "ines",
    name: "Inês Duarte",
    userId: "PT.71004400105",
    parentUserId: "PT.ENT.9910044001",
    sharesPhone: false,
  },
];

export function seedPeople(): Map<string, Person> {
  return new Map(seeds.map((person) => [person.key, { ...person }]));
}

export function indexPhones(people: Iterable<Person>): Map<string, Person> {
  return new Map([...people].flatMap((person) => (person.waId ? [[person.waId, person]] : [])));
}

export function addPerson(state: SimState, input: PersonInput): Person {
  const digits = input.phone?.replaceAll(/\D/g, "");
  const key = input.key ?? (digits ? `p${digits}` : `u${newNumericId()}`);
  const person: Person = {
    key,
    name: input.name ?? `Person ${(digits ?? key).slice(-4)}`,
    userId: input.userId ?? `ZZ.${newNumericId()}`,
    sharesPhone: input.sharesPhone ?? digits !== undefined,
  };
  if (digits) person.waId = digits;
  if (input.username) person.username = input.username;
  if (input.parentUserId) person.parentUserId = input.parentUserId;
  state.people.set(key, person);
  if (digits) state.peopleByPhone.set(digits, person);
  announce(state, { kind: "people" });
  return person;
}

/** A key, phone number, user id or user name; or an object, which makes the person. */
export function findPerson(state: SimState, who: string | PersonInput | undefined): Person {
  if (typeof who === "object") {
    const known = who.key === undefined ? undefined : state.people.get(who.key);
    return known ?? addPerson(state, who);
  }
  const name = who ?? "wanjiru";
  const byKey = state.people.get(name);
  if (byKey) return byKey;
  const digits = name.replaceAll(/\D/g, "");
  const byPhone = state.peopleByPhone.get(digits);
  if (byPhone) return byPhone;
  for (const person of state.people.values()) if (person.userId === name || person.username === name) return person;
  if (/^\+?[\d ()-]{6,}$/.test(name)) return addPerson(state, { phone: digits });
  throw new Error(`the simulator knows no person "${name}"`);
}

/**
 * Meta accepts `+ - ( )` and spaces, and puts the business number's own country code before digits without `+`.
 * Digits that already are somebody's full number, or carry that code, stay as they are.
 */
export function normaliseRecipient(state: SimState, from: PhoneNumber, to: string): string {
  const digits = to.replaceAll(/\D/g, "");
  if (to.trim().startsWith("+")) return digits;
  if (state.peopleByPhone.has(digits)) return digits;
  const own = from.digits.startsWith("1") ? "1" : from.digits.slice(0, 2);
  return digits.startsWith(own) ? digits : own + digits;
}

export function contactOf(person: Person, options: { username?: boolean } = {}): Obj {
  const profile: Obj = { name: person.name };
  if (person.username && options.username !== false) profile.username = person.username;
  const contact: Obj = { profile };
  if (person.waId && person.sharesPhone) contact.wa_id = person.waId;
  contact.user_id = person.userId;
  if (person.parentUserId) contact.parent_user_id = person.parentUserId;
  return contact;
}
