import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { tryOpenText } from "../platform/seal.ts";
import { contactPlace } from "./contact-places.ts";
import { specialNames } from "./judge-attributes.ts";
import { packedIdentities, viewContact, type PackedIdentity } from "./contact-view.ts";

export interface OpenedPerson {
  id: string;
  name: string | null;
  identities: { kind: string; value: string }[];
  attributes: Record<string, string>;
  /** names of those among them that are of a special category */
  specialAttributes: string[];
  createdAt: string;
  restrictedAt: string | null;
}

/** A contact, for the person themself: without the grants of whoever asks. Null when there is none. */
export async function openPerson(
  app: Pick<App, "keyring">,
  tx: Tx,
  workspaceId: string,
  id: string,
): Promise<OpenedPerson | null> {
  const [row] = await tx.query<{
    id: string;
    name: Buffer | null;
    is_group: boolean;
    attributes: Buffer | null;
    identities: PackedIdentity[];
    created_at: Date;
    restricted_at: Date | null;
  }>(
    `select c.id, c.name, c.is_group, c.attributes, ${packedIdentities} as identities, c.created_at, c.restricted_at
     from contact c where c.workspace_id = $1 and c.id = $2`,
    [workspaceId, id],
  );
  if (!row) return null;
  const { name, identities } = viewContact(app.keyring, workspaceId, { ...row, isGroup: row.is_group });
  const opened =
    row.attributes && tryOpenText(app.keyring, contactPlace(workspaceId, id, "attributes"), row.attributes);
  const attributes = opened ? (JSON.parse(opened) as Record<string, string>) : {};
  const special = await specialNames({ tx, workspaceId });
  return {
    ...{ id, name, identities, attributes },
    specialAttributes: Object.keys(attributes).filter((one) => special.has(one)),
    createdAt: row.created_at.toISOString(),
    restrictedAt: row.restricted_at?.toISOString() ?? null,
  };
}
