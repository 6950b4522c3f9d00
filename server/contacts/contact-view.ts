// A contact as the API shows it: opened from its sealed row and identities.
import { z } from "zod";
import type { Keyring } from "../platform/keyring.ts";
import { tryOpenText } from "../platform/seal.ts";
import { contactPlace, identityPlace } from "./contact-places.ts";

export const identityView = z
  .object({ kind: z.string().describe("`phone`, `wa_user_id`, `username`, …"), value: z.string() })
  .meta({ id: "ContactIdentity" });

export const contactView = z
  .object({
    id: z.string(),
    name: z.string().nullable().describe("null when nobody told one, or the content was destroyed."),
    isGroup: z.boolean(),
    identities: z.array(identityView),
  })
  .meta({ id: "ContactSummary" });
export type ContactView = z.output<typeof contactView>;

/** An identity as the SQL below packs it: one JSON array a contact, so that a page costs no query per item. */
export interface PackedIdentity {
  id: string;
  kind: string;
  /** base64 of the sealed address */
  address: string;
}

/** Packs the `contact_identity` rows `i` of one contact, oldest first. */
export const packIdentities = `json_agg(json_build_object('id', i.id, 'kind', i.kind,
    'address', encode(i.address, 'base64')) order by i.created_at, i.id)`;

/** Select-list part for the identities of the contact `c`. */
export const packedIdentities = `coalesce((select ${packIdentities}
  from contact_identity i where i.workspace_id = c.workspace_id and i.contact_id = c.id), '[]'::json)`;

export interface ContactRow {
  id: string;
  name: Buffer | null;
  isGroup: boolean;
  identities: PackedIdentity[];
}

export function openContactName(keyring: Keyring, workspaceId: string, id: string, name: Buffer | null): string | null {
  return name && tryOpenText(keyring, contactPlace(workspaceId, id, "name"), name);
}

export function viewContact(keyring: Keyring, workspaceId: string, row: ContactRow): ContactView {
  const identities: ContactView["identities"] = [];
  for (const packed of row.identities) {
    const place = identityPlace(workspaceId, packed.id);
    const value = tryOpenText(keyring, place, Buffer.from(packed.address, "base64"));
    if (value !== null) identities.push({ kind: packed.kind, value });
  }
  return {
    id: row.id,
    name: openContactName(keyring, workspaceId, row.id, row.name),
    isGroup: row.isGroup,
    identities,
  };
}
