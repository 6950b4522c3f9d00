/** Longest values we keep, in UTF-16 units. WhatsApp's own clients stop at 65,536 for text. */
export const longest = { text: 65_536, title: 255, line: 1024, emoji: 64, vcard: 65_536, list: 256 } as const;
