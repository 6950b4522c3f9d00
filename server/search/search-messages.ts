import { z } from "zod";
import type { ContactView } from "../contacts/contact-view.ts";
import { isWorkable } from "../contacts/restrict-contacts.ts";
import { readContactViews, searchContacts } from "../contacts/search-contacts.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { openContent } from "../messages/message-content.ts";
import { searchableText, type MessageView } from "../messages/message-view.ts";
import { readMessages } from "../messages/read-messages.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { isAllowed } from "../platform/route.ts";
import { matchesQuery, queryTokens } from "../platform/words.ts";

export interface SearchPage {
  /** `contact` is null for whoever may not see contacts */
  data: { message: MessageView; contact: ContactView | null }[];
  /** on the first page only */
  contacts: ContactView[];
  nextCursor: string | null;
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);
const maxContacts = 10;
/** Looked at for one answer; when most do not match, the page is short and the cursor goes on. */
const maxCandidates = 2_000;

interface Candidate {
  message_id: string;
  sort_at: Date;
}

/**
 * Messages that have all the words, the last one as the beginning of a word, newest first, and on the first page the contacts that
 * do. The tokens find candidates; what counts is the opened text, so nothing that was erased or does not match is shown.
 */
export async function searchMessages(
  ctx: Ctx,
  query: { q: string; cursor?: string | undefined; limit: number },
): Promise<SearchPage> {
  const after = decodeCursor(cursorKey, query.cursor);
  const { ids, nextCursor } = await findMatches(ctx, query.q, after, query.limit);
  const messages = new Map((await readMessages(ctx, ids)).map((message) => [message.id, message]));
  const seesContacts = isAllowed(ctx.actor, "contact:read");
  const contactIds = new Set([...messages.values()].map((message) => message.contactId));
  const people = new Map((await readContactViews(ctx, [...contactIds])).map((contact) => [contact.id, contact]));
  const data = ids.flatMap((id) => {
    const message = messages.get(id);
    const contact = message && people.get(message.contactId);
    return message && contact ? [{ message, contact: seesContacts ? contact : null }] : [];
  });
  const contacts = seesContacts && !after ? (await searchContacts(ctx, query.q)).slice(0, maxContacts) : [];
  return { data, contacts, nextCursor };
}

async function findMatches(
  ctx: Ctx,
  q: string,
  after: [string, string] | undefined,
  limit: number,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const tokens = queryTokens(ctx.keyring.indexKey(ctx.workspaceId, "search"), q);
  if (tokens.length === 0) return { ids: [], nextCursor: null };
  const size = Math.max(100, limit * 3);
  const ids: string[] = [];
  let last: readonly [string, string] | undefined = after;
  for (let looked = 0; looked < maxCandidates; looked += size) {
    const candidates: Candidate[] = await ctx.tx.named<Candidate>(
      "message.search",
      "select message_id, sort_at from kw.search_messages($1, $2::bigint[], $3, $4, $5, $6)",
      [ctx.workspaceId, tokens, last?.[0] ?? null, last?.[1] ?? null, channelGrants(ctx.actor), size],
    );
    const matching = await matchingIds(ctx, q, candidates);
    for (const { message_id: id, sort_at: at } of candidates) {
      // full, and there is a candidate more
      if (ids.length === limit) return { ids, nextCursor: last ? encodeCursor(last) : null };
      if (matching.has(id)) ids.push(id);
      last = [at.toISOString(), id];
    }
    if (candidates.length < size) return { ids, nextCursor: null };
  }
  return { ids, nextCursor: last ? encodeCursor(last) : null };
}

async function matchingIds(ctx: Ctx, q: string, candidates: readonly Candidate[]): Promise<Set<string>> {
  const { keyring, workspaceId } = ctx;
  const rows = await ctx.tx.named<{ id: string; content: Buffer }>(
    "message.search_texts",
    `select id, content from message m where workspace_id = $1 and id = any ($2::text[])
     and content is not null and deleted_at is null and ${isWorkable("m.workspace_id", "m.contact_id")}`,
    [workspaceId, candidates.map((candidate) => candidate.message_id)],
  );
  const isMatch = ({ id, content }: { id: string; content: Buffer }): boolean => {
    const stored = openContent(keyring, "inbox", { workspaceId, id, content });
    return stored !== undefined && matchesQuery(searchableText(stored), q);
  };
  return new Set(rows.filter(isMatch).map((row) => row.id));
}
