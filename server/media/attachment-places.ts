import type { Aad } from "../platform/seal.ts";

/** Where a column of an attachment is sealed. `details` is the JSON of a `MediaRef`, of an upload only its `filename`. */
export function attachmentPlace(workspaceId: string, attachmentId: string, column: "details" | "blob_key"): Aad {
  return { table: "attachment", column, row: attachmentId, workspace: workspaceId };
}
