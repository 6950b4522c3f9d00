// Reads what is held about a person, page by page, opened and with other people masked.
import type { App } from "../platform/context.ts";
import { openProof } from "../contacts/consent-chain.ts";
import { openPerson } from "../contacts/open-person.ts";
import { openNote } from "../conversations/note.ts";
import { messageColumns, viewMessage, type MessageRow } from "../messages/view-message.ts";
import type { MessageView } from "../messages/message-view.ts";
import type { ExportData, ExportedMessage } from "./export-format.ts";
import { openDetail, requestColumns, type RequestRow } from "./subject-request.ts";

const PAGE = 500;

interface ConsentRow extends Record<string, unknown> {
  id: string;
  proof: Buffer | null;
  purpose: string;
  action: string;
  method: string;
  channelId: string | null;
  at: Date;
}

type ReadApp = Pick<App, "db" | "keyring">;
export interface Whose {
  workspaceId: string;
  /** the contact first, then those that were merged into it; empty when nobody is known */
  ids: readonly string[];
}

export type ExportHead = Omit<ExportData, "messages" | "format" | "exportedAt" | "purposes" | "fields" | "recipients">;

/** Everything but the messages: small enough to be held whole. */
export async function readHead(app: ReadApp, { workspaceId, ids }: Whose): Promise<ExportHead> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const [workspace] = await tx.query<{ name: string }>("select name from workspace where id = $1", [workspaceId]);
    const person = await openPerson(app, tx, workspaceId, ids[0] ?? "");
    const consents = await tx.query<ConsentRow>(
      `select id, proof, purpose, action, method, channel_id as "channelId", occurred_at as at from consent_event
       where workspace_id = $1 and contact_id = $2 order by occurred_at, id`,
      [workspaceId, ids[0] ?? ""],
    );
    const requests = await tx.query<RequestRow>(
      `select ${requestColumns} from subject_request where workspace_id = $1 and contact_id = any ($2::text[]) order by received_at, id`,
      [workspaceId, ids],
    );
    const conversations = await tx.query<{ id: string; name: string; provider: string; status: string; at: Date }>(
      `select v.id, ch.name, ch.provider, v.status, v.created_at as at from conversation v
       join channel ch on ch.workspace_id = v.workspace_id and ch.id = v.channel_id
       where v.workspace_id = $1 and v.contact_id = any ($2::text[]) order by v.created_at, v.id`,
      [workspaceId, ids],
    );
    const notes = await tx.query<{ id: string; conversation_id: string; body: Buffer; created_at: Date }>(
      `select n.id, n.conversation_id, n.body, n.created_at from note n where n.workspace_id = $1
         and n.conversation_id = any ($2::text[]) order by n.created_at, n.id`,
      [workspaceId, conversations.map(({ id }) => id)],
    );
    return {
      workspace: workspace?.name ?? "",
      person,
      consents: consents.map(({ id, at, proof, ...consent }) => ({
        ...consent,
        occurredAt: at.toISOString(),
        proof: openProof(app.keyring, workspaceId, id, proof),
      })),
      requests: requests.map((row) => ({
        ...{ type: row.type, state: row.state, receivedAt: row.receivedAt.toISOString() },
        detail: openDetail(app, row),
      })),
      conversations: conversations.map(({ name, at, ...one }) => ({
        ...one,
        channel: name,
        createdAt: at.toISOString(),
      })),
      notes: notes.map((row) => ({
        conversationId: row.conversation_id,
        text: openNote(app.keyring, workspaceId, row),
        createdAt: row.created_at.toISOString(),
      })),
    };
  });
}

/** Messages of the person's conversations in thread order, then what they said in groups; nobody else's words from there. */
export async function* readMessages(app: ReadApp, whose: Whose): AsyncGenerator<ExportedMessage> {
  const { workspaceId, ids } = whose;
  const scope = { workspaceIds: [workspaceId] };
  const conversations = await app.db.tx(scope, (tx) =>
    tx.query<{ id: string }>(
      "select id from conversation where workspace_id = $1 and contact_id = any ($2::text[]) order by created_at, id",
      [workspaceId, ids],
    ),
  );
  const ways = [
    ...conversations.map(({ id }) => ({ where: "m.conversation_id = $2", value: id as string | readonly string[] })),
    { where: "m.sender_contact_id = any ($2::text[])", value: ids },
  ];
  for (const { where, value } of ways) {
    // plan: message_thread backwards, or message_sender, then look-ups by key
    let after: [Date | string, string] = ["-infinity", ""];
    for (let isMore = true; isMore;) {
      const rows: MessageRow[] = await app.db.tx(scope, (tx) =>
        tx.query<MessageRow>(
          `select ${messageColumns} from message m where m.workspace_id = $1 and ${where}
             and (m.sort_at, m.id) > ($3::timestamptz, $4) order by m.sort_at, m.id limit ${PAGE}`,
          [workspaceId, value, ...after],
        ),
      );
      for (const row of rows) yield exported(viewMessage(app.keyring, "export", workspaceId, row), ids);
      const last = rows.at(-1);
      if (last) after = [last.sort_at, last.id];
      isMore = rows.length === PAGE;
    }
  }
}

function exported(message: MessageView, ids: readonly string[]): ExportedMessage {
  const isTheirs = message.direction === "inbound" && (!message.sender || ids.includes(message.sender.contactId));
  const { location, interactive, template, order, contentDestroyedAt, deletedAt, text } = message;
  return {
    ...{ id: message.id, conversationId: message.conversationId, providerMessageId: message.providerMessageId },
    sender: message.direction === "outbound" ? "team" : isTheirs ? "person" : "other",
    ...{ type: message.type, at: message.sentAt ?? message.receivedAt, status: message.status },
    ...(text === undefined ? {} : { text }),
    attachments: message.attachments.map(({ id, kind, state, mimeType, fileName, bytes }) => ({
      ...{ kind, mimeType, fileName, bytes },
      file: state === "stored" ? mediaPath(id, mimeType) : null,
    })),
    reactions: message.reactions.map(({ emoji, from, at }) => ({
      ...{ emoji, at },
      from: from === "self" ? ("team" as const) : ids.includes(from) ? ("person" as const) : ("other" as const),
    })),
    ...(location ? { location } : {}),
    // cards are about others
    ...(message.contacts ? { contacts: message.contacts.map(() => ({ name: "•••" })) } : {}),
    ...(interactive ? { interactive } : {}),
    ...(template ? { template } : {}),
    ...(order ? { order } : {}),
    ...(contentDestroyedAt ? { contentDestroyedAt } : {}),
    ...(deletedAt ? { deletedAt } : {}),
  };
}

const endings: Record<string, string> = {
  ...{ "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4", "audio/ogg": "ogg" },
  ...{ "audio/mpeg": "mp3", "application/pdf": "pdf", "text/plain": "txt" },
};

export const mediaPath = (attachmentId: string, mimeType: string | null): string =>
  `media/${attachmentId}.${endings[mimeType?.split(";")[0] ?? ""] ?? "bin"}`;
