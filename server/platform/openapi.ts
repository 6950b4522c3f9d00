import { z } from "zod";
import { problemType } from "./http-problems.ts";
import {
  parameters,
  requestBody,
  schemaOf,
  settleSchemas,
  successResponse,
  type Json,
  type Schemas,
} from "./openapi-parts.ts";
import {
  commonProblems,
  everyChannelRequired,
  idempotencyConflict,
  idempotencyInProgress,
  notFound,
  workspaceClosing,
  validationFailed,
  type AnyProblem,
  type ProblemDeclaration,
} from "./problem.ts";
import { needsEveryChannel, permissions, scopeOf, type Route } from "./route.ts";

interface Declarations {
  routes: readonly Route[];
  /** They become the document's webhooks, as they are delivered. */
  events?: readonly { type: string; doc: string; payload: z.ZodType }[];
  /** What a delivery shows besides the payload, by the noun of the event's type. */
  eventBodies?: Readonly<Record<string, z.ZodType>>;
}

const methodOrder = ["get", "post", "put", "patch", "delete"];

/** The OpenAPI 3.1 document of the declared routes: the same bytes for the same declarations. */
export function buildOpenApi({ routes, events = [], eventBodies = {} }: Declarations): Json {
  const schemas: Schemas = { input: new Map(), output: new Map() };
  const shown = routes.filter((route) => route.isInternal !== true);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of shown.toSorted(byPath)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  }
  const webhooks = Object.fromEntries(
    events
      .toSorted((a, b) => (a.type < b.type ? -1 : 1))
      .map((event) => [event.type, { post: webhook(event, eventBodies, schemas) }]),
  );
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Keepword API",
      version: "1",
      description:
        "Failures are `application/problem+json` with a stable `code`. Lists are pages `{data, nextCursor}`. Times are ISO 8601 in UTC. A POST with an effect outside takes an `Idempotency-Key`.",
      license: { name: "AGPL-3.0-or-later", identifier: "AGPL-3.0-or-later" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(shown.map(nounOf))].toSorted().map((name) => ({ name })),
    paths,
    webhooks,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key, `kw_live_…`. Scopes are the permissions named in `x-permission`; where `x-every-channel` stands, a key that is limited to channels is refused.",
        },
        session: { type: "apiKey", in: "cookie", name: "session", description: "The web app's sign-in." },
      },
    },
    "x-permissions": permissions,
  };
  return settleSchemas(document, schemas, { Problem: problemSchema() });
}

function byPath(a: Route, b: Route): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return methodOrder.indexOf(a.method.toLowerCase()) - methodOrder.indexOf(b.method.toLowerCase());
}

function nounOf(route: Route): string {
  return route.id.split(".")[0] ?? route.id;
}

function operation(route: Route, schemas: Schemas): Json {
  const body = requestBody(route, schemas);
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [nounOf(route)],
    security: security(route),
    "x-permission": scopeOf(route.permission),
    ...(needsEveryChannel(route.permission) ? { "x-every-channel": true } : {}),
    "x-kind": route.kind,
    ...(route.foreign ? { "x-foreign": true } : {}),
    parameters: parameters(route, schemas),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...successResponse(route, schemas),
      ...(route.foreign
        ? foreignResponses(route.foreign.failure, schemas)
        : problemResponses(problemsOf(route), schemas)),
    },
  };
}

function security(route: Route): Json[] {
  if (route.permission === "public") return [];
  if (route.permission === "signed_in") return [{ session: [] }];
  return [{ apiKey: [] }, { session: [] }];
}

const mayWriteWhileOpen = ({ method, permission, whileClosing }: Route): boolean =>
  method !== "GET" && permission !== "public" && permission !== "signed_in" && whileClosing !== true;

