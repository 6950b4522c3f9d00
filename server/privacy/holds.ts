// Holds: what must not be deleted yet, although it is due or asked for.
import type { Tx } from "../platform/db.ts";

export const holdReasons = ["legal_claim", "authority_order", "statutory_duty", "security_incident"] as const;
export type HoldReason = (typeof holdReasons)[number];

export interface Hold {
  id: string;
  subjectKind: "contact" | "workspace";
  /** A contact's id, or the workspace's own. */
  subjectId: string;
  reason: HoldReason;
  until: Date;
}

/**
 * The holds that bind these contacts at `at`: their own, of contacts merged into them, and those on the whole workspace. No ids: the
 * workspace's own only. Call it in the transaction that deletes.
 */
export function holdsFor(tx: Tx, workspaceId: string, subjectIds: readonly string[], at: Date): Promise<Hold[]> {
  return tx.query<Hold & Record<string, unknown>>(
    `select id, subject_kind as "subjectKind", subject_id as "subjectId", reason, until from legal_hold h
     where h.workspace_id = $1 and h.released_at is null and h.until > $3 and (h.subject_id = $1 or h.subject_id = any ($2::text[])
       or exists (select 1 from contact c where c.workspace_id = $1 and c.id = h.subject_id and c.merged_into = any ($2::text[])))
     order by h.until desc, h.id`,
    [workspaceId, subjectIds, at],
  );
}
