import { findAddresses } from "../contacts/find-contacts.ts";
import type { Ctx } from "../platform/context.ts";
import { strongestAddress, type Address } from "../providers/address.ts";
import { notFound, ProblemError } from "../platform/problem.ts";
import { targetOf, type NewMessage } from "./new-message.ts";
import { openProviderMessageId } from "./provider-message-id.ts";
import { messageNotRepliable } from "./send-problems.ts";

/** The provider's ids of the messages that one speaks of. */
export interface Quoted {
  replyTo?: string;
  /** what a reaction, an edit or a withdrawal is about */
  target?: string;
  /** Who wrote that message: we, or somebody; who of a group. */
  refersTo?: { isOwn: boolean; author?: Address };
}

interface Row {
  id: string;
  conversation_id: string;
  content: Buffer | null;
  provider_message_id: Buffer | null;
  direction: "inbound" | "outbound";
  sender_contact_id: string | null;
}

/** What each message quotes or reacts to, or why it cannot; only messages of the same conversation. */
export async function findQuoted(
  ctx: Ctx,
  drafts: readonly { id: string; input: NewMessage; conversationId: string | null }[],
): Promise<Map<string, Quoted | ProblemError>> {
  const wanted = drafts.filter(({ input }) => input.replyTo !== undefined || targetOf(input) !== undefined);
  if (wanted.length === 0) return new Map();
  const ids = wanted.flatMap(({ input }) => [input.replyTo, targetOf(input)].filter((id) => id !== undefined));
  const rows = await ctx.tx.named<Row>(
    "message.quoted",
    `select id, conversation_id, content, provider_message_id, direction, sender_contact_id from message where workspace_id = $1 and id = any ($2::text[])`,
    [ctx.workspaceId, ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const speakers = rows.flatMap((row) => row.sender_contact_id ?? []);
  const addresses = await findAddresses(ctx, speakers);
  const refersTo = (messageId: string): NonNullable<Quoted["refersTo"]> => {
    const { direction, sender_contact_id: speaker } = byId.get(messageId) ?? {};
    const author = speaker ? strongestAddress(addresses.get(speaker)) : undefined;
    return { isOwn: direction === "outbound", ...(author ? { author } : {}) };
  };
  const find = (messageId: string, conversationId: string | null): string | ProblemError => {
    const row = byId.get(messageId);
    if (!row || row.conversation_id !== conversationId) return notFound();
    return openProviderMessageId(ctx.keyring, ctx.workspaceId, row) ?? messageNotRepliable();
  };
  return new Map(
    wanted.map(({ id, input, conversationId }): [string, Quoted | ProblemError] => {
      const about = targetOf(input);
      const target = about === undefined ? undefined : find(about, conversationId);
      // what is about a message quotes nothing else
      const replyTo =
        about !== undefined || input.replyTo === undefined ? undefined : find(input.replyTo, conversationId);
      if (target instanceof ProblemError) return [id, target];
      if (replyTo instanceof ProblemError) return [id, replyTo];
      const messageId = about ?? input.replyTo;
      return [
        id,
        {
          ...(replyTo === undefined ? {} : { replyTo }),
          ...(target === undefined ? {} : { target }),
          ...(messageId === undefined ? {} : { refersTo: refersTo(messageId) }),
        },
      ];
    }),
  );
}
