import type { Keyring } from "../platform/keyring.ts";
import { blindIndex } from "../platform/seal.ts";

/** How a message is looked up by the provider's id. Keyed, because WhatsApp's ids contain the phone number. */
export function providerMessageIndex(
  keyring: Pick<Keyring, "indexKey">,
  workspaceId: string,
  providerMessageId: string,
): Buffer {
  return blindIndex(keyring.indexKey(workspaceId, "address"), "provider_message", providerMessageId);
}
