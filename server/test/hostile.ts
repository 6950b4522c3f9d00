// Hostile requests for an API that describes itself: values of the right shape by its schemas, with hostile ones anywhere in them.
import fc from "fast-check";

export type Json = { readonly [name: string]: unknown };
type Value = fc.Arbitrary<unknown>;

/** In a page it must never come back as it is. */
export const probe = "<kw-probe>";

const long = "A".repeat(70_000);

export const payloads = [
  ...["'", "' OR '1'='1", "'; drop table message; --", "1; select pg_sleep(20)", "\\x27", "${7*7}", "{{7*7}}", "%27"],
  ...[
    `${probe}`,
    `"><${probe}`,
    `'${probe}`,
    ["javascript", "alert(1)"].join(":"),
    "<script>alert(1)</script>",
    "]]>",
    "<!--",
  ],
  ...["a\r\nx-injected: yes", "%0d%0ax-injected:%20yes", "\u2028\u2029", "\u0000", "a\u0000b", "\uFEFF", "\u202Eabc"],
  ...[
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "....//",
    "/etc/passwd",
    "file:///etc/passwd",
    "C:\\boot.ini",
  ],
  ...[
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1/",
    "http://[::1]/",
    "//evil.example/",
    "gopher://x",
  ],
  ...["https://evil.example", "\\\\evil.example\\x", "https:evil.example", "https://a@evil.example"],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    '{"$gt":""}',
    '{"__proto__":{"polluted":1}}',
  ],
  ...[
    "\uD800",
    "\uDFFF",
    "é".repeat(300),
    "👩‍👩‍👧‍👦",
    "ﷺ",
    "İ",
    "e\u0301",
    long,
    "x".repeat(256),
    " ",
    "",
    "null",
    "undefined",
    "NaN",
  ],
  ...[
    "-1",
    "0",
    "9007199254740993",
    "1e400",
    "0x10",
    "2147483648",
    "9999-12-31T23:59:59Z",
    "+275760-09-13",
    "0000-00-00",
  ],
  ...[
    "*",
    "%",
    "_",
    "%%%",
    "\\",
    "(a+)+$",
    "[",
    "@",
    "=cmd|' /C calc'!A0",
    "; ls",
    "`id`",
    "$(id)",
    "| cat /etc/passwd",
  ],
] as const;

const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

const strange: Value = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, -0, 1e308, 2 ** 53, 0.1, 2_147_483_648, "", [], {}),
  fc.constant(deep(2_000)),
  fc.constant(nested(2_000)),
  fc.constant(Array.from({ length: 3_000 }, (_, at) => at)),
  fc.constant({ $gt: "", $where: "sleep(1000)", $ne: null }),
  fc.constant({ constructor: { prototype: { polluted: 1 } } }),
  fc.constant(JSON.parse('{"__proto__":{"polluted":1}}')),
  fc.jsonValue({ maxDepth: 3 }),
);

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...payloads) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 400 }) },
);

/** Values that fit a schema more often than not, so that what lies behind the parser is reached too. */
export function valuesOf(schema: unknown, document: Json, ids: fc.Arbitrary<string>, depth = 0): Value {
  const fitting = depth > 6 ? fc.constant(null) : fits(resolve(schema, document), document, ids, depth);
  return fc.oneof(
    { weight: 12, arbitrary: fitting },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: strange },
  );
}

function resolve(schema: unknown, document: Json): Json {
  const { $ref } = (schema ?? {}) as { $ref?: string };
  if ($ref === undefined) return (schema ?? {}) as Json;
  const steps = $ref.slice(2).split("/");
  return resolve(
    steps.reduce<unknown>((at, step) => (at as Json)[step], document),
    document,
  );
}

function fits(schema: Json, document: Json, ids: fc.Arbitrary<string>, depth: number): Value {
  const inner = (part: unknown): Value => valuesOf(part, document, ids, depth + 1);
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  const choices = (schema["oneOf"] ?? schema["anyOf"]) as unknown[] | undefined;
  if (choices) return fc.oneof(...choices.map(inner));
  if (Array.isArray(schema["allOf"]))
    return fc.tuple(...schema["allOf"].map(inner)).map((parts) => Object.assign({}, ...parts) as unknown);
  const type = Array.isArray(schema["type"]) ? (schema["type"] as string[])[0] : schema["type"];
  if (type === "object") return objects(schema, inner);
  if (type === "array") return fc.array(inner(schema["items"]), { maxLength: 3 });
  if (type === "integer" || type === "number")
    return fc.oneof(
      fc.integer({ min: Number(schema["minimum"] ?? 0), max: Number(schema["maximum"] ?? 1e9) }),
      fc.double(),
    );
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  return fc.oneof(texts(schema), ids);
}

function objects(schema: Json, inner: (part: unknown) => Value): Value {
  const properties = Object.entries((schema["properties"] ?? {}) as Json).map(([name, part]) => [name, inner(part)]);
  const requiredKeys = (schema["required"] ?? []) as string[];
  const known = fc.record(Object.fromEntries(properties) as Record<string, Value>, { requiredKeys });
  const extra = schema["additionalProperties"];
  if (typeof extra !== "object") return known;
  return fc.tuple(known, fc.dictionary(hostileText, inner(extra), { maxKeys: 3 })).map(([a, b]) => ({ ...a, ...b }));
}

function texts(schema: Json): fc.Arbitrary<string> {
  const { format } = schema;
  if (format === "date-time")
    return fc.constantFrom("2026-03-02T10:00:00.000Z", "2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z");
  if (format === "date") return fc.constantFrom("2026-03-02", "1900-02-28");
  if (format === "email") return fc.constantFrom("a@example.test", "x+y@example.test", '"<b>"@example.test');
  if (format === "uri") return fc.constantFrom("https://shop.example.test/x", "https://127.0.0.1/", "http://10.0.0.1/");
  return fc.oneof(hostileText, fc.constantFrom("Hello", "+4915112345678", "en", "a", "Anna"));
}

/** Header values that HTTP lets through, and that somebody might trust. */
export const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    "idempotency-key": fc.constantFrom("a", "k".repeat(201), "\u00E9", "' or 1=1", probe),
    "x-forwarded-for": fc.constantFrom("127.0.0.1", "' or 1=1 --", "::1, 10.0.0.1"),
    "x-forwarded-host": fc.constant("evil.example"),
    "x-forwarded-proto": fc.constantFrom("http", "javascript"),
    "x-http-method-override": fc.constant("DELETE"),
    "x-request-id": fc.constantFrom(probe, "a".repeat(300), "abcdefgh"),
    "accept-language": fc.constantFrom(probe, "xx-YY;q=9", "__proto__", "ar"),
    "last-event-id": fc.constantFrom("-1", "9".repeat(300), "__proto__"),
    range: fc.constantFrom("bytes=0-", "bytes=9-1", "bytes=999999999999-", "items=1-2"),
    "user-agent": fc.constantFrom(probe, "", "x".repeat(2_000)),
    referer: fc.constant("https://evil.example/"),
    "content-type": fc.constantFrom(
      "application/json",
      "application/json; charset=utf-16",
      "text/plain",
      "application/xml",
      "x",
    ),
  },
  { requiredKeys: [] },
);
