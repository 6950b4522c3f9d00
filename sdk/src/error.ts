import type { ProblemCode } from "./schema.ts";

/** What the server answered instead of a result (RFC 9457), or why there was no answer: `network`, `aborted`. */
export class KeepwordError extends Error {
  /** Stable: switch on this. New codes may come. */
  readonly code: ProblemCode | "network" | "aborted" | "unexpected_answer" | (string & {});
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** For the operator's log. */
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
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new KeepwordError({
    title: `The server answered ${response.status}`,
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
    ...problem,
    status: response.status,
  });
}

export function errorWithoutResponse(cause: unknown, signal: AbortSignal | undefined): KeepwordError {
  const isAborted = signal?.aborted === true;
  const title = isAborted ? "The request was cancelled" : "The server cannot be reached";
  return new KeepwordError({ code: isAborted ? "aborted" : "network", title, status: 0 }, { cause });
}
