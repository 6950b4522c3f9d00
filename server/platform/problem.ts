import { z } from "zod";

/**
 * A problem is an expected failure that the caller can act on (RFC 9457). Everything else that is thrown is a bug and
 * becomes a 500 with a trace id. Codes are stable API: `noun.reason`, never renamed.
 */
export interface ProblemDeclaration<Extra extends z.ZodRawShape = z.ZodRawShape> {
  readonly code: string;
  readonly status: number;
  /** One public sentence, the same for every occurrence. It is printed in docs/errors.md. */
  readonly title: string;
  /** What the caller can do about it. */
  readonly fix?: string | undefined;
  /** Extra members of the answer, public by definition: never content, names, numbers or tokens. */
  readonly extra: Extra;
}

// zod infers `Record<string, never>` for an empty object, which would forbid `detail`.
type ExtraInput<Extra extends z.ZodRawShape> = keyof Extra extends never ? object : z.input<z.ZodObject<Extra>>;
type Details<Extra extends z.ZodRawShape> = { detail?: string } & ExtraInput<Extra>;
type DetailArguments<Extra extends z.ZodRawShape> =
  object extends ExtraInput<Extra> ? [details?: Details<Extra>] : [details: Details<Extra>];

/** A declared problem: call it to make the error, `throw windowClosed({ detail: "…" })`. */
export interface Problem<Extra extends z.ZodRawShape = z.ZodRawShape> extends ProblemDeclaration<Extra> {
  (...args: DetailArguments<Extra>): ProblemError;
}

/** Any declared problem, whatever its extra members; what lists of problems hold. */
export interface AnyProblem extends ProblemDeclaration {
  (...args: never[]): ProblemError;
}

export class ProblemError extends Error {
  readonly declaration: ProblemDeclaration;
  readonly detail: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(declaration: ProblemDeclaration, details: Record<string, unknown> = {}) {
    const { detail, ...extensions } = details;
    super(`${declaration.code}: ${declaration.title}`);
    this.name = "ProblemError";
    this.declaration = declaration;
    this.detail = typeof detail === "string" ? detail : undefined;
    this.extensions = extensions;
  }
}

/**
 * Declares a problem. List it in `problems` of each route that can answer it: docs, OpenAPI and the SDK read it there.
 * Call the result to make an error to throw; `detail` says what was wrong this time, without personal data.
 */
export function problem<Extra extends z.ZodRawShape = Record<never, never>>(declaration: {
  code: string;
  status: number;
  title: string;
  fix?: string;
  extra?: Extra;
}): Problem<Extra> {
  const declared = { fix: undefined, ...declaration, extra: declaration.extra ?? ({} as Extra) };
  const make = (details?: Record<string, unknown>): ProblemError => new ProblemError(declared, details);
  return Object.assign(make, declared) as Problem<Extra>;
}

/** True when the error is this problem. */
export function isProblem(error: unknown, declared: Pick<ProblemDeclaration, "code">): error is ProblemError {
  return error instanceof ProblemError && error.declaration.code === declared.code;
}

export const notFound = problem({
  code: "not_found",
  status: 404,
  title: "There is nothing here, or it belongs to another workspace.",
  fix: "Check the id, and that the key or the selected workspace is the one that owns it.",
});

export const unauthorized = problem({
  code: "unauthorized",
  status: 401,
  title: "The request carries no valid API key or session.",
  fix: "Send `Authorization: Bearer kw_live_…`, or sign in again.",
});

export const forbidden = problem({
  code: "forbidden",
  status: 403,
  title: "This key or role may not do that.",
  fix: "Use a key with the permission named in `permission`, or ask an owner of the workspace.",
  extra: { permission: z.string().optional() },
});

export const everyChannelRequired = problem({
  code: "every_channel_required",
  status: 403,
  title: "That takes somebody who is limited to no channels: it reaches people whom you are not shown.",
  fix: "Ask a member who sees every channel, or use a key that is limited to none (`channelIds: null`).",
});

export const httpsRequired = problem({
  code: "https_required",
  status: 403,
  title: "This server is used over https only.",
  fix: "Call its https address. A key that was sent in clear may have been read on the way: replace it. Operator: the proxy in front has to send X-Forwarded-Proto.",
});

export const crossSiteRequest = problem({
  code: "cross_site_request",
  status: 403,
  title: "A browser session may only be used from Keepword's own pages.",
  fix: "Use an API key for calls from other origins.",
});

export const workspaceClosing = problem({
  code: "workspace.closing",
  status: 409,
  title: "The workspace is closing: it can be read and exported, not changed.",
  fix: "An owner may reopen it in the settings until its last day.",
});

export const workspaceRequired = problem({
  code: "workspace_required",
  status: 400,
  title: "You belong to several workspaces, so the request must say which one it means.",
  fix: "Add `?workspaceId=…`.",
});

export const validationFailed = problem({
  code: "validation_failed",
  status: 400,
  title: "The request does not have the documented shape.",
  fix: "Each entry of `issues` names a field and what it should be.",
  extra: { issues: z.array(z.object({ path: z.string(), message: z.string() })) },
});

export const tooManyRequests = problem({
  code: "too_many_requests",
  status: 429,
  title: "Too many requests in a short time.",
  fix: "Wait `retryAfterMs` milliseconds (also in the Retry-After header), then continue more slowly.",
  extra: { retryAfterMs: z.int() },
});

export const payloadTooLarge = problem({
  code: "payload_too_large",
  status: 413,
  title: "The body is larger than this path accepts.",
  extra: { maxBytes: z.int().optional() },
});

export const unsupportedMediaType = problem({
  code: "unsupported_media_type",
  status: 415,
  title: "This path does not accept that content type.",
  fix: "Send `Content-Type: application/json`, or multipart/form-data where the path takes files.",
});

export const serviceBusy = problem({
  code: "service_busy",
  status: 503,
  title: "The server cannot take this now.",
  fix: "Nothing was stored. Try again after `retryAfterMs` milliseconds.",
  extra: { retryAfterMs: z.int().optional() },
});

export const outcomeUnknown = problem({
  code: "outcome_unknown",
  status: 503,
  title: "The database went away while storing; it may or may not be stored.",
  fix: "Repeat it with the same Idempotency-Key, or read before repeating.",
});

export const idempotencyConflict = problem({
  code: "idempotency_conflict",
  status: 409,
  title: "This Idempotency-Key was used with a different request.",
  fix: "Use a new key for each new request.",
});

export const idempotencyInProgress = problem({
  code: "idempotency_in_progress",
  status: 409,
  title: "The first request with this Idempotency-Key is still running.",
  fix: "Try again after `retryAfterMs` milliseconds with the same key.",
  extra: { retryAfterMs: z.int() },
});

export const internal = problem({
  code: "internal",
  status: 500,
  title: "Something went wrong on our side.",
  fix: "Try again; if it stays, give the operator the `traceId`.",
});

/** Problems that any route may answer; openapi.ts adds them so that routes list only their own. */
export const commonProblems: readonly AnyProblem[] = [
  validationFailed,
  unauthorized,
  forbidden,
  tooManyRequests,
  payloadTooLarge,
  unsupportedMediaType,
  serviceBusy,
  outcomeUnknown,
  internal,
];
