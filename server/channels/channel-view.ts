import { z } from "zod";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { providerIds, type ProviderId } from "../providers/provider.ts";

export const contentMode = z
  .string()
  .regex(/^(full|metadata-only|days:([1-9]\d{0,2}|[12]\d{3}|3[0-5]\d{2}|36[0-4]\d|3650))$/)
  .describe("`full`, `days:N` (1 to 3650) or `metadata-only`: how long what was said is kept.");

export const readReceipts = z
  .enum(["never", "on_open", "on_reply"])
  .describe("When people learn that what they wrote was read. With `never` they see no typing either.");
export type ReadReceipts = z.output<typeof readReceipts>;

export const channelView = z
  .object({
    id: z.string(),
    provider: z.enum(providerIds),
    name: z.string(),
    status: z.enum(["verifying", "connected", "needs_attention", "disconnected", "deleting"]),
    contentMode: z.string(),
    readReceipts,
    settings: z.record(z.string(), z.unknown()),
    sends: z.array(z.string()).describe("Types of message that can be sent over it."),
    changes: z
      .object({ editMinutes: z.int().nullable(), deleteMinutes: z.int().nullable() })
      .describe("How long a message that was sent can be edited, and deleted for everybody; null: never."),
    isOfficial: z.boolean().describe("Whether it is connected by what its network offers to businesses."),
    hasSession: z
      .boolean()
      .describe("It works while a phone is linked (`/session`); one without has keys, and is called at `webhookUrl`."),
    webhookUrl: z.string().describe("Enter it in the provider's console, with the verify token."),
    verifiedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Channel" });
export type ChannelView = z.output<typeof channelView>;

export interface ChannelRow {
  id: string;
  provider: ProviderId;
  name: string;
  status: ChannelView["status"];
  contentMode: string;
  readReceipts: ReadReceipts;
  settings: Record<string, unknown>;
  verifiedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export function viewChannel({ config, providers }: Pick<App, "config" | "providers">, row: ChannelRow): ChannelView {
  const { id, provider, name, status, settings } = row;
  const { can, receive } = providers[provider] ?? {};
  return {
    ...{ id, provider, name, status, contentMode: row.contentMode, readReceipts: row.readReceipts, settings },
    sends: [...(can?.kinds.value ?? [])],
    changes: {
      editMinutes: can?.edit?.value.withinMinutes ?? null,
      deleteMinutes: can?.delete?.value.withinMinutes ?? null,
    },
    isOfficial: can?.isOfficial ?? true,
    hasSession: receive?.mode === "session",
    webhookUrl: `${baseUrl(config)}/hooks/${provider}/${id}`,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
