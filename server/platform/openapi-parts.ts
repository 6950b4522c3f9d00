import { z } from "zod";
import type { Route } from "./route.ts";

export type Json = { [key: string]: unknown };

/** Named schemas (`.meta({ id })`), apart for what is sent and what is answered: defaults and coercion make them differ. */
export interface Schemas {
  input: Map<string, Json>;
  output: Map<string, Json>;
}

const prefix = "#/components/schemas/";

/** JSON Schema of a zod schema; named ones become references into `schemas`. */
export function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Schemas): Json {
  const {
    $defs,
    $schema: _dialect,
    ...root
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => simplify(zodSchema, jsonSchema as Json, io),
  }) as Json & { $defs?: Record<string, Json> };
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[io].set(name, pointInto(definition, io));
  return pointInto(root, io) as Json;
}

function simplify(zodSchema: z.core.$ZodTypes, schema: Json, io: "input" | "output"): void {
  const { def } = zodSchema._zod;
  if (def.type === "date") Object.assign(schema, { type: "string", format: "date-time" });
  // z.stringbool() is a pipe into a boolean
  if (def.type === "pipe" && io === "input" && schema["type"] === "string" && isBoolean(def.out))
    schema["type"] = "boolean";
  // a known format says more than its regular expression, and answers may gain fields
  if (schema["format"] !== undefined) delete schema["pattern"];
  if (io === "output") delete schema["additionalProperties"];
  if (schema["maximum"] === Number.MAX_SAFE_INTEGER) delete schema["maximum"];
  if (schema["minimum"] === Number.MIN_SAFE_INTEGER) delete schema["minimum"];
}

function isBoolean(schema: z.core.$ZodType): boolean {
  return (schema as z.core.$ZodTypes)._zod.def.type === "boolean";
}

// `io` travels in the reference until all schemas are known: only then is it clear which names differ by direction
function pointInto<T>(value: T, io: "input" | "output"): T {
  return mapRefs(value, (ref) => (ref.startsWith("#/$defs/") ? `${io}:${ref.slice("#/$defs/".length)}` : ref));
}

function mapRefs<T>(value: T, change: (ref: string) => string): T {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item as unknown, change)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "$ref" && typeof item === "string" ? change(item) : mapRefs(item as unknown, change),
    ]),
  ) as T;
}

/** Puts the named schemas into the document. Where sent and answered differ, the sent one is called `…Input`. */
export function settleSchemas(document: Json, schemas: Schemas, own: Record<string, Json>): Json {
  const plain = (value: unknown): string =>
    JSON.stringify(mapRefs(value, (ref) => ref.replace(/^(input|output):/, "")));
  const differs = new Set<string>();
  const compare = (): boolean => {
    const before = differs.size;
    for (const [name, sent] of schemas.input) {
      const answered = schemas.output.get(name);
      if (answered === undefined || differs.has(name)) continue;
      const leadsToDifferent = [...differs].some((other) => JSON.stringify(sent).includes(`"input:${other}"`));
      if (plain(sent) !== plain(answered) || leadsToDifferent) differs.add(name);
    }
    return differs.size > before;
  };
  while (compare());
  const nameOf = (io: string, name: string): string => (io === "input" && differs.has(name) ? `${name}Input` : name);
  const settle = <T>(value: T): T =>
    mapRefs(value, (ref) => {
      const [, io, name] = /^(input|output):(.*)$/.exec(ref) ?? [];
      return io === undefined || name === undefined ? ref : prefix + nameOf(io, name);
    });
  const named = new Map(Object.entries(own));
  for (const io of ["output", "input"] as const)
    for (const [name, definition] of schemas[io]) named.set(nameOf(io, name), settle(definition));
  const sorted = Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...settle(document), components: { ...(document["components"] as Json), schemas: sorted } };
}

export function parameters(route: Route, schemas: Schemas): Json[] {
  const found = [...fields(route.params, "path", schemas), ...fields(route.query, "query", schemas)];
  if (route.idempotent !== false)
    found.push({
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "Any new text per request, 1 to 200 characters. A repeat within 24 h gives the first result.",
      schema: { type: "string", maxLength: 200 },
    });
  if (route.kind === "stream")
    found.push({
      name: "Last-Event-ID",
      in: "header",
      required: false,
      description: "The last event that arrived; the stream goes on after it.",
      schema: { type: "string" },
    });
  return found;
}

function fields(schema: z.ZodType | undefined, where: "path" | "query", schemas: Schemas): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input", schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

export function requestBody(route: Route, schemas: Schemas): Json | undefined {
  if (route.kind === "upload") {
    const file = { type: "string", contentMediaType: "application/octet-stream" };
    const schema = { type: "object", properties: { file }, required: ["file"] };
    return { required: true, content: { "multipart/form-data": { schema } } };
  }
  if (route.body === undefined) return undefined;
  const isOptional = route.body.safeParse(undefined).success;
  return { required: !isOptional, content: { "application/json": { schema: schemaOf(route.body, "input", schemas) } } };
}

export function successResponse(route: Route, schemas: Schemas): Record<string, Json> {
  if (route.kind === "stream")
    return {
      "200": {
        description: "Server-sent events until the client goes.",
        content: { "text/event-stream": { schema: { type: "string" } } },
      },
    };
  if (route.kind === "download")
    return {
      "200": {
        description: "The bytes.",
        content: {
          "application/octet-stream": { schema: { type: "string", contentMediaType: "application/octet-stream" } },
        },
      },
    };
  if (route.returns === undefined) return { [route.status]: { description: "Done." } };
  return {
    [route.status]: {
      description: route.returns.description ?? "Done.",
      content: { "application/json": { schema: schemaOf(route.returns, "output", schemas) } },
    },
  };
}
