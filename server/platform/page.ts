import { z } from "zod";
import { validationFailed } from "./problem.ts";

/** Query of every list: opaque cursor of the previous page, and the page size. */
export const pageQuery = z.object({
  cursor: z.string().max(500).optional().describe("`nextCursor` of the previous page."),
  limit: z.coerce.number().int().min(1).max(100).default(50).describe("Items per page."),
});

/** Answer of every list. `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{
  data: z.ZodArray<Item>;
  nextCursor: z.ZodNullable<z.ZodString>;
}> {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** Packs the sort key of the last row. A cursor holds ids and times only, never content. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * Where a list that goes back in time begins. A statement that asks "no cursor, or before it" cannot seek: once its plan is kept for all
 * values, each page reads again what was on those before (the middle of a thread of 20,000 messages: 3,400 pages of the database, so 440).
 */
export const newest = ["infinity", ""] as const;

/** Opens a cursor with the shape that the list packed, or throws `validationFailed`. */
export function decodeCursor<Key extends z.ZodType>(schema: Key, cursor: string): z.output<Key>;
export function decodeCursor<Key extends z.ZodType>(schema: Key, cursor: string | undefined): z.output<Key> | undefined;
export function decodeCursor<Key extends z.ZodType>(
  schema: Key,
  cursor: string | undefined,
): z.output<Key> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw validationFailed({ issues: [{ path: "query.cursor", message: "is not a cursor of this list" }] });
  }
}
