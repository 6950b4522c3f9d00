import { cleanText, type Draft } from "../json-read.ts";
import type { SharedContact } from "../message-content.ts";

const unescape = (text: string): string => text.replaceAll(/\\n/gi, "\n").replaceAll(/\\([,;\\])/g, "$1");
const escape = (text: string): string => text.replaceAll(/[\\,;]/g, "\\$&").replaceAll(/\r?\n/g, "\\n");

/** Reads what we show of a vCard (RFC 6350, and the 3.0 that phones send). The card itself is kept beside it. */
export function readVcard(name: string, vcard: string): SharedContact {
  const phones: Draft<SharedContact["phones"][number]>[] = [];
  const emails: Draft<SharedContact["emails"][number]>[] = [];
  const urls: Draft<SharedContact["urls"][number]>[] = [];
  let shown = name;
  let company: string | undefined;
  for (const line of cleanText(vcard)
    .replaceAll(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .slice(0, 200)) {
    const colon = line.indexOf(":");
    const [property = "", ...parameters] = line.slice(0, colon).split(";");
    const value = unescape(line.slice(colon + 1)).trim();
    if (colon < 1 || value === "") continue;
    const type = parameters
      .find((parameter) => /^type=/i.test(parameter))
      ?.slice(5)
      .toLowerCase();
    const typed = type === undefined ? {} : { type };
    switch (property.replace(/^item\d+\./i, "").toUpperCase()) {
      case "FN":
        shown ||= value;
        break;
      case "TEL": {
        const userId = parameters.find((parameter) => /^waid=/i.test(parameter))?.slice(5);
        phones.push({ number: value, ...typed, ...(userId === undefined ? {} : { userId }) });
        break;
      }
      case "EMAIL":
        emails.push({ email: value, ...typed });
        break;
      case "URL":
        if (/^https?:\/\//i.test(value)) urls.push({ url: value, ...typed });
        break;
      case "ORG":
        company = value.split(";")[0];
    }
  }
  return { name: shown, phones, emails, urls, addresses: [], vcard, ...(company ? { organisation: { company } } : {}) };
}

export function writeVcard(contact: SharedContact): string {
  if (contact.vcard !== undefined) return contact.vcard;
  const lines = contact.phones.map(({ number, type, userId }) => {
    const waid = (userId ?? number).replaceAll(/\D/g, "");
    return `TEL;type=${escape(type ?? "CELL")};waid=${waid}:${escape(number)}`;
  });
  return [
    ...["BEGIN:VCARD", "VERSION:3.0", `N:;${escape(contact.name)};;;`, `FN:${escape(contact.name)}`],
    ...(contact.organisation?.company ? [`ORG:${escape(contact.organisation.company)}`] : []),
    ...lines,
    ...contact.emails.map(({ email }) => `EMAIL:${escape(email)}`),
    ...contact.urls.map(({ url }) => `URL:${escape(url)}`),
    "END:VCARD",
  ].join("\n");
}
