/** Best first: a prefix, then the start of a word, then letters in order. Null when it does not match. */
export function matchScore(label: string, query: string): number | null {
  const text = label.toLocaleLowerCase();
  const wanted = query.trim().toLocaleLowerCase();
  if (wanted === "") return 0;
  if (text.startsWith(wanted)) return 3;
  if (text.split(/\s+/).some((word) => word.startsWith(wanted))) return 2;
  let at = -1;
  for (const char of wanted) {
    at = text.indexOf(char, at + 1);
    if (at === -1) return null;
  }
  return 1;
}
