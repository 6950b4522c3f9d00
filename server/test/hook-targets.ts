import { randomBytes } from "node:crypto";
import type { LiveWorkspace } from "./server-process.ts";
import type { HookTarget } from "./signed-webhooks.ts";

export interface TargetOptions {
  /** Where the channel's provider is reached; the server must know its origin. */
  apiBaseUrl: string;
  appSecret?: string;
  accessToken?: string;
  phoneNumberId?: string;
  wabaId?: string;
  verifyToken?: string;
}

/** Connects a WhatsApp Cloud channel to a running server. Answers where its webhooks go, and how they are signed. */
export async function connectTarget(
  workspace: LiveWorkspace,
  options: TargetOptions,
): Promise<HookTarget & { channelId: string }> {
  const digits = (): string => String(10 ** 14 + (randomBytes(6).readUIntBE(0, 6) % (9 * 10 ** 14)));
  const { apiBaseUrl, appSecret = randomBytes(16).toString("hex") } = options;
  const { phoneNumberId = digits(), wabaId = digits() } = options;
  const { accessToken = "access-token", verifyToken = "verify-token" } = options;
  const made = await workspace.api.post<{ id: string; webhookUrl: string }>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Shop",
    contentMode: "days:365",
    settings: { phoneNumberId, wabaId, apiBaseUrl },
    secrets: { accessToken, appSecret, verifyToken },
  });
  if (made.status !== 201) throw new Error(`the channel was not made: ${made.status} ${JSON.stringify(made.body)}`);
  const { pathname } = new URL(made.body.webhookUrl);
  return { channelId: made.body.id, path: pathname, appSecret, phoneNumberId, wabaId };
}
