// What every function of the product is given. `App` is built once in app.ts; `Ctx` is made for each request or job.
import type { BlobStore } from "./blob.ts";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Database, Tx } from "./db.ts";
import type { Emit } from "./event.ts";
import type { Enqueue } from "./job.ts";
import type { Keyring } from "./keyring.ts";
import type { Logger } from "./log.ts";
import type { Mailer } from "./mail.ts";
import type { SafeFetch } from "./safe-fetch.ts";

/** What everything stands on (foundation.ts opens it). */
export interface Foundation {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Database;
  keyring: Keyring;
  blobs: BlobStore;
  bus: Bus;
  fetch: SafeFetch;
  mail: Mailer;
}

/** Long-lived parts. Features add their own by declaration merging (providers do: see providers/provider.ts). */
export interface App extends Foundation {
  emit: Emit;
  enqueue: Enqueue;
}

export type Role = "owner" | "admin" | "agent";

/** Who acts. `channelIds: null` means every channel of the workspace. */
export type Actor =
  | {
      kind: "member";
      personId: string;
      memberId: string;
      loginId: string;
      role: Role;
      channelIds: readonly string[] | null;
    }
  | { kind: "api_key"; apiKeyId: string; scopes: readonly string[]; channelIds: readonly string[] | null }
  | { kind: "person"; personId: string; loginId: string }
  | { kind: "anonymous" }
  | { kind: "system" };

export interface RequestInfo {
  id: string;
  /** for rate limits and login rows only; never logged */
  ip: string;
  userAgent: string | undefined;
  origin: string | undefined;
}

export interface Ctx extends App {
  /** empty for public and person routes */
  workspaceId: string;
  actor: Actor;
  tx: Tx;
  request: RequestInfo;
}

/** For work that nobody asked for by a request; `id` names it in the log. */
export function systemCtx(app: App, tx: Tx, workspaceId: string, id: string): Ctx {
  return {
    ...{ ...app, tx, workspaceId, actor: { kind: "system" } },
    request: { id, ip: "", userAgent: undefined, origin: undefined },
  };
}
