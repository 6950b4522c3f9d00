// Short-lived links of our own: never the store's, so that an erase ends them at once.
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { hmac, timingSafeEqualText } from "../platform/crypto.ts";

export const LINK_MINUTES = 5;

interface LinkTo {
  workspaceId: string;
  attachmentId: string;
  expiresMs: number;
}

const sign = (app: Pick<App, "keyring">, text: string): string =>
  hmac(app.keyring.indexKey("installation", "media-link"), text).toString("base64url");

/** A file's address for the next minutes; needs no key. */
export function mediaUrl(
  app: Pick<App, "keyring" | "config" | "clock"> & { workspaceId: string },
  attachmentId: string,
): { url: string; expiresAt: string } {
  const expiresMs = app.clock.ms() + LINK_MINUTES * 60_000;
  const token = makeMediaLink(app, { workspaceId: app.workspaceId, attachmentId, expiresMs });
  return { url: `${baseUrl(app.config)}/v1/media-files/${token}`, expiresAt: new Date(expiresMs).toISOString() };
}

function makeMediaLink(app: Pick<App, "keyring">, to: LinkTo): string {
  const text = Buffer.from(`${to.workspaceId}/${to.attachmentId}/${to.expiresMs}`).toString("base64url");
  return `${text}.${sign(app, text)}`;
}

/** Undefined for a forged, damaged or expired link: all the same to the caller. */
export function readMediaLink(app: Pick<App, "keyring">, token: string, nowMs: number): LinkTo | undefined {
  const [text = "", signature = ""] = token.split(".");
  if (!timingSafeEqualText(signature, sign(app, text))) return undefined;
  const [workspaceId = "", attachmentId = "", expires = ""] = Buffer.from(text, "base64url")
    .toString("utf8")
    .split("/");
  const expiresMs = Number(expires);
  return expiresMs > nowMs ? { workspaceId, attachmentId, expiresMs } : undefined;
}
