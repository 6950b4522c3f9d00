import type { ConnectionState } from "baileys";

import type { SessionEnd } from "../provider.ts";

// DisconnectReason and the codes of <failure>: https://github.com/WhiskeySockets/Baileys (7.0.0-rc14),
// https://github.com/tulir/whatsmeow/blob/main/types/events/events.go (2026-11-20)
const removed = new Set([401, 406, 411]);
const banned = new Set([402, 403]);

/** Why a connection closed. Only a removed device, a ban and a rival end a session for good; everything else may come back. */
export function endOf(update: Partial<ConnectionState>, isPaired: boolean): SessionEnd {
  const error = update.lastDisconnect?.error as
    | { output?: { statusCode?: number }; data?: { tag?: string; attrs?: { type?: string } } }
    | undefined;
  const code = error?.output?.statusCode;
  if (code === 515) return { kind: "restart" };
  if (code === 440) return { kind: "replaced" };
  if (error?.data?.attrs?.type === "device_removed") return { kind: "logged_out", code: "device_removed" };
  if (code !== undefined && banned.has(code)) return { kind: "banned", code: String(code) };
  if (code !== undefined && removed.has(code)) return { kind: "logged_out", code: String(code) };
  if (!isPaired && code === 408) return { kind: "pairing_expired" };
  return { kind: "lost", code: String(code ?? "network") };
}
