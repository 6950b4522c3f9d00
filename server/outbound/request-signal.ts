import { z } from "zod";
import { findConversation } from "../conversations/find-conversation.ts";
import type { Ctx } from "../platform/context.ts";
import { maySignal } from "./signals.ts";

export const signalKind = z.enum(["read", "typing"]);

/** Hands a signal on, after the answer. @throws not_found */
export async function requestSignal(
  ctx: Ctx,
  conversationId: string,
  kind: z.output<typeof signalKind>,
): Promise<{ isSent: boolean }> {
  const { channelId } = await findConversation(ctx, conversationId);
  const isSent = maySignal(ctx, channelId, kind, "open");
  const { workspaceId } = ctx;
  if (isSent) ctx.tx.afterCommit(() => ctx.signals.send(kind, { workspaceId, conversationId, channelId }));
  return { isSent };
}
