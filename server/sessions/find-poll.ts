import { openContent } from "../messages/message-content.ts";
import { providerMessageIndex } from "../messages/message-index.ts";
import type { App } from "../platform/context.ts";
import type { PollRef, StoredPoll } from "../providers/provider.ts";

/** A poll of ours or of somebody else, for as long as its content is kept: afterwards nobody can read its votes. */
export async function findPoll(
  app: Pick<App, "db" | "keyring">,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
  { providerMessageId, callbackData }: PollRef,
): Promise<StoredPoll | undefined> {
  const index = providerMessageIndex(app.keyring, workspaceId, providerMessageId);
  const [row] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.named<{ id: string; content: Buffer | null }>(
      "session.poll",
      // Plan: message_provider_id; and the key, for one of ours that somebody answers before its sending is recorded
      `select id, content from message where workspace_id = $1 and channel_id = $2 and provider_message_index = $3 and type = 'poll'
       union all select id, content from message where workspace_id = $1 and id = $4 and channel_id = $2 and provider_message_index is null
         and type = 'poll' limit 1`,
      [workspaceId, channelId, index, callbackData ?? null],
    ),
  );
  const stored = row && openContent(app.keyring, "deliver", { workspaceId, ...row });
  if (!stored) return undefined;
  if ("body" in stored) {
    const { body, votesKey } = stored;
    return body.type === "poll" && votesKey !== undefined
      ? { options: body.poll.options, votesKey: Buffer.from(votesKey, "base64") }
      : undefined;
  }
  const { content } = stored;
  return content.kind === "poll" && content.votesKey !== undefined
    ? { options: content.options, votesKey: Buffer.from(content.votesKey, "base64") }
    : undefined;
}
