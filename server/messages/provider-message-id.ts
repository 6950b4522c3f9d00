import type { Keyring } from "../platform/keyring.ts";
import { tryOpenText } from "../platform/seal.ts";
import { openContent, providerMessageIdPlace, type StoredContent } from "./message-content.ts";

/**
 * The provider's id of a message: in its content when it came with it, in a column of its own when it became known later.
 * Undefined for one that has none yet, or whose content was destroyed. `stored` saves opening the content twice.
 */
export function openProviderMessageId(
  keyring: Keyring,
  workspaceId: string,
  row: { id: string; content: Buffer | null; provider_message_id: Buffer | null },
  stored: StoredContent | undefined = row.provider_message_id
    ? undefined
    : openContent(keyring, "deliver", { workspaceId, id: row.id, content: row.content }),
): string | undefined {
  if (row.provider_message_id)
    return tryOpenText(keyring, providerMessageIdPlace(workspaceId, row.id), row.provider_message_id) ?? undefined;
  return stored && "content" in stored ? stored.providerMessageId : undefined;
}
