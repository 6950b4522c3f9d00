// Writes what a message or a contact can be found by. What is true now decides, not the event that led here: an id whose content
// is gone, or must not be searched, is taken out, so the order of two batches does not matter.
import { setImmediate } from "node:timers/promises";
import { packedIdentities, viewContact, type PackedIdentity } from "../contacts/contact-view.ts";
import { contactText } from "../contacts/contact-words.ts";
import { isPassing, openContent } from "../messages/message-content.ts";
import { searchableText } from "../messages/message-view.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { wordTokens } from "../platform/words.ts";

type IndexApp = Pick<App, "keyring" | "log">;

export interface Ref {
  workspaceId: string;
  id: string;
}

/** Opening and hashing 50 messages takes about 3 ms: requests go in between. */
const rowsATurn = 50;

interface MessageRow {
  workspace_id: string;
  id: string;
  conversation_id: string;
  channel_id: string;
  sort_at: Date;
  content: Buffer;
}

export async function indexMessages(app: IndexApp, tx: Tx, refs: readonly Ref[]): Promise<void> {
  if (refs.length === 0) return;
  const rows = await tx.named<MessageRow>(
    "search.messages",
    `select m.workspace_id, m.id, m.conversation_id, m.channel_id, m.sort_at, m.content
     from unnest($1::text[], $2::text[]) as x (w, i) join message m on m.workspace_id = x.w and m.id = x.i
     join channel c on c.workspace_id = m.workspace_id and c.id = m.channel_id
     where m.content is not null and m.deleted_at is null and m.content_destroyed_at is null and m.type not in ('reaction', 'edit', 'delete')
       and c.content_mode <> 'metadata-only'`,
    [refs.map((ref) => ref.workspaceId), refs.map((ref) => ref.id)],
  );
  const found = await tokenise(app, rows, (row) => {
    if (isPassing(app.keyring, row.content)) return "";
    const stored = openContent(app.keyring, "inbox", {
      workspaceId: row.workspace_id,
      id: row.id,
      content: row.content,
    });
    return stored ? searchableText(stored) : "";
  });
  const gone = without(refs, found);
  await Promise.all([
    gone.length > 0 && tx.named("message.unindex", "select kw.unindex_messages($1)", [gone]),
    found.length > 0 &&
      tx.named(
        "message.index",
        "select kw.index_messages($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::int[], $8::bigint[])",
        [
          found.map(({ row }) => row.id),
          found.map(({ row }) => row.conversation_id),
          found.map(({ row }) => row.channel_id),
          found.map(({ row }) => row.workspace_id),
          found.map(({ row }) => row.sort_at),
          ...flatTokens(found),
        ],
      ),
  ]);
}

interface ContactRow {
  workspace_id: string;
  id: string;
  name: Buffer | null;
  is_group: boolean;
  identities: PackedIdentity[];
}

export async function indexContacts(app: IndexApp, tx: Tx, refs: readonly Ref[]): Promise<void> {
  if (refs.length === 0) return;
  const rows = await tx.named<ContactRow>(
    "search.contacts",
    `select c.workspace_id, c.id, c.name, c.is_group, ${packedIdentities} as identities
     from unnest($1::text[], $2::text[]) as x (w, i) join contact c on c.workspace_id = x.w and c.id = x.i
     where c.merged_into is null`,
    [refs.map((ref) => ref.workspaceId), refs.map((ref) => ref.id)],
  );
  const found = await tokenise(app, rows, (row) =>
    contactText(viewContact(app.keyring, row.workspace_id, { ...row, isGroup: row.is_group })),
  );
  const gone = without(refs, found);
  await Promise.all([
    gone.length > 0 && tx.named("contact.unindex", "select kw.unindex_contacts($1)", [gone]),
    found.length > 0 &&
      tx.named(
        "contact.index",
        "select kw.index_contacts($1::text[], $2::text[], $3::int[], $4::int[], $5::bigint[])",
        [found.map(({ row }) => row.workspace_id), found.map(({ row }) => row.id), ...flatTokens(found)],
      ),
  ]);
}

interface Found<R> {
  row: R;
  tokens: bigint[];
}

/** All tokens in one list, and where those of each row begin and end in it, counted from one. */
function flatTokens(found: readonly { tokens: bigint[] }[]): [from: number[], to: number[], tokens: bigint[]] {
  let end = 0;
  const to = found.map(({ tokens }) => (end += tokens.length));
  return [found.map(({ tokens }, i) => (to[i] ?? 0) - tokens.length + 1), to, found.flatMap(({ tokens }) => tokens)];
}

function without<R extends { id: string }>(refs: readonly Ref[], found: readonly Found<R>[]): string[] {
  const kept = new Set(found.map(({ row }) => row.id));
  return refs.map((ref) => ref.id).filter((id) => !kept.has(id));
}

/** Rows that have words, with their tokens. One that cannot be opened is left out and must not stop the others. */
async function tokenise<R extends { workspace_id: string; id: string }>(
  app: IndexApp,
  rows: readonly R[],
  textOf: (row: R) => string,
): Promise<Found<R>[]> {
  const found: Found<R>[] = [];
  for (const [i, row] of rows.entries()) {
    if (i > 0 && i % rowsATurn === 0) await setImmediate();
    try {
      const tokens = wordTokens(app.keyring.indexKey(row.workspace_id, "search"), textOf(row));
      if (tokens.length > 0) found.push({ row, tokens });
    } catch (error) {
      // a closed workspace loses its keys before its rows
      if (!(error instanceof KeyDestroyed)) app.log.error({ err: error, id: row.id }, "not indexed for search");
    }
  }
  return found;
}
