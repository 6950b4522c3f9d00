import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { notFound, ProblemError } from "../platform/problem.ts";
import { messageView } from "./message-view.ts";
import type { NewMessage } from "./new-message.ts";
import { readMessageDetails } from "./read-messages.ts";
import { sendMessages } from "./send-message.ts";

const refusal = z.object({ code: z.string(), title: z.string(), detail: z.string().optional() });

export const batchView = z
  .object({
    id: z.string(),
    data: z.array(
      z.union([
        z.object({ isAccepted: z.literal(true), message: messageView }),
        z.object({ isAccepted: z.literal(false), problem: refusal }),
      ]),
    ),
  })
  .meta({ id: "MessageBatch" });
export type BatchView = z.output<typeof batchView>;

/** What is kept of each message: its id, or why it was refused in our own public words. */
type Kept = { messageId: string } | { problem: z.output<typeof refusal> };

/** Accepts or refuses each message for itself; the answer keeps the order. */
export async function sendBatch(ctx: Ctx, inputs: readonly NewMessage[]): Promise<BatchView> {
  const id = newId("bat", ctx.clock.ms());
  const results = await sendMessages(ctx, inputs);
  const kept = results.map((result): Kept => {
    if (!(result instanceof ProblemError)) return { messageId: result.id };
    const { declaration, detail } = result;
    const { code, title } = declaration;
    return { problem: { code, title, ...(detail === undefined ? {} : { detail }) } };
  });
  await ctx.tx.named(
    "message_batch.insert",
    "insert into message_batch (workspace_id, id, results, created_at) values ($1, $2, $3, $4)",
    [ctx.workspaceId, id, JSON.stringify(kept), ctx.clock.now()],
  );
  const messages = new Map(results.flatMap((result) => (result instanceof ProblemError ? [] : [[result.id, result]])));
  return viewBatch(id, kept, messages);
}

/** The same answer again, with the messages as they are now. @throws not_found */
export async function readBatch(ctx: Ctx, id: string): Promise<BatchView> {
  const [row] = await ctx.tx.named<{ results: Kept[] }>(
    "message_batch.read",
    "select results from message_batch where workspace_id = $1 and id = $2",
    [ctx.workspaceId, id],
  );
  if (!row) throw notFound();
  const ids = row.results.flatMap((kept) => ("messageId" in kept ? [kept.messageId] : []));
  return viewBatch(id, row.results, await readMessageDetails(ctx, ids));
}

function viewBatch(
  id: string,
  kept: readonly Kept[],
  messages: ReadonlyMap<string, z.output<typeof messageView>>,
): BatchView {
  const { code, title } = notFound;
  return {
    id,
    data: kept.map((one) => {
      if ("problem" in one) return { isAccepted: false, problem: one.problem };
      const message = messages.get(one.messageId);
      // accepted, and deleted or erased since
      return message ? { isAccepted: true, message } : { isAccepted: false, problem: { code, title } };
    }),
  };
}
