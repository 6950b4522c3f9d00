// Writes accepted messages: their rows, files, reactions, conversations and events, in a handful of statements for all of them.
import { randomBytes } from "node:crypto";
import { touchConversations, type ConversationTouch } from "../conversations/touch-conversations.ts";
import { attachUploads, type Upload } from "../media/attach-to-message.ts";
import type { Ctx } from "../platform/context.ts";
import { KeyDestroyed, type DataKey } from "../platform/keyring.ts";
import { notFound } from "../platform/problem.ts";
import { findTemplateCategories } from "../templates/template.ts";
import type { Quoted } from "./find-quoted.ts";
import type { ReadyTarget } from "./find-targets.ts";
import { insertMessages } from "./insert-messages.ts";
import { contentSubject, reactionPlace, sealContent } from "./message-content.ts";
import { messageQueued, messageReacted, type MessageEventPayload } from "./message-events.ts";
import { providerMessageIndex } from "./message-index.ts";
import { statusRank } from "./message-status.ts";
import { targetOf, type MessageBody, type NewMessage } from "./new-message.ts";
import { OWN_REACTION, writeReactions } from "./write-reactions.ts";

export interface AcceptedSend {
  id: string;
  input: NewMessage;
  target: ReadyTarget;
  quoted: Quoted;
  uploads: readonly Upload[];
  scheduledAt: Date | null;
}

/** @throws not_found when one of the people was erased this very moment */
export async function writeSends(ctx: Ctx, sends: readonly AcceptedSend[]): Promise<void> {
  if (sends.length === 0) return;
  const { workspaceId, tx } = ctx;
  const now = ctx.clock.now();
  const keyFor = ensureKeys(ctx, sends);
  const categories = await findTemplateCategories(
    ctx,
    sends.flatMap(({ input, target }) =>
      input.type === "template" ? [{ channelId: target.channel.id, ...input.template }] : [],
    ),
  );
  const author = authorOf(ctx);
  const indexOf = (providerMessageId: string | undefined): Buffer | null =>
    providerMessageId === undefined ? null : providerMessageIndex(ctx.keyring, workspaceId, providerMessageId);

  await attachUploads(
    ctx,
    sends.map(({ id, target, uploads, scheduledAt }) => ({
      ...{ messageId: id, channelId: target.channel.id, contactId: target.contactId },
      ...{ key: keyFor(subjectOf({ target, scheduledAt }, now)), uploads },
    })),
  );
  await insertMessages(
    tx,
    sends.map((send) => {
      const { id, input, target, quoted, scheduledAt } = send;
      const { replyTo, target: about, refersTo } = quoted;
      const stored = {
        ...{ body: bodyOf(input), to: target.to },
        ...(replyTo === undefined ? {} : { replyTo: { providerMessageId: replyTo } }),
        ...(about === undefined ? {} : { target: { providerMessageId: about } }),
        ...(input.type === "poll" ? { votesKey: randomBytes(32).toString("base64") } : {}),
        ...(refersTo === undefined ? {} : { refersTo }),
      };
      return {
        ...{ workspaceId, id, conversationId: target.conversationId, channelId: target.channel.id },
        ...{ contactId: target.contactId, senderContactId: null, ...author, direction: "outbound", type: input.type },
        content: sealContent(keyFor(subjectOf(send, now)), workspaceId, id, stored),
        providerMessageIndex: null,
        // of a reaction, an edit, a withdrawal: what it is about
        replyToIndex: indexOf(replyTo ?? about),
        ...{ status: statusRank("queued"), error: null, sortAt: now, sentAt: null, receivedAt: now, scheduledAt },
        ...{ purpose: purposeOf(send, categories), editedAt: null, deletedAt: null },
      } as const;
    }),
  );
  await writeReactions(
    tx,
    newestReactions(sends).flatMap(({ input, target, quoted, scheduledAt }) => {
      const targetIndex = indexOf(quoted.target);
      if (input.type !== "reaction" || !targetIndex) return [];
      return [
        {
          ...{ workspaceId, channelId: target.channel.id, targetIndex, actorId: OWN_REACTION },
          ...{ contactId: target.contactId, kind: "emoji", value: input.reaction.emoji, occurredAt: now },
          ...{
            key: keyFor(subjectOf({ target, scheduledAt }, now)),
            place: reactionPlace(workspaceId, targetIndex, OWN_REACTION),
          },
        },
      ];
    }),
  );
  await touchConversations(tx, touchesOf(workspaceId, sends, now), now);
  const item = (send: AcceptedSend, messageId = send.id) => {
    const { conversationId, contactId, channel } = send.target;
    const payload: MessageEventPayload = { messageId, conversationId, contactId, channelId: channel.id };
    return { workspaceId, channelId: channel.id, conversationId, payload };
  };
  await ctx.emit(
    tx,
    messageReacted,
    sends.flatMap((send) => (send.input.type === "reaction" ? [item(send, send.input.reaction.messageId)] : [])),
  );
  await ctx.emit(
    tx,
    messageQueued,
    sends.map((send) => item(send)),
  );
}

