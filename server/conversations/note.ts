import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { notFound } from "../platform/problem.ts";
import { seal, tryOpen } from "../platform/seal.ts";
import { contactKey } from "../contacts/find-contacts.ts";
import { isBegun } from "./conversation-view.ts";
import { findConversation } from "./find-conversation.ts";
import { addMentions } from "./note-mention.ts";

export const noteChanged = event({
  type: "note.changed",
  doc: "Emitted when a private note was written or removed.",
  payload: z.object({ noteId: z.string(), conversationId: z.string() }),
});

export const noteView = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    authorId: z.string().nullable().describe("The member; null when an API key wrote it."),
    text: z.string().nullable().describe("null when the content was destroyed."),
    mentionedIds: z.array(z.string()).describe("Members that the note names."),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Note" });
export type NoteView = z.output<typeof noteView>;

interface NoteRow {
  id: string;
  conversation_id: string;
  author_id: string | null;
  body: Buffer;
  created_at: Date;
  mentioned: string[] | null;
}

const columns = `n.id, n.conversation_id, n.author_id, n.body, n.created_at, (select array_agg(m.member_id order by m.member_id)
    from note_mention m where m.workspace_id = n.workspace_id and m.note_id = n.id) as mentioned`;

const aad = ({ workspaceId }: Pick<Ctx, "workspaceId">, id: string) => ({
  ...{ table: "note", column: "body", row: id, workspace: workspaceId },
});

/** What a note says; null when it was destroyed. */
export function openNote(
  keyring: Ctx["keyring"],
  workspaceId: string,
  row: { id: string; body: Buffer },
): string | null {
  return tryOpen(keyring, aad({ workspaceId }, row.id), row.body)?.toString("utf8") ?? null;
}

function view(ctx: Ctx, row: NoteRow): NoteView {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    authorId: row.author_id,
    text: openNote(ctx.keyring, ctx.workspaceId, row),
    mentionedIds: row.mentioned ?? [],
    createdAt: row.created_at.toISOString(),
  };
}

/** All notes of a conversation, oldest first. Private: never sent to anyone outside the team. @throws not_found */
export async function listNotes(ctx: Ctx, conversationId: string): Promise<NoteView[]> {
  await findConversation(ctx, conversationId);
  const rows = await ctx.tx.named<NoteRow>(
    "note.list",
    `select ${columns} from note n where n.workspace_id = $1 and n.conversation_id = $2 order by n.created_at, n.id limit 1000`,
    [ctx.workspaceId, conversationId],
  );
  return rows.map((row) => view(ctx, row));
}

/** @throws not_found */
export async function readNote(ctx: Ctx, id: string): Promise<NoteView> {
  const [row] = await ctx.tx.query<NoteRow>(`select ${columns} from note n where n.workspace_id = $1 and n.id = $2`, [
    ctx.workspaceId,
    id,
  ]);
  if (!row) throw notFound();
  await findConversation(ctx, row.conversation_id);
  return view(ctx, row);
}

/** Notes by id, in no particular order; removed ones are left out. For the feed and the stream. */
export async function readNotes(ctx: Ctx, ids: readonly string[]): Promise<NoteView[]> {
  const rows = await ctx.tx.named<NoteRow>(
    "note.read",
    `select ${columns} from note n where n.workspace_id = $1 and n.id = any ($2::text[])`,
    [ctx.workspaceId, ids],
  );
  return rows.map((row) => view(ctx, row));
}

/** @throws not_found · note.mention_unknown */
export async function createNote(
  ctx: Ctx,
  conversationId: string,
  { text, mentionedIds }: { text: string; mentionedIds: readonly string[] },
): Promise<NoteView> {
  const conversation = await findConversation(ctx, conversationId);
  const id = newId("not", ctx.clock.ms());
  const key = contactKey(ctx, conversation.contactId);
  const row: NoteRow = {
    id,
    conversation_id: conversationId,
    author_id: ctx.actor.kind === "member" ? ctx.actor.memberId : null,
    body: seal(key, aad(ctx, id), text),
    created_at: ctx.clock.now(),
    mentioned: [...new Set(mentionedIds)].toSorted(),
  };
  await ctx.tx.query(
    `insert into note (workspace_id, id, conversation_id, contact_id, author_id, body, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ctx.workspaceId, id, conversationId, conversation.contactId, row.author_id, row.body, row.created_at],
  );
  // something is done with one that was empty: it is in the lists from now on
  await ctx.tx.named(
    "note.begin",
    `update conversation v set updated_at = greatest($3::timestamptz, v.created_at + interval '1 millisecond')
     where v.workspace_id = $1 and v.id = $2 and not ${isBegun}`,
    [ctx.workspaceId, conversationId, row.created_at],
  );
  await addMentions(ctx, { id, channelId: conversation.channelId }, mentionedIds);
  await announce(ctx, id, conversation);
  return view(ctx, row);
}

/** Authors remove their own notes; owners and admins any. @throws not_found */
export async function removeNote(ctx: Ctx, conversationId: string, id: string): Promise<void> {
  const conversation = await findConversation(ctx, conversationId);
  const onlyOwn = ctx.actor.kind === "member" && ctx.actor.role === "agent" ? ctx.actor.memberId : null;
  const rows = await ctx.tx.query(
    `delete from note where workspace_id = $1 and id = $2 and conversation_id = $3 and ($4::text is null or author_id = $4)
     returning id`,
    [ctx.workspaceId, id, conversationId, onlyOwn],
  );
  if (rows.length === 0) throw notFound();
  await announce(ctx, id, conversation);
}

async function announce(ctx: Ctx, noteId: string, conversation: { id: string; channelId: string }): Promise<void> {
  await ctx.emit(ctx.tx, noteChanged, [
    {
      workspaceId: ctx.workspaceId,
      channelId: conversation.channelId,
      conversationId: conversation.id,
      payload: { noteId, conversationId: conversation.id },
    },
  ]);
}
