// Short-lived links of our own: never the store's, so that an erase ends them at once. A link is of whoever asked for it: a member's opens in
// the browser session that it was made in, a key's as long as the key is valid (programs hand it to a downloader that holds no key).
import { baseUrl } from "../platform/config.ts";
import type { Actor, App } from "../platform/context.ts";
import { hmac, timingSafeEqualText } from "../platform/crypto.ts";

export const LINK_MINUTES = 5;

interface LinkTo {
  workspaceId: string;
  attachmentId: string;
  /** a login's id, or an API key's */
  holder: string;
  expiresMs: number;
}

/** Undefined for whoever has neither a session nor a key. */
const holderOf = (actor: Actor): string | undefined => {
  if (actor.kind === "member" || actor.kind === "person") return `login:${actor.loginId}`;
  return actor.kind === "api_key" ? `key:${actor.apiKeyId}` : undefined;
};

const sign = (app: Pick<App, "keyring">, text: string): string =>
  hmac(app.keyring.indexKey("installation", "media-link"), text).toString("base64url");

/** A file's address for the next minutes, for whoever asks. */
export function mediaUrl(
  app: Pick<App, "keyring" | "config" | "clock"> & { workspaceId: string; actor: Actor },
  attachmentId: string,
): { url: string; expiresAt: string } {
  const expiresMs = app.clock.ms() + LINK_MINUTES * 60_000;
  const holder = holderOf(app.actor) ?? "";
  const token = makeMediaLink(app, { workspaceId: app.workspaceId, attachmentId, holder, expiresMs });
  return { url: `${baseUrl(app.config)}/v1/media-files/${token}`, expiresAt: new Date(expiresMs).toISOString() };
}

function makeMediaLink(app: Pick<App, "keyring">, to: LinkTo): string {
  const text = Buffer.from(`${to.workspaceId}/${to.attachmentId}/${to.holder}/${to.expiresMs}`).toString("base64url");
  return `${text}.${sign(app, text)}`;
}

/** Undefined for a forged, damaged or expired link, and for one that is somebody else's: all the same to the caller. */
export async function readMediaLink(
  app: Pick<App, "keyring" | "db" | "clock"> & { actor: Actor },
  token: string,
): Promise<LinkTo | undefined> {
  const [text = "", signature = ""] = token.split(".");
  if (!timingSafeEqualText(signature, sign(app, text))) return undefined;
  const [workspaceId = "", attachmentId = "", holder = "", expires = ""] = Buffer.from(text, "base64url")
    .toString("utf8")
    .split("/");
  const expiresMs = Number(expires);
  if (!(expiresMs > app.clock.ms())) return undefined;
  const isTheirs = holder.startsWith("key:")
    ? await isValidKey(app, workspaceId, holder.slice("key:".length))
    : holder === holderOf(app.actor);
  return isTheirs ? { workspaceId, attachmentId, holder, expiresMs } : undefined;
}

async function isValidKey(app: Pick<App, "db" | "clock">, workspaceId: string, id: string): Promise<boolean> {
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.named(
      "media.link_key",
      `select 1 from api_key where workspace_id = $1 and id = $2 and revoked_at is null
         and (expires_at is null or expires_at > $3)`,
      [workspaceId, id, app.clock.now()],
    ),
  );
  return rows.length > 0;
}
