// After a restore: what was erased, refused, restricted or held since the backup is so again, before anyone can read it.
import { restrictContacts } from "../contacts/restrict-contacts.ts";
import { endWorkspace, markClosed } from "../identity/close-workspace.ts";
import { endMemberships } from "../identity/members.ts";
import type { App } from "../platform/context.ts";
import { rebuildSearch } from "../search/rebuild-search.ts";
import { forgetPersonRow } from "./erase-person.ts";
import { wholeContact } from "./find-subject.ts";
import { forgetContact } from "./forget-contact.ts";
import { releaseHolds, replayHold } from "./holds.ts";
import { isErasure, type LedgerEntry } from "./ledger-file.ts";
import { missingErasures, noteInDatabase, readLedger } from "./ledger.ts";
import { replayRefusal } from "./note-refusals.ts";
import { emptyWorkspace } from "./purge-workspace.ts";

export interface Replayed {
  repeated: number;
  /** refusals and restrictions of people whom the backup does not know: nobody here stands for them */
  unknown: number;
}

/**
 * Destroys every key that the ledger names (the keyring's copy may be older), repeats entries that the database does not know, and
 * only then notes them as known: cut short, it begins anew. Search is made again at the end.
 */
export async function replayLedger(app: App): Promise<Replayed> {
  const all = await readLedger(app);
  const missing = await missingErasures(app);
  const erasures = all.filter(isErasure);
  app.keyring.destroy(erasures.map(keySubject));
  const erased = new Set(erasures.map(({ subjectId }) => subjectId));
  let unknown = 0;
  for (const entry of missing) {
    const isDone = await repeat(app, entry);
    if (!isDone && ofPeople.has(entry.kind) && !erased.has(entry.subjectId) && !erased.has(entry.workspaceId))
      unknown += 1;
    await app.db.tx({ workspaceIds: [entry.workspaceId] }, (tx) => noteInDatabase(tx, [entry]));
  }
  const open = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select id from kw.open_workspaces() as id"),
  );
  for (const { id } of open) await rebuildSearch(app, id);
  return { repeated: missing.length, unknown };
}

/** What somebody asked for, and may now be overlooked; a hold goes with the workspace that it holds. */
const ofPeople: ReadonlySet<LedgerEntry["kind"]> = new Set(["consent_refused", "restriction_placed"]);

const places = { contact_erased: "contact", member_erased: "person", workspace_closed: "workspace" } as const;

/** The keyring's name of what an entry erased. */
const keySubject = ({ kind, subjectId }: LedgerEntry): string =>
  kind in places ? `${places[kind as keyof typeof places]}:${subjectId}` : subjectId;

/** False where there is nobody to whom it could apply. */
async function repeat(app: App, entry: LedgerEntry): Promise<boolean> {
  const { kind, workspaceId, subjectId } = entry;
  const within = <R>(run: Parameters<typeof app.db.tx<R>>[1]): Promise<R> =>
    app.db.tx({ workspaceIds: [workspaceId] }, run);
  const at = new Date(entry.at);
  switch (kind) {
    case "contact_erased": {
      const ids = await within((tx) => wholeContact({ tx, workspaceId }, subjectId));
      await forgetContact({ app, workspaceId, ids });
      return true;
    }
    case "workspace_closed":
      // nothing held it when it was purged
      await within(async (tx) => {
        await releaseHolds(tx, workspaceId, at);
        await endWorkspace(tx, workspaceId, at);
      });
      await emptyWorkspace(app, workspaceId, app.clock.now());
      await within((tx) => markClosed(tx, workspaceId, at));
      return true;
    case "member_erased":
      await app.db.tx({ workspaceIds: [] }, async (tx) => {
        await endMemberships(tx, subjectId, at);
        await forgetPersonRow(tx, subjectId);
      });
      return true;
    case "key_destroyed":
      return true;
    case "consent_refused":
      return within((tx) => replayRefusal(tx, entry, app.clock.now()));
    case "restriction_placed":
    case "restriction_lifted":
      return within(async (tx) => {
        const known = await tx.query("select 1 from contact where workspace_id = $1 and id = $2", [
          workspaceId,
          subjectId,
        ]);
        const ids = await wholeContact({ tx, workspaceId }, subjectId);
        await restrictContacts({ ...app, tx, workspaceId }, ids, kind === "restriction_placed");
        return known.length > 0;
      });
    case "hold_placed":
    case "hold_released":
      return within((tx) => replayHold(tx, entry));
  }
}
