import type { ProblemCode } from "./schema.ts";

/** Why there is no answer to speak of: `network`, `timeout`, `aborted`; `unexpected_answer` is no problem document, a proxy's page. */
type ClientCode =
  | "network"
  | "timeout"
  | "aborted"
  | "unexpected_answer"
  | "webhook.headers_missing"
  | "webhook.timestamp_out_of_range"
  | "webhook.signature_mismatch"
  | "webhook.secret_malformed";

/** The one error of this client: what the server answered instead of a result (RFC 9457), or why there was no answer. */
export class KeepwordError extends Error {
  /** Stable: switch on this. New codes may come. */
  readonly code: ProblemCode | ClientCode | (string & {});
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** What can be done about it. */
  readonly fix: string | undefined;
  /** The request's id, also in the operator's log. */
  readonly traceId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Which fields were wrong, with `validation_failed`. */
  readonly issues: readonly { path: string; message: string }[];
  /** The whole problem document. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(problem: Record<string, unknown>, options: { cause?: unknown } = {}) {
    const title = text(problem["title"]) ?? "Unexpected answer";
    const detail = text(problem["detail"]);
    super(detail ?? title, options);
    this.name = "KeepwordError";
    this.code = text(problem["code"]) ?? "unexpected_answer";
    this.status = typeof problem["status"] === "number" ? problem["status"] : 0;
    this.title = title;
    this.detail = detail;
    this.fix = text(problem["fix"]);
    this.traceId = text(problem["traceId"]);
    this.retryAfterMs = typeof problem["retryAfterMs"] === "number" ? problem["retryAfterMs"] : undefined;
    this.issues = Array.isArray(problem["issues"]) ? problem["issues"] : [];
    this.problem = problem;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export async function errorFromResponse(response: Response): Promise<KeepwordError> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = typeof body === "object" && body !== null ? { ...body } : {};
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"));
  const traceId = response.headers.get("x-request-id");
  return new KeepwordError({
    title: `The server answered ${response.status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(traceId === null ? {} : { traceId }),
    ...problem,
    status: response.status,
  });
}

/** Seconds or a date (RFC 9110 10.2.3), as milliseconds from now. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const withoutResponse = {
  aborted: "The request was cancelled",
  timeout: "The server did not answer in time",
  network: "The server cannot be reached",
} as const;

export function errorWithoutResponse(code: keyof typeof withoutResponse, cause: unknown): KeepwordError {
  return new KeepwordError({ code, title: withoutResponse[code], status: 0 }, { cause });
}
