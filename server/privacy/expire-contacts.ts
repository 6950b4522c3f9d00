// People with whom nobody has spoken for as long as the workspace keeps contacts: the key first, then every row, file and search token.
import type { App } from "../platform/context.ts";
import type { TableDeclaration } from "../platform/table.ts";
import { appendToLedger } from "./ledger.ts";

interface Due {
  workspace_id: string;
  id: string;
}

type ExpireApp = Pick<App, "db" | "clock" | "keyring" | "config" | "blobs" | "registry">;
const PAGE = 500;

/** At most `limit` contacts, longest silent first; returns how many. A crash in between goes on with the next run. */
export async function expireContacts(app: ExpireApp, limit: number, now: Date): Promise<number> {
  const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<Due>("select workspace_id, id from kw.sweepable_contacts($1, $2, null, null)", [now, limit]),
  );
  for (const { workspace_id: workspaceId, id } of due) await expire(app, workspaceId, id, now);
  return due.length;
}

async function expire(app: ExpireApp, workspaceId: string, contactId: string, now: Date): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  const isDue = await app.db.tx(scope, async (tx) => {
    // Asked again under the lock: they may have written, or a hold may have been placed, a moment ago.
    await tx.query("select 1 from contact where workspace_id = $1 and id = $2 for update", [workspaceId, contactId]);
    const [still] = await tx.query("select 1 from kw.sweepable_contacts($1, 1, $2, $3)", [now, workspaceId, contactId]);
    if (!still) return false;
    await appendToLedger(app, tx, {
      ...{ id: `expired_${contactId}`, kind: "contact_erased", workspaceId, subjectId: contactId },
      ...{ keyIds: [`contact:${contactId}`], at: now.toISOString() },
    });
    return true;
  });
  if (!isDue) return;
  app.keyring.destroy(`contact:${contactId}`);
  await removeBlobs(app, workspaceId, contactId);
  // messages are found by their conversation; the contact goes last, because as long as it is there the next run finds it again
  const tables = app.registry.tables.filter(({ privacy }) => isAbout(privacy));
  for (const table of tables.toSorted((a, b) => order(a) - order(b)))
    await deleteRows(app, workspaceId, contactId, table);
}

const order = ({ name }: TableDeclaration): number => ({ message: 0, conversation: 2, contact: 3 })[name] ?? 1;

const isAbout = ({ subjects = [] }: TableDeclaration["privacy"]): boolean =>
  subjects.some(({ kind, as }) => kind === "contact" && as === "about");

async function deleteRows(app: ExpireApp, workspaceId: string, contactId: string, { name, privacy }: TableDeclaration) {
  if (privacy.grants?.includes("delete") === false) return; // search tokens: see unindex
  const column = privacy.subjects?.find(({ kind, as }) => kind === "contact" && as === "about")?.column ?? "id";
  const snake = column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const which =
    name === "message"
      ? "conversation_id in (select id from conversation where workspace_id = $1 and contact_id = $2)"
      : `(${snake} = $2${name === "contact" ? " or merged_into = $2" : ""})`;
  for (let isMore = true; isMore;) {
    isMore = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
      const rows = await tx.query<{ id?: string }>(
        `delete from ${name} where ctid = any (array(select ctid from ${name} where workspace_id = $1 and ${which} limit ${PAGE}))
         returning ${name === "message" ? "id" : "1"}`,
        [workspaceId, contactId],
      );
      if (name === "message") await tx.query("select kw.unindex_messages($1)", [rows.map(({ id }) => id)]);
      if (name === "contact") await tx.query("select kw.unindex_contacts(array[$1])", [contactId]);
      return rows.length === PAGE;
    });
  }
}

async function removeBlobs(app: ExpireApp, workspaceId: string, contactId: string): Promise<void> {
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query<{ blob_name: string }>(
      "select blob_name from attachment where workspace_id = $1 and contact_id = $2 and blob_name is not null",
      [workspaceId, contactId],
    ),
  );
  await app.blobs.remove(rows.map((row) => row.blob_name));
}
