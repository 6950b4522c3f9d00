import type { ContactField, SpecialBasis } from "../../admin-api.ts";
import type { TextKey } from "../../text.ts";

export const isSpecial = (category: string): boolean => category.startsWith("special.");

/** In the order in which a person looks for them; the API adds none without a text here. */
const ordinary = [
  ...(["user.content", "user.name", "user.contact.email", "user.contact.phone_number"] as const),
  ...(["user.unique_id", "user.behavior"] as const),
] as const satisfies readonly ContactField["category"][];
const special = [
  ...(["special.health", "special.religion", "special.ethnicity", "special.politics", "special.union"] as const),
  ...(["special.sex_life", "special.biometrics", "special.genetics", "special.criminal"] as const),
] as const satisfies readonly ContactField["category"][];

export const categoriesFor = (isSpecialOn: boolean): readonly ContactField["category"][] =>
  isSpecialOn ? [...ordinary, ...special] : ordinary;

export const types = ["text", "number", "date", "boolean", "choice"] as const satisfies readonly ContactField["type"][];

export const specialBases = [
  ...(["explicit_consent", "employment_law", "vital_interests", "nonprofit_members", "made_public"] as const),
  ...(["legal_claims", "public_interest", "health_care", "public_health", "research"] as const),
] as const satisfies readonly SpecialBasis[];

export const categoryText = (category: ContactField["category"]): TextKey => `fields.category.${category}`;
export const typeText = (type: ContactField["type"]): TextKey => `fields.type.${type}`;
export const basisText = (basis: SpecialBasis): TextKey => `special.basis.${basis}`;
