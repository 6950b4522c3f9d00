import type { App } from "../platform/context.ts";
import { openText, seal, type Aad } from "../platform/seal.ts";

/** A part of the channel with a key of its own: it is destroyed when the channel is let go, while what was said stays readable. */
export const secretsSubject = (channelId: string): string => `channel:${channelId}/secrets`;

const place = (workspaceId: string, channelId: string): Aad => ({
  ...{ table: "channel", column: "secrets", row: channelId, workspace: workspaceId },
});

export function sealSecrets(
  app: Pick<App, "keyring">,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
  secrets: unknown,
): Buffer {
  const subject = secretsSubject(channelId);
  const key = app.keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
  if (!key) throw new Error("a channel without a key");
  return seal(key, place(workspaceId, channelId), JSON.stringify(secrets));
}

/** Opens also what was sealed with the channel's own key, before secrets had one. @throws KeyDestroyed · SealBroken */
export function openSecrets(
  app: Pick<App, "keyring">,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
  sealed: Buffer,
): Record<string, unknown> {
  return JSON.parse(openText(app.keyring, place(workspaceId, channelId), sealed)) as Record<string, unknown>;
}
