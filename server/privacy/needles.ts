// The shapes in which a text may lie in a store.

/** Forms of a text, lower-cased: raw, JSON-escaped, URL, base64 at three alignments, hex, and digits only where it is a number. */
export function formsOf(text: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(text);
  const digits = text.replace(/\D/g, "");
  const forms: [string, string][] = [
    ["raw", text],
    ["json", JSON.stringify(text).slice(1, -1)],
    ["ascii json", asciiJson(text)],
    ["url", encodeURIComponent(text)],
    ["form", encodeURIComponent(text).replaceAll("%20", "+")],
    ["hex", bytes.toString("hex")],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      const core = base64Core(bytes, shift);
      return [
        [`base64 at ${shift}`, core],
        [`base64url at ${shift}`, core.replaceAll("+", "-").replaceAll("/", "_")],
      ];
    }),
    // fewer would be found by chance
    ...(digits.length >= 8 && /^[\d\s()+./-]+$/.test(text) ? ([["digits", digits]] as [string, string][]) : []),
  ];
  const byText = new Map<string, string>();
  for (const [form, shape] of forms) if (!byText.has(shape.toLowerCase())) byText.set(shape.toLowerCase(), form);
  return byText;
}

/** What of the text's base64 does not depend on its neighbours, when it begins `shift` bytes into a group of three. */
function base64Core(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = padded.subarray(0, padded.length - (padded.length % 3)).toString("base64");
  // the first group is mixed with what stands before
  return whole.slice(shift === 0 ? 0 : 4);
}

function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[^\u0000-\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
