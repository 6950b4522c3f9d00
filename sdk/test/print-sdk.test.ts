import { expect, test } from "vitest";
import { printType } from "../../scripts/print-sdk.ts";

test.each([
  [{ $ref: "#/components/schemas/Thing" }, "Thing"],
  [{ type: ["string", "null"] }, "string | null"],
  [{ enum: ["a", "b"] }, '"a" | "b"'],
  [{ const: 3 }, "3"],
  [{ type: "array", items: { anyOf: [{ type: "string" }, { type: "null" }] } }, "(string | null)[]"],
  [{ type: "object", additionalProperties: { type: "integer" } }, "Record<string, number>"],
  [
    { type: "object", properties: { a: { type: "string" }, "b-c": {} }, required: ["a"] },
    '{\n  a: string;\n  "b-c"?: unknown | undefined;\n}',
  ],
  [{ allOf: [{ $ref: "#/x/A" }, { oneOf: [{ $ref: "#/x/B" }, { type: "null" }] }] }, "A & (B | null)"],
])("a schema prints as the type that its values have: %j", (schema, type) => {
  expect(printType(schema)).toBe(type);
});
