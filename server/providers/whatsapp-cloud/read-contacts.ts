import type { MessageContent, SharedContact } from "../message-content.ts";
import { type Cut, type Json, asList, asObject, readId, readText, readUrl } from "../json-read.ts";
import { longest } from "./longest.ts";

/** Contact cards. https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/contacts */
export function readContacts(value: unknown, cut: Cut): MessageContent | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.length > longest.list) cut.isCut = true;
  return { kind: "contacts", contacts: value.slice(0, longest.list).map((item) => readSharedContact(item, cut)) };
}

function readSharedContact(value: unknown, cut: Cut): SharedContact {
  const contact = asObject(value) ?? {};
  const name = asObject(contact["name"]);
  const title = (from: Json | undefined, key: string) => readText(from?.[key], longest.title, cut);
  const line = (from: Json, key: string) => readText(from[key], longest.line, cut);
  /** Entries whose main value is there, each with its optional `type` ("HOME", "WORK"). */
  const entries = <T>(key: string, read: (entry: Json) => T | undefined) =>
    asList(contact[key])
      .slice(0, longest.list)
      .flatMap((item) => {
        const entry = asObject(item) ?? {};
        const found = read(entry);
        const type = title(entry, "type");
        return found === undefined ? [] : [type === undefined ? found : { ...found, type }];
      });
  const phones = entries("phones", (entry) => {
    const number = title(entry, "phone") ?? title(entry, "wa_id");
    const userId = readId(entry["wa_id"]) ?? readId(entry["user_id"]);
    return number === undefined ? undefined : { number, ...(userId !== undefined && { userId }) };
  });
  const emails = entries("emails", (entry) => {
    const email = title(entry, "email");
    return email === undefined ? undefined : { email };
  });
  const urls = entries("urls", (entry) => {
    const url = readUrl(entry["url"]);
    return url === undefined ? undefined : { url };
  });
  const addresses = entries("addresses", (entry) => {
    const parts = ["street", "zip", "city", "state", "country"].map((key) => line(entry, key));
    const text = parts.filter((part) => part !== undefined).join(", ");
    return text === "" ? undefined : { text };
  });
  const vcard = readText(contact["vcard"], longest.vcard, cut);
  const joined = [title(name, "first_name"), title(name, "last_name")].filter((part) => part !== undefined).join(" ");
  const shown = title(name, "formatted_name") ?? (joined || vcardName(vcard) || phones[0]?.number || "");
  const org = asObject(contact["org"]);
  const company = title(org, "company");
  const department = title(org, "department");
  const role = title(org, "title");
  const birthday = readText(contact["birthday"], 32);
  return {
    name: shown,
    phones,
    emails,
    urls,
    addresses,
    ...(org && {
      organisation: {
        ...(company !== undefined && { company }),
        ...(department !== undefined && { department }),
        ...(role !== undefined && { title: role }),
      },
    }),
    ...(birthday !== undefined && { birthday }),
    ...(vcard !== undefined && { vcard }),
  };
}

function vcardName(vcard: string | undefined): string | undefined {
  return vcard === undefined ? undefined : /^FN[^:\r\n]*:([^\r\n]{1,255})/m.exec(vcard)?.[1];
}