/** The content's key lasts as long as the content mode of the channel says, counted from when it is sent. */
const subjectOf = ({ target, scheduledAt }: Pick<AcceptedSend, "target" | "scheduledAt">, now: Date): string =>
  contentSubject(target.channel, target.contactId, scheduledAt ?? now);

function ensureKeys(ctx: Ctx, sends: readonly AcceptedSend[]): (subject: string) => DataKey {
  const now = ctx.clock.now();
  const subjects = new Set(sends.flatMap((send) => [`contact:${send.target.contactId}`, subjectOf(send, now)]));
  try {
    const keys = ctx.keyring.ensure(
      [...subjects].map((subject) => ({ subject, parent: `workspace:${ctx.workspaceId}` })),
    );
    return (subject) => {
      const key = keys.get(subject);
      if (!key) throw new Error("a key was not made");
      return key;
    };
  } catch (error) {
    throw error instanceof KeyDestroyed ? notFound() : error;
  }
}

function authorOf({ actor }: Ctx): { authorKind: string | null; authorId: string | null } {
  if (actor.kind === "member") return { authorKind: "member", authorId: actor.memberId };
  if (actor.kind === "api_key") return { authorKind: "api_key", authorId: actor.apiKeyId };
  return { authorKind: null, authorId: null };
}

/** Of the request, only what is to be sent. */
function bodyOf(input: NewMessage): MessageBody {
  const {
    conversationId: _conversation,
    channelId: _channel,
    to: _to,
    ...body
  } = input as NewMessage & Record<string, unknown>;
  return body as MessageBody;
}

/** A marketing template is marketing, whatever the caller says. */
function purposeOf({ input, target }: AcceptedSend, categories: ReadonlyMap<string, string>): string | null {
  if (input.type !== "template") return input.purpose ?? null;
  const category = categories.get(`${target.channel.id}/${input.template.name}/${input.template.language}`);
  return category === "marketing" ? category : (input.purpose ?? category ?? null);
}

/** One statement writes one reaction to a message: the last of the request. */
function newestReactions(sends: readonly AcceptedSend[]): AcceptedSend[] {
  const byTarget = new Map<string, AcceptedSend>();
  for (const send of sends)
    if (send.input.type === "reaction") byTarget.set(`${send.target.channel.id}/${send.quoted.target}`, send);
  return [...byTarget.values()];
}

/** What is about another message is no line of a thread: it is neither the last message nor counted. */
function touchesOf(workspaceId: string, sends: readonly AcceptedSend[], now: Date): ConversationTouch[] {
  const lastIds = new Map<string, string>();
  for (const { id, input, target } of sends) if (targetOf(input) === undefined) lastIds.set(target.conversationId, id);
  return [...lastIds].map(([conversationId, lastMessageId]) => ({
    ...{ workspaceId, conversationId, lastMessageId, lastMessageAt: now },
    ...{ inboundCount: 0, lastInboundAt: null, isReopening: false },
  }));
}
