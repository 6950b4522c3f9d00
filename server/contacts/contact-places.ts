import type { Aad } from "../platform/seal.ts";

/** Where a column of a contact is sealed. */
export function contactPlace(workspaceId: string, contactId: string, column: "name" | "attributes"): Aad {
  return { table: "contact", column, row: contactId, workspace: workspaceId };
}

/** Where an address of a contact is sealed. */
export function identityPlace(workspaceId: string, identityId: string): Aad {
  return { table: "contact_identity", column: "address", row: identityId, workspace: workspaceId };
}
