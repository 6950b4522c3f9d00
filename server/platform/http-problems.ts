import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { DatabaseLost, sqlState } from "./db-errors.ts";
import type { Logger } from "./log.ts";
import type { Foreign } from "./route.ts";
import {
  internal,
  notFound,
  outcomeUnknown,
  payloadTooLarge,
  ProblemError,
  serviceBusy,
  unsupportedMediaType,
  validationFailed,
  type ProblemDeclaration,
} from "./problem.ts";

/** The body of every failure, RFC 9457 with our `code` and `traceId`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  fix?: string;
  traceId: string;
  [extra: string]: unknown;
}

export function problemType(declaration: Pick<ProblemDeclaration, "code">): string {
  return `/docs/errors#${declaration.code}`;
}

export function problemBody(error: ProblemError, traceId: string): ProblemBody {
  const { declaration, detail, extensions } = error;
  return {
    ...extensions,
    type: problemType(declaration),
    title: declaration.title,
    status: declaration.status,
    code: declaration.code,
    ...(detail === undefined ? {} : { detail }),
    ...(declaration.fix === undefined ? {} : { fix: declaration.fix }),
    traceId,
  };
}

/** Turns whatever was thrown into a problem. What is not expected becomes `internal`, with the stack in the log only. */
export function toProblem(error: unknown, log: Logger, traceId: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof DatabaseLost) {
    log.warn({ err: error, traceId }, "database lost");
    return error.commitUnknown ? outcomeUnknown() : serviceBusy({ retryAfterMs: 1000 });
  }
  // 57014: the statement timeout. 55P03: a lock that did not come free in time.
  const state = sqlState(error);
  if (state === "57014" || state === "55P03") {
    log.warn({ err: error, traceId }, "database busy");
    return serviceBusy({ retryAfterMs: 1000 });
  }
  // 22021: the character NUL, which JSON can write and PostgreSQL cannot store; nothing that is here has it in its id
  if (state === "22021")
    return validationFailed({
      issues: [{ path: "request", message: "holds a character that cannot be stored (NUL)" }],
    });
  const known = fastifyProblem(error);
  if (known) return known;
  log.error({ err: error, traceId }, "request failed");
  return internal();
}

function fastifyProblem(error: unknown): ProblemError | undefined {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return payloadTooLarge({});
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" || code === "FST_INVALID_MULTIPART_CONTENT_TYPE")
    return unsupportedMediaType();
  if (code === "FST_ERR_NOT_FOUND" || statusCode === 404) return notFound();
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 && typeof code === "string")
    return validationFailed({ issues: [{ path: "body", message: "cannot be read" }] });
  if (error instanceof SyntaxError && statusCode === 400)
    return validationFailed({ issues: [{ path: "body", message: "is not valid JSON" }] });
  return undefined;
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  error: ProblemError,
  foreign?: Foreign,
): FastifyReply {
  const { status } = error.declaration;
  const { retryAfterMs } = error.extensions;
  if (typeof retryAfterMs === "number")
    void reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  void reply.header("cache-control", "no-store");
  if (foreign) {
    const { status: theirs, body } = foreign.answer(error, request.id);
    return reply.code(theirs).header("content-type", "application/json; charset=utf-8").send(JSON.stringify(body));
  }
  return reply
    .code(status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .send(JSON.stringify(problemBody(error, request.id)));
}

/** Parses one part of a request with its schema; the issues name fields, never the values that were sent. */
export function parsePart(schema: z.ZodType | undefined, part: "params" | "query" | "body", value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw validationFailed({
    issues: parsed.error.issues
      .slice(0, 50)
      .map((issue) => ({ path: [part, ...issue.path.map(String)].join("."), message: issue.message })),
  });
}
