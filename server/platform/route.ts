import type { Readable } from "node:stream";
import { z } from "zod";
import type { Actor, Ctx, Role } from "./context.ts";
import type { AnyProblem, ProblemError } from "./problem.ts";

const everyone = ["owner", "admin", "agent"] as const;
const managers = ["owner", "admin"] as const;

/** Every permission with the roles that hold it; each opens a route. API-key scopes are the same strings. */
export const permissions = {
  "channel:read": everyone,
  "channel:manage": managers,
  "conversation:read": everyone,
  "conversation:write": everyone,
  "message:read": everyone,
  "message:send": everyone,
  "contact:read": everyone,
  "contact:write": everyone,
  "contact:special": managers,
  "media:read": everyone,
  "media:write": everyone,
  "template:read": everyone,
  "template:manage": managers,
  "event:read": everyone,
  "webhook:read": managers,
  "webhook:manage": managers,
  "privacy:read": managers,
  "privacy:manage": managers,
  "member:read": everyone,
  "member:manage": managers,
  "api_key:read": managers,
  "api_key:manage": managers,
  "workspace:read": everyone,
  "workspace:manage": managers,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;
export const permissionSchema = z.enum(Object.keys(permissions) as [Permission, ...Permission[]]);

/**
 * What takes a permission and to be limited to no channels, because it tells of people, or changes people, whom somebody who is limited is not
 * shown. No scope and no role of its own: whoever has the permission on every channel has it.
 */
export const everyChannelAccess = {
  "contact:import": "contact:write",
} as const satisfies Record<string, Permission>;

export type EveryChannelAccess = keyof typeof everyChannelAccess;

/** `public`: anyone, no workspace. `signed_in`: a person with a session, no workspace; API keys are refused. */
export type Access = Permission | EveryChannelAccess | "public" | "signed_in";

export const needsEveryChannel = (access: Access): access is EveryChannelAccess => access in everyChannelAccess;

/** The scope of a key, or the permission of a role, that an access takes. */
export const scopeOf = (access: Access): Exclude<Access, EveryChannelAccess> =>
  needsEveryChannel(access) ? everyChannelAccess[access] : access;

export function isAllowed(actor: Actor, access: Access): boolean {
  if (access === "public" || actor.kind === "system") return true;
  if (needsEveryChannel(access))
    return isAllowed(actor, everyChannelAccess[access]) && !("channelIds" in actor && actor.channelIds !== null);
  if (access === "signed_in") return actor.kind === "member" || actor.kind === "person";
  if (actor.kind === "member") return (permissions[access] as readonly Role[]).includes(actor.role);
  if (actor.kind === "api_key") return (actor.scopes as readonly string[]).includes(access);
  return false;
}

/** Without a transaction: streams and uploads last too long to hold one, so they take their own from `ctx.db`. */
export interface OpenCtx extends Omit<Ctx, "tx"> {
  /** Aborts when the client goes away or the server drains. */
  signal: AbortSignal;
  /** `Last-Event-ID`: where a stream's client stopped. */
  lastEventId: string | undefined;
  /** The `Range` header of a download. */
  range: string | undefined;
}

export interface Reply {
  /** Sent only if the route succeeds. HttpOnly, SameSite=Lax, `__Host-` and Secure under https; null deletes it. */
  cookie(name: string, value: string | null, options?: { maxAgeSeconds: number }): void;
  header(name: string, value: string): void;
}

export interface JsonCtx extends Ctx {
  reply: Reply;
}

type Schema = z.ZodType | undefined;
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;
type Result<S extends Schema> = S extends z.ZodType ? z.input<S> : void;
export interface Input<P extends Schema, Q extends Schema, Body> {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Body;
}

/** One event of a text/event-stream answer. `data` is written as JSON. A heartbeat comment is sent every 15 s. */
export interface StreamEvent {
  id?: string;
  event?: string;
  data: unknown;
  /** Text that is written as it is, in place of all else: events formatted once for many clients. */
  frame?: string;
}

/** A binary answer. `fileName` makes it an attachment. Bytes are never rendered by the browser: nosniff and a sandbox. */
export interface Download {
  contentType: string;
  body: Readable | Uint8Array;
  status?: 200 | 206;
  bytes?: number;
  fileName?: string;
  headers?: Record<string, string>;
}

/** A part of a multipart upload, in order of arrival. A file must be read to its end before the next part comes. */
export type UploadPart =
  | { kind: "field"; name: string; value: string }
  | { kind: "file"; name: string; fileName: string | undefined; contentType: string; bytes: Readable };

interface Shared<P extends Schema, Q extends Schema> {
  /** `noun.verb`, unique; the SDK's method and the access log use it. */
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Fastify style, `/v1/messages/:id`. */
  path: `/${string}`;
  summary: string;
  description?: string;
  permission: Access;
  params?: P;
  query?: Q;
  /** The route's own problems; the common ones are added. */
  problems?: readonly AnyProblem[];
  /** Stricter than the default: requests per minute per actor, or per address for `public`. */
  rateLimit?: { perMinute: number };
  /** Left out of the public reference (the web app's own needs). */
  isInternal?: boolean;
  /** Also while the workspace is closing: all that reads is, nothing that writes unless it says so. */
  whileClosing?: true;
  /** For paths that imitate another API. */
  foreign?: Foreign;
}

/** Failures in the shape of the API that a path imitates, instead of ours. The SDK leaves such paths out: they have clients of their own. */
export interface Foreign {
  failure: z.ZodType;
  answer: (error: ProblemError, traceId: string) => { status: number; body: unknown };
}

export interface JsonDeclaration<P extends Schema, Q extends Schema, B extends Schema, R extends Schema> extends Shared<
  P,
  Q
> {
  kind?: "json";
  isOpen?: false;
  /**
   * Takes `Idempotency-Key`: for every POST with an effect outside. The result's `id` is the only thing that is kept. A repeat
   * reads the result again: by this function, or with `true` by the route `<noun>.get`.
   */
  idempotent?:
    | true
    | ((ctx: JsonCtx, resultId: string, input: Input<P, Q, Parsed<B>>) => Result<R> | Promise<Result<R>>);
  /** Where the id stands in a result that has no `id` of its own. */
  resultId?: (result: Result<R>) => string;
  /** Default 200, or 204 without `returns`. */
  status?: 200 | 201 | 202 | 204;
  body?: B;
  maxBytes?: number;
  returns?: R;
  /** Runs in a transaction that sees only `ctx.workspaceId`; it commits when `run` resolves, before the answer. */
  run: (ctx: JsonCtx, input: Input<P, Q, Parsed<B>>) => Result<R> | Promise<Result<R>>;
}

/** Without a transaction around it: `run` takes its own, for work that must not hold one (a slow hash) or that a failure keeps. */
export interface OpenJsonDeclaration<
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  R extends Schema,
> extends Omit<JsonDeclaration<P, Q, B, R>, "idempotent" | "isOpen" | "run"> {
  isOpen: true;
  run: (ctx: OpenCtx & Pick<JsonCtx, "reply">, input: Input<P, Q, Parsed<B>>) => Result<R> | Promise<Result<R>>;
}

export interface StreamDeclaration<P extends Schema, Q extends Schema> extends Shared<P, Q> {
  kind: "stream";
  /** Must end when `ctx.signal` aborts; `ctx.lastEventId` is where the client stopped. */
  run: (
    ctx: OpenCtx,
    input: Input<P, Q, undefined>,
  ) => AsyncIterable<StreamEvent> | Promise<AsyncIterable<StreamEvent>>;
}

export interface DownloadDeclaration<P extends Schema, Q extends Schema> extends Shared<P, Q> {
  kind: "download";
  run: (ctx: OpenCtx, input: Input<P, Q, undefined>) => Download | Promise<Download>;
}

export interface UploadDeclaration<P extends Schema, Q extends Schema, R extends Schema> extends Shared<P, Q> {
  kind: "upload";
  status?: 200 | 201 | 202;
  /** Of one file. */
  maxBytes: number;
  returns?: R;
  run: (ctx: OpenCtx, input: Input<P, Q, AsyncIterable<UploadPart>>) => Result<R> | Promise<Result<R>>;
}

/** What lists of routes hold: the declaration with its schemas, its types forgotten. */
export interface Route extends Omit<Shared<Schema, Schema>, "params" | "query"> {
  kind: "json" | "stream" | "download" | "upload";
  isOpen: boolean;
  idempotent: boolean | ((ctx: JsonCtx, resultId: string, input: Input<Schema, Schema, unknown>) => unknown);
  resultId: (result: unknown) => unknown;
  status: number;
  maxBytes: number;
  params: Schema;
  query: Schema;
  body: Schema;
  returns: Schema;
  run: (ctx: JsonCtx & OpenCtx, input: Input<Schema, Schema, unknown>) => unknown;
}

type AnyDeclaration = Shared<Schema, Schema> &
  Partial<Pick<Route, "kind" | "isOpen" | "status" | "maxBytes" | "body" | "returns">> & {
    idempotent?: true | ((ctx: never, resultId: string, input: never) => unknown);
    resultId?: (result: never) => string;
    run: (ctx: never, input: never) => unknown;
  };

export const defaultMaxBytes = 1024 * 1024;

export function route<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  R extends Schema = undefined,
>(declaration: JsonDeclaration<P, Q, B, R>): Route;
export function route<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  R extends Schema = undefined,
>(declaration: OpenJsonDeclaration<P, Q, B, R>): Route;
export function route<P extends Schema = undefined, Q extends Schema = undefined>(
  declaration: StreamDeclaration<P, Q>,
): Route;
export function route<P extends Schema = undefined, Q extends Schema = undefined>(
  declaration: DownloadDeclaration<P, Q>,
): Route;
export function route<P extends Schema = undefined, Q extends Schema = undefined, R extends Schema = undefined>(
  declaration: UploadDeclaration<P, Q, R>,
): Route;
/**
 * Declares a route once: Fastify, OpenAPI, the SDK and the authorisation tests read it. `run` gets parsed input and an
 * authorised context; a row of another workspace is invisible to it and must be answered with `notFound`.
 */
export function route(declaration: AnyDeclaration): Route {
  const { kind = "json", returns } = declaration;
  // `noun.verb` becomes a method of the SDK
  if (!/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/.test(declaration.id))
    throw new Error(`${declaration.id} is not a route id: noun.verb`);
  return {
    ...declaration,
    kind,
    isOpen: declaration.isOpen ?? false,
    idempotent: (declaration.idempotent ?? false) as Route["idempotent"],
    resultId: (declaration.resultId ?? ((result?: { id?: unknown }) => result?.id)) as Route["resultId"],
    status: declaration.status ?? (kind === "json" && returns === undefined ? 204 : 200),
    maxBytes: declaration.maxBytes ?? defaultMaxBytes,
    params: declaration.params,
    query: declaration.query,
    body: declaration.body,
    returns,
    // http.ts parses with these very schemas before it calls.
    run: declaration.run as Route["run"],
  };
}
