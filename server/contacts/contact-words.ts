import type { ContactView } from "./contact-view.ts";

const shortestEnding = 4;

/**
 * What a contact is found by: the words of the name, user names, ids, and a phone number from any of its digits on, so that a
 * number is found as people know it: with or without the country, or by its last digits.
 */
export function contactText({ name, identities }: Pick<ContactView, "name" | "identities">): string {
  const words = [name ?? ""];
  for (const { kind, value } of identities) {
    if (kind === "phone") words.push(...endings(value.replaceAll(/\D/g, "")));
    else words.push(value);
  }
  return words.join(" ");
}

function endings(digits: string): string[] {
  return Array.from({ length: Math.max(1, digits.length - shortestEnding + 1) }, (_, i) => digits.slice(i));
}

/** A number typed with spaces, brackets and zeros in front becomes its digits; all else stays as it is. */
export function contactQuery(q: string): string {
  const digits = q.replaceAll(/[\s()+./\u2010-\u2015-]/g, "");
  if (!/^\p{Nd}{4,}$/u.test(digits)) return q;
  return digits.normalize("NFKD").replace(/^0+/, "");
}
