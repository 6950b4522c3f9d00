// Prints the SDK's types from the OpenAPI document. Small on purpose: it knows the JSON Schema that our own routes produce.

type Json = { [key: string]: unknown };

const header = "// Generated from docs/openapi.json by `npm run generate`. Do not edit.\n";
/** A Blob may lie on disk (Node: `fs.openAsBlob`); a stream is sent once and never repeated. */
const uploadInput =
  "{ file: Blob | ReadableStream<Uint8Array>; fileName?: string | undefined; mimeType?: string | undefined; [field: string]: unknown }";
const identifier = /^[A-Za-z_$][\w$]*$/;

/** The text of sdk/src/schema.ts. Throws when two fields of one operation share a name. */
export function printSdk(document: Json): string {
  const components = (document["components"] as Json)["schemas"] as Record<string, Json>;
  const found = operationsOf(document);
  return [
    header,
    ...Object.entries(components).map(
      ([name, schema]) => `${doc(schema["description"])}export ${declare(name, schema)}\n`,
    ),
    `/** Every code that an answer of this version can carry. */\nexport type ProblemCode =${codesOf(document)
      .map((code) => `\n  | ${JSON.stringify(code)}`)
      .join("")};\n`,
    `export interface Operations {\n${found.map(printOperation).join("")}}\n`,
    `/** Payloads of the events, ids only. */\nexport interface EventPayloads {\n${printEvents(document)}}\n`,
    `export const operations = {\n${found.map(printEntry).join("")}} as const;\n`,
  ].join("\n");
}

interface Found {
  id: string;
  method: string;
  path: string;
  operation: Json;
  parameters: Json[];
}

function operationsOf(document: Json): Found[] {
  const found = Object.entries(document["paths"] as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods)
      // paths that imitate another API have clients of their own
      .filter(([, operation]) => operation["x-foreign"] !== true)
      .map(([method, operation]) => ({
        id: String(operation["operationId"]),
        method: method.toUpperCase(),
        path,
        operation,
        parameters: (operation["parameters"] ?? []) as Json[],
      })),
  );
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function codesOf(document: Json): string[] {
  const codes = [...JSON.stringify(document["paths"]).matchAll(/"x-problem-codes":\[([^\]]*)\]/g)].flatMap(
    (match) => JSON.parse(`[${match[1] ?? ""}]`) as string[],
  );
  return [...new Set(codes)].toSorted();
}

function declare(name: string, schema: Json): string {
  const text = printType(schema);
  return text.startsWith("{\n") ? `interface ${safeName(name)} ${text}` : `type ${safeName(name)} = ${text};`;
}

function printOperation({ id, operation, parameters }: Found): string {
  const kind = String(operation["x-kind"]);
  const shown = parameters.filter((parameter) => parameter["in"] !== "header");
  const body = bodySchema(operation);
  const names = new Set(shown.map((parameter) => String(parameter["name"])));
  for (const name of Object.keys((body?.["properties"] ?? {}) as Json))
    if (names.has(name)) throw new Error(`${id} has two fields called ${name}`);
  const properties = Object.fromEntries(
    shown.map((parameter) => [
      String(parameter["name"]),
      { ...(parameter["schema"] as Json), description: parameter["description"] },
    ]),
  );
  const required = shown.filter((parameter) => parameter["required"] === true).map((parameter) => parameter["name"]);
  const parts = [
    ...(shown.length > 0 ? [printType({ type: "object", properties, required }, 2)] : []),
    ...(kind === "upload" ? [uploadInput] : []),
    ...(kind !== "upload" && body !== undefined ? [printType(body, 2)] : []),
  ];
  const input =
    parts.length === 0
      ? "object"
      : parts.map((part) => (parts.length > 1 && part.includes(" | ") ? `(${part})` : part)).join(" & ");
  const summary = doc(operation["summary"], "  ");
  return `${summary}  ${JSON.stringify(id)}: {\n    kind: ${JSON.stringify(kind)};\n    input: ${input};\n    result: ${resultType(kind, operation)};\n  };\n`;
}

