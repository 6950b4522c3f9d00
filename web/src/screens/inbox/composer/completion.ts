/** What is being typed at the caret: `/` begins a saved reply, `@` a colleague's name. */
export interface Token {
  query: string;
  /** where the sign stands */
  from: number;
  to: number;
}

/** The token that ends at the caret; null where none does. A sign within a word (an address, a path) begins nothing. */
export function tokenAt(text: string, caret: number, sign: "/" | "@"): Token | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf(sign);
  if (from < 0 || (from > 0 && !/\s/.test(before[from - 1] ?? ""))) return null;
  const query = before.slice(from + 1);
  return query.length <= 40 && !/\s/.test(query) ? { query, from, to: caret } : null;
}

/** A saved reply for a contact. What stands for a name that nobody knows goes, with the space before it. */
export function fillReply(text: string, name: string | null): string {
  const values: Record<string, string> = { name: name ?? "", firstName: name?.trim().split(/\s+/)[0] ?? "" };
  return text.replaceAll(/([ \t]?)\{\{\s*(\w+)\s*\}\}/g, (whole, space: string, key: string) => {
    const value = values[key];
    if (value === undefined) return whole;
    return value === "" ? "" : space + value;
  });
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whom a note names: a longer name wins over one that it begins with. */
export function mentionedIn(text: string, members: readonly { id: string; name: string }[]): string[] {
  let rest = text;
  const found: string[] = [];
  for (const { id, name } of members.toSorted((a, b) => b.name.length - a.name.length)) {
    // oxlint-disable-next-line security/detect-non-literal-regexp -- the name is escaped
    const named = new RegExp(`(?<!\\S)@${literal(name)}(?![\\p{L}\\p{N}])`, "gu");
    if (!named.test(rest)) continue;
    found.push(id);
    rest = rest.replaceAll(named, " ");
  }
  return found;
}
