import { expect, test } from "vitest";
import { testDb } from "../test/db.ts";
import { withBinaryArrays } from "./db-arrays.ts";

const t = testDb();
let serial = 0;

/** What PostgreSQL makes of a list, as its own text, sent in the product's way and in the driver's. */
async function bothWays(type: string, values: readonly unknown[]): Promise<{ ours: unknown; drivers: unknown }> {
  const statement = `select $1::${type}[]::text as it`;
  return t.db.tx({ workspaceIds: [] }, async (tx) => {
    const [ours] = await tx.named<{ it: string }>(`test.arrays.${serial++}`, statement, [values]);
    const [drivers] = await tx.query<{ it: string }>(statement, [values]);
    return { ours: ours?.it, drivers: drivers?.it };
  });
}

const texts = [
  "",
  "plain",
  null,
  'quo"te, {brace} \\ back',
  "naïve 你好 🙂 سلام",
  "NULL",
  "x".repeat(70),
  "é".repeat(40),
];
const dates = [new Date(0), new Date("1999-12-31T23:59:59.999Z"), new Date("2026-11-20T10:11:12.345Z"), null];

test.each([
  ["text", texts],
  ["bytea", [Buffer.from([0, 1, 255]), Buffer.alloc(0), null]],
  ["smallint", [0, -1, 32_767, -32_768, null]],
  ["int", [0, -1, 2_147_483_647, -2_147_483_648]],
  ["bigint", [0, -1, 4_294_967_296, -4_294_967_297, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null]],
  ["bigint", [0n, -1n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, 7, null]],
  ["boolean", [true, false, null]],
  ["timestamptz", dates],
  ["jsonb", ['{"a": [1, null, "ü"]}', "null", null]],
] as const)("a list of %s arrives as it would from the driver, in binary form", async (type, values) => {
  const [sent] = withBinaryArrays(`test.${type}`, `select $1::${type}[]`, [values]);
  expect(Buffer.isBuffer(sent)).toBe(true);
  const { ours, drivers } = await bothWays(type, values);
  expect(ours).toBe(drivers);
});

test.each([
  ["text", ["a", 1]],
  ["text", [["nested"], ["lists"]]],
  ["bigint", ["9223372036854775807"]],
  ["timestamptz", ["2026-11-20T10:11:12.345678Z"]],
  ["jsonb", [{ an: "object" }]],
  ["text", []],
  ["text", [undefined, "b"]],
  ["date", ["2026-11-20"]],
] as const)("what is not known for %s is left to the driver: %j", async (type, values) => {
  const [sent] = withBinaryArrays(`test.left.${serial++}`, `select $1::${type}[]`, [values]);
  expect(sent).toBe(values);
  const { ours, drivers } = await bothWays(type, values);
  expect(ours).toBe(drivers);
});

test("only lists whose cast is in the statement are touched", () => {
  const list = ["a"];
  const sent = withBinaryArrays("test.casts", "select $1::text[], $2::text, $3 = any ($4)", [list, "b", 1, list]);
  expect(sent.slice(1)).toEqual(["b", 1, list]);
  expect(Buffer.isBuffer(sent[0])).toBe(true);
});

test("a text that PostgreSQL cannot hold is refused, not cut", async () => {
  await expect(bothWays("text", ["nul \0 inside"])).rejects.toMatchObject({ code: "22021" });
});