/** A route's own problems and those that its shape implies. */
export function problemsOf(route: Route): AnyProblem[] {
  const takesInput = route.params !== undefined || route.query !== undefined || route.body !== undefined;
  const implied = commonProblems.filter((common) => {
    if (common.status === 400) return takesInput;
    if (common.status === 413 || common.status === 415) return route.body !== undefined || route.kind === "upload";
    if (common.status === 401 || common.status === 403) return route.permission !== "public";
    return true;
  });
  const forIdempotency = route.idempotent === false ? [] : [idempotencyConflict, idempotencyInProgress];
  const forIds = route.params === undefined ? [] : [notFound];
  const forClosing = mayWriteWhileOpen(route) ? [workspaceClosing] : [];
  const forEveryChannel = needsEveryChannel(route.permission) ? [everyChannelRequired] : [];
  const all = [
    ...(route.problems ?? []),
    ...[...implied, ...forIdempotency, ...forIds, ...forClosing, ...forEveryChannel],
  ];
  return [...new Map(all.map((declared) => [declared.code, declared])).values()].toSorted(byCode);
}

/** Every problem that some route can answer, for docs/errors.md and the SDK's constants. */
export function allProblems(routes: readonly Route[]): ProblemDeclaration[] {
  const all = [...commonProblems, notFound, validationFailed, ...routes.flatMap(problemsOf)];
  return [...new Map(all.map((declared) => [declared.code, declared])).values()].toSorted(byCode);
}

function byCode(a: ProblemDeclaration, b: ProblemDeclaration): number {
  return a.code < b.code ? -1 : 1;
}

function problemResponses(problems: readonly AnyProblem[], schemas: Schemas): Record<string, Json> {
  const byStatus = Map.groupBy(problems, (declared) => String(declared.status));
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([status, declared]) => [
        status,
        {
          description: declared.map(({ code, title }) => `\`${code}\` ${title}`).join("\n\n"),
          content: {
            "application/problem+json": {
              schema: problemVariant(declared, schemas),
              examples: Object.fromEntries(declared.map((one) => [one.code, { value: problemExample(one) }])),
            },
          },
          "x-problem-codes": declared.map(({ code }) => code),
        },
      ]),
  );
}

function foreignResponses(failure: z.ZodType, schemas: Schemas): Record<string, Json> {
  const answer = {
    description: "A failure in the shape of the API that this path imitates.",
    content: { "application/json": { schema: schemaOf(failure, "output", schemas) } },
  };
  return { "4XX": answer, "5XX": answer };
}

function problemVariant(problems: readonly AnyProblem[], schemas: Schemas): Json {
  const extra = Object.assign({}, ...problems.map((declared) => declared.extra)) as z.ZodRawShape;
  const base = { $ref: "#/components/schemas/Problem" };
  if (Object.keys(extra).length === 0) return base;
  return { allOf: [base, schemaOf(z.object(extra).partial(), "output", schemas)] };
}

function problemExample({ code, status, title, fix }: AnyProblem): Json {
  return { type: problemType({ code }), title, status, code, ...(fix && { fix }), traceId: "Yx0b2mPq7LwSdH1c" };
}

function problemSchema(): Json {
  return {
    type: "object",
    description: "RFC 9457 problem details. Further members depend on the code.",
    properties: {
      type: { type: "string", description: "Where the code is explained." },
      title: { type: "string" },
      status: { type: "integer" },
      code: { type: "string", description: "Stable; switch on this." },
      detail: { type: "string", description: "What was wrong this time." },
      fix: { type: "string", description: "What can be done about it, the same every time." },
      traceId: { type: "string", description: "Also in the `x-request-id` header and the operator's log." },
    },
    required: ["type", "title", "status", "code", "traceId"],
  };
}

function webhook(
  event: { type: string; doc: string; payload: z.ZodType },
  bodies: Readonly<Record<string, z.ZodType>>,
  schemas: Schemas,
): Json {
  const noun = event.type.slice(0, event.type.indexOf("."));
  const body = bodies[noun];
  const shown = body
    ? { [noun]: body.nullable().describe("As it is at the time of the attempt; null when it is gone.") }
    : {};
  const data = event.payload instanceof z.ZodObject ? event.payload.extend(shown) : event.payload;
  const delivered = z.object({
    type: z.literal(event.type),
    timestamp: z.iso.datetime().describe("When it happened."),
    id: z.string().describe("Also the header `webhook-id`, the same over all attempts."),
    position: z.string().describe("Its place in the log: `GET /v1/events?after=` goes on from here."),
    data,
  });
  return {
    summary: event.doc,
    requestBody: { content: { "application/json": { schema: schemaOf(delivered, "output", schemas) } } },
    responses: { "2XX": { description: "Received." } },
  };
}