function bodySchema(operation: Json): Json | undefined {
  const content = ((operation["requestBody"] as Json | undefined)?.["content"] ?? {}) as Record<string, Json>;
  return content["application/json"]?.["schema"] as Json | undefined;
}

function resultType(kind: string, operation: Json): string {
  if (kind === "download") return "Response";
  if (kind === "stream") return "never";
  const success = Object.entries(operation["responses"] as Record<string, Json>).find(([status]) =>
    status.startsWith("2"),
  );
  const content = (success?.[1]["content"] ?? {}) as Record<string, Json>;
  const schema = content["application/json"]?.["schema"];
  return schema === undefined ? "void" : printType(schema as Json, 2);
}

function printEntry({ id, method, path, operation, parameters }: Found): string {
  const query = parameters.filter((parameter) => parameter["in"] === "query").map((parameter) => parameter["name"]);
  const isIdempotent = parameters.some((parameter) => parameter["name"] === "Idempotency-Key");
  const entry = { method, path, kind: operation["x-kind"], query, isIdempotent };
  const fields = Object.entries(entry).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `  ${JSON.stringify(id)}: { ${fields.join(", ")} },\n`;
}

function printEvents(document: Json): string {
  return Object.entries((document["webhooks"] ?? {}) as Record<string, { post: Json }>)
    .map(
      ([type, { post }]) =>
        `${doc(post["summary"], "  ")}  ${JSON.stringify(type)}: ${printType(bodySchema(post) ?? {}, 1)};\n`,
    )
    .join("");
}

function safeName(name: string): string {
  return name.replaceAll(/\W+/g, "_");
}

/** A JSON Schema as a TypeScript type, indented by `depth` levels. */
export function printType(schema: Json, depth = 0): string {
  const { $ref, enum: values, type, properties } = schema;
  if (typeof $ref === "string") return safeName($ref.slice($ref.lastIndexOf("/") + 1));
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const choices = (schema["oneOf"] ?? schema["anyOf"]) as Json[] | undefined;
  if (choices) return [...new Set(choices.map((choice) => printType(choice, depth)))].join(" | ");
  const all = schema["allOf"] as Json[] | undefined;
  if (all)
    return all
      .map((part) => printType(part, depth))
      .map((part) => (part.includes(" | ") ? `(${part})` : part))
      .join(" & ");
  if (Array.isArray(type)) return type.map((one) => printType({ ...schema, type: one }, depth)).join(" | ");
  if (type === "array") return printArray(schema, depth);
  if (type === "object" || properties !== undefined) return printObject(schema, depth);
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "number" || type === "integer") return "number";
  return "unknown";
}

function printArray(schema: Json, depth: number): string {
  const tuple = schema["prefixItems"] as Json[] | undefined;
  if (tuple) return `[${tuple.map((item) => printType(item, depth)).join(", ")}]`;
  const item = printType((schema["items"] ?? {}) as Json, depth);
  return /^[\w$]+$/.test(item) ? `${item}[]` : `(${item})[]`;
}

function printObject(schema: Json, depth: number): string {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Json>);
  const extra = schema["additionalProperties"];
  if (properties.length === 0)
    return typeof extra === "object" && extra !== null
      ? `Record<string, ${printType(extra as Json, depth)}>`
      : "Record<string, unknown>";
  const required = new Set((schema["required"] ?? []) as string[]);
  const indent = "  ".repeat(depth + 1);
  const lines = properties.map(([name, property]) => {
    const key = identifier.test(name) ? name : JSON.stringify(name);
    const value = printType(property, depth + 1);
    const rest = required.has(name) ? `: ${value}` : `?: ${value} | undefined`;
    return `${doc(property["description"], indent)}${indent}${key}${rest};\n`;
  });
  return `{\n${lines.join("")}${"  ".repeat(depth)}}`;
}

function doc(text: unknown, indent = ""): string {
  return typeof text === "string" && text !== "" ? `${indent}/** ${text.replaceAll("*/", "* /")} */\n` : "";
}
