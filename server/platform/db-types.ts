import pg from "pg";

type Parser = (value: string) => unknown;

/** Counts and positions fit a double; a value that does not stays exact as a bigint. */
const int8: Parser = (value) => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
};

const text: Parser = (value) => value;
const arrayOf =
  (parse: Parser): Parser =>
  (value) =>
    readArray(value, parse);

// As our connections, which are in UTC, get it: `2026-11-30 18:00:00.123+00`. A page of a list has hundreds; the driver's parser, which takes
// any zone, needs about twice the time, and has what is not written so (infinity, years of five digits).
const timestamptz: Parser = (value) =>
  value.endsWith("+00") && value[10] === " "
    ? new Date(`${value.slice(0, 10)}T${value.slice(11, -3)}Z`)
    : pg.types.getTypeParser(1184, "text")(value);

// https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_type.dat
const parsers: Record<number, Parser> = {
  20: int8,
  1016: arrayOf(int8),
  // a date has no zone; node-postgres would make it midnight of the server's own
  1082: text,
  1182: arrayOf(text),
  1184: timestamptz,
};

/** Parsers of the product's connections: int8 as number, date as text, timestamptz as Date, the rest as node-postgres has them. */
export function parserFor(oid: number, format?: "text" | "binary"): Parser {
  return (format === "binary" ? undefined : parsers[oid]) ?? (pg.types.getTypeParser(oid, format as "text") as Parser);
}

// int8[] and date[] hold no quotes or nested arrays here
function readArray(value: string, parse: Parser): unknown[] {
  const inner = value.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((item) => (item === "NULL" ? null : parse(item)));
}
